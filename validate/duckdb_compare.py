#!/usr/bin/env python3
"""duckdb_compare.py DIR [< OURS.json]

Opens the lake of the study DIR with DuckDB itself and compares every table with what Marsad says of it: row count, sum of every
whole-number and true/false column, sum of microseconds of every time, sum of lengths of every text. One line per table; exits 1 on any difference.

Marsad's side comes from `marsad query DIR --json SQL` (set MARSAD to the binary), or, with `-` as second argument, as JSON on standard
input: {"table": {"measure": number}}. `--sql` prints the statements that make it, one line `table<TAB>SQL` each.

Needs only packages, no download at run time: pip install duckdb==1.5.5 duckdb-extension-ducklake==1.5.5 duckdb-extension-sqlite-scanner==1.5.5
"""
import glob
import importlib.util
import json
import os
import subprocess
import sys

TABLES = ["accounts", "posts", "post_objects", "edges", "sightings", "rejects", "sources"]


def connect():
    import duckdb

    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for package in ("duckdb_extension_sqlite_scanner", "duckdb_extension_ducklake"):
        spec = importlib.util.find_spec(package)
        if spec is None:
            sys.exit(f"the package `{package}` is missing; see the head of this file")
        folder = os.path.dirname(spec.origin)
        for path in glob.glob(f"{glob.escape(folder)}/extensions/*/*.duckdb_extension"):
            connection.execute(f"LOAD '{path}'")
    return connection


def attach(connection, lake):
    # Paths in the catalog are relative, so that a study can be moved; DuckDB is told where the data are.
    quoted = os.path.abspath(lake).replace("'", "''")
    connection.execute(
        f"ATTACH 'ducklake:sqlite:{quoted}/catalog.sqlite' AS lake (READ_ONLY, DATA_PATH '{quoted}/data/', OVERRIDE_DATA_PATH true)"
    )


def columns(connection):
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake' ORDER BY table_name, column_index"
    ).fetchall()
    found = {}
    for table, column, kind in rows:
        found.setdefault(table, []).append((column, kind))
    return found


def measures(columns, engine):
    """(name, SQL) of every measure of a table; the two engines differ only in how they count microseconds."""
    yield "rows", "count(*)"
    for column, kind in columns:
        quoted = f'"{column}"'
        if kind == "BIGINT":
            yield column, f"coalesce(sum({quoted}), 0)"
        elif kind == "BOOLEAN":
            yield column, f"coalesce(sum(CASE WHEN {quoted} THEN 1 ELSE 0 END), 0)"
        elif kind.startswith("TIMESTAMP"):
            # Whole seconds and the microseconds that are left, so that no sum overflows.
            micros = f"epoch_us({quoted})" if engine == "duckdb" else f"CAST({quoted} AS BIGINT)"
            yield column, f"coalesce(sum({micros} // 1000000), 0)" if engine == "duckdb" else f"coalesce(sum({micros} / 1000000), 0)"
            yield f"{column}.micros", f"coalesce(sum({micros} % 1000000), 0)"
        elif kind == "VARCHAR":
            yield column, f"coalesce(sum(length({quoted})), 0)"  # in code points, in both
            yield f"{column}.known", f"count({quoted})"
        elif kind == "DOUBLE":
            yield column, f"coalesce(sum(CAST(round({quoted} * 1000) AS BIGINT)), 0)"


def statement(table, columns, engine):
    prefix = "lake." if engine == "duckdb" else ""
    parts = [f'{sql} AS "{name}"' for name, sql in measures(columns, engine)]
    return f"SELECT {', '.join(parts)} FROM {prefix}{table}"


def theirs(connection, table, columns):
    cursor = connection.execute(statement(table, columns, "duckdb"))
    names = [name for name, *_ in cursor.description]
    return {name: int(value) for name, value in zip(names, cursor.fetchone())}


def ours(study, table, columns):
    command = [os.environ.get("MARSAD", "marsad"), "query", study, "--json", statement(table, columns, "marsad")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"`marsad query` failed with {result.returncode}: {result.stderr.strip()}")
    # One row, so one line with one object.
    return {name: int(value) for name, value in json.loads(result.stdout).items()}


def main():
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.exit(__doc__)
    study = arguments[0]
    lake = study if os.path.exists(os.path.join(study, "catalog.sqlite")) else os.path.join(study, "lake")
    connection = connect()
    attach(connection, lake)
    known = columns(connection)
    if "--sql" in arguments:
        for table in TABLES:
            print(f"{table}\t{statement(table, known[table], 'marsad')}")
        return
    given = json.load(sys.stdin) if "-" in arguments else None
    differs = sorted(known) != sorted(TABLES)
    if differs:
        print(f"DIFFERENT tables: {', '.join(sorted(known))}")
    for table in TABLES:
        left = {name: int(value) for name, value in given[table].items()} if given else ours(study, table, known[table])
        right = theirs(connection, table, known[table])
        wrong = [f"{name}: ours {left.get(name)}, DuckDB {right.get(name)}" for name in sorted(left.keys() | right.keys()) if left.get(name) != right.get(name)]
        differs |= bool(wrong)
        print(f"{'DIFFERENT' if wrong else 'same':9} {table}: {right['rows']} rows, {len(right)} measures{'; ' + '; '.join(wrong) if wrong else ''}")
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
