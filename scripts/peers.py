"""A Python environment of its own for peers and second readers: made once, and again when the list of packages changes."""

import shutil
import subprocess
import sys
from pathlib import Path


def environment(folder: Path, packages: list[str]) -> Path:
    """The Python that has these packages."""
    python, stamp, wanted = folder / "bin/python", folder / "packages.txt", "\n".join(packages)
    if not (stamp.is_file() and stamp.read_text() == wanted and python.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
        stamp.write_text(wanted)
    return python
