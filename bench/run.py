#!/usr/bin/env python3
"""Measure Marsad against duckdb and polars on the same lines, and against QuaPy on the same posteriors, in the same run.

CPU time is user + system of all processes of a command; the page cache is warm; figures are medians of three runs, taken in turn so
that a noisy neighbour meets all of them. Everything runs on two cores. bench/README.md says what is compared and keeps results.

    bench/run.py                        500,000 and 2,000,000 lines
    MARSAD_BENCH_LINES=50000 bench/run.py   50,000 and four times as many
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
from place import place

from peers import environment

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
CACHE = TARGET / "bench"
MARSAD = TARGET / "release/marsad"
SHARED_GENERATOR = ROOT.parent / "shared/bench/gen_tweets.py"
PACKAGES = ["duckdb==2.0.0", "polars==2.1.0", "orjson", "quapy==0.2.3", "scikit-learn==1.9.1"]
RUNS = 3
CORES = 2


@dataclass
class Cost:
    """What one command took: CPU seconds, wall seconds, peak memory in MB (10^6 bytes)."""

    cpu: float
    wall: float
    memory: float


def measure(command: list[object]) -> Cost:
    """Runs a command on two cores to its end and measures it with all its children."""
    log = CACHE / "last.err"
    start = time.monotonic()
    with open(CACHE / "last.out", "wb") as output, open(log, "wb") as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=errors, preexec_fn=two_cores)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: `{command[0]}` ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss * 1024 / 1e6)


def two_cores() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def median(costs: list[Cost]) -> Cost:
    """The median of each measure on its own."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "memory")))


def venv() -> Path:
    """The Python that has the peers; made once."""
    return environment(CACHE / "venv", PACKAGES)


def lines_file(python: Path, lines: int) -> Path:
    """A file of so many posts, made once, in the page cache when this returns."""
    generator = SHARED_GENERATOR if SHARED_GENERATOR.is_file() else ROOT / "bench/tweets.py"
    path = CACHE / f"{generator.stem}-{lines}.jsonl"
    if not path.is_file():
        print(f"generating {lines} lines with {generator.name}", flush=True)
        part = path.with_suffix(".part")
        subprocess.run([str(python), str(generator), str(lines), str(part)], check=True)
        part.rename(path)
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
    return path


def ingest(path: Path) -> Cost:
    """One ingest into a fresh study: every table, sealed."""
    study = CACHE / "study"
    shutil.rmtree(study, ignore_errors=True)
    init = [str(MARSAD), "init", str(study), "--name", "Bench", "--unlisted", "measurement of the software on invented posts"]
    subprocess.run(init, check=True, capture_output=True)
    cost = measure([MARSAD, "ingest", study, path])
    shutil.rmtree(study, ignore_errors=True)
    return cost


def peer(python: Path, name: str, path: Path) -> Cost:
    """One run of a peer into a Parquet file."""
    out = CACHE / f"{name}.parquet"
    cost = measure([python, ROOT / "bench/peer.py", name, path, out])
    out.unlink(missing_ok=True)
    return cost


def simulate() -> tuple[int, Cost]:
    """Posts that the simulator writes, and what it took."""
    out = CACHE / "world"
    shutil.rmtree(out, ignore_errors=True)
    cost = measure([MARSAD, "simulate", "--accounts", 20_000, "--days", 60, "--seed", 7, "--out", out, "--json"])
    summary = json.loads((CACHE / "last.out").read_text().splitlines()[-1])
    shutil.rmtree(out, ignore_errors=True)
    return summary["posts"], cost


def quantify(python: Path) -> bool:
    """Shares from posteriors against QuaPy, on one thread; whether all bars held."""
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "stats", "--example", "quantify"], cwd=ROOT, check=True)
    print(flush=True)
    return subprocess.run([str(python), str(ROOT / "bench/quantify.py"), str(TARGET / "release/examples/quantify")]).returncode == 0


def bootstrap() -> bool:
    """1,000 bootstrap replicates of 5,000 codes; whether the bar held."""
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "stats", "--example", "bootstrap"], cwd=ROOT, check=True)
    seconds = float(subprocess.run([str(TARGET / "release/examples/bootstrap")], check=True, capture_output=True, text=True).stdout)
    print(f"\n1,000 bootstrap replicates of 5,000 codes: {seconds:.2f} CPU s (bar: 2.00)", flush=True)
    return seconds <= 2


def row(name: str, megabytes: float, cost: Cost) -> str:
    return f"{name:28} {cost.cpu:9.1f} {megabytes / cost.cpu:12.1f} {cost.wall:9.1f} {cost.memory:9.0f}"


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def compare(python: Path, small: Path, large: Path) -> int:
    """Runs everything in turn and prints the tables; 1 when a bar is missed."""
    costs: dict[str, list[Cost]] = {"marsad": [], "duckdb": [], "polars": []}
    for turn in range(RUNS):
        print(f"run {turn + 1} of {RUNS}", flush=True)
        costs["marsad"].append(ingest(small))
        for name in ("duckdb", "polars"):
            costs[name].append(peer(python, name, small))
    four_times = [ingest(large) for _ in range(RUNS)]
    posts, simulated = simulate()
    middle = {name: median(runs) for name, runs in costs.items()}
    big = median(four_times)
    small_mb, large_mb = small.stat().st_size / 1e6, large.stat().st_size / 1e6

    print(f"\n{time.strftime('%Y-%m-%d')}, {processor()}, {CORES} cores, {small_mb:.0f} MB and {large_mb:.0f} MB, median of {RUNS}\n")
    print(f"{'':28} {'CPU s':>9} {'MB per CPU s':>12} {'wall s':>9} {'peak MB':>9}")
    print(row("marsad ingest, all tables", small_mb, middle["marsad"]))
    print(row("duckdb, 18 columns", small_mb, middle["duckdb"]))
    print(row("polars, 18 columns", small_mb, middle["polars"]))
    print(row("marsad ingest, four times", large_mb, big))
    ratio = middle["duckdb"].cpu / middle["marsad"].cpu
    growth = big.memory / middle["marsad"].memory - 1
    print(f"\nmarsad does {ratio:.2f} times duckdb's MB per CPU second (bar: 1.00), {middle['polars'].cpu / middle['marsad'].cpu:.2f} times polars'")
    print(f"peak memory {big.memory:.0f} MB (bar: 1000), {growth:+.0%} for four times the lines (bar: ±20%)")
    print(f"simulate: {posts / simulated.wall:,.0f} posts per second (bar: 30,000)")
    held = ratio >= 1 and max(big.memory, middle["marsad"].memory) <= 1000 and abs(growth) <= 0.2 and posts / simulated.wall >= 30_000
    print("all bars held" if held else "a bar was missed")
    return 0 if held else 1


def main() -> int:
    lines = int(os.environ.get("MARSAD_BENCH_LINES", "500000"))
    CACHE.mkdir(parents=True, exist_ok=True)
    print("building release (long, the first time)", flush=True)
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked"], cwd=ROOT, check=True)
    place(MARSAD)
    python = venv()
    missed = compare(python, lines_file(python, lines), lines_file(python, 4 * lines))
    held = [bootstrap(), quantify(python)]
    return missed if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
