#!/usr/bin/env python3
"""How well a model does on the development texts, and the coefficients of its confidence. All choices in train.py rest on this.

    develop.py SOURCES MODEL

The development texts are never trained on: the messages of Element, Kolibri and The Battle for Wesnoth, the test sentences of CLD2 and spaCy, and
every tenth text of the training catalogues. None is the Universal Declaration of Human Rights or lingua's test data, which have no say here.
"""

import ast
import random
import re
import struct
import sys
from collections import Counter, defaultdict
from pathlib import Path

import corpus
import numpy as np
import train

# Names in CLD2's test data that are not the served code; and languages of which only this script is served.
CLD2 = {"iw": "he", "no": "nb", "ku": "kmr", "jw": "jv"}
SCRIPTS = {"sr": "Cyrl", "uz": "Latn", "kk": "Cyrl", "az": "Latn", "mn": "Cyrl", "ro": "Latn", "tl": "Latn", "tg": "Cyrl", "ug": "Arab", "ky": "Cyrl", "ku": "Latn"}
SAME = {"nn": "nb"}


def cut(text: str, most: int) -> str:
    """At most so many characters, whole words."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0]


def cld2_texts(sources: Path) -> list[tuple[str, str]]:
    """The test sentences of CLD2 in pieces of about 110 characters."""
    path = next((sources / "cld2").glob("*/cld2/internal/unittest_data.h"))
    code = re.sub(r"(?m)^\s*//.*$", "", path.read_text("utf-8").split("#else")[0])
    found = []
    for language, script, quoted in re.findall(r'const char\* kTeststr_([a-z]+)_([A-Za-z]+)\d?\s*=\s*((?:\s*"(?:[^"\\]|\\.)*")+)\s*;', code):
        if script not in (SCRIPTS.get(language, script), "close") or language in ("blu", "xx", "sit") or language.startswith("zz"):
            continue
        text = " ".join(ast.literal_eval(f'"{part}"') for part in re.findall(r'"((?:[^"\\]|\\.)*)"', quoted))
        piece = ""
        for word in [*text.split(), None]:
            if word is None or len(piece) + len(word) > 110:
                found += [(CLD2.get(language, language), piece.strip())] if len(piece) > 25 else []
                piece = ""
            piece += f" {word}"
    return found


def spacy_texts(sources: Path) -> list[tuple[str, str]]:
    """The example sentences of spaCy."""
    found = []
    for path in sorted((sources / "spacy/spacy/lang").glob("*/examples.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) >= 15 and ">>>" not in node.value:
                found.append((path.parent.name, cut(node.value, 140)))
    return found


def development(sources: Path) -> list[tuple[str, str, str]]:
    """Source, language and text."""
    chance = random.Random(3)
    found = [("cld2", *pair) for pair in cld2_texts(sources)] + [("spacy", *pair) for pair in spacy_texts(sources)]
    for name in corpus.DEVELOPMENT:
        for language, texts in sorted(corpus.catalogue(sources, name, corpus.DEVELOPMENT).items()):
            long = [text for text in texts if len(text) >= 28]
            found += [(name, language, cut(text, 140)) for text in chance.sample(long, min(100, len(long)))]
    for name in ("firefox", "libreoffice", "quiz", "django"):
        for language, texts in sorted(corpus.catalogue(sources, name).items()):
            long = [text for at, text in enumerate(texts) if at % 10 == 9 and len(text) >= 28]
            found += [("tenth", language, cut(text, 140)) for text in chance.sample(long, min(25, len(long)))]
    return found


class Model:
    """model.bin, read again: an implementation beside the one in Rust."""

    def __init__(self, path: Path):
        data = path.read_bytes()
        (tables,) = struct.unpack_from("<I", data, 8)
        at, self.tables = 12, []
        for _ in range(tables):
            names, width, count = struct.unpack_from("<III", data, at)
            codes = data[at + 12 : at + 12 + names].decode().split(",")
            at += 12 + names
            keys = np.frombuffer(data, "<u8", count, at)
            rows = np.frombuffer(data, np.uint8, count * width, at + 8 * count).reshape(count, width)[:, : len(codes)]
            at += (8 + width) * count
            self.tables.append((codes, {int(key): row for row, key in enumerate(keys)}, rows.astype(np.int64)))

    def read(self, text: str) -> tuple[str, float, int, float] | None:
        """Best language, its lead in nats, letters, and the share of letters that the tables know; None for other scripts."""
        some = corpus.words(text)
        letters = Counter(group for word in some for c in word for group in train.GROUPS if train.is_in(c, group))
        if not letters or sum(letters.values()) * 2 < sum(map(len, some)):
            return None
        group = max(train.GROUPS, key=letters.__getitem__)
        codes, index, rows = self.tables[list(train.GROUPS).index(group)]
        hits, known = [], 0
        for word in some:
            own = index.get(train.key_of_word(word))
            if own is not None:
                hits.append(own)
                known += len(word)
                continue
            before = len(hits)
            for start in range(len(word)):
                for n in range(2, min(5, len(word) - start) + 1):
                    row = index.get(train.key_of(word[start : start + n]))
                    if row is not None:
                        hits.append(row)
                        known += n == 3
            known += 2 if len(hits) > before and len(word) > 2 else 0
        if not hits:
            return None
        sums = rows[hits].sum(axis=0)
        order = np.argsort(-sums, kind="stable")
        return codes[order[0]], float(sums[order[0]] - sums[order[1]]) * train.STEP, sum(letters.values()), min(1.0, known / sum(map(len, some)))


def is_right(wanted: str, given: str) -> bool:
    return SAME.get(wanted, wanted) == SAME.get(given, given)


def report(texts: list[tuple[str, str, str]], model: Model) -> None:
    """Mean over languages of the accuracy, by source, for texts and for stretches of one and two words; the most frequent errors."""
    served = {code for codes, _, _ in model.tables for code in codes}
    for name, words in (("whole", 0), ("two words", 2), ("one word", 1)):
        right: dict[tuple[str, str], list[bool]] = defaultdict(list)
        wrong = Counter()
        for source, language, text in texts:
            found = model.read(shortened(text, words)) if language in served else None
            if found:
                right[source, language].append(is_right(language, found[0]))
                wrong[language, found[0]] += not right[source, language][-1]
        means = {}
        for source in sorted({source for source, _ in right}):
            shares = [np.mean(some) for (of, _), some in right.items() if of == source]
            means[source] = np.mean(shares)
        print(f"{name}: " + " ".join(f"{source} {mean:.4f}" for source, mean in means.items()) + f" all {np.mean(list(means.values())):.4f}")
        print("   ", " ".join(f"{a}>{b}:{n}" for (a, b), n in wrong.most_common(24)))


def shortened(text: str, words: int) -> str:
    """The last words of a text; all of it for 0."""
    return " ".join(text.split()[-words:]) if words else text


def features(found: tuple[str, float, int, float]) -> list[float]:
    _, lead, letters, known = found
    return [1.0, np.sqrt(lead), np.log(letters), known]


def calibrate(texts: list[tuple[str, str, str]], model: Model) -> None:
    """Logistic regression of being right on half of the texts, and the expected calibration error in ten bins on the other half.

    Texts of one, two and four words are in it beside whole ones, and texts in languages that are not served, with a twentieth of the weight.
    """
    served = {code for codes, _, _ in model.tables for code in codes}
    rows, truth, weight, of = [], [], [], []
    for at, (source, language, text) in enumerate(texts):
        for words in (0, 4, 2, 1):
            found = model.read(shortened(text, words))
            if found and language not in ("sr-latn", "bs"):
                rows.append(features(found))
                truth.append(is_right(language, found[0]))
                weight.append(1.0 if language in served else 0.0)
                of.append(at % 2)
    x, y, w, half = np.array(rows), np.array(truth, dtype=float), np.array(weight), np.array(of)
    w[w == 0] = 0.05 * w.sum() / max(1, (w == 0).sum())
    fitted = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x[half == 0] @ fitted))
        gradient = x[half == 0].T @ (w[half == 0] * (y[half == 0] - p)) - 1e-3 * fitted
        curvature = (x[half == 0] * (w[half == 0] * p * (1 - p))[:, None]).T @ x[half == 0] + 1e-3 * np.eye(len(fitted))
        fitted += np.linalg.solve(curvature, gradient)
    print("confidence: bias, root of the lead, log letters, share known:", np.round(fitted, 3))
    p = 1 / (1 + np.exp(-x @ fitted))
    for name, chosen in (("served, other half", (half == 1) & (w == 1)), ("not served", w != 1)):
        bins = np.minimum((p[chosen] * 10).astype(int), 9)
        gaps = [abs(p[chosen][bins == b].mean() - y[chosen][bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any()]
        print(f"{name}: {chosen.sum()} texts, error of calibration {sum(gaps):.4f}, below one half {np.mean(p[chosen] < 0.5):.3f}")


def main() -> int:
    sources, model = Path(sys.argv[1]), Model(Path(sys.argv[2]))
    texts = development(sources)
    print(len(texts), "texts")
    report(texts, model)
    calibrate(texts, model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
