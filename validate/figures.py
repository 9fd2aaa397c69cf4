#!/usr/bin/env python3
"""Five figures of a description, worked out again from the Parquet export by other means.

    figures.py STUDY EXPORTS DESCRIBED.json

STUDY is the study's folder (for the tables in `derived`), EXPORTS holds accounts.parquet, posts.parquet and post_objects.parquet as `marsad export`
wrote them, DESCRIBED.json is what `marsad describe --internal --json` printed. Nothing of Marsad is called: DuckDB groups, Python's own `statistics`
and a Wilson interval written here do the rest. Prints what was compared; exits 1 on any difference. Needs duckdb.
"""

import json
import math
import statistics
import sys
from pathlib import Path

import duckdb

# The key of an account, where no bare handle belongs to a known id.
KEY = "platform || ':' || coalesce(account_id, '@' || lower(handle))"
Z = statistics.NormalDist().inv_cdf(0.975)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %."""
    p, z = k / n, Z
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


def quantile(values: list[float], p: float) -> float:
    """Type 7: linear between the order statistics around (n - 1) p."""
    place = (len(values) - 1) * p
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


class Comparison:
    def __init__(self, described: dict):
        self.findings = {finding["id"]: finding for finding in described["findings"]}
        self.wrong: list[str] = []
        self.compared = 0

    def rows(self, finding: str) -> list[dict]:
        """The rows of a finding, by the names of its columns."""
        found = self.findings[finding]
        names = [column["name"] for column in found["columns"]]
        return [dict(zip(names, row)) for row in found["rows"]]

    def same(self, what: str, ours: object, theirs: object) -> None:
        self.compared += 1
        close = isinstance(ours, float) or isinstance(theirs, float)
        equal = ours is not None and theirs is not None and math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9) if close else ours == theirs
        if not equal:
            self.wrong.append(f"{what}: {theirs} described, {ours} found again")


def kinds(connection, comparison: Comparison) -> None:
    """Posts and distinct authors per kind, with Wilson's interval of the share of authors."""
    authors = connection.execute(f"SELECT count(DISTINCT {KEY}) FROM posts").fetchone()[0]
    found = {row[0]: row[1:] for row in connection.execute(f"SELECT kind, count(*), count(DISTINCT {KEY}) FROM posts GROUP BY 1").fetchall()}
    rows = comparison.rows("post_kinds")
    comparison.same("kinds", sorted(found), sorted(row["kind"] for row in rows))
    for row in rows:
        posts, accounts = found.get(row["kind"], (0, 0))
        low, high = wilson(accounts, authors)
        for name, value in (("posts", posts), ("accounts", accounts), ("share", accounts / authors), ("low", low), ("high", high)):
            comparison.same(f"kind {row['kind']}, {name}", value, row[name])


def languages(connection, comparison: Comparison) -> None:
    """Posts and distinct authors per detected language, from the table beside the posts, joined by key; then accounts by main language."""
    tag = "CASE WHEN arabizi THEN 'ar-Latn' ELSE languages.lang END"
    join = "posts JOIN languages USING (platform, post_id) WHERE languages.lang IS NOT NULL"
    statement = f"SELECT {tag}, count(*), count(DISTINCT {KEY}) FROM {join} GROUP BY 1"
    found = {row[0]: row[1:] for row in connection.execute(statement).fetchall()}
    rows = comparison.rows("post_detected_languages")
    comparison.same("languages", sorted(found), sorted(row["language"] for row in rows))
    for row in rows:
        posts, accounts = found.get(row["language"], (0, 0))
        comparison.same(f"language {row['language']}, posts", posts, row["posts"])
        comparison.same(f"language {row['language']}, accounts", accounts, row["accounts"])
    counts: dict[str, dict[str, int]] = {}
    for account, lang, posts in connection.execute(f"SELECT {KEY}, languages.lang, count(*) FROM {join} GROUP BY 1, 2").fetchall():
        if lang != "und":
            counts.setdefault(account, {})[lang] = posts
    main: dict[str, int] = {}
    for own in counts.values():
        lang = min(own, key=lambda lang: (-own[lang], lang))
        main[lang] = main.get(lang, 0) + 1
    for row in comparison.rows("account_detected_languages"):
        comparison.same(f"accounts that write {row['language']}", main.get(row["language"], 0), row["accounts"])


def followers(connection, comparison: Comparison) -> None:
    """Percentiles of followers in the latest observation that states them."""
    statement = (
        f"SELECT followers FROM (SELECT {KEY} AS account, followers, row_number() OVER (PARTITION BY {KEY} ORDER BY observed_at DESC NULLS LAST, "
        "posts DESC NULLS LAST, followers DESC) AS place FROM accounts WHERE followers IS NOT NULL) WHERE place = 1 ORDER BY 1"
    )
    values = [float(row[0]) for row in connection.execute(statement).fetchall()]
    for row in comparison.rows("account_followers"):
        comparison.same(f"followers, percentile {row['percentile']}", quantile(values, row["percentile"] / 100), float(row["value"]))


def rates(connection, comparison: Comparison) -> None:
    """Percentiles of posts a day: in the lake, and over the last 200 posts."""
    timed = f"SELECT {KEY} AS account, created_at AS moment, epoch_ms(created_at) // 86400000 AS day FROM posts WHERE created_at IS NOT NULL"
    last = f"SELECT account, day FROM ({timed}) QUALIFY row_number() OVER (PARTITION BY account ORDER BY moment DESC) <= 200"
    for measure, rows in (("in the lake", timed), ("last 200 posts", last)):
        statement = f"SELECT count(*) / (max(day) - min(day) + 1.0) FROM ({rows}) WHERE account IS NOT NULL GROUP BY account"
        values = sorted(float(row[0]) for row in connection.execute(statement).fetchall())
        own = [row for row in comparison.rows("account_posts_per_day") if row["measure"] == measure]
        comparison.same(f"rows of {measure}", 9, len(own))
        for row in own:
            comparison.same(f"posts a day {measure}, percentile {row['percentile']}", quantile(values, row["percentile"] / 100), float(row["value"]))


def hashtags(connection, comparison: Comparison) -> None:
    """The hashtags of most accounts."""
    statement = (
        f"SELECT object, count(DISTINCT {KEY}), count(DISTINCT post_id) FROM post_objects WHERE kind = 'hashtag' GROUP BY 1 "
        "ORDER BY 2 DESC, 3 DESC, 1"
    )
    rows = comparison.rows("top_hashtags")
    for (tag, accounts, posts), row in zip(connection.execute(statement).fetchall(), rows):
        comparison.same(f"hashtag number {rows.index(row) + 1}", (tag, accounts, posts), (row["hashtag"], row["accounts"], row["posts"]))


def main() -> int:
    study, exports = Path(sys.argv[1]), Path(sys.argv[2])
    comparison = Comparison(json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
    connection = duckdb.connect()
    for table in ("accounts", "posts", "post_objects"):
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{exports / table}.parquet'")
    connection.execute(f"CREATE VIEW languages AS SELECT * FROM '{study}/derived/post_languages/*.parquet'")
    for step in (kinds, languages, followers, rates, hashtags):
        before = comparison.compared
        step(connection, comparison)
        print(f"{step.__name__}: {comparison.compared - before} cells")
    for line in comparison.wrong[:20]:
        print(f"!! {line}")
    return 1 if comparison.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
