"""What the steps of the validation share: running marsad, a study to work in, and a place to say what was found."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from peers import environment

ROOT = Path(__file__).resolve().parent.parent
# The folder of real data: beside the checkout, or where MARSAD_SHARED says.
SHARED = Path(os.environ.get("MARSAD_SHARED") or ROOT.parent / "shared")
POSTS = SHARED / "data/posts"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
CACHE = TARGET / "validate"
TABLES = ["accounts", "posts", "post_objects", "edges", "sightings", "rejects", "sources"]

# The versions that read and write DuckLake 1.0; a later one is tried by hand first.
PACKAGES = ["duckdb==1.5.5", "duckdb-extension-ducklake==1.5.5", "duckdb-extension-sqlite-scanner==1.5.5"]


class Failed(Exception):
    """A step cannot go on; the text says why."""


@dataclass
class Step:
    """One step: what it found, as lines, and whether all of it was as expected."""

    name: str
    title: str
    complaints: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def expect(self, truth: bool, complaint: str) -> None:
        """Notes a complaint unless `truth`."""
        if not truth:
            self.complaints.append(complaint)

    def figure(self, text: str) -> None:
        """Notes a figure to print beside the verdict."""
        self.figures.append(text)

    def report(self, seconds: float) -> bool:
        """Prints verdict, figures and the first complaints; true when the step passed."""
        verdict = "FAIL" if self.complaints else "PASS"
        print(f"{verdict} {self.name}: {self.title} ({seconds:.0f} s)")
        for line in self.figures:
            print(f"     {line}")
        for line in self.complaints[:30]:
            print(f"  !! {line}")
        if len(self.complaints) > 30:
            print(f"  !! and {len(self.complaints) - 30} more")
        sys.stdout.flush()
        return not self.complaints


@dataclass
class Run:
    """How one call of marsad ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def panicked(self) -> bool:
        return self.code == 101 or self.code < 0 or "panicked at" in self.stderr

    @property
    def last_error(self) -> str:
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1][:200] if lines else "(nothing on stderr)"


class Marsad:
    """The binary under validation."""

    def __init__(self, path: Path):
        self.path = path

    def run(self, *arguments: object, timeout: float = 900) -> Run:
        command = [str(self.path), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, timeout=timeout)
        return Run(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def init(self, study: Path) -> None:
        """An empty study of no listed organisation."""
        run = self.run("init", study, "--name", "Validation", "--unlisted", "validation of the software on public samples")
        if run.code != 0:
            raise Failed(f"`init` ended with {run.code}: {run.last_error}")

    def ingest(self, study: Path, *arguments: object) -> tuple[Run, dict]:
        """Ingests and returns the object on the last line of stdout (empty where there is none)."""
        run = self.run("ingest", study, *arguments, "--json")
        lines = [line for line in run.stdout.splitlines() if line.strip()]
        try:
            return run, json.loads(lines[-1]) if lines else {}
        except json.JSONDecodeError:
            return run, {}

    def query(self, study: Path, sql: str) -> list[dict]:
        """The rows of one statement."""
        run = self.run("query", study, sql, "--json")
        if run.code != 0:
            raise Failed(f"`query` ended with {run.code}: {run.last_error}")
        return [json.loads(line) for line in run.stdout.splitlines() if line.strip()]


class Folder:
    """A temporary folder below the cache, removed at the end."""

    def __init__(self, name: str):
        self.name = name

    def __enter__(self) -> Path:
        CACHE.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=CACHE))
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def build() -> Marsad:
    """Builds marsad as `make demo` does, so that nothing is compiled twice."""
    subprocess.run(["cargo", "build", "--workspace", "--locked"], cwd=ROOT, check=True)
    return Marsad(TARGET / "debug" / "marsad")


def venv() -> Path:
    """The Python of a virtual environment with DuckDB and its extensions; made once."""
    return environment(CACHE / "venv", PACKAGES)


def stopwatch() -> "callable":
    """Seconds since it was made."""
    start = time.monotonic()
    return lambda: time.monotonic() - start
