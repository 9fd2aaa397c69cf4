#!/usr/bin/env python3
"""Step `kills`: an ingest, an erasure, a retention, a compaction or a migration is killed at a random instant, run again, and must end in the same
rows as an undisturbed one.

Runs in the virtual environment that run.py makes: rows are read with DuckDB, which knows nothing of Marsad. Every lake starts with
one seal in it, so that a kill could also harm what was sealed before. Arguments: the binary, the number of kills in all, a seed.
"""

import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from common import TABLES, Folder, Marsad, Step, stopwatch

# Times of the clock differ from run to run; every other column must not.
CLOCKS = {"sources": ["sealed_at"]}


def connect() -> duckdb.DuckDBPyConnection:
    """DuckDB with the extension files that the Python packages carry; nothing is downloaded."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "autoinstall_known_extensions": "false", "threads": "1"})
    for package in ["duckdb_extension_sqlite_scanner", "duckdb_extension_ducklake"]:
        module = __import__(package)
        for extension in sorted(Path(module.__file__).parent.glob("extensions/*/*.duckdb_extension")):
            connection.execute(f"LOAD '{extension}'")
    return connection


def digest(study: Path) -> dict[str, str]:
    """A digest of the sorted rows of every table."""
    connection = connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"ATTACH 'ducklake:sqlite:{study}/lake/catalog.sqlite' AS lake (READ_ONLY)")
    found = {}
    for table in TABLES:
        left_out = CLOCKS.get(table, [])
        columns = f"* EXCLUDE ({', '.join(left_out)})" if left_out else "*"
        rows = connection.execute(f"SELECT t::VARCHAR FROM (SELECT {columns} FROM lake.{table}) t ORDER BY 1").fetchall()
        lines = "\n".join(row for (row,) in rows)
        found[table] = f"{len(rows)} rows, {hashlib.sha256(lines.encode()).hexdigest()[:16]}"
    connection.close()
    return found


def kill_once(marsad: Marsad, base: Path, study: Path, files: list[Path], after: float) -> bool:
    """Ingests into a copy of `base`, kills it after some seconds, ingests again. True when the kill met a running ingest."""
    shutil.copytree(base, study)
    command = [str(marsad.path), "ingest", str(study), *map(str, files)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    met = process.poll() is None
    process.kill()
    process.wait()
    return met


def spread(number: int, seed: int, seconds: float, once) -> tuple[list[float], list]:
    """Calls `once(number, instant)` at instants spread evenly, in random order, over a span; two at a time."""
    instants = random.Random(seed)
    jobs = [instants.uniform(0, seconds) for _ in range(number)]
    with ThreadPoolExecutor(2) as pool:
        return jobs, list(pool.map(lambda job: once(*job), enumerate(jobs)))


def verdict(step: Step, jobs: list[float], trials: list[tuple[bool, str]], what: str, least: int) -> Step:
    """Whether every trial ended right, and whether enough kills met what they were to kill."""
    for (_, wrong), after in zip(trials, jobs):
        step.expect(not wrong, f"killed after {after:.3f} s: {wrong}")
    hits = sum(1 for met, _ in trials if met)
    step.figure(f"{hits} of {len(jobs)} kills met {what}")
    step.expect(hits >= least, f"only {hits} of {len(jobs)} kills met {what}; the rest came too late to test anything")
    return step


def differing(found: dict, expected: dict) -> str:
    """The tables that are not as they should be."""
    return "; ".join(f"{table}: {found[table]}; expected {expected[table]}" for table in TABLES if found[table] != expected[table])


def trial(marsad: Marsad, folder: Path, base: Path, files: list[Path], expected: dict, number: int, after: float) -> tuple[bool, str]:
    """One kill and what came of it: whether it met a running ingest, and what was wrong."""
    study = folder / f"killed-{number}"
    try:
        met = kill_once(marsad, base, study, files, after)
        run, _ = marsad.ingest(study, *files)
        return met, differing(digest(study), expected) if run.code == 0 else f"the re-run ended with {run.code}: {run.last_error}"
    finally:
        shutil.rmtree(study, ignore_errors=True)


def kills(marsad: Marsad, number: int, seed: int) -> Step:
    """Kills `number` ingests at instants spread evenly over the time an undisturbed one takes, in random order."""
    step = Step("kills", f"{number} kills at random instants end in the undisturbed lake")
    with Folder("kills") as folder:
        world = folder / "world"
        made = marsad.run("simulate", "--accounts", 300, "--days", 30, "--seed", seed, "--out", world)
        step.expect(made.code == 0, f"`simulate` ended with {made.code}: {made.last_error}")
        files = sorted(path for path in (world / "exports").rglob("*") if path.is_file())
        if len(files) < 2:
            raise SystemExit("kills: the simulated world has fewer than two exports")
        base, calm = folder / "base", folder / "calm"
        marsad.init(base)
        marsad.ingest(base, files[0])
        rest = files[1:]
        shutil.copytree(base, calm)
        clock = stopwatch()
        run, _ = marsad.ingest(calm, *rest)
        seconds = clock()
        step.expect(run.code == 0, f"the undisturbed ingest ended with {run.code}: {run.last_error}")
        expected = digest(calm)
        step.figure(f"undisturbed: {seconds:.2f} s, " + ", ".join(f"{table} {rows.split()[0]}" for table, rows in expected.items()))
        jobs, trials = spread(number, seed, seconds * 1.2, lambda *job: trial(marsad, folder, base, rest, expected, *job))
    return verdict(step, jobs, trials, "a running ingest", number // 2)


def erase_once(marsad: Marsad, folder: Path, base: Path, erased: list, expected: dict, number: int, after: float) -> tuple[bool, str]:
    """Kills an erasure after some seconds and takes it up again: whether the kill met it, and what was wrong."""
    study = folder / f"erased-{number}"
    try:
        shutil.copytree(base, study)
        process = subprocess.Popen([str(marsad.path), "erase", str(study), *erased], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(after)
        met = process.poll() is None
        process.kill()
        process.wait()
        # Without names it finishes what was hidden; where nothing was hidden yet it says so, and the erasure is asked for again.
        again = marsad.run("erase", study)
        if again.code != 0 and digest(study) != expected:
            again = marsad.run("erase", study, *erased)
            if again.code != 0:
                return met, f"the re-run ended with {again.code}: {again.last_error}"
        return met, differing(digest(study), expected)
    finally:
        shutil.rmtree(study, ignore_errors=True)


def erasures(marsad: Marsad, number: int, seed: int) -> Step:
    """Kills `number` erasures at instants spread over the time that an undisturbed one takes; DuckDB reads what is left."""
    step = Step("erasures", f"{number} kills of erasures at random instants end in the undisturbed lake")
    with Folder("erasures") as folder:
        world, base, calm = folder / "world", folder / "base", folder / "calm"
        made = marsad.run("simulate", "--accounts", 300, "--days", 30, "--seed", seed, "--out", world)
        step.expect(made.code == 0, f"`simulate` ended with {made.code}: {made.last_error}")
        marsad.init(base)
        marsad.ingest(base, *sorted(path for path in (world / "exports").rglob("*") if path.is_file()))
        connection = connect()
        connection.execute(f"ATTACH 'ducklake:sqlite:{base}/lake/catalog.sqlite' AS lake (READ_ONLY)")
        sql = "SELECT account_id FROM lake.posts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 20"
        ids = [row[0] for row in connection.execute(sql).fetchall()]
        connection.close()
        erased = [part for account in ids for part in ("--account", f"twitter:{account}")]
        shutil.copytree(base, calm)
        clock = stopwatch()
        run = marsad.run("erase", calm, *erased)
        seconds = clock()
        step.expect(run.code == 0, f"the undisturbed erasure ended with {run.code}: {run.last_error}")
        expected = digest(calm)
        step.expect(expected["posts"] != digest(base)["posts"], "the erasure erased nothing")
        step.figure(f"undisturbed: {seconds:.2f} s, " + ", ".join(f"{table} {rows.split()[0]}" for table, rows in expected.items()))
        jobs, trials = spread(number, seed + 1, seconds * 1.2, lambda *job: erase_once(marsad, folder, base, erased, expected, *job))
    return verdict(step, jobs, trials, "a running erasure", number // 2)


def upkeep_once(marsad: Marsad, folder: Path, base: Path, verb: list, expected: dict, number: int, after: float) -> tuple[bool, str]:
    """Kills a verb after some seconds and does it again: whether the kill met it, and what was wrong."""
    study = folder / f"killed-{number}"
    try:
        shutil.copytree(base, study)
        command = [str(marsad.path), verb[0], str(study), *verb[1:]]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(after)
        met = process.poll() is None
        process.kill()
        process.wait()
        again = marsad.run(verb[0], study, *verb[1:])
        if again.code != 0:
            return met, f"the re-run ended with {again.code}: {again.last_error}"
        doctor = marsad.run("doctor", study)
        if doctor.code != 0:
            return met, f"`doctor` ended with {doctor.code}: {doctor.last_error}"
        return met, differing(digest(study), expected)
    finally:
        shutil.rmtree(study, ignore_errors=True)


def set_clock(study: Path) -> None:
    """Gives the sources of half of the exports a clock."""
    settings = study / "marsad.toml"
    text = settings.read_text()
    line = '# sources = { "ira_tweets*" = "12 months" }'
    if line not in text:
        raise SystemExit("kills: the settings have no line for clocks of sources")
    settings.write_text(text.replace(line, 'sources = { "s*" = "12 months" }'))


def make_older(study: Path) -> None:
    """Takes the catalog of a lake in which nothing was ever erased back to layout 1."""
    connection = sqlite3.connect(study / "lake/catalog.sqlite")
    names = ["erasure", "erasure_rows", "erasure_digest", "erasure_key", "tombstone", "erasing", "retention", "compaction"]
    connection.executescript(";".join(f"DROP TABLE marsad_{name}" for name in names) + "; PRAGMA user_version = 0")
    connection.close()


UPKEEP = {
    "retentions": (["retain", "--on", "2100-01-01", "--apply"], set_clock, True),
    "compactions": (["compact"], lambda study: None, False),
    "migrations": (["migrate"], make_older, False),
}


def upkeep(marsad: Marsad, name: str, number: int, seed: int) -> Step:
    """Kills `number` runs of a verb that keeps a lake at instants spread over the time that an undisturbed one takes."""
    verb, prepare, changes = UPKEEP[name]
    step = Step(name, f"{number} kills of {name} at random instants end in the undisturbed lake")
    with Folder(name) as folder:
        world, base, calm = folder / "world", folder / "base", folder / "calm"
        made = marsad.run("simulate", "--accounts", 300, "--days", 30, "--seed", seed, "--out", world)
        step.expect(made.code == 0, f"`simulate` ended with {made.code}: {made.last_error}")
        marsad.init(base)
        for path in sorted(path for path in (world / "exports").rglob("*") if path.is_file()):
            marsad.ingest(base, path)
        before = digest(base)
        prepare(base)
        shutil.copytree(base, calm)
        clock = stopwatch()
        run = marsad.run(verb[0], calm, *verb[1:])
        seconds = clock()
        step.expect(run.code == 0, f"the undisturbed `{verb[0]}` ended with {run.code}: {run.last_error}")
        expected = digest(calm)
        step.expect((expected != before) == changes, f"`{verb[0]}` changed rows: {expected != before}; expected {changes}")
        step.figure(f"undisturbed: {seconds:.2f} s, " + ", ".join(f"{table} {rows.split()[0]}" for table, rows in expected.items()))
        jobs, trials = spread(number, seed + 2, seconds * 1.1, lambda *job: upkeep_once(marsad, folder, base, verb, expected, *job))
    return verdict(step, jobs, trials, f"a running `{verb[0]}`", number // 3)


if __name__ == "__main__":
    clock = stopwatch()
    marsad, number, seed = Marsad(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
    # The four others share one way of swapping files, so an ingest gets two fifths of the kills.
    fewer = max(number * 3 // 20, 1)
    fine = kills(marsad, max(number - 4 * fewer, 1), seed).report(clock())
    clock = stopwatch()
    fine &= erasures(marsad, fewer, seed).report(clock())
    for name in UPKEEP:
        clock = stopwatch()
        fine &= upkeep(marsad, name, fewer, seed).report(clock())
    sys.exit(0 if fine else 1)
