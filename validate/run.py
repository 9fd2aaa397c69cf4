#!/usr/bin/env python3
"""Validate Marsad against real files and other people's counts.

Reads the folder `../shared` beside the checkout; without it there is nothing to do and this ends well. Each step prints PASS or FAIL
with its figures; the exit code is 1 when one failed. What each step shows is described in docs/validation.md.

    validate/run.py                  every step but the long ones
    validate/run.py files ira        these steps
    validate/run.py files --update   rewrite the numbers of the table in docs/validation.md, explanations kept
"""

import argparse
import json
import os
import re
import subprocess
import sys

from common import POSTS, ROOT, SHARED, Failed, Folder, Marsad, Step, build, stopwatch, venv
from coordinate import coordination
from embeddings import embeddings
from files import files, known_files
from graphs import graphs
from keys import keys
from language import language
from place import place
from stance import stance
from together import together
from talk import talk
from truth import clients, ira, listings
from web import kills as server_kills, requests


def fuzz(cases: int) -> Step:
    """The mutation fuzzing of every parser, on real samples and with many more cases than `make test` has time for."""
    step = Step("fuzz", f"{cases} mutations of real samples per parser, no panic")
    environment = dict(os.environ, MARSAD_FUZZ_CASES=str(cases), MARSAD_FUZZ_SAMPLES=str(POSTS), INSTA_UPDATE="no")
    command = ["cargo", "test", "--workspace", "--locked", "--lib", "--test", "it", "--", "fuzz"]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800)
    except subprocess.TimeoutExpired:
        step.expect(False, "not done within 30 minutes")
        return step
    passed = sum(int(number) for number in re.findall(r"(\d+) passed", done.stdout))
    step.expect(done.returncode == 0, f"cargo test ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    step.expect(passed > 0, "no test has `fuzz` in its name")
    step.figure(f"{passed} parsers")
    return step


def duckdb(marsad: Marsad) -> Step:
    """A lake of every known file, opened by DuckDB: row counts and sums of every table."""
    step = Step("duckdb", "DuckDB opens the lake and counts the same")
    script = ROOT / "validate/duckdb_compare.py"
    with Folder("duckdb") as folder:
        study = folder / "study"
        marsad.init(study)
        run, _ = marsad.ingest(study, *known_files())
        step.expect(run.code == 0, f"ended with {run.code}: {run.last_error}")
        command = [str(venv()), str(script), str(study)]
        environment = {**os.environ, "MARSAD": str(marsad.path)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=environment)
    step.expect(done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
    for line in done.stdout.splitlines()[-12:]:
        step.figure(line)
    return step


def figures(marsad: Marsad) -> Step:
    """A description of the Internet Research Agency sample, of which five figures are worked out again from the Parquet export."""
    step = Step("figures", "five figures of a description, worked out again from the export by DuckDB and Python")
    script = ROOT / "validate/figures.py"
    with Folder("figures") as folder:
        study = folder / "study"
        # An unlisted study exports no accounts; the listing is any, and nothing of it is in the sample.
        listing = ["--designation", "QDe.115", "--designations", SHARED / "data/sanctions/UN_consolidated.xml"]
        run = marsad.run("init", study, "--name", "Validation", *listing)
        step.expect(run.code == 0, f"`init` ended with {run.code}: {run.last_error}")
        run, _ = marsad.ingest(study, POSTS / "ira/ira_sample.csv.gz")
        step.expect(run.code == 0, f"`ingest` ended with {run.code}: {run.last_error}")
        run = marsad.run("describe", study, "--internal", "--json")
        step.expect(run.code == 0, f"`describe` ended with {run.code}: {run.last_error}")
        (folder / "described.json").write_text(run.stdout, encoding="utf-8")
        for table in ("accounts", "posts", "post_objects"):
            run = marsad.run("export", study, table, "--format", "parquet", "--out", folder / f"{table}.parquet")
            step.expect(run.code == 0, f"`export` of {table} ended with {run.code}: {run.last_error}")
        command = [str(venv()), str(script), str(study), str(folder), str(folder / "described.json")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    step.expect(done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
    for line in done.stdout.splitlines()[:5]:
        step.figure(line)
    return step


def proof(marsad: Marsad) -> Step:
    """The census's estimators on simulated frames: how often their intervals hold."""
    step = Step("proof", "intervals of the census hold what they promise, 50 replicates a cell")
    done = subprocess.run([str(marsad.path), "prove", "census", "--replicates", "50", "--json"], capture_output=True, text=True, timeout=1800)
    step.expect(done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-1000:]}")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        step.expect(False, "printed no JSON")
        return step
    step.expect(found["holds"] is True, "a cell is outside its bounds")
    step.figure(f"{len(found['cells'])} cells, least coverage {min(cell['coverage'] for cell in found['cells']):.2f}")
    return step


def kills(marsad: Marsad, number: int, seed: int) -> bool:
    """The step `kills`, in the Python that has DuckDB; it prints its own verdict."""
    script = ROOT / "validate/kills.py"
    return subprocess.run([str(venv()), str(script), str(marsad.path), str(number), str(seed)]).returncode == 0


# Steps that take minutes, some with a release build or slow peers; docs/validation.md says what each of them shows, and what it does not meet. They
# run when they are named.
LONG = ["stance", "embeddings", "together", "talk", "requests"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [
        "files", "ira", "clients", "listings", "place", "figures", "language", "keys", "duckdb", "graphs", "coordinate", "together", "talk", "proof", "stance",
        "embeddings", "requests", "server-kills", "kills", "fuzz",
    ]
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"which steps to run, of: {', '.join(names)} (default: all but {', '.join(LONG)}, which take long)")
    parser.add_argument("--update", action="store_true", help="rewrite the numbers of the table in docs/validation.md and the tables of docs/validation/language.md")
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many kills in all (default: 200)")
    parser.add_argument("--cases", type=int, default=100_000, metavar="N", help="fuzz cases per parser (default: 100000)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="seed of the instants of the kills (default: 7)")
    given = parser.parse_args()
    unknown = set(given.steps) - set(names)
    if unknown:
        parser.error(f"no step is named {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    given.steps = given.steps or [name for name in names if name not in LONG]
    return given


def main() -> int:
    given = arguments()
    if not POSTS.is_dir():
        print(f"validate: there is no folder `shared/data/posts` beside the checkout; nothing to validate against")
        return 0
    marsad = build()
    steps = {
        "files": lambda: files(marsad, given.update),
        "ira": lambda: ira(marsad),
        "clients": lambda: clients(marsad),
        "listings": lambda: listings(marsad),
        "place": lambda: place(marsad),
        "figures": lambda: figures(marsad),
        "language": lambda: language(given.update),
        "keys": lambda: keys(marsad),
        "duckdb": lambda: duckdb(marsad),
        "graphs": lambda: graphs(marsad),
        "coordinate": lambda: coordination(marsad),
        "together": lambda: together(marsad),
        "proof": lambda: proof(marsad),
        "talk": lambda: talk(marsad),
        "stance": lambda: stance(),
        "embeddings": lambda: embeddings(),
        "requests": lambda: requests(20),
        "server-kills": lambda: server_kills(100),
        "fuzz": lambda: fuzz(given.cases),
    }
    passed = []
    for name in given.steps:
        clock = stopwatch()
        if name == "kills":
            passed.append(kills(marsad, given.kills, given.seed))
            continue
        try:
            step = steps[name]()
        except Failed as failure:
            step = Step(name, "stopped", [str(failure)])
        passed.append(step.report(clock()))
    print(f"validate: {sum(passed)} of {len(passed)} steps passed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
