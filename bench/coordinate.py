#!/usr/bin/env python3
"""Measure `marsad coordinate` against coordination_network_toolkit and numpy on the same generated posts, in the same run.

Marsad reads the table as text and writes edges, evidence and accounts. The toolkit loads its table and computes co-retweets; numpy counts
pairs in arrays that are already there and writes nothing. CPU seconds; medians of three.

    bench/coordinate.py
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from run import CACHE, MARSAD, ROOT, RUNS, Cost, environment, measure, median

SHARED = ROOT.parent / "shared/bench"
PACKAGES = ["numpy==2.4.1", "pandas", "coordination_network_toolkit==1.5.2"]
TOOLKIT = """
import sys
from coordination_network_toolkit import compute_networks, preprocess
preprocess.preprocess_csv_files(sys.argv[2], [sys.argv[1]])
compute_networks.compute_co_retweet_parallel(sys.argv[2], 60, min_edge_weight=2, n_threads=2)
"""


def ours(folder: Path, *more: str) -> tuple[Cost, dict]:
    out = CACHE / "coordinate-out"
    shutil.rmtree(out, ignore_errors=True)
    columns = ["--object", "object_id", "--account", "account_id", "--time", "timestamp_share", "--post", "content_id"]
    cost = measure([MARSAD, "coordinate", "--table", folder / "data/coord.csv", *columns, "--window", "60s", "--min-weight", "2", *more, "--out", out, "--json"])
    return cost, json.loads((CACHE / "last.out").read_text().splitlines()[-1])


def toolkit(python: Path, folder: Path) -> Cost:
    store = CACHE / "toolkit.db"
    store.unlink(missing_ok=True)
    return measure([python, "-c", TOOLKIT, folder / "data/cnt.csv", store])


def numpy(python: Path, folder: Path) -> tuple[Cost, str]:
    done = subprocess.run([str(python), str(SHARED / "coord_truth.py")], cwd=folder, check=True, capture_output=True, text=True).stdout
    return Cost(float(re.search(r"cpu ([\d.]+)", done).group(1)), 0, 0), done


def main() -> int:
    if not (SHARED / "coord_gen.py").is_file():
        print("coordinate: there is no generator in `shared/bench` beside the checkout")
        return 0
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked"], cwd=ROOT, check=True)
    python = environment(CACHE / "venv-coordinate", PACKAGES)
    folder = CACHE / "coordinate"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    if not (folder / "data/cnt.csv").is_file():
        subprocess.run([str(python), str(SHARED / "coord_gen.py")], cwd=folder, check=True)
    costs: dict[str, list[Cost]] = {"marsad": [], "toolkit": [], "numpy": []}
    for turn in range(RUNS):
        print(f"coordinate: run {turn + 1} of {RUNS}", flush=True)
        cost, found = ours(folder)
        costs["marsad"].append(cost)
        costs["toolkit"].append(toolkit(python, folder))
        cost, truth = numpy(python, folder)
        costs["numpy"].append(cost)
    tested, _ = ours(folder, "--test")
    middle = {name: median(runs) for name, runs in costs.items()}
    print(f"\n{'':28} {'CPU s':>9} {'peak MB':>9}")
    for name, cost in [*middle.items(), ("marsad, with --test", tested)]:
        print(f"{name:28} {cost.cpu:9.1f} {cost.memory:9.0f}")
    ratio = middle["toolkit"].cpu / middle["marsad"].cpu
    same = f"pairs {found['pairs']} edges>=2 {found['edges']} " in truth
    print(f"\nthe toolkit takes {ratio:.1f} times marsad's CPU (bar: 8); pairs and edges {'as' if same else 'NOT as'} numpy")
    held = ratio >= 8 and same
    print("coordinate: all bars held" if held else "coordinate: a bar was missed")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
