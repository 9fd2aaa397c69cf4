#!/usr/bin/env python3
"""Make crates/text/src/language/model.bin from the sources that fetch.sh brings. README.md beside this file names them and tells the method.

    train.py SOURCES OUT            SOURCES is the folder that fetch.sh fills

Nothing here reads the Universal Declaration of Human Rights or lingua's test data. Every constant below was chosen by develop.py's figures.
"""

import random
import struct
import sys
from collections import Counter
from pathlib import Path

import corpus
import numpy as np

# Scripts that several served languages share: each has a table of its own, so a text is only compared with languages of its script.
GROUPS = {
    "latin": "af az ca cs cy da de en eo es et eu fi fr ga hr hu id is it kmr la lg lt lv mi ms nb nl nn pl pt ro sk sl sn so sq st sv sw tl tn tr ts uz vi xh yo zu".split(),
    "cyrillic": "be bg kk ky mk mn ru sr tg uk".split(),
    "arabic": "ar ckb fa ps sd ug ur".split(),
    "devanagari": "hi mr ne".split(),
}
BLOCKS = {"latin": ((0x41, 0x250), (0x1E00, 0x1F00)), "cyrillic": ((0x400, 0x530),), "arabic": ((0x600, 0x780),), "devanagari": ((0x900, 0x980),)}
# How many n-grams of each length and how many words a group keeps.
KEEP = {
    "latin": {2: 2500, 3: 14000, 4: 22000, 5: 20000, "words": 20000},
    "cyrillic": {2: 1500, 3: 8000, 4: 12000, 5: 10000, "words": 6000},
    "arabic": {2: 1500, 3: 8000, 4: 9000, 5: 6000, "words": 5000},
    "devanagari": {2: 1500, 3: 6000, 4: 6000, 5: 3000, "words": 3000},
}
# What is added to every probability of an n-gram of that length; n-grams rarer than CONSIDERED in every language are not looked at.
FLOOR = {2: 1e-5, 3: 5e-6, 4: 2e-6, 5: 1e-6}
CONSIDERED = {2: 2e-5, 3: 1e-5, 4: 8e-6, 5: 8e-6}
# Share of lingua's tables where there are counted texts too; lingua's Devanagari leaves vowel signs out and is not used.
LINGUA = 0.35
# A word's share comes from catalogues, from jusText's list and from Tesseract's, in these proportions where there are all three.
CATALOGUES, STOPLIST, LEXICON = 0.45, 0.35, 0.20
# Frequent words of a catalogue are what it is about: counts are damped by this power.
DAMPED = 0.75
# Words as many as counted ones that the estimate from n-grams weighs, and the probability that a word ends after any letter.
PRIOR, END = 2000.0, 0.2
# A word's log-probability weighs this much beside the sum over n-grams, which counts every letter several times.
WORD = 2.2
# Nats per step of the stored bytes; the same in crates/text/src/language/table.rs.
STEP = 0.055
# Languages that are easily mistaken for another one get more training texts.
HARD = set("af bg ca cs da es fa hi id it la mk mr ms nb ne nl nn pt ru sk sr st tn uk xh zu".split())
TEXTS, HARD_TEXTS, LISTS = 1500, 5000, 400
# Passes over the training texts, the largest step in each, and the lead in nats that is asked for: so much a feature, at most so much.
STEPS, MARGIN, MOST_MARGIN, GIVEN_UP = (0.1, 0.05), 0.12, 6.0, -25.0
SEED = 11


def is_in(word: str, group: str) -> bool:
    return any(low <= ord(word[0]) < high for low, high in BLOCKS[group])


def word_shares(sources: Path, texts: dict[str, dict[str, list[str]]], language: str, group: str) -> tuple[Counter, float]:
    """How often each word is met in a language, and on how many words that rests."""
    parts: list[tuple[float, Counter]] = []
    counted, total = Counter(), 0.0
    for name, found in texts.items():
        counts = Counter(word for text in found.get(language, [])[:] for word in corpus.words(text) if len(word) < 30 and is_in(word, group))
        size = min(sum(counts.values()), 60_000) * (0.3 if name in ("tagging", "cldr") else 1.0)
        damped = {word: count**DAMPED for word, count in counts.items()}
        whole = sum(damped.values())
        for word, count in damped.items():
            counted[word] += count / whole * size
        total += size
    if total:
        parts.append((CATALOGUES * min(1.0, total / 5000), Counter({word: count / total for word, count in counted.items()})))
    frequent = [word for word in corpus.stoplist(sources, language) if is_in(word, group)]
    if frequent:
        # Zipf's law with Mandelbrot's shift, which is about right for ranks in any language.
        weights = [1 / (rank + 2.7) for rank in range(len(frequent))]
        parts.append((STOPLIST, Counter({word: weight / sum(weights) for word, weight in zip(frequent, weights)})))
    listed = [word for word in corpus.lexicon(sources, language) if is_in(word, group)]
    if listed:
        parts.append((LEXICON, Counter({word: 1 / len(listed) for word in listed})))
    shares, weight = Counter(), sum(weight for weight, _ in parts)
    for part, counts in parts:
        for word, share in counts.items():
            shares[word] += share * part / weight
    return shares, total + (20_000 if frequent else 0) + (10_000 if listed else 0)


def gram_shares(shares: Counter) -> list[Counter]:
    """Joint probabilities of the n-grams of words, by length."""
    found = [Counter({"": 1.0})]
    for n in range(1, 6):
        table: dict[str, float] = {}
        for word, share in shares.items():
            for at in range(len(word) - n + 1):
                gram = word[at : at + n]
                table[gram] = table.get(gram, 0.0) + share
        whole = sum(table.values()) or 1.0
        found.append(Counter({gram: share / whole for gram, share in table.items()}))
    return found


def chain(word: str, grams: list[Counter]) -> float:
    """Logarithm of the probability of a word as a chain of letters, each after the four before it, backing off to fewer."""
    total = 0.0
    for at in range(len(word)):
        part = word[max(0, at - 4) : at + 1]
        while True:
            top, bottom = grams[len(part)].get(part, 0.0), grams[len(part) - 1].get(part[:-1], 0.0)
            if top > 0 and bottom > 0:
                total += np.log(top / bottom)
                break
            if len(part) == 1:
                total += np.log(1e-6)
                break
            part = part[1:]
            total -= 0.9
        if total < -25:
            return -25.0
    return total


def most_telling(share: np.ndarray, keep: int) -> np.ndarray:
    """Rows by the information on the language that meeting them is worth, times how often they are met."""
    mean = share.mean(axis=1, keepdims=True)
    worth = (share * np.log(share / mean)).sum(axis=1)
    return np.argsort(-worth, kind="stable")[:keep]


def columns(tables: list, names: list[str], index: dict[str, int]) -> np.ndarray:
    """One column a table, one row a name."""
    out = np.zeros((len(names), len(tables)), dtype=np.float32)
    for column, table in enumerate(tables):
        for name, share in table.items():
            at = index.get(name)
            if at is not None:
                out[at, column] = share
    return out


class Language:
    """What is known of one language: shares of words and of n-grams."""

    def __init__(self, sources: Path, texts: dict, code: str, group: str):
        self.words, self.size = word_shares(sources, texts, code, group)
        counted = gram_shares(self.words)
        known = corpus.lingua(sources, code) if group != "devanagari" else None
        weight = 0.0 if known is None else 1.0 - (1.0 - LINGUA) * min(1.0, self.size / 50_000)
        self.grams = []
        for n in range(6):
            table = {gram: share * (1 - weight) for gram, share in counted[n].items()} if weight < 1 else {}
            for gram, share in (known[n] if known else {}).items():
                table[gram] = table.get(gram, 0.0) + share * weight
            self.grams.append(table)
        print(code, len(self.words), int(self.size), f"{weight:.2f}", end="; ", flush=True)


def gram_rows(languages: list[Language], group: str) -> dict[str, np.ndarray]:
    """Logarithms of the probabilities of the most telling n-grams."""
    rows = {}
    for n in range(2, 6):
        names = sorted({gram for language in languages for gram, share in language.grams[n].items() if share > CONSIDERED[n]})
        index = {gram: at for at, gram in enumerate(names)}
        share = columns([language.grams[n] for language in languages], names, index) + FLOOR[n]
        for at in most_telling(share, KEEP[group][n]):
            rows[names[at]] = np.log(share[at])
    return rows


def word_rows(languages: list[Language], group: str) -> dict[str, np.ndarray]:
    """Logarithms of the probabilities of the most telling words; where little was counted, the n-grams decide."""
    names = sorted({word for language in languages for word, share in language.words.items() if share > 4e-5})
    index = {word: at for at, word in enumerate(names)}
    share = columns([language.words for language in languages], names, index)
    likely = most_telling(share + 2e-6, 2 * KEEP[group]["words"])
    names, share = [names[at] for at in likely], share[likely]
    guess = np.array([[chain(word, language.grams) for language in languages] for word in names])
    size = np.array([language.size for language in languages])
    share = (size * share + PRIOR * END * np.exp(guess)) / (size + PRIOR) + 2e-7
    return {names[at]: WORD * np.log(share[at]) for at in most_telling(share, KEEP[group]["words"])}


def stretches(sources: Path, texts: dict, group: str) -> list[tuple[int, list[str]]]:
    """Training texts: stretches of at most 140 letters from all catalogues alike, and words drawn from the dictionaries."""
    chance, found = random.Random(SEED), []
    for column, language in enumerate(GROUPS[group]):
        pools = []
        for name in sorted(texts):
            if name in ("cldr", "ooui"):
                continue
            pool = [[word for word in corpus.words(text) if is_in(word, group)] for text in texts[name].get(language, [])]
            pool = [some for some in pool if len(some) >= 3 and sum(map(len, some)) >= 15]
            chance.shuffle(pool)
            pools.append(pool)
        pools.sort(key=len)
        left = HARD_TEXTS if language in HARD else TEXTS
        for at, pool in enumerate(pools):
            take = pool[: left // (len(pools) - at)]
            left -= len(take)
            found += [(column, stretch(some, chance)) for some in take]
        listed = [word for word in corpus.lexicon(sources, language) if is_in(word, group) and 3 <= len(word) < 20]
        if listed:
            found += [(column, chance.sample(listed, chance.choice([2, 4, 6]))) for _ in range(LISTS)]
    chance.shuffle(found)
    return found


def stretch(some: list[str], chance: random.Random) -> list[str]:
    """Words from a random place on, of a random length."""
    most, start = chance.choice([140, 140, 70, 30]), chance.randrange(max(1, len(some) - 3))
    taken, letters = [], 0
    for word in some[start:]:
        if taken and letters + len(word) > most:
            break
        taken.append(word)
        letters += len(word) + 1
    return taken


class Scores:
    """Rows of n-grams and words in one array, and which of them a text meets."""

    def __init__(self, grams: dict[str, np.ndarray], known: dict[str, np.ndarray]):
        self.grams = {gram: at for at, gram in enumerate(grams)}
        self.words = {word: at + len(grams) for at, word in enumerate(known)}
        self.rows = np.array([*grams.values(), *known.values()], dtype=np.float64)
        self.rows -= self.rows.max(axis=1, keepdims=True)
        self.rows = np.maximum(self.rows, -255 * STEP)
        self.seen: dict[str, list[int]] = {}

    def of(self, word: str) -> list[int]:
        """A known word has its own row; another one has those of its n-grams."""
        found = self.seen.get(word)
        if found is None:
            own = self.words.get(word)
            parts = (self.grams.get(word[at : at + n]) for at in range(len(word)) for n in range(2, min(5, len(word) - at) + 1))
            found = [own] if own is not None else [part for part in parts if part is not None]
            self.seen[word] = found
        return found

    def features(self, some: list[str]) -> np.ndarray:
        return np.array([at for word in some for at in self.of(word)], dtype=np.int64)

    def learn(self, training: list[tuple[int, np.ndarray]]) -> None:
        """Passive-aggressive passes (Crammer et al. 2006, PA-I): where a text's language does not lead by the margin, the smallest change that
        would make it lead, cut to the pass's step. Texts that are far on the wrong side are taken for mislabelled ones and left out."""
        for step in STEPS:
            wrong = 0
            for column, features in training:
                if not len(features):
                    continue
                sums = self.rows[features].sum(axis=0)
                own = sums[column]
                sums[column] = -np.inf
                rival = int(sums.argmax())
                lead = own - sums[rival]
                wrong += lead < 0
                margin = min(MOST_MARGIN, MARGIN * len(features) + 1.5)
                if GIVEN_UP < lead < margin:
                    at, times = np.unique(features, return_counts=True)
                    change = min(step, (margin - lead) / (2.0 * float((times * times).sum()))) * times
                    self.rows[at, column] += change
                    self.rows[at, rival] -= change
            print(f"step {step}: {wrong / len(training):.4f} of {len(training)} training texts wrong", flush=True)


def key_of(gram: str) -> int:
    """Twelve bits a letter and the length above them: the same in crates/text/src/language/table.rs."""
    key = 0
    for letter in gram:
        key = (key << 12) | (ord(letter) & 0xFFF)
    return key | (len(gram) << 60)


def key_of_word(word: str) -> int:
    """FNV-1a over the letters, and fifteen above it: the same in crates/text/src/language/table.rs."""
    key = 0xCBF29CE484222325
    for letter in word:
        key = ((key ^ ord(letter)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return (key >> 4) | (15 << 60)


def table_of(sources: Path, texts: dict, group: str) -> tuple[list[int], np.ndarray]:
    """Keys and bytes of one group, by key. Only differences between languages matter: a row is stored as its distance below its best one."""
    languages = [Language(sources, texts, code, group) for code in GROUPS[group]]
    print()
    scores = Scores(gram_rows(languages, group), word_rows(languages, group))
    scores.learn([(column, scores.features(some)) for column, some in stretches(sources, texts, group)])
    rows = scores.rows - scores.rows.max(axis=1, keepdims=True)
    stored = (np.clip(np.rint(rows / STEP), -255, 0) + 255).astype(np.uint8)
    keyed = {key_of(gram): at for gram, at in scores.grams.items()} | {key_of_word(word): at for word, at in scores.words.items()}
    order = sorted(keyed)
    return order, stored[[keyed[key] for key in order]]


def training_texts(sources: Path) -> dict[str, dict[str, list[str]]]:
    """All catalogues without every tenth text, which develop.py keeps for itself, and without what is English in any of them."""
    found = {name: corpus.catalogue(sources, name) for name in corpus.CATALOGUES}
    english = {text for texts in found.values() for text in texts.get("en", [])}
    kept = {}
    for name, texts in found.items():
        kept[name] = {code: [text for at, text in enumerate(some) if at % 10 != 9 and (code == "en" or text not in english)] for code, some in texts.items()}
    return kept


def main() -> int:
    sources, out = Path(sys.argv[1]), Path(sys.argv[2])
    texts = training_texts(sources)
    parts = [b"MLID", struct.pack("<II", 2, len(GROUPS))]
    for group, codes in GROUPS.items():
        keys, rows = table_of(sources, texts, group)
        width = -(-len(codes) // 8) * 8
        padded = np.zeros((len(keys), width), dtype=np.uint8)
        padded[:, : len(codes)] = rows
        names = ",".join(codes).encode()
        parts += [struct.pack("<III", len(names), width, len(keys)), names, np.array(keys, dtype="<u8").tobytes(), padded.tobytes()]
        print(group, len(codes), "languages", len(keys), "rows", flush=True)
    out.write_bytes(b"".join(parts))
    print(out, out.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
