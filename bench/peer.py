#!/usr/bin/env python3
"""What a researcher would use instead: read the same lines into one Parquet file. `peer.py duckdb|polars IN OUT`.

Both are told the columns (18 of them, nested), which is their fastest way: inferring them costs a pass more. Both use two threads.
They do less than an ingest: no tables of objects, edges and profiles, no duplicates removed, no rejects kept.
"""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "2"


def with_duckdb(source: str, out: str) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET memory_limit = '8GB'; SET preserve_insertion_order = false")
    user = (
        "STRUCT(id BIGINT, screen_name VARCHAR, location VARCHAR, description VARCHAR, followers_count BIGINT, friends_count BIGINT, "
        "statuses_count BIGINT, created_at VARCHAR, verified BOOLEAN)"
    )
    entities = 'STRUCT(hashtags STRUCT("text" VARCHAR)[], urls STRUCT(expanded_url VARCHAR)[], user_mentions STRUCT(id BIGINT)[])'
    columns = (
        "{created_at: 'VARCHAR', id: 'BIGINT', text: 'VARCHAR', source: 'VARCHAR', lang: 'VARCHAR', in_reply_to_status_id: 'BIGINT', "
        f"\"user\": '{user}', entities: '{entities}'}}"
    )
    read = f"read_json('{source}', format = 'newline_delimited', maximum_object_size = 16777216, columns = {columns})"
    connection.execute(f"COPY (SELECT * FROM {read}) TO '{out}' (FORMAT parquet)")


def with_polars(source: str, out: str) -> None:
    import polars as pl

    user = pl.Struct({
        "id": pl.Int64, "screen_name": pl.String, "location": pl.String, "description": pl.String, "followers_count": pl.Int64,
        "friends_count": pl.Int64, "statuses_count": pl.Int64, "created_at": pl.String, "verified": pl.Boolean,
    })
    entities = pl.Struct({
        "hashtags": pl.List(pl.Struct({"text": pl.String})),
        "urls": pl.List(pl.Struct({"expanded_url": pl.String})),
        "user_mentions": pl.List(pl.Struct({"id": pl.Int64})),
    })
    schema = {
        "created_at": pl.String, "id": pl.Int64, "text": pl.String, "source": pl.String, "lang": pl.String,
        "in_reply_to_status_id": pl.Int64, "user": user, "entities": entities,
    }
    pl.scan_ndjson(source, schema=schema).sink_parquet(out)


if __name__ == "__main__":
    {"duckdb": with_duckdb, "polars": with_polars}[sys.argv[1]](sys.argv[2], sys.argv[3])
