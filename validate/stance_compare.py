#!/usr/bin/env python3
"""The classifier of short texts against scikit-learn's, and shares of classes from it against QuaPy's, on real posts with codes.

    validate/stance_compare.py EXAMPLES [classifier] [shares] [--only NAME,…] [--sets N] [--intervals N] [--splits given,random] [--draws N]

EXAMPLES is the folder of the release examples of `text` and `stats`. Prints a line per data set; exit code 1 when a bar of docs/validation.md is
missed. Every number comes from fixed seeds.

`classifier`: macro-F1 on the given splits beside TF-IDF of characters 1 to 5 and words with logistic regression of balanced classes.
`shares`: sets of 250 posts with shares on a grid from .01 to .99, from classifiers of 300 and of all training posts; errors beside QuaPy's EMQ and KDEy-ML on
scikit-learn's posteriors, and coverage of our intervals. Bars are held on Bayesian counts, which stand in front; EMQ, KDEy-ML and PACC of ours stand beside. The
given splits are of other days or topics than the codes; `random` puts training and test posts together and splits them again in the same sizes.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
import argparse
import csv
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_union

SHARED = Path(os.environ.get("MARSAD_SHARED") or Path(__file__).resolve().parent.parent.parent / "shared") / "data/stance"
TARGETS = ["abortion", "atheism", "climate", "feminist", "hillary"]
LANGUAGES = ["arabic", "english", "french", "german", "hindi", "italian", "portuguese", "spanish"]
SIZE = 250
RATE = 150_000

Split = tuple[list[str], list[str], list[str], list[str]]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def folder(path: Path) -> Split:
    """Training (with development) and test posts of one folder."""
    parts = {part: (lines(path / f"{part}_text.txt"), lines(path / f"{part}_labels.txt")) for part in ("train", "val", "test")}
    train = [parts["train"][at] + parts["val"][at] for at in (0, 1)]
    return train[0], train[1], *parts["test"]


def table(path: Path) -> tuple[list[str], list[str]]:
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["tweet"] for row in rows], [row["sentiment"] for row in rows]


def sets(is_pooled: bool) -> dict[str, Split]:
    """All data sets; the five targets apart, or together."""
    found = {"arsarcasm": (*table(SHARED / "arsarcasm/ArSarcasm_train.csv"), *table(SHARED / "arsarcasm/ArSarcasm_test.csv"))}
    targets = {name: folder(SHARED / "semeval2016_tweeteval" / name) for name in TARGETS}
    found |= {"semeval2016": tuple(sum(parts, []) for parts in zip(*targets.values()))} if is_pooled else targets
    return found | {name: folder(SHARED / "umsab_sentiment_8lang" / name) for name in LANGUAGES}


def ours(examples: Path, split: Split) -> tuple[dict, list[list[str]], list[list[str]]]:
    """Cost and rows (label, answer, posteriors) of training posts, out of fold, and of test posts."""
    with tempfile.TemporaryDirectory() as place:
        for name, texts, labels in (("train", *split[:2]), ("test", *split[2:])):
            text = "".join(f"{label}\t{' '.join(text.split())}\n" for text, label in zip(texts, labels))
            (Path(place) / name).write_text(text, encoding="utf-8")
        command = [str(examples / "classify"), f"{place}/train", f"{place}/test"]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in out[1:]]
    return json.loads(out[0]), [row[1:] for row in rows if row[0] == "train"], [row[1:] for row in rows if row[0] == "test"]


def features():
    return make_union(TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5)), TfidfVectorizer(analyzer="word"))


def classifier(examples: Path, only: list[str]) -> bool:
    """Macro-F1 of both on the given splits, and how many posts a second are read."""
    held, of_language = True, {}
    for name, split in sets(False).items():
        if only and name not in only:
            continue
        cost, _, test = ours(examples, split)
        mine = f1_score([row[0] for row in test], [row[1] for row in test], average="macro")
        vectors = features()
        model = LogisticRegression(max_iter=1000, class_weight="balanced").fit(vectors.fit_transform(split[0]), split[1])
        theirs = f1_score(split[3], model.predict(vectors.transform(split[2])), average="macro")
        language = "english, five targets" if name in TARGETS else name
        of_language.setdefault(language, []).append((mine, theirs))
        held &= cost["texts_per_second"] >= RATE
        print(
            f"{name:12} macro-F1 {mine:.4f}, scikit-learn {theirs:.4f}; {cost['texts_per_second']:,} posts of {cost['characters']:.0f} characters a second; "
            f"{cost['features']:,} features; learned in {cost['learning_seconds']:.0f} CPU s{'' if cost['texts_per_second'] >= RATE else '  MISSED'}",
            flush=True,
        )
    for language, pairs in of_language.items():
        mine, theirs = np.mean(pairs, axis=0)
        good = mine >= theirs - 0.01
        held &= bool(good)
        print(f"{language:22} {mine - theirs:+.4f} (bar -.01){'' if good else '  MISSED'}", flush=True)
    return held


class Given(BaseEstimator):
    """A classifier whose inputs are posteriors already."""

    def __init__(self, classes: int):
        self.classes_ = np.arange(classes)

    def fit(self, *_):
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return x


def samples(labels: np.ndarray, k: int, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of sets of 250 posts, and their shares: every class in turn at .01 to .99, the others as a uniform draw has it."""
    random = np.random.default_rng(250)
    members = [np.flatnonzero(labels == c) for c in range(k)]
    drawn, truth = [], []
    for _ in range(rounds):
        for step in range(1, 100):
            for c in range(k):
                rest = random.dirichlet(np.ones(k - 1)) * (1 - step / 100)
                wanted = np.insert(rest, c, step / 100) * SIZE
                counts = np.floor(wanted).astype(int)
                counts[np.argsort(counts - wanted)[: SIZE - counts.sum()]] += 1
                drawn.append(np.concatenate([random.choice(of, n, replace=n > len(of)) for of, n in zip(members, counts)]))
                truth.append(counts / SIZE)
    order = random.permutation(len(drawn))
    return np.array(drawn)[order], np.array(truth)[order]


def estimate(examples: Path, arrays: dict[str, np.ndarray], method: str, calibration: str, intervals: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Our shares of every set, and low and high of the first `intervals`."""
    with tempfile.TemporaryDirectory() as place:
        for name, values in arrays.items():
            np.ascontiguousarray(values, dtype="<f8").tofile(Path(place) / f"{name}.f64")
        command = [str(examples / "prevalence"), place, method, calibration, str(SIZE), "300", str(intervals)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [[float(x) for x in line.split()] for line in out]
    return np.array([row[:k] for row in rows]), np.array([row[k:] for row in rows[:intervals]]).reshape(intervals, k, 2)


def theirs(split: Split, classes: list[str], drawn: np.ndarray) -> dict[str, np.ndarray]:
    """QuaPy's EMQ and KDEy-ML on scikit-learn's posteriors, those of coded posts from five folds."""
    import quapy.method.aggregative as peers

    vectors = features()
    x, pool = vectors.fit_transform(split[0]), vectors.transform(split[2])
    y = np.array([classes.index(label) for label in split[1]])
    model = LogisticRegression(max_iter=1000)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    coded = cross_val_predict(model, x, y, cv=folds, method="predict_proba")
    posteriors = model.fit(x, y).predict_proba(pool)
    prior = np.bincount(y, minlength=len(classes)) / len(y)
    kdey = peers.KDEyML(Given(len(classes)), fit_classifier=False, bandwidth=0.1)
    kdey.aggregation_fit(coded, y)
    return {
        "emq": np.array([peers.EMQ.EM(prior, posteriors[sample])[0] for sample in drawn]),
        "kdey-ml": np.array([kdey.aggregate(posteriors[sample]) for sample in drawn]),
    }


def again(split: Split) -> Split:
    """Training and test posts put together and split in the same sizes, classes in proportion: codes and target are then alike."""
    random = np.random.default_rng(77)
    texts, labels = [*split[0], *split[2]], np.array([*split[1], *split[3]])
    parts = [random.permutation(np.flatnonzero(labels == label)) for label in sorted(set(labels))]
    test = np.sort(np.concatenate([part[: round(len(part) * len(split[2]) / len(labels))] for part in parts]))
    train = np.setdiff1d(np.arange(len(labels)), test)
    return [texts[at] for at in train], [str(labels[at]) for at in train], [texts[at] for at in test], [str(labels[at]) for at in test]


def few(split: Split, size: int, draw: int) -> Split:
    """The same with so many training posts, classes in proportion."""
    random = np.random.default_rng(size if draw == 0 else size * 1000 + draw)
    labels = np.array(split[1])
    parts = [random.permutation(np.flatnonzero(labels == label)) for label in sorted(set(split[1]))]
    kept = np.sort(np.concatenate([part[: round(len(part) * size / len(labels))] for part in parts]))
    return [split[0][at] for at in kept], [split[1][at] for at in kept], split[2], split[3]


def behind(error: np.ndarray, other: np.ndarray) -> tuple[str, bool]:
    """What a peer's error is, and whether ours is no larger but for two standard errors of the paired difference."""
    gap = error - other
    good = gap.mean() <= 2 * gap.std(ddof=1) / np.sqrt(len(gap))
    return f"{other.mean():.4f}{'' if good else ' MISSED'}", bool(good)


def row(examples: Path, title: str, part: Split, rounds: int, intervals: int, hits: dict) -> bool:
    """Errors and coverage of one set of codes and posts; whether the bars of errors hold."""
    classes = sorted(set(part[1]))
    k = len(classes)
    _, train, test = ours(examples, part)
    labels = np.array([classes.index(row[0]) for row in test])
    drawn, truth = samples(labels, k, rounds)
    coded = np.array([classes.index(row[0]) for row in train])
    arrays = {
        "train": [[float(x) for x in row[2:]] for row in train], "labels": coded, "prior": np.bincount(coded, minlength=k) / len(coded),
        "pool": [[float(x) for x in row[2:]] for row in test], "samples": drawn,
    }
    peers = theirs(part, classes, drawn)
    held, report = True, []
    for method in ("bayes", "emq", "kdey-ml", "pacc"):
        found, ends = estimate(examples, arrays, method, "bcts", intervals, k)
        error = np.abs(found - truth).mean(1)
        inside = (ends[:, :, 0] <= truth[:intervals]) & (truth[:intervals] <= ends[:, :, 1])
        hits.setdefault(method, []).append((inside.mean(), inside.size))
        text = f"{method} error {error.mean():.4f}, coverage {inside.mean():.3f}"
        if method == "bayes":
            told = {peer: behind(error, np.abs(shares - truth).mean(1)) for peer, shares in peers.items()}
            held = all(good for _, good in told.values())
            text += f", {(ends[:, :, 1] - ends[:, :, 0]).mean():.2f} wide; QuaPy " + ", ".join(f"{peer} {said}" for peer, (said, _) in told.items())
        report.append(text)
    print(f"{title} {len(part[0]):5} coded posts, {len(drawn)} sets: {'; '.join(report)}", flush=True)
    return held


def shares(examples: Path, only: list[str], rounds: int, intervals: int, splits: list[str], draws: int) -> bool:
    """Errors and coverage over all data sets and both sizes."""
    held, hits = True, {}
    for name, given in sets(True).items():
        if only and name not in only:
            continue
        for kind in splits:
            split = given if kind == "given" else again(given)
            parts = [few(split, 300, draw) for draw in range(draws)] if len(split[0]) > 300 else []
            for part in [*parts, split]:
                held &= row(examples, f"{name:12} {kind:6}", part, rounds, intervals, hits)
    for method, cells in hits.items():
        pooled = np.average([share for share, _ in cells], weights=[n for _, n in cells])
        least = min(share for share, _ in cells)
        good = method != "bayes" or 0.93 <= pooled <= 0.97
        held &= bool(good)
        bar = " (bar .93 to .97)" if method == "bayes" else ""
        print(f"{method:8} coverage of 95 % intervals: pooled {pooled:.3f}{bar}, least {least:.3f}{'' if good else '  MISSED'}", flush=True)
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("parts", nargs="*", default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--sets", type=int, default=4, help="rounds over the grid: 297 sets of three classes each (default: 4)")
    parser.add_argument("--intervals", type=int, default=200)
    parser.add_argument("--splits", default="given", help="given, random, or both with a comma (default: given)")
    parser.add_argument("--draws", type=int, default=1, help="draws of the 300 codes (default: 1)")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    only = [name for name in given.only.split(",") if name]
    parts = given.parts or ["classifier", "shares"]
    held = classifier(given.examples, only) if "classifier" in parts else True
    if "shares" in parts:
        held &= shares(given.examples, only, given.sets, given.intervals, given.splits.split(","), given.draws)
    print("all bars held" if held else "a bar was missed")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
