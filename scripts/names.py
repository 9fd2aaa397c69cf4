#!/usr/bin/env python3
"""Writes crates/report/data/names.tsv: names of languages and countries in the languages of a report.

    python3 scripts/names.py FOLDER

FOLDER is the folder `main` of the npm package cldr-localenames-full (Unicode CLDR, licence Unicode-3.0). A line holds `language` or
`country`, the code, and the names in the order of LANGUAGES.
"""

import json
import sys
from pathlib import Path

LANGUAGES = ["ar", "de", "en", "fr", "it", "tr"]
OUT = Path(__file__).resolve().parent.parent / "crates/report/data/names.tsv"
# Tags that are longer than two letters, and the names that CLDR keeps for them.
LONGER = {"und": "und", "ckb": "ckb", "ceb": "ceb", "fil": "fil", "haw": "haw", "arz": "arz", "ary": "ary", "kab": "kab", "kmr": "kmr", "sdh": "sdh",
          "nds": "nds", "gsw": "gsw", "ast": "ast", "hmn": "hmn", "zh-cn": "zh-Hans", "zh-hans": "zh-Hans", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant",
          "pt-br": "pt-BR", "pt-pt": "pt-PT", "en-gb": "en-GB", "en-us": "en-US", "fr-ca": "fr-CA", "es-mx": "es-MX", "es-419": "es-419"}


def names(folder, tag, kind):
    content = json.loads((folder / tag / f"{kind}.json").read_text(encoding="utf-8"))
    return content["main"][tag]["localeDisplayNames"][kind]


def main():
    folder = Path(sys.argv[1])
    languages = {tag: names(folder, tag, "languages") for tag in LANGUAGES}
    countries = {tag: names(folder, tag, "territories") for tag in LANGUAGES}
    wanted = [("language", code, code, languages) for code in languages["en"] if len(code) == 2]
    wanted += [("language", code, key, languages) for code, key in LONGER.items() if key in languages["en"]]
    wanted += [("country", code, code, countries) for code in countries["en"] if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")]
    lines = ["\t".join([kind, code, *(table[tag].get(key, table["en"][key]) for tag in LANGUAGES)]) for kind, code, key, table in sorted(wanted, key=lambda own: own[:2])]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names in {len(LANGUAGES)} languages")


if __name__ == "__main__":
    main()
