#!/usr/bin/env python3
"""Collects the messages that people read, and keeps the catalogues of translations in step with them.

    python3 scripts/messages.py             writes crates/report/lang/messages.pot, adds what is new to each catalogue (untranslated)
                                            and takes out what no source says any more
    python3 scripts/messages.py --check     fails when the list or a catalogue is not what the sources hold
    python3 scripts/messages.py --missing   lists what has no translation yet, by language

A message is the literal of `text!("…")` in crates/*/src, or a word in `words! { name: "…", }` of crates/report/src/strings.rs. Tests are
passed over: the part of a file from `#[cfg(test)]` on.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANG = ROOT / "crates/report/lang"
LITERAL = r'"((?:[^"\\]|\\.)*)"'
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'", "0": "\0"}
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
ABOUT = {
    None: "Every message of Marsad that people read, with the files that say it. Made by scripts/messages.py; do not edit.\n"
    "Places are written {name}; forms by number as in ICU MessageFormat: {n, plural, one {# account} other {# accounts}}.",
}


def unescaped(literal):
    """The text of a Rust string literal, without its quotes."""
    literal = re.sub(r"\\\n\s*", "", literal)
    literal = re.sub(r"\\u\{([0-9a-fA-F_]+)\}", lambda hit: chr(int(hit.group(1), 16)), literal)
    return re.sub(r"\\(.)", lambda hit: ESCAPES[hit.group(1)], literal)


def said_in(path):
    """The messages of one source file, in their order."""
    text = path.read_text(encoding="utf-8").split("#[cfg(test)]")[0]
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//"))
    found = [hit.group(1) for hit in re.finditer(r"\btext!\(\s*" + LITERAL, text, re.S)]
    words = re.search(r"^words! \{\n(.*?)^\}", text, re.S | re.M)
    if words:
        found += [hit.group(1) for hit in re.finditer(r"^\s+\w+: " + LITERAL + ",", words.group(1), re.S | re.M)]
    return [unescaped(literal) for literal in found]


def messages():
    """Every message with the files that say it, in the order of files and places."""
    found = {}
    for path in sorted(ROOT.glob("crates/*/src/**/*.rs")):
        name = path.relative_to(ROOT).as_posix()
        if name == "crates/record/src/text.rs":
            continue
        for message in said_in(path):
            files = found.setdefault(message, [])
            if name not in files:
                files.append(name)
    return found


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def read(path):
    """The translations of a catalogue, the comment at its head, and the comments of translators by message."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    head = "\n".join(line for line in text.split('msgid ""\nmsgstr ""')[0].rstrip().split("\n") if line.startswith("#"))
    said, notes, english, target, pending = {}, {}, None, None, []
    for line in text.splitlines():
        if line.startswith("# "):
            pending.append(line)
        elif line.startswith("msgid "):
            english, target = unescaped(line[7:-1]), "english"
            notes[english], pending = pending, []
        elif line.startswith("msgstr "):
            said[english], target = unescaped(line[8:-1]), "said"
        elif line.startswith('"') and target == "said":
            said[english] += unescaped(line[1:-1])
    said.pop("", None)
    return said, head, notes


def written(found, said=None, head="", notes=None):
    """A catalogue as text: the list of messages where there are no translations."""
    head = head or "\n".join("# " + line for line in ABOUT[None].split("\n"))
    parts = [head + "\n" + HEADER]
    for message, files in found.items():
        lines = list((notes or {}).get(message, [])) + ["#: " + " ".join(files)]
        lines += ["msgid " + quoted(message), "msgstr " + quoted((said or {}).get(message, ""))]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def main():
    check, missing = "--check" in sys.argv, "--missing" in sys.argv
    found = messages()
    wanted = {LANG / "messages.pot": written(found)}
    count = 0
    for path in sorted(LANG.glob("*.po")):
        said, head, notes = read(path)
        untranslated = [message for message in found if not said.get(message)]
        count += len(untranslated)
        if missing:
            for message in untranslated:
                print(f"{path.stem}\t{quoted(message)}")
        wanted[path] = written(found, said, head, notes)
    if missing:
        print(f"{count} missing of {len(found)} messages in each of {len(wanted) - 1} languages")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the sources say; run `python3 scripts/messages.py` and translate what is new")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    print(f"{len(found)} messages; {count} without a translation in {len(wanted) - 1} languages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
