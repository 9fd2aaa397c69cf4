#!/usr/bin/env python3
"""Measure `marsad erase`: 1,000 accounts from a lake of N posts, and what tombstones cost an ingest.

Posts are those of tweets.py, piped into the ingest, so that no file of tens of gigabytes is needed. The accounts are drawn at random from all that
wrote, so that every group of rows of every file holds something to erase: nothing can be copied as it is, the hardest case. CPU seconds are user +
system of the process; figures are those of one run. Then one file is read into a lake without tombstones, and into one with those of 1,000 accounts
of which it holds none.

    bench/erase.py MARSAD                      1,000,000 posts
    MARSAD_BENCH_POSTS=10000000 bench/erase.py MARSAD
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BAR = 120.0  # CPU seconds for 1,000 accounts of 10 million posts
ACCOUNTS = 1000


def cpu(command: list[str], stdin=None) -> tuple[float, float, str]:
    """CPU seconds, wall seconds and standard output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(command, stdin=stdin, stdout=subprocess.PIPE, check=True)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout.decode()


def write(python: Path, posts: int, *seed: str, out) -> subprocess.Popen:
    """The generator, in the environment that has what it needs."""
    return subprocess.Popen([str(python), str(HERE / "tweets.py"), str(posts), "/dev/stdout", *seed], stdout=out, stderr=subprocess.DEVNULL)


def finish(generator: subprocess.Popen) -> None:
    if generator.wait() != 0:
        sys.exit("bench: the generator of posts failed")


def init(marsad: str, study: Path) -> Path:
    subprocess.run([marsad, "init", str(study), "--name", "bench", "--unlisted", "a measurement", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return study


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def erase(marsad: str, python: Path, folder: Path, posts: int) -> dict:
    study = init(marsad, folder / "study")
    generator = write(python, posts, out=subprocess.PIPE)
    subprocess.run([marsad, "ingest", str(study), "-", "--quiet"], stdin=generator.stdout, check=True, stdout=subprocess.DEVNULL)
    finish(generator)
    rows = subprocess.run([marsad, "query", str(study), "SELECT DISTINCT account_id FROM posts ORDER BY 1", "--json"], check=True, stdout=subprocess.PIPE)
    ids = [json.loads(line)["account_id"] for line in rows.stdout.decode().splitlines()]
    chosen = random.Random(5).sample(ids, min(ACCOUNTS, len(ids)))
    listed = folder / "list.csv"
    listed.write_text("".join(f"twitter:{account}\n" for account in chosen))
    before = size(study / "lake")
    seconds, wall, out = cpu([marsad, "erase", str(study), "--list", str(listed), "--json"])
    said = json.loads(out.splitlines()[-1])
    return {
        "posts": posts, "accounts": len(chosen), "of_accounts": len(ids), "cpu_seconds": round(seconds, 1), "seconds": round(wall, 1),
        "lake_bytes": before, "rows": said["rows"],
    }


def tombstones(marsad: str, python: Path, folder: Path, posts: int) -> dict:
    """CPU seconds of reading one file with and without tombstones, the best of three."""
    file = folder / "posts.jsonl"
    with open(file, "wb") as out:
        finish(write(python, posts, "3", out=out))
    listed = folder / "strangers.csv"
    listed.write_text("".join(f"twitter:{10**15 + number}\n" for number in range(ACCOUNTS)))
    best = {"without": float("inf"), "with": float("inf")}
    for turn in range(3):
        for name in best:
            study = init(marsad, folder / f"{name}-{turn}")
            if name == "with":
                subprocess.run([marsad, "erase", str(study), "--list", str(listed), "--quiet"], check=True, stdout=subprocess.DEVNULL)
            best[name] = min(best[name], cpu([marsad, "ingest", str(study), str(file), "--quiet"])[0])
            shutil.rmtree(study)
    return {"posts": posts, "ingest_without": round(best["without"], 2), "ingest_with_1000_tombstones": round(best["with"], 2)}


def main() -> int:
    from run import CACHE, environment

    marsad = sys.argv[1] if len(sys.argv) > 1 else "marsad"
    posts = int(os.environ.get("MARSAD_BENCH_POSTS", "1000000"))
    python = environment(CACHE / "venv-erase", ["orjson==3.11.9"])
    with tempfile.TemporaryDirectory(prefix="bench-erase-") as name:
        folder = Path(name)
        found = {"erase": erase(marsad, python, folder, posts), "tombstones": tombstones(marsad, python, folder, min(posts, 300_000))}
    print(json.dumps(found, indent=2))
    per_ten_million = found["erase"]["cpu_seconds"] * 10_000_000 / posts
    print(f"{found['erase']['cpu_seconds']} CPU s; {per_ten_million:.0f} for ten million posts at this rate, bar {BAR:.0f}", file=sys.stderr)
    return 0 if per_ten_million <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
