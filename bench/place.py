#!/usr/bin/env python3
"""Marsad's place resolver against carmen 2.0.0 on the same strings, in the same run: strings a second on one core, precision, recall.

The strings are crates/place/tests/fixtures/profiles.tsv, repeated for the time measurement. `bench/place.py peer FILE REPEATS` is what
runs inside carmen's venv.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
CACHE = TARGET / "bench"
FIXTURE = ROOT / "crates/place/tests/fixtures/profiles.tsv"
PEER = "carmen==2.0.0"


def peer(path: str, repeats: int) -> None:
    """Inside the venv: resolves every string as a profile location and prints answers and CPU seconds."""
    import carmen

    resolver = carmen.get_resolver(["profile"])
    resolver.load_locations()
    strings = [line.split("\t")[1] for line in Path(path).read_text(encoding="utf-8").splitlines()[1:]]
    tweets = [{"user": {"location": text}} for text in strings]
    start = time.process_time()
    for _ in range(repeats):
        found = [resolver.resolve_tweet(tweet) for tweet in tweets]
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "answers": [answer[1].country if answer else "" for answer in found]}))


def score(wanted: list[str], given: list[str]) -> str:
    answered = sum(bool(answer) for answer in given)
    right = sum(answer == want for answer, want in zip(given, wanted) if want)
    return f"precision {right / answered:.3f} ({right}/{answered}), recall {right / sum(map(bool, wanted)):.3f}"


def place(marsad: Path) -> None:
    """Both resolvers; prints two rows."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from peers import environment  # Not at the head: the peer's own Python runs this file too.

    python = environment(CACHE / "venv-carmen", [PEER, "pycountry==24.6.1", "setuptools<80"])
    rows = [line.split("\t") for line in FIXTURE.read_text(encoding="utf-8").splitlines()[1:]]
    wanted = ["" if row[2] == "unknown" else row[2] for row in rows]
    core = {min(os.sched_getaffinity(0))}
    one_core = lambda: os.sched_setaffinity(0, core)
    command = [str(python), str(Path(__file__).resolve()), "peer", str(FIXTURE), "5"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=one_core)
    theirs = json.loads(done.stdout.splitlines()[-1])
    # carmen names countries in English; pycountry gives their codes.
    lookup = "import json, pycountry, sys\ndef code(n):\n  try: return pycountry.countries.search_fuzzy(n)[0].alpha_2 if n else ''\n  except LookupError: return '?'\nknown = {}\nprint(json.dumps([known.setdefault(n, code(n)) for n in json.load(sys.stdin)]))"
    done = subprocess.run([str(python), "-c", lookup], input=json.dumps(theirs["answers"]), check=True, capture_output=True, text=True)
    print(f"carmen 2.0.0   {5 * len(rows) / theirs['seconds']:>9.0f} strings/s   {score(wanted, json.loads(done.stdout))}")
    repeats = 1000
    lines = CACHE / "place.txt"
    lines.write_text("".join(row[1] + "\n" for row in rows) * repeats, encoding="utf-8")
    before = os.times()
    with open(lines, encoding="utf-8") as source:
        done = subprocess.run([str(marsad), "place"], stdin=source, check=True, capture_output=True, text=True, preexec_fn=one_core)
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    ours = [line.split("\t")[0].replace("unknown", "") for line in done.stdout.splitlines()[: len(rows)]]
    print(f"marsad place   {repeats * len(rows) / seconds:>9.0f} strings/s   {score(wanted, ours)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2], int(sys.argv[3]))
    else:
        place(TARGET / "release/marsad")
