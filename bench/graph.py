#!/usr/bin/env python3
"""Measure `marsad graph` against networkit and scipy on one RMAT graph, in the same run.

Marsad reads the edge list as text and writes its tables; the peers get arrays of the distinct edges, which spares them parsing and
dropping repeats. CPU time of networkit and scipy is that of load + components + PageRank, measured inside the process. Medians of three.

    bench/graph.py                          2^20 nodes, 20 million edges
    MARSAD_BENCH_EDGES=1000000 bench/graph.py
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from run import CACHE, MARSAD, ROOT, RUNS, Cost, environment, measure, median

SCALE = 20
EDGES = int(os.environ.get("MARSAD_BENCH_EDGES", "20000000"))
PACKAGES = ["networkit==11.2", "scipy", "numpy"]

MAKE = """
import sys
import numpy as np
scale, edges, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
draw = np.random.default_rng(1)
with open(path + '.part', 'w') as file:
    parts, left = [], edges
    while left:
        size = min(left, 1_000_000)
        a, b = np.zeros(size, np.int64), np.zeros(size, np.int64)
        for _ in range(scale):
            r = draw.random(size)
            a, b = 2 * a + (r >= .76), 2 * b + (((r >= .57) & (r < .76)) | (r >= .95))
        a, b = (a * 2654435761) % (1 << scale), (b * 2654435761) % (1 << scale)
        a, b = a[a != b], b[a != b]
        parts.append(np.stack([a, b], 1))
        file.writelines(map('%d %d\\n'.__mod__, map(tuple, parts[-1].tolist())))
        left -= len(a)
pairs = np.unique(np.concatenate(parts), axis=0)
# Only accounts with an edge are in an edge list, so the peers get the same nodes, numbered in the same order.
nodes, places = np.unique(pairs, return_inverse=True)
np.save(path + '.npy', places.reshape(-1, 2).astype(np.uint32))
"""

PEER = """
import json, sys, time
import numpy as np
name, path, out = sys.argv[1:]
edges = np.load(path)
n = int(edges.max()) + 1
if name == 'networkit':
    import networkit
    networkit.setNumberOfThreads(2)
else:
    import scipy.sparse as sparse
    from scipy.sparse.csgraph import connected_components
start = time.process_time()
if name == 'networkit':
    ones = np.ones(len(edges))
    graph = networkit.GraphFromCoo((ones, (edges[:, 0].astype(np.uint64), edges[:, 1].astype(np.uint64))), n=n, directed=True)
    components = networkit.components.WeaklyConnectedComponents(graph).run().numberOfComponents()
    rank = networkit.centrality.PageRank(graph, .85, 1e-8)
    scores = np.array(rank.run().scores())
else:
    graph = sparse.csr_matrix((np.ones(len(edges), np.float32), (edges[:, 0], edges[:, 1])), shape=(n, n))
    components = int(connected_components(graph, directed=True, connection='weak')[0])
    degree, turned = np.asarray(graph.sum(1)).ravel(), graph.T.tocsr()
    scores = np.full(n, 1 / n)
    while True:
        share = np.where(degree > 0, scores / np.maximum(degree, 1), 0)
        new = .85 * (turned @ share + scores[degree == 0].sum() / n) + .15 / n
        change, scores = abs(new - scores).sum(), new
        if change < 1e-8:
            break
cpu = time.process_time() - start
np.save(out, scores)
print(json.dumps({'cpu': cpu, 'components': components, 'edges': len(edges), 'nodes': n}))
"""

COMPARE = """
import csv, sys
import numpy as np
with open(sys.argv[1]) as file:
    ours = np.array([float(row['score']) for row in csv.DictReader(file)])
print(' '.join(repr(float(abs(ours - np.load(path)).max())) for path in sys.argv[2:]))
"""


def graph_venv() -> Path:
    """The Python that has the peers; made once."""
    return environment(CACHE / "venv-graph", PACKAGES)


def edges_file(python: Path) -> Path:
    """The edge list as text, and beside it the distinct edges as an array; made once."""
    path = CACHE / f"rmat-{SCALE}-{EDGES}.txt"
    if not path.is_file():
        print(f"generating {EDGES} edges", flush=True)
        subprocess.run([str(python), "-c", MAKE, str(SCALE), str(EDGES), str(path)], check=True)
        Path(f"{path}.part").rename(path)
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
    return path


def last_json() -> dict:
    return json.loads((CACHE / "last.out").read_text().splitlines()[-1])


def ours(path: Path) -> tuple[Cost, dict]:
    """One run of the binary: everything from the text to tables."""
    out = CACHE / "graph"
    shutil.rmtree(out, ignore_errors=True)
    cost = measure([MARSAD, "graph", "--edges", path, "--components", "--pagerank", "--measures", "--out", out, "--json"])
    return cost, last_json()


def peer(python: Path, name: str, path: Path) -> tuple[Cost, dict]:
    """One run of a peer; its CPU time without start-up and reading of the array."""
    cost = measure([python, "-c", PEER, name, f"{path}.npy", CACHE / f"{name}-scores.npy"])
    found = last_json()
    return Cost(found["cpu"], cost.wall, cost.memory), found


def compare() -> int:
    """Runs all in turn, prints the table; 1 when a bar is missed."""
    python = graph_venv()
    path = edges_file(python)
    costs: dict[str, list[Cost]] = {"marsad": [], "networkit": [], "scipy": []}
    counts: dict[str, dict] = {}
    for turn in range(RUNS):
        print(f"graph: run {turn + 1} of {RUNS}", flush=True)
        for name in costs:
            cost, counts[name] = ours(path) if name == "marsad" else peer(python, name, path)
            costs[name].append(cost)
    middle = {name: median(runs) for name, runs in costs.items()}
    scores = [str(CACHE / f"{name}-scores.npy") for name in ("networkit", "scipy")]
    done = subprocess.run([str(python), "-c", COMPARE, str(CACHE / "graph/pagerank.csv"), *scores], check=True, capture_output=True, text=True)
    to_networkit, to_scipy = map(float, done.stdout.split())
    print(f"\nRMAT, {counts['marsad']['nodes']:,} nodes with an edge, {counts['marsad']['edges']:,} distinct of {EDGES:,} edges\n")
    print(f"{'':28} {'CPU s':>9} {'wall s':>9} {'peak MB':>9}")
    for name, cost in middle.items():
        print(f"{name:28} {cost.cpu:9.1f} {cost.wall:9.1f} {cost.memory:9.0f}")
    ratio = middle["networkit"].cpu / middle["marsad"].cpu
    components = counts["marsad"]["components"]["weak"]
    same = components == counts["networkit"]["components"] and counts["marsad"]["edges"] == counts["networkit"]["edges"]
    print(f"\nnetworkit takes {ratio:.2f} times marsad's CPU (bar: 1.00), scipy {middle['scipy'].cpu / middle['marsad'].cpu:.2f} times")
    print(f"peak memory {middle['marsad'].memory:.0f} MB (bar: 400); {components} components, {'as' if same else 'NOT as'} networkit")
    print(f"largest difference of a PageRank to networkit {to_networkit:.1e} (bar: 1e-7), to scipy {to_scipy:.1e}")
    held = ratio > 1 and middle["marsad"].memory <= 400 and same and to_networkit <= 1e-7
    print("graph: all bars held" if held else "graph: a bar was missed")
    return 0 if held else 1


def main() -> int:
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked"], cwd=ROOT, check=True)
    return compare()


if __name__ == "__main__":
    sys.exit(main())
