"""Graphs of real communities: does the network rank find a camp, and do communities agree with igraph's?"""

import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from common import CACHE, SHARED, Failed, Folder, Marsad, Step, environment

GRAPHS = SHARED / "data/graphs"
PACKAGES = ["igraph==1.0.0", "scikit-learn"]
SEEDS = 20
DRAWS = 50
LEIDEN_SEEDS = 20


def graph_venv() -> Path:
    """The Python that has igraph; made once."""
    return environment(CACHE / "venv-graphs", PACKAGES)


def polblogs() -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The camp of each blog and the links between blogs."""
    text = (GRAPHS / "polblogs.gml").read_text(encoding="utf-8", errors="replace")
    nodes = re.findall(r"node \[\s*id (\d+)\s.*?value (\d)", text, re.S)
    edges = re.findall(r"edge \[\s*source (\d+)\s+target (\d+)", text)
    return {int(node): int(camp) for node, camp in nodes}, [(int(a), int(b)) for a, b in edges]


def auc(positives: list[float], negatives: list[float]) -> float:
    """The chance that a positive outranks a negative, ties as half."""
    ordered = sorted([(score, 1) for score in positives] + [(score, 0) for score in negatives])
    total, rank, at = 0.0, 1, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        total += sum(is_positive for _, is_positive in ordered[at:end]) * (rank + rank + end - at - 1) / 2
        rank, at = rank + end - at, end
    n, m = len(positives), len(negatives)
    return (total - n * (n + 1) / 2) / (n * m)


def graph(marsad: Marsad, *arguments: object) -> dict:
    run = marsad.run("graph", *arguments, "--json")
    if run.code != 0:
        raise Failed(f"`graph` ended with {run.code}: {run.last_error}")
    return json.loads(run.stdout.splitlines()[-1])


def column(path: Path, name: str) -> dict[int, float]:
    """One column of a table by account; an empty cell is the lowest score."""
    with open(path, newline="", encoding="utf-8") as file:
        return {int(row["account"]): float(row[name]) if row[name] else -1.0 for row in csv.DictReader(file)}


def camps(marsad: Marsad, step: Step) -> None:
    camp, edges = polblogs()
    step.expect(len(camp) == 1490 and len(edges) > 19_000, f"polblogs has {len(camp)} blogs and {len(edges)} links")
    draw = random.Random(7)
    found: dict[str, list[float]] = {"score_by_degree": [], "focus_friends": []}
    linking = sorted({a for a, _ in edges})
    with Folder("graphs") as folder:
        (folder / "edges.csv").write_text("".join(f"{a},{b}\n" for a, b in edges))
        for side in (0, 1):
            for number in range(DRAWS):
                seeds = set(draw.sample([node for node in linking if camp[node] == side], SEEDS))
                (folder / "seeds.txt").write_text("".join(f"{seed}\n" for seed in sorted(seeds)))
                out = folder / f"{side}-{number}"
                graph(marsad, "--edges", folder / "edges.csv", "--seeds", folder / "seeds.txt", "--levels", 2,
                      "--personalised", "--measures", "--out", out)
                for name, table in (("score_by_degree", "personalised.csv"), ("focus_friends", "measures.csv")):
                    scores = {node: score for node, score in column(out / table, name).items() if node not in seeds}
                    own = [score for node, score in scores.items() if camp[node] == side]
                    other = [score for node, score in scores.items() if camp[node] != side]
                    found[name].append(auc(own, other))
                shutil.rmtree(out)
    mean = {name: sum(values) / len(values) for name, values in found.items()}
    step.figure(f"polblogs, {2 * DRAWS} draws: mean AUC of personalised PageRank by degree {mean['score_by_degree']:.4f} (bar: .96), "
                f"least {min(found['score_by_degree']):.4f}; in-group focus (friends) {mean['focus_friends']:.4f}")
    step.expect(mean["score_by_degree"] >= 0.96, f"mean AUC {mean['score_by_degree']:.4f} is below .96")


PEER = """
import csv, json, random, sys
import igraph
from sklearn.metrics import normalized_mutual_info_score as nmi
edges = [tuple(row) for row in csv.reader(open(sys.argv[1])) if row[0] != 'u']
names = sorted({name for edge in edges for name in edge}, key=int)
place = {name: at for at, name in enumerate(names)}
graph = igraph.Graph(n=len(names), edges=[(place[a], place[b]) for a, b in edges]).simplify()
truth = {row['id']: row['dep'] for row in csv.DictReader(open(sys.argv[2]))}
labels = [truth[name] for name in names]
theirs = []
for seed in range(int(sys.argv[4])):
    random.seed(seed)
    igraph.set_random_number_generator(random)
    theirs.append(nmi(labels, graph.community_leiden('modularity', n_iterations=-1).membership))
ours = []
for seed in range(int(sys.argv[4])):
    of = {row['account']: row['community'] for row in csv.DictReader(open(f'{sys.argv[3]}/{seed}/communities.csv'))}
    # Accounts with nothing but a loop are in both lists.
    ours.append(nmi(labels, [of[name] for name in names]))
print(json.dumps({'theirs': sum(theirs) / len(theirs), 'ours': sum(ours) / len(ours)}))
"""


def departments(marsad: Marsad, step: Step) -> None:
    edges, labels = GRAPHS / "email-Eu-core.txt", GRAPHS / "email-Eu-core-department-labels.txt"
    with Folder("graphs") as folder:
        modularity = [graph(marsad, "--edges", edges, "--leiden", "--seed", seed, "--out", folder / str(seed))["leiden"]["modularity"]
                      for seed in range(LEIDEN_SEEDS)]
        command = [str(graph_venv()), "-c", PEER, str(edges), str(labels), str(folder), str(LEIDEN_SEEDS)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=dict(os.environ))
        if done.returncode != 0:
            raise Failed(f"igraph ended with {done.returncode}: {done.stderr[-500:]}")
    nmi = json.loads(done.stdout)
    step.figure(f"email-Eu-core, {LEIDEN_SEEDS} seeds: mean NMI {nmi['ours']:.4f}, igraph {nmi['theirs']:.4f} (bar: within .02); "
                f"mean modularity {sum(modularity) / len(modularity):.4f}")
    step.expect(abs(nmi["ours"] - nmi["theirs"]) <= 0.02, f"NMI {nmi['ours']:.4f} is not within .02 of igraph's {nmi['theirs']:.4f}")


def graphs(marsad: Marsad) -> Step:
    """Both graphs; nothing to do where the folder does not have them."""
    step = Step("graphs", "personalised PageRank finds a camp, Leiden agrees with igraph")
    if not (GRAPHS / "polblogs.gml").is_file():
        step.figure("there is no folder `shared/data/graphs` beside the checkout")
        return step
    camps(marsad, step)
    departments(marsad, step)
    return step
