"""Step `files`: every real file of a supported format is read without a panic, and its rejects are the ones that docs/validation.md
explains."""

from pathlib import Path

from common import POSTS, ROOT, Failed, Folder, Marsad, Step

PAGE = ROOT / "docs/validation.md"
BEGIN, END = "<!-- files: begin -->", "<!-- files: end -->"
RECORDS = ["accounts", "posts", "edges", "sightings"]

# Folders of formats that Marsad reads by itself, and those that it reads through a mapping.
KNOWN = ["twitter_v11_python_twitter", "twitter_v11_ruby", "twitter_v2_academictwitteR", "twitter_v2_twarc_csv"]
MAPPED = ["fivethirtyeight", "coordination_toolkit", "coortweet"]
ENDINGS = (".json", ".jsonl", ".csv", ".csv.gz")


def known_files() -> list[Path]:
    """Files read without a mapping, sorted."""
    found = [path for folder in KNOWN for path in sorted((POSTS / folder).rglob("*")) if path.name.endswith(ENDINGS)]
    return [*found, POSTS / "ira/ira_sample.csv.gz"]


def mapped_files() -> list[Path]:
    """Files read through the mapping that `ingest --suggest` writes, sorted."""
    return [path for folder in MAPPED for path in sorted((POSTS / folder).rglob("*")) if path.name.endswith(ENDINGS)]


def words(counts: dict) -> str:
    """Counts as they stand in the table: `bad_time 2, not_json 1`; `none` where there is nothing."""
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()) if number) or "none"


def read_table() -> dict[str, tuple[str, str, str]]:
    """The table of docs/validation.md: file -> (records, rejects, explanation)."""
    text = PAGE.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise Failed(f"docs/validation.md has no table between `{BEGIN}` and `{END}`")
    found = {}
    for line in text.split(BEGIN)[1].split(END)[0].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[0].startswith("`"):
            found[cells[0].strip("`")] = (cells[1], cells[2], cells[3])
    return found


def write_table(rows: dict[str, tuple[str, str, str]]) -> None:
    """Writes the table back, explanations kept."""
    text = PAGE.read_text(encoding="utf-8")
    lines = ["| file | records | rejects | why |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {records} | {rejects} | {why} |".replace("|  |", "| |") for name, (records, rejects, why) in rows.items()]
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END)[1], encoding="utf-8")


def read_one(marsad: Marsad, folder: Path, path: Path, mapped: bool, step: Step) -> tuple[str, str] | None:
    """Reads one file into a fresh study and gives its records and rejects in words."""
    name = str(path.relative_to(POSTS))
    study = folder / name.replace("/", "-")
    arguments: list[object] = []
    if mapped:
        suggestion = marsad.run("ingest", "--suggest", path)
        step.expect(suggestion.code == 0, f"{name}: `--suggest` ended with {suggestion.code}: {suggestion.last_error}")
        mapping = folder / "mapping.toml"
        mapping.write_text(suggestion.stdout, encoding="utf-8")
        arguments = ["--mapping", mapping]
    marsad.init(study)
    run, summary = marsad.ingest(study, path, *arguments)
    step.expect(not run.panicked, f"{name}: panicked: {run.last_error}")
    if run.code != 0 or not summary:
        step.expect(False, f"{name}: ended with {run.code}: {run.last_error}")
        return None
    records = {table: summary["records"].get(table, 0) for table in RECORDS}
    step.expect(not mapped or sum(records.values()) > 0, f"{name}: the suggested mapping gives no record")
    return words(records), words(summary["rejects"])


def everything_twice(marsad: Marsad, folder: Path, step: Step) -> None:
    """All known files in one study, and once more: the second time nothing is new."""
    study = folder / "everything"
    marsad.init(study)
    files = known_files()
    first, summary = marsad.ingest(study, *files)
    step.expect(first.code == 0, f"all files at once: ended with {first.code}: {first.last_error}")
    again, repeated = marsad.ingest(study, *files)
    step.expect(again.code == 0, f"all files again: ended with {again.code}: {again.last_error}")
    new = {table: number for table, number in repeated.get("new", {}).items() if number}
    step.expect(not new, f"all files again: new rows {words(new)}")
    step.figure(f"all {len(files)} files in one study: {words(summary.get('new', {}))}; again: nothing new")


def files(marsad: Marsad, update: bool = False) -> Step:
    """Reads every file and compares with the table; with `update` the table's numbers are rewritten instead."""
    step = Step("files", "every real file is read, its rejects are the explained ones")
    expected = read_table()
    found: dict[str, tuple[str, str, str]] = {}
    with Folder("files") as folder:
        for path, mapped in [(path, False) for path in known_files()] + [(path, True) for path in mapped_files()]:
            name = str(path.relative_to(POSTS))
            counts = read_one(marsad, folder, path, mapped, step)
            if counts is None:
                continue
            records, rejects = counts
            why = expected.get(name, ("", "", ""))[2]
            found[name] = (records, rejects, why)
            step.expect(rejects == "none" or bool(why), f"{name}: rejects {rejects} are not explained in docs/validation.md")
            if not update:
                wanted = expected.get(name)
                step.expect(wanted is not None, f"{name}: no row in docs/validation.md")
                step.expect(wanted is None or wanted[:2] == (records, rejects), f"{name}: {records}; rejects {rejects}; expected {wanted}")
        everything_twice(marsad, folder, step)
    if update:
        write_table(found)
    step.figure(f"{len(found)} files; with rejects: {sum(1 for row in found.values() if row[1] != 'none')}")
    return step
