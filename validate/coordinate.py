"""Who acts together: the answers of CooRTweet, coordination-network-toolkit and numpy, and graphs as networkx reads them."""

import csv
import json
import re
import subprocess
import time
from pathlib import Path

from common import CACHE, POSTS, SHARED, Failed, Folder, Marsad, Step, environment

COORTWEET = POSTS / "coortweet"
TOOLKIT = POSTS / "coordination_toolkit/coretweet_test_input.csv"
GENERATOR = SHARED / "bench/coord_gen.py"
PACKAGES = ["numpy==2.4.1", "pandas", "networkx"]
LINE = re.compile(r"mp=(\d+) tw=(\d+) remove_loops=(\w+): rows=(\d+) objects=(\d+) accounts=(\d+) \| network nodes=(\d+) edges=(\d+) "
                  r"sum_weight=(\d+) max_weight=(\d+) components=(\d+) largest=(\d+)")
# (window, least weight, loops) and the nodes that the toolkit's own test expects.
NODES = [(1, 1, False, 2), (1, 1, True, 3), (1, 2, False, 0), (1, 2, True, 1), (60, 1, False, 6), (60, 1, True, 7)]
READ_BACK = """
import sys
import networkx
for read, path in ((networkx.read_graphml, sys.argv[1]), (networkx.read_gexf, sys.argv[2])):
    graph = read(path)
    print(graph.number_of_nodes(), graph.number_of_edges(), sum(data['objects'] for _, _, data in graph.edges(data=True)))
"""


def python() -> Path:
    """The Python that has numpy and networkx; made once."""
    return environment(CACHE / "venv-coordinate", PACKAGES)


def coordinate(marsad: Marsad, table: Path, columns: list[str], out: Path, *more: object) -> dict:
    named = [part for flag, column in zip(("--object", "--account", "--time", "--post"), columns) for part in (flag, column)]
    run = marsad.run("coordinate", "--table", table, *named, "--out", out, "--json", *more)
    if run.code != 0:
        raise Failed(f"`coordinate` ended with {run.code}: {run.last_error}")
    return json.loads(run.stdout.splitlines()[-1])


def rows(path: Path) -> list[dict]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def coortweet(marsad: Marsad, step: Step) -> None:
    """Every line of the results that CooRTweet gave for its own data."""
    columns = ["object_id", "account_id", "timestamp_share", "content_id"]
    lines = [LINE.search(line) for line in (COORTWEET / "REFERENCE_RESULTS_CooRTweet.txt").read_text().splitlines() if line.strip()]
    step.expect(len(lines) >= 4 and all(lines), "the file of results cannot be read")
    for number, line in enumerate(filter(None, lines)):
        participation, window, without_loops, *expected = line.groups()
        expected = list(map(int, expected))
        loops = [] if without_loops == "TRUE" else ["--loops"]
        with Folder("coordinate") as folder:
            found = coordinate(marsad, COORTWEET / "russian_coord_tweets.csv.gz", columns, folder / "out", "--min-participation", participation,
                               "--window", f"{window}s", "--min-weight", 1, *loops)
            weights = [int(row["pairs"]) for row in rows(folder / "out/edges.csv")]
            objects = len({row["object"] for row in rows(folder / "out/evidence.csv")})
        ours = [found["pairs"], objects, found["accounts"], found["accounts"], found["edges"], sum(weights), max(weights), found["components"],
                found["largest_component"]]
        step.expect(ours == expected, f"CooRTweet's line {number + 1}: {ours}, not {expected}")
    step.figure(f"CooRTweet: {len(lines)} lines of its results")


def toolkit(marsad: Marsad, step: Step) -> None:
    """The nodes that the toolkit's test of co-retweets expects."""
    for window, weight, loops, expected in NODES:
        with Folder("coordinate") as folder:
            found = coordinate(marsad, TOOLKIT, ["repost_id", "user_id", "timestamp", "message_id"], folder / "out", "--weight", "posts", "--any-clock",
                               "--window", window, "--min-weight", weight, *(["--loops"] if loops else []))
        step.expect(found["accounts"] == expected, f"toolkit, window {window}, weight {weight}, loops {loops}: {found['accounts']}, not {expected}")
    step.figure(f"coordination-network-toolkit: {len(NODES)} cases")


def generated(marsad: Marsad, step: Step) -> None:
    """A million posts: as many pairs and edges as numpy counts, evidence at once, rings found, graphs read back."""
    cache = CACHE / "coordinate"
    (cache / "data").mkdir(parents=True, exist_ok=True)
    if not (cache / "data/cnt.csv").is_file():
        subprocess.run([str(python()), str(GENERATOR)], cwd=cache, check=True)
    truth = subprocess.run([str(python()), str(SHARED / "bench/coord_truth.py")], cwd=cache, check=True, capture_output=True, text=True).stdout
    pairs, edges = map(int, re.search(r"pairs (\d+) edges>=2 (\d+)", truth).groups())
    with Folder("coordinate") as folder:
        out = folder / "out"
        found = coordinate(marsad, cache / "data/coord.csv", ["object_id", "account_id", "timestamp_share", "content_id"], out,
                           "--window", "60s", "--min-weight", 2, "--test", "--graphml", "--gexf")
        step.expect((found["pairs"], found["edges"]) == (pairs, edges), f"{found['pairs']} pairs and {found['edges']} edges, numpy {pairs} and {edges}")
        clock = time.monotonic()
        shown = json.loads(marsad.run("coordinate", "--show", out, "--between", "u3", "u7", "--json").stdout)
        milliseconds = 1000 * (time.monotonic() - clock)
        step.expect(len(shown["evidence"]) == shown["edge"]["pairs"] and milliseconds <= 100, f"evidence of an edge took {milliseconds:.0f} ms")
        clusters = rows(out / "clusters.csv")
        members: dict[str, list[int]] = {}
        for row in rows(out / "accounts.csv"):
            if row["cluster"]:
                members.setdefault(row["cluster"], []).append(int(row["account"][1:]) // 20)
        # The generator's rings are accounts 0 to 19, 20 to 39 and so on; most of their objects are posted by hardly anybody else in that hour.
        rings = {own[0] for own in members.values() if len(set(own)) == 1 and own[0] < 20}
        found_in = sum(map(len, members.values()))
        step.expect(len(clusters) == len(members) == len(rings) == 20, f"{len(clusters)} clusters, of which {len(rings)} are each of one ring of 20")
        step.expect(found_in >= 360, f"{found_in} of the 400 accounts of rings are in their clusters")
        read = subprocess.run([str(python()), "-c", READ_BACK, str(out / "network.graphml"), str(out / "network.gexf")], check=True, capture_output=True, text=True)
        standing = {(row["account_a"], row["account_b"]): int(row["objects"]) for row in rows(out / "edges.csv") if float(row["q"]) <= 0.05}
        nodes = len({account for edge in standing for account in edge})
        expected = f"{nodes} {len(standing)} {sum(standing.values())}"
        step.expect(read.stdout.split("\n")[:2] == [expected] * 2, f"networkx reads {read.stdout!r}, not {expected} twice")
    step.figure(f"a million posts: {pairs:,} pairs, {edges:,} edges as numpy; evidence of an edge in {milliseconds:.0f} ms; {len(standing):,} of 3,800 pairs of rings stand, with {found_in} of their 400 accounts, in {len(clusters)} clusters")


def coordination(marsad: Marsad) -> Step:
    """All three; nothing to do where the folder does not have them."""
    step = Step("coordinate", "pairs and edges as CooRTweet, the toolkit and numpy count them")
    if not COORTWEET.is_dir() or not GENERATOR.is_file():
        step.figure("there is no folder `shared` with its data beside the checkout")
        return step
    coortweet(marsad, step)
    toolkit(marsad, step)
    generated(marsad, step)
    return step
