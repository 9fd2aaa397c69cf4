"""Steps `ira`, `clients` and `listings`: counts that somebody else made from the same files."""

import csv
import json
import random
import xml.etree.ElementTree as ElementTree
from collections import Counter

from common import POSTS, SHARED, Folder, Marsad, Step

ACCOUNT = "coalesce(account_id, handle)"


def minute(text: str | None) -> str:
    """The first 16 characters of a time, in one form: `2016-08-22T10:28`."""
    return (text or "")[:16].replace(" ", "T")


def ira(marsad: Marsad) -> Step:
    """The Internet Research Agency sample against the per-account totals that were published with it.

    Means of followers and following are left out: the lake keeps each distinct profile once, and a mean over posts is not in it.
    """
    step = Step("ira", "438,906 rows, 571 authors, per-account totals as published")
    with Folder("ira") as folder:
        study = folder / "study"
        marsad.init(study)
        run, summary = marsad.ingest(study, POSTS / "ira/ira_sample.csv.gz")
        step.expect(run.code == 0, f"ended with {run.code}: {run.last_error}")
        posts = marsad.query(
            study,
            f"SELECT {ACCOUNT} AS account, count(*) AS posts, min(created_at) AS first, max(created_at) AS last, "
            f"count(*) FILTER (WHERE kind IN ('repost', 'quote')) AS reposts FROM posts GROUP BY 1",
        )
        profiles = marsad.query(
            study,
            f"SELECT {ACCOUNT} AS account, min(following) AS following_minimum, max(following) AS following_maximum, "
            f"min(followers) AS followers_minimum, max(followers) AS followers_maximum FROM accounts GROUP BY 1",
        )
    rows = sum(row["posts"] for row in posts)
    step.expect(rows == 438_906, f"{rows} posts, expected 438906")
    step.expect(len(posts) == 571, f"{len(posts)} authors, expected 571")
    step.figure(f"{rows} posts of {len(posts)} authors in {summary.get('seconds', 0)} s")
    compare_authors(step, posts, {row["account"].lower(): row for row in profiles})
    return step


def compare_authors(step: Step, posts: list[dict], profiles: dict[str, dict]) -> None:
    """Each author's totals against the published ones. Authors are named by number here, not by handle."""
    with open(POSTS / "ira/authors_tweet_general_statistics.csv", encoding="utf-8-sig", newline="") as file:
        published = {row["author_id"].lower(): row for row in csv.DictReader(file)}
    compared = 0
    for index, row in enumerate(sorted(posts, key=lambda row: row["account"])):
        truth = published.get(row["account"].lower())
        if truth is None:
            step.expect(False, f"author {index}: not among the published ones")
            continue
        pairs = [
            ("tweet_count", row["posts"], int(truth["tweet_count"])),
            ("retweet_count", row["reposts"], int(truth["retweet_count"])),
            ("earliest", minute(row["first"]), minute(truth["earliest_tweet_datetime"])),
            ("latest", minute(row["last"]), minute(truth["latest_tweet_datetime"])),
        ]
        profile = profiles.get(row["account"].lower(), {})
        pairs += [
            (name, profile.get(name), int(float(truth[name])))
            for name in ["following_minimum", "following_maximum", "followers_minimum", "followers_maximum"]
        ]
        for name, ours, theirs in pairs:
            compared += 1
            step.expect(ours == theirs, f"author {index}: {name} is {ours}, published {theirs}")
    step.figure(f"{compared} per-author totals compared")


def client_counts() -> tuple[Counter, int]:
    """Posts by client over the v2 pages, each post once, counted with Python's own JSON reader."""
    clients: dict[str, str | None] = {}
    for path in sorted((POSTS / "twitter_v2_academictwitteR").rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        tweets = content if isinstance(content, list) else content.get("tweets", [])
        for tweet in tweets:
            clients[tweet["id"]] = tweet.get("source") or clients.get(tweet["id"])
    return Counter(clients.values()), len(clients)


def clients(marsad: Marsad) -> Step:
    """The clients of the v2 pages against a count by another reader."""
    step = Step("clients", "clients of the v2 pages as counted by Python's json")
    expected, posts = client_counts()
    with Folder("clients") as folder:
        study = folder / "study"
        marsad.init(study)
        files = sorted((POSTS / "twitter_v2_academictwitteR").rglob("*.json"))
        run, _ = marsad.ingest(study, *files)
        step.expect(run.code == 0, f"ended with {run.code}: {run.last_error}")
        rows = marsad.query(study, "SELECT client, count(*) AS posts FROM posts GROUP BY client")
    ours = Counter({row["client"]: row["posts"] for row in rows})
    for client in sorted(set(expected) | set(ours), key=str):
        step.expect(ours[client] == expected[client], f"client `{client}`: {ours[client]} posts, Python counts {expected[client]}")
    step.figure(f"{posts} distinct posts, {len(expected)} clients")
    return step


def references(kind: str) -> list[str]:
    """Reference numbers of the UN list: of every `ENTITY`, or of every `INDIVIDUAL`."""
    tree = ElementTree.parse(SHARED / "data/sanctions/UN_consolidated.xml")
    found = [node.findtext("REFERENCE_NUMBER", "").strip() for node in tree.iter(kind)]
    return sorted(reference for reference in found if reference)


def listings(marsad: Marsad) -> Step:
    """The UN list: a study of an organisation can be made; of an individual or an unknown reference it cannot."""
    step = Step("listings", "organisations of the UN list are taken, individuals refused")
    listed = SHARED / "data/sanctions/UN_consolidated.xml"
    pick = random.Random(7)
    organisations = pick.sample(references("ENTITY"), 20)
    individuals = pick.sample(references("INDIVIDUAL"), 20)
    refused = 0
    with Folder("listings") as folder:
        for reference in [*organisations, *individuals, "QDe.99999"]:
            study = folder / reference
            run = marsad.run("init", study, "--name", "Validation", "--designation", reference, "--designations", listed)
            step.expect(not run.panicked, f"{reference}: panicked: {run.last_error}")
            if reference in organisations:
                step.expect(run.code == 0 and (study / "marsad.toml").is_file(), f"{reference}: ended with {run.code}: {run.last_error}")
            else:
                refused += run.code != 0
                step.expect(run.code in (2, 3), f"{reference}: ended with {run.code}, expected 2 or 3")
                step.expect(not study.exists(), f"{reference}: refused, but left a folder behind")
    step.figure(f"{len(organisations)} organisations taken, {refused} others refused")
    return step
