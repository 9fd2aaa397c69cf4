"""Who acts together in real posts: false alarms where labels are permuted, clusters against known categories, graphs as networkx reads them."""

import csv
import json
import random
import re
import subprocess
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from common import POSTS, SHARED, Failed, Folder, Marsad, Step
from coordinate import python

IRA = POSTS / "ira/ira_sample.csv.gz"
TELEGRAM = POSTS / "telegram_news_ru"
TRACES = ["co-link", "hashtag-sequence", "co-text", "co-hashtag"]
KINDS = {"co-link": "url", "co-text": "text", "co-hashtag": "hashtag", "co-domain": "domain"}
PERMUTATIONS = 25
MAPPING = """platform = "telegram"
format = "csv"
[post]
account_id = "who"
created_at = "at"
text = "what"
"""
READ_BACK = """
import sys
import networkx
for read, path in ((networkx.read_graphml, sys.argv[1]), (networkx.read_gexf, sys.argv[2])):
    graph = read(path)
    print(graph.number_of_nodes(), graph.number_of_edges(), sum(data['weight'] for _, _, data in graph.edges(data=True)))
"""


def coordinate(marsad: Marsad, *arguments: object) -> dict:
    run = marsad.run("coordinate", *arguments, "--json")
    if run.code != 0:
        raise Failed(f"`coordinate` ended with {run.code}: {run.last_error}")
    return json.loads(run.stdout.splitlines()[-1])


def listed(marsad: Marsad, study: Path) -> None:
    """A study that exports accounts; the listing is any, and nothing of it is in the sample."""
    run = marsad.run("init", study, "--name", "Validation", "--designation", "QDe.115", "--designations", SHARED / "data/sanctions/UN_consolidated.xml")
    if run.code != 0:
        raise Failed(f"`init` ended with {run.code}: {run.last_error}")


def rows(marsad: Marsad, study: Path, trace: str) -> list[tuple[str, str, str]]:
    """Object, account and time of every post of a trace, reposts left out as a study does."""
    own = "AND p.kind <> 'repost'"
    if trace == "hashtag-sequence":
        sql = f"""SELECT p.post_id AS post, o.object AS object, coalesce(p.account_id, p.handle) AS account, p.created_at AS at
                  FROM post_objects o JOIN posts p ON o.post_id = p.post_id AND o.platform = p.platform WHERE o.kind = 'hashtag' {own}"""
        tags: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in marsad.query(study, sql):
            tags[row["post"], row["account"], row["at"]].append(row["object"])
        # The order of rows of a query is not defined; sets are as good for permuting.
        return [(" ".join(sorted(objects)), account, at) for (_, account, at), objects in tags.items() if len(objects) > 1]
    sql = f"""SELECT o.object AS object, coalesce(p.account_id, p.handle) AS account, p.created_at AS at
              FROM post_objects o JOIN posts p ON o.post_id = p.post_id AND o.platform = p.platform WHERE o.kind = '{KINDS[trace]}' {own}"""
    return [(row["object"], row["account"], row["at"]) for row in marsad.query(study, sql)]


def named_by_posts(own: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The same posts in one order, whatever their objects are called: texts are known by a hash that every study keys anew."""
    posts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for thing, account, at in own:
        posts[thing].append((at, account))
    return [(str(number), account, at) for number, of in enumerate(sorted(sorted(of) for of in posts.values())) for at, account in of]


def permuted(own: list[tuple[str, str, str]], seed: int) -> list[tuple[str, str, str]]:
    """The same posts with accounts permuted among those on one object in one hour of the day."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (thing, _, at) in enumerate(own):
        groups[thing, at[11:13]].append(place)
    dice = random.Random(seed)
    accounts = [account for _, account, _ in own]
    for places in groups.values():
        drawn = [accounts[place] for place in places]
        dice.shuffle(drawn)
        for place, account in zip(places, drawn):
            accounts[place] = account
    return [(thing, account, at) for (thing, _, at), account in zip(own, accounts)]


def alarms(marsad: Marsad, step: Step, study: Path, folder: Path, permutations: int) -> None:
    """Bar 3c: labels permuted within object and hour of day, so that nobody acts together; a cluster in at most 8 % of runs."""
    found = runs = 0
    for trace in TRACES:
        own = named_by_posts(rows(marsad, study, trace))
        here = 0
        for seed in range(permutations):
            table, out = folder / "permuted.csv", folder / "permuted"
            with open(table, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["object", "account", "at"])
                writer.writerows(permuted(own, seed))
            result = coordinate(marsad, "--table", table, "--object", "object", "--account", "account", "--time", "at", "--window", "60s", "--test", "--out", out)
            here += result["clusters"] > 0
            subprocess.run(["rm", "-r", str(out)], check=True)
        step.figure(f"{trace}: a cluster in {here} of {permutations} permutations of {len(own):,} posts on objects")
        found, runs = found + here, runs + permutations
    step.expect(found <= 0.08 * runs, f"a cluster in {found} of {runs} permutations, more than 8 %")
    step.figure(f"labels permuted within object and hour of day: a cluster in {found} of {runs} runs at q = .05")


def purity(clusters: dict[str, list[str]], category: dict[str, str]) -> float:
    """The share of accounts that are of their cluster's most frequent category."""
    most = sum(Counter(category[account] for account in accounts).most_common(1)[0][1] for accounts in clusters.values())
    return most / sum(map(len, clusters.values()))


def categories(marsad: Marsad, step: Step, study: Path, folder: Path) -> None:
    """Bar 4: clusters against the categories that other people gave the accounts, beside the same with categories permuted."""
    with open(POSTS / "ira/authors.csv", newline="", encoding="utf-8") as file:
        known = {row["author_id"].lower(): row["account_category"] for row in csv.DictReader(file)}
    asked = {
        "nearly identical texts, tested": ["--trace", "near-text=60s", "--test"],
        "identical texts, three pairs or more, communities": ["--trace", "co-text=60s", "--min-weight", "3", "--leiden"],
    }
    for name, more in asked.items():
        out = folder / name
        found = coordinate(marsad, study, *more, "--graphml", "--gexf", "--internal", "--out", out)
        script = "import sys, networkx\nfor node, data in networkx.read_graphml(sys.argv[1]).nodes(data=True): print(node, data['cluster'])"
        read = subprocess.run([str(python()), "-c", script, str(out / "network.graphml")], check=True, capture_output=True, text=True).stdout
        clusters: dict[str, list[str]] = defaultdict(list)
        for line in read.splitlines():
            account, cluster = line.split()
            name_of = account.split(":", 1)[1].lstrip("@").lower()
            if name_of in known:
                clusters[cluster].append(name_of)
        back = subprocess.run([str(python()), "-c", READ_BACK, str(out / "network.graphml"), str(out / "network.gexf")], check=True, capture_output=True, text=True).stdout.split("\n")
        network = next(finding for finding in found["findings"] if finding["id"] == "coordination_network")
        step.expect(back[0] == back[1] and int(back[0].split()[1]) == found["standing"], f"networkx reads {back[:2]}, {found['standing']} pairs stand")
        step.expect(len(network["rows"]) == min(1500, found["standing"]), f"the picture has {len(network['rows'])} ties")
        own = purity(clusters, known)
        accounts = sorted(account for members in clusters.values() for account in members)
        # Of all accounts in the study: where one cluster holds all that stand, permuting among them would change nothing.
        everybody = sorted(known[row["handle"].lower()] for row in marsad.query(study, "SELECT DISTINCT handle FROM posts") if row["handle"].lower() in known)
        baseline = []
        for seed in range(500):
            drawn = random.Random(seed).sample(everybody, len(accounts))
            baseline.append(purity(clusters, dict(zip(accounts, drawn))))
        baseline.sort()
        sizes = sorted((len(members) for members in clusters.values()), reverse=True)
        step.figure(f"{name}: {len(sizes)} clusters of {sum(sizes)} accounts (largest {sizes[:5]}), {found['standing']:,} pairs; "
                    f"purity {own:.3f}, permuted {sum(baseline) / 500:.3f} (97.5 % quantile {baseline[487]:.3f})")
        step.expect(own > baseline[487], f"purity {own:.3f} is no better than that of permuted categories")


def families(posts: list[tuple[str, str, str]]) -> tuple[int, int]:
    """Groups of nearly identical texts and the posts in them, by looking at every pair within seven days."""
    sets = []
    for _, at, text in posts:
        kept = " ".join(word for word in text.lower().split() if not word.startswith(("http", "@")))
        words = frozenset(re.findall(r"\w+", kept))
        if len(words) >= 4:
            sets.append((datetime.fromisoformat(at), words))
    sets.sort(key=lambda post: post[0])
    parents = list(range(len(sets)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    for place, (at, words) in enumerate(sets):
        for other in range(place - 1, -1, -1):
            if at - sets[other][0] > timedelta(days=7):
                break
            both = len(words & sets[other][1])
            if both >= 0.8 * (len(words) + len(sets[other][1]) - both):
                parents[root(place)] = root(other)
    sizes = Counter(root(place) for place in range(len(sets)))
    return sum(size > 1 for size in sizes.values()), sum(size for size in sizes.values() if size > 1)


def telegram(marsad: Marsad, step: Step, folder: Path) -> None:
    """Near-duplicates among channels; the families are described in docs/validation.md."""
    study, table, mapping = folder / "telegram", folder / "telegram.csv", folder / "telegram.toml"
    mapping.write_text(MAPPING)
    posts = []
    for path in sorted(TELEGRAM.glob("*_messages.json")):
        messages = json.loads(path.read_text(encoding="utf-8"))
        posts.extend((path.name.split("_")[0], message["date"], message["text"]) for message in messages if message["text"])
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["who", "at", "what"])
        writer.writerows(posts)
    listed(marsad, study)
    run, _ = marsad.ingest(study, table, "--mapping", mapping)
    step.expect(run.code == 0, f"`ingest` ended with {run.code}: {run.last_error}")
    found = coordinate(marsad, study, "--trace", "near-text=7d", "--min-weight", "1")
    near = found["traces"][0]
    step.expect((near["objects"], near["posts"]) == families(posts), f"{near['objects']} families of {near['posts']} posts, by looking at every pair {families(posts)}")
    step.figure(f"Telegram: {near['objects']} families of {near['posts']} nearly identical texts, as by looking at every pair; {near['pairs']} pair of different channels within seven days")


def together(marsad: Marsad, permutations: int = PERMUTATIONS) -> Step:
    """All three; nothing to do where the folder does not have them."""
    step = Step("together", "who acts together in real posts")
    if not IRA.is_file():
        step.figure("there is no folder `shared` with its data beside the checkout")
        return step
    with Folder("together") as folder:
        study = folder / "study"
        listed(marsad, study)
        run, _ = marsad.ingest(study, IRA)
        step.expect(run.code == 0, f"`ingest` ended with {run.code}: {run.last_error}")
        refused = marsad.run("coordinate", study, "--window", "10s", "--trace", "co-link")
        step.expect(refused.code == 2 and "whole minutes" in refused.stderr, "a window finer than the sample's minutes is not refused")
        categories(marsad, step, study, folder)
        alarms(marsad, step, study, folder, permutations)
        telegram(marsad, step, folder)
    return step
