#!/usr/bin/env python3
"""Write THIRD-PARTY.txt: the sources of the data in the binary, and the licence texts of the npm packages that are bundled into every report and into the interface.

Their licences ask that copies carry the notice, and a binary or a report is a copy. Packages with the same text stand together. `--check` writes
nothing and fails when the file is not what would be written; it needs the installed packages (`make ui`).
"""

import json
import re
import sys
from pathlib import Path

from npm_licences import ROOT, UIS, bundled, licence_of

OUT = ROOT / "THIRD-PARTY.txt"
HEAD = """The binary carries data made from these sources (crates/place/README.md and crates/text/train/README.md say how):

  names         of languages and countries in reports: Unicode CLDR 48, Unicode-3.0, Copyright © 1991-2025 Unicode, Inc., https://www.unicode.org/license.txt
  map           of the world in reports: Natural Earth (naturalearthdata.com), public domain, by world-atlas (ISC, Copyright Michael Bostock)
  place names   GeoNames (geonames.org), CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; names chosen, folded and packed by us
                Unicode CLDR, Copyright 1991-2022 Unicode, Inc., Unicode licence
                i18n-iso-countries, MIT, Copyright Michael Wittig
                IANA time zone database, public domain
  languages     lingua's n-gram tables, Apache-2.0, Copyright Peter M. Stahl
                Django's translations, BSD-3-Clause, Copyright Django Software Foundation and individual contributors
                Unicode CLDR annotations, Unicode licence, Copyright Unicode, Inc.
                OOjs UI's translations, MIT, Copyright OOjs UI Team and other contributors

The charts in a Marsad report are drawn, and the interface of the server is made, by the packages below. Each stands under its own licence, whose text follows its name.
This file is made by scripts/notices.py.
"""


def text_of(ui: Path, path: str) -> str:
    """The licence text that an installed package carries; empty where it carries none."""
    folder = ui / path
    files = sorted(file for file in folder.iterdir() if re.match(r"(licen[cs]e|copying)", file.name, re.IGNORECASE) and file.is_file())
    lines = "\n\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def author_of(ui: Path, path: str) -> str:
    """Who holds the rights, as the package's manifest says, for packages without a licence file."""
    author = json.loads((ui / path / "package.json").read_text()).get("author", "")
    return author.get("name", "") if isinstance(author, dict) else author


def notices() -> str:
    """The whole file."""
    groups: dict[str, list[str]] = {}
    for ui in UIS:
        lock = json.loads((ui / "package-lock.json").read_text())
        for path, package in bundled(lock):
            name = f"{path.rpartition('node_modules/')[2]} {package['version']} ({licence_of(ui, path, package)})"
            author = author_of(ui, path) or "its authors"
            text = text_of(ui, path) or f"The package carries no licence text; its manifest names {licence_of(ui, path, package)} and {author}."
            groups.setdefault(text, []).append(name)
    parts = [HEAD]
    for text, names in sorted(groups.items(), key=lambda group: group[1][0]):
        parts.append("\n".join(["=" * 80, *sorted(set(names)), "-" * 80, text, ""]))
    return "\n".join(parts)


def main() -> int:
    wanted = notices()
    if "--check" not in sys.argv[1:]:
        OUT.write_text(wanted, encoding="utf-8")
        return 0
    if not OUT.is_file() or OUT.read_text(encoding="utf-8") != wanted:
        print("THIRD-PARTY.txt is not that of the installed packages; run `python3 scripts/notices.py` and commit it")
        return 1
    print("notices ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
