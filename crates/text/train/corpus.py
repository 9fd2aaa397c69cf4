"""Reads the sources that fetch.sh brings: texts by language and source, lists of words, and lingua's tables of n-grams."""

import glob
import json
import re
import struct
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import brotli

# Languages by the names that catalogues give them; None where the script is not the one that is served.
NAMES = {"no": "nb", "ku": "kmr", "fil": "tl", "iw": "he", "in": "id", "bs_Cyrl": None, "sr_Latn": "sr-latn", "sr_latin": "sr-latn", "uz_Cyrl": None,
         "az_Cyrl": None, "az_Arab": None, "uz_Arab": None, "pa_Arab": None, "kk_Arab": None, "tg_Arab": None, "sd_Deva": None, "ms_Arab": None,
         "be_Latn": None, "mn_Mong": None, "hi_Latn": None, "ku_Arab": "ckb", "kk_Latn": None, "ug_Latn": None, "ca_valencia": None}
# jusText's lists and Tesseract's by language.
STOPLISTS = dict(pair.split(":") for pair in (
    "af:Afrikaans ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian ca:Catalan cs:Czech cy:Welsh da:Danish de:German en:English eo:Esperanto "
    "es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish fr:French ga:Irish hi:Hindi hr:Croatian hu:Hungarian id:Indonesian is:Icelandic it:Italian "
    "kk:Kazakh kmr:Kurdish ky:Kyrgyz la:Latin lt:Lithuanian lv:Latvian mk:Macedonian mr:Marathi ms:Malay nb:Norwegian_Bokmal ne:Nepali nl:Dutch "
    "nn:Norwegian_Nynorsk pl:Polish pt:Portuguese ro:Romanian ru:Russian sk:Slovak sl:Slovenian sq:Albanian sr:Serbian sv:Swedish sw:Swahili "
    "tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu uz:Uzbek vi:Vietnamese yo:Yoruba").split())
LEXICA = dict(pair.split(":") for pair in (
    "af:afr ar:ara az:aze be:bel bg:bul ca:cat cs:ces cy:cym da:dan de:deu en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra ga:gle hi:hin hr:hrv "
    "hu:hun id:ind is:isl it:ita kk:kaz kmr:kmr ky:kir la:lat lt:lit lv:lav mi:mri mk:mkd mn:mon mr:mar ms:msa nb:nor ne:nep nl:nld pl:pol ps:pus pt:por "
    "ro:ron ru:rus sd:snd sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa tg:tgk tl:fil tr:tur ug:uig uk:ukr ur:urd uz:uzb vi:vie yo:yor").split())
# What is in no language: placeholders, tags, entities, links, addresses, names in capitals, identifiers, file names.
NOISE = re.compile(r"%\(\w+\)[sd]|%\d?\$?[sdS@]|%\w+%?|\$\{?\w+\}?|\{\{?[^{}]*\}\}?|<[^>]*>|&[\w#.]+;|\\u[0-9a-fA-F]{4}|\\[nrt\"]|https?://\S+|\S+@\S+|~|_(?=\w)"
                   r"|\b\w*[A-Z]{2,}\w*\b|\b\w+_\w+\b|\b\w+\.\w+\b")


class Letters(dict):
    """For str.translate: letters and marks stay, joiners go, all else becomes a space."""

    def __missing__(self, code: int) -> int | str | None:
        c = chr(code)
        self[code] = code if unicodedata.category(c)[0] in "LM" else None if c in "\u00ad\u200c\u200d\u200e\u200f" else " "
        return self[code]


LETTERS = Letters()


def words(text: str) -> list[str]:
    """Runs of letters and marks, lower case, as crates/text/src/language/clean.rs reads them."""
    return unicodedata.normalize("NFC", text).lower().translate(LETTERS).split()


def language_of(name: str) -> str | None:
    """The served code of a catalogue's language."""
    name = re.sub("[-@.]", "_", name)
    return NAMES[name] if name in NAMES else NAMES.get(name.split("_")[0], name.split("_")[0])


def leaves(value) -> list[str]:
    """Every string of a JSON value, in order."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [leaf for part in parts for leaf in leaves(part)]


def json_texts(path: str) -> list[str]:
    return leaves(json.loads(Path(path).read_text("utf-8-sig")))


def po_texts(path: str) -> list[str]:
    """Translations of a .po file that differ from their original."""
    entries, current, key = [], {}, None
    for line in [*Path(path).read_text("utf-8").splitlines(), ""]:
        line = line.strip()
        if line.startswith("#"):
            continue
        if not line:
            if current.get("msgid") and current.get("msgstr") and current["msgid"] != current["msgstr"]:
                entries.append(current["msgstr"])
            current, key = {}, None
            continue
        found = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d+\])?|msgctxt)\s+"(.*)"$', line)
        if found:
            key = found.group(1).split("[")[0]
            current[key] = current[key] + " " + found.group(2) if key in current else found.group(2)
        elif key and line.startswith('"'):
            current[key] += line[1:-1]
    return entries


def mo_texts(path: str) -> list[str]:
    """Translations of a compiled catalogue, every plural form, that differ from their original; sorted by the original."""
    data = Path(path).read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack_from(f"{order}3I", data, 8)
    found = []
    for at in range(count):
        length, start = struct.unpack_from(f"{order}2I", data, originals + 8 * at)
        original = data[start : start + length].split(b"\x04")[-1].split(b"\0")
        length, start = struct.unpack_from(f"{order}2I", data, translations + 8 * at)
        if original != [b""]:
            found += [text.decode("utf-8", "ignore") for text in data[start : start + length].split(b"\0") if text not in original]
    return found


def fluent_texts(text: str) -> list[str]:
    """Messages of a Fluent file."""
    found, value = [], ""
    for line in [*text.splitlines(), ""]:
        head = re.match(r"\s*(?:\.?[\w-]+\s*=|\*?\[\w+\])\s*(.*)$", line)
        if line.startswith("#") or not line.strip() or head:
            found += [value] if value else []
            value = head.group(1) if head and not line.startswith("#") else ""
        elif line.startswith(" "):
            value += " " + line.strip()
    return found


def xpi_texts(path: str) -> list[str]:
    """Messages of a Firefox language pack."""
    found = []
    with zipfile.ZipFile(path) as pack:
        for name in sorted(pack.namelist()):
            if not name.endswith((".properties", ".dtd", ".ftl")):
                continue
            text = pack.read(name).decode("utf-8", "ignore")
            if name.endswith(".properties"):
                found += [line.split("=", 1)[1] for line in text.splitlines() if "=" in line and not line.startswith("#")]
            elif name.endswith(".dtd"):
                found += [message for _, message in re.findall(r"<!ENTITY\s+\S+\s+([\"'])(.*?)\1", text, re.S)]
            else:
                found += fluent_texts(text)
    return found


def annotation_texts(path: str) -> list[str]:
    """CLDR's words for emoji."""
    entries = json.loads(Path(path).read_text("utf-8"))["annotations"].get("annotations", {}).values()
    return [text for entry in entries for text in entry.get("default", []) + entry.get("tts", [])]


# Source: pattern of its files, what tells the language in a path, how it is read.
CATALOGUES = {
    "django": ("django/django/**/locale/*/LC_MESSAGES/*.po", r"locale/([^/]+)/LC", po_texts),
    "wagtail": ("wagtail/wagtail/**/locale/*/LC_MESSAGES/*.po", r"locale/([^/]+)/LC", po_texts),
    "homeassistant": ("homeassistant/**/translations/*.json", r"([^./]+)\.json$", json_texts),
    "frontend": ("frontend/hass_frontend/static/translations/*.json", r"([\w-]+)-[0-9a-f]{32}\.json$", json_texts),
    "jitsi": ("jitsi/package/lang/main-*.json", r"main-([^/]+)\.json$", json_texts),
    "quiz": ("quiz/package/lib/*.json", r"([^/]+)\.json$", json_texts),
    "tagging": ("tagging/package/dist/translations/??.json", r"([^/]+)\.json$", json_texts),
    "ooui": ("ooui/package/dist/i18n/*.json", r"([^/]+)\.json$", json_texts),
    "cldr": ("cldr/package/annotations/*/annotations.json", r"annotations/([^/]+)/", annotation_texts),
    "firefox": ("debian/usr/lib/firefox-esr/browser/extensions/*.xpi", r"langpack-([^@]+)@", xpi_texts),
    "libreoffice": ("debian/usr/lib/libreoffice/program/resource/*/LC_MESSAGES/*.mo", r"resource/([^/]+)/LC", mo_texts),
}
# Held out for development: never trained on.
DEVELOPMENT = {
    "element": ("element/package/src/i18n/strings/*.json", r"([^/]+)\.json$", json_texts),
    "kolibri": ("kolibri/kolibri/locale/*/LC_MESSAGES/*.json", r"locale/([^/]+)/LC", json_texts),
    "wesnoth": ("debian/usr/share/games/wesnoth/1.16/locale/*/LC_MESSAGES/*.mo", r"locale/([^/]+)/LC", mo_texts),
}


def catalogue(sources: Path, name: str, table: dict = CATALOGUES) -> dict[str, list[str]]:
    """Distinct cleaned texts of one source by language; what another language left in English is dropped."""
    pattern, where, read = table[name]
    raw: dict[str, list[str]] = {}
    for path in sorted(glob.glob(f"{sources}/{pattern}", recursive=True)):
        language = language_of(re.search(where, path).group(1))
        if language:
            raw.setdefault(language, []).extend(read(path))
    english = set(raw.get("en", []))
    found = {}
    for language, texts in raw.items():
        kept = (" ".join(NOISE.sub(" ", text).split()) for text in texts if language == "en" or text not in english)
        found[language] = [text for text in dict.fromkeys(kept) if len(text) > 1]
    return found


def stoplist(sources: Path, language: str) -> list[str]:
    """Words of Wikipedia from frequent to rare (jusText)."""
    if language not in STOPLISTS:
        return []
    text = (sources / f"justext/justext/stoplists/{STOPLISTS[language]}.txt").read_text("utf-8")
    return list(dict.fromkeys(words(text)))


def lexicon(sources: Path, language: str, most: int = 40_000) -> list[str]:
    """Words of Tesseract's dictionary, evenly thinned to `most`."""
    if language not in LEXICA:
        return []
    text = (sources / f"lexica/{LEXICA[language]}.words").read_text("utf-8", "ignore")
    found = sorted({word for word in words(text) if 2 <= len(word) < 25})
    return found[:: max(1, len(found) // most)]


def lingua(sources: Path, language: str) -> list[Counter] | None:
    """Joint probabilities of the n-grams of one language, from lingua's conditional ones."""
    folder = sources / "lingua/lingua/language-models" / language
    if not folder.is_dir():
        return None
    joint: list[dict[str, float]] = [{"": 1.0}]
    for name in ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"):
        raw = json.loads(brotli.decompress((folder / f"{name}.json.br").read_bytes()))
        table: dict[str, float] = {}
        before = joint[-1]
        for fraction, grams in raw["ngrams"].items():
            top, bottom = fraction.split("/")
            share = int(top) / int(bottom)
            for gram in grams.split(" "):
                table[gram] = share * before.get(gram[:-1], 0.0)
        joint.append(table)
    return joint
