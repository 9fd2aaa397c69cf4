"""Step `talk`: the share of Russian posts of the Internet Research Agency sample that are of one kind, by month, from ingest to report.

The topic is Russia and its two largest cities; the codes come from a rule and not from people, so that the true share of every month is known. The rule reads the text in lower case:

    abroad      a word begins with one of ABROAD
    money       else, a word begins with one of MONEY
    other       else
"""

import csv
import json
import re
import time
from collections import Counter

from common import POSTS, SHARED, Folder, Marsad, Step

QUERY = "росси* OR москв* OR петербург*"
ABROAD = ("сша", "америк", "украин", "киев", "европ", "евросоюз", "ес", "нато", "сири", "турц", "герман", "франц", "китай", "кита", "япон", "польш")
MONEY = ("рубл", "доллар", "нефт", "газ", "цен", "банк", "эконом", "бюджет", "налог", "санкц", "бизнес", "миллиард", "млрд", "млн", "рынк", "рынок")
CODEBOOK = """version = "1"
[[code]]
name = "abroad"
counts = "positive"
rule = "A word of the text begins with one of the rule's words of other countries."
[[code]]
name = "money"
counts = "negative"
rule = "Else, a word begins with one of the rule's words of money."
[[code]]
name = "other"
counts = "negative"
rule = "Else."
"""


def coded(text: str) -> str:
    words = re.findall(r"\w+", text.lower())
    for code, beginnings in (("abroad", ABROAD), ("money", MONEY)):
        if any(word.startswith(beginnings) for word in words):
            return code
    return "other"


def talk(marsad: Marsad) -> Step:
    step = Step("talk", "posts on one topic by month, coded by a rule: intervals hold the rule's own shares")
    started = time.monotonic()
    with Folder("talk") as folder:
        study = folder / "study"
        listing = ["--designation", "QDe.115", "--designations", SHARED / "data/sanctions/UN_consolidated.xml"]

        def ran(*args):
            run = marsad.run(*args)
            step.expect(run.code == 0, f"`{args[0]} {args[1]}` ended with {run.code}: {run.last_error}")
            return run.stdout

        ran("init", study, "--name", "Validation", *listing)
        marsad.ingest(study, POSTS / "ira/ira_sample.csv.gz")
        ran("stance", "select", study, "--query", QUERY, "--lang", "ru", "--window", "month", "--json")
        (study / "stance.toml").write_text(CODEBOOK, encoding="utf-8")
        ran("stance", "sample", study, "-n", "800", "--coders", "rule", "--seed", "1")
        sheet = study / "stance/main/sheets/stance-main-rule.csv"
        with open(sheet, encoding="utf-8-sig", newline="") as file:
            rows = [(row["item"], "rule", coded(row["text"])) for row in csv.DictReader(file)]
        with open(folder / "codes.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("item", "coder", "code"), *rows])
        ran("stance", "import-codes", study, folder / "codes.csv")
        found = json.loads(ran("stance", "estimate", study, "--json"))
        ran("report", study, "--out", folder / "report")
        step.expect((folder / "report/tables/stance_times.csv").is_file(), "the report has no table by month")
        seconds = time.monotonic() - started
        truth = true_shares(ran, study, found["headline"]["posts"])
    step.expect(seconds <= 600, f"took {seconds:.0f} s, the bar is 600")
    compare(step, found, truth)
    step.figure(f"{seconds:.0f} s from ingest to report")
    return step


def true_shares(ran, study, posts: int) -> dict[str, tuple[int, int]]:
    """Posts and posts of `abroad` by month, by the rule on every post selected: a second stance whose sample is all of them."""
    select = ["--query", QUERY, "--lang", "ru", "--window", "month", "--stance", "all", "--json"]
    ran("stance", "select", study, *select)
    ran("stance", "sample", study, "-n", str(posts), "--coders", "rule", "--stance", "all")
    shares: dict[str, tuple[int, int]] = {}
    with open(study / "stance/all/sheets/stance-all-rule.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            month = row["posted"][:7]
            count, hits = shares.get(month, (0, 0))
            shares[month] = (count + 1, hits + (coded(row["text"]) == "abroad"))
    return shares


def compare(step: Step, found: dict, truth: dict[str, tuple[int, int]]) -> None:
    posts, hits = (sum(pair[at] for pair in truth.values()) for at in (0, 1))
    headline = found["headline"]
    step.expect(headline["posts"] == posts, f"{headline['posts']} posts selected, {posts} found again")
    low, high = headline["by_codes"][1:]
    step.expect(low <= hits / posts <= high, f"the rule says {hits / posts:.3f} of the whole, by the codes {low:.3f} to {high:.3f}")
    table = next(own for own in found["findings"] if own["id"] == "stance_times")
    names = [column["name"] for column in table["columns"]]
    counted = Counter()
    for cells in table["rows"]:
        row = dict(zip(names, cells))
        if row["support"] is None:
            continue
        month_posts, month_hits = truth[row["time"][:7]]
        step.expect(row["posts"] == month_posts, f"{row['time'][:7]}: {row['posts']} posts, found again {month_posts}")
        share = month_hits / month_posts
        counted["months"] += 1
        counted["held"] += row["low"] <= share <= row["high"]
        counted["near"] += abs(row["support"] - share) <= 0.1
        counted["own"] += row["own"] is not None
        counted["own held"] += row["own"] is not None and row["own_low"] <= share <= row["own_high"]
    step.expect(counted["months"] >= 12, f"only {counted['months']} months have a share")
    step.expect(counted["near"] >= 0.9 * counted["months"], f"{counted['near']} of {counted['months']} months lie within .1 of the rule's share")
    step.figure(
        f"{posts} Russian posts on topic; the rule says {hits / posts:.3f}, {headline['method']} {headline['share']:.3f} "
        f"({headline['low']:.3f} to {headline['high']:.3f}), by the codes {headline['by_codes'][0]:.3f} ({low:.3f} to {high:.3f})"
    )
    step.figure(f"{counted['months']} months with a share: intervals hold {counted['held']}, {counted['near']} lie within .1; by own codes {counted['own held']} of {counted['own']}")
