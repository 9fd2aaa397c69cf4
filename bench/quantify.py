#!/usr/bin/env python3
"""Compare the shares and the speed of `stats::quantify` with QuaPy 0.2.3 on the same posteriors, in the same run, on one thread.

Aggregation only: neither side runs a classifier. All times are CPU seconds of one thread (Linux). Exit
code 1 when a bar of bench/README.md is missed.

    bench/quantify.py EXAMPLE       EXAMPLE: the release build of crates/stats/examples/quantify.rs
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
import subprocess
import sys
import tempfile
import time
import warnings
from math import lgamma
from pathlib import Path

import numpy as np
import quapy
import quapy.method.aggregative as peers
from sklearn.base import BaseEstimator

SIZE = 100
LIKENESS = np.geomspace(1, 1000, 10)
BARS = {"emq": 20, "pacc": 50, "kdey-ml": 20}
SECONDS = {"emq": 1.0, "pacc": 1.0, "kdey-ml": 10.0}


class Given(BaseEstimator):
    """A classifier whose inputs are posteriors already."""

    def __init__(self, classes: int):
        self.classes_ = np.arange(classes)

    def fit(self, *_):
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return x


def posteriors(random: np.random.Generator, labels: np.ndarray, k: int) -> np.ndarray:
    """Invented items: a normal measurement per class, 1.2 higher for the item's own; exact posteriors under equal priors."""
    x = random.normal(size=(len(labels), k))
    x[np.arange(len(labels)), labels] += 1.2
    weights = np.exp(1.2 * x)
    return weights / weights.sum(axis=1, keepdims=True)


def peer(method: str, train: np.ndarray, labels: np.ndarray, k: int):
    """QuaPy's aggregation, fitted, as a function of posteriors."""
    given = Given(k)
    hard = method in ("cc", "acc")
    kinds = {"cc": peers.CC, "acc": peers.ACC, "pacc": peers.PACC, "hdy-quapy": peers.HDy}
    if method == "kdey-ml":
        model = peers.KDEyML(given, fit_classifier=False, bandwidth=0.1)
    elif method == "emq-quapy":
        return lambda sample: peers.EMQ.EM(np.bincount(labels, minlength=k) / len(labels), sample)[0], None
    else:
        model = kinds[method](given, fit_classifier=False)
    model.aggregation_fit(train.argmax(axis=1) if hard else train, labels)
    return (lambda sample: model.aggregate(sample.argmax(axis=1) if hard else sample)), model


def ours(example: str, folder: str, method: str, size: int, repeats: int) -> tuple[float, np.ndarray]:
    """Seconds per sample, and the shares."""
    text = subprocess.run([example, folder, method, str(size), str(repeats)], check=True, capture_output=True, text=True).stdout
    first, *rest = text.splitlines()
    seconds, count = first.split()
    return float(seconds) / (1 if repeats == 0 else int(count)), np.array([[float(x) for x in line.split()] for line in rest])


def write(folder: str, **arrays: np.ndarray) -> None:
    for name, values in arrays.items():
        np.ascontiguousarray(values, dtype="<f8").tofile(Path(folder) / f"{name}.f64")


def compare(example: str, k: int, methods: list[str]) -> bool:
    """Shares and speed on 1,000 samples of 100 (100 samples for the slow methods)."""
    random = np.random.default_rng(k)
    labels = random.integers(0, k, 3000)
    train = posteriors(random, labels, k)
    held = True
    for method in methods:
        samples = 100 if method in ("kdey-ml", "hdy-quapy") else 1000
        truth = random.dirichlet(np.ones(k), samples)
        target = np.stack([posteriors(random, random.choice(k, SIZE, p=p), k) for p in truth])
        aggregate, model = peer(method, train, labels, k)
        start = time.process_time()
        theirs = np.array([aggregate(sample) for sample in target])
        theirs_seconds = (time.process_time() - start) / samples
        with tempfile.TemporaryDirectory() as folder:
            write(folder, train=train, labels=labels, target=target, prior=np.bincount(labels, minlength=k) / len(labels))
            repeats = 1 if method == "kdey-ml" else 20
            seconds, shares = ours(example, folder, method, SIZE, repeats)
            if method == "emq-quapy":
                seconds = ours(example, folder, "emq", SIZE, repeats)[0]
        gap = np.abs(shares - theirs).max()
        limit = {"cc": 1e-12, "acc": 1e-3, "pacc": 1e-3, "emq-quapy": 1e-6, "hdy-quapy": 1e-9, "kdey-ml": 5e-3}[method]
        worse = 0.0
        if method in ("acc", "pacc"):
            matrix = model.Pte_cond_estim_
            counts = np.stack([np.eye(k)[s.argmax(1)].mean(0) if method == "acc" else s.mean(0) for s in target])
            loss = lambda p: ((p @ matrix.T - counts) ** 2).sum(1)
            worse = (loss(shares) - loss(theirs)).max()
        bar = BARS.get(method.removesuffix("-quapy"))
        fast = bar is None or theirs_seconds / seconds >= bar
        good = gap <= limit and worse <= 1e-9 and fast
        held &= good
        print(
            f"{method:10} k={k}: largest gap {gap:.1e} (limit {limit:.0e}), objective worse by {worse:.0e}; "
            f"{1 / seconds:,.0f} samples/s, QuaPy {1 / theirs_seconds:,.0f}, {theirs_seconds / seconds:.0f}x (bar {bar or '-'})"
            f"{'' if good else '  MISSED'}",
            flush=True,
        )
    return held


def importance(random: np.random.Generator, coded: np.ndarray, target: np.ndarray, draws: int) -> np.ndarray:
    """Means and ends of the posterior by importance sampling: how alike classes are from what the codes say of it, rates from the codes, shares from Dir(1/2), weighed by the target's counts."""
    k, cells = coded.shape
    n = coded.sum(1, keepdims=True)
    common = (coded.sum() * (coded / n).mean(0) + 1) / (coded.sum() + cells)
    logs = []
    for likeness in LIKENESS:
        prior = likeness * common
        rows = [lgamma(likeness) - lgamma(likeness + row.sum()) + sum(lgamma(c + p) - lgamma(p) for c, p in zip(row, prior)) for row in coded]
        logs.append(sum(rows))
    chances = np.exp(np.array(logs) - max(logs))
    parts = random.multinomial(draws, chances / chances.sum())
    shares = random.dirichlet(np.full(k, 0.5), draws)
    rates = np.stack([np.concatenate([random.dirichlet(row + t * common, m) for t, m in zip(LIKENESS, parts)]) for row in coded], axis=1)
    logs = np.log(np.einsum("sy,syc->sc", shares, rates)) @ target
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    ends = []
    for share in shares.T:
        order = np.argsort(share)
        ends.append(share[order][np.searchsorted(np.cumsum(weights[order]), [0.025, 0.975])])
    return np.concatenate([weights @ shares, *np.array(ends).T])


def posterior(example: str, k: int) -> bool:
    """The counts of Bayesian counts, one level, codes of the target, on 20 samples of 100 against importance sampling of the same model."""
    random = np.random.default_rng(50 + k)
    labels = random.integers(0, k, 300)
    train = posteriors(random, labels, k)
    prior = np.bincount(labels, minlength=k) / len(labels)
    truth = random.dirichlet(np.ones(k), 20)
    target = np.stack([posteriors(random, random.choice(k, SIZE, p=p), k) for p in truth])
    with tempfile.TemporaryDirectory() as folder:
        write(folder, train=train, labels=labels, target=target, prior=prior)
        seconds, found = ours(example, folder, "bayes", SIZE, 1)
    coded = np.stack([np.bincount((train[labels == y] / prior).argmax(1), minlength=k) for y in range(k)])
    counts = [np.bincount((sample / prior).argmax(1), minlength=k) for sample in target]
    theirs = np.stack([importance(random, coded, own, 400_000) for own in counts])
    gaps = np.abs(found - theirs).reshape(20, 3, k)
    mean, ends = gaps[:, 0].max(), gaps[:, 1:].max()
    good = mean <= 0.01 and ends <= 0.025
    print(f"bayes      k={k}: largest gap of a mean {mean:.1e} (limit 1e-02), of an end {ends:.1e} (limit 2.5e-02); {seconds:.2f} s a sample{'' if good else '  MISSED'}", flush=True)
    return good


def replicates(example: str) -> bool:
    """1,000 bootstrap replicates of one domain of 5,000 posts, 3,000 coded."""
    random = np.random.default_rng(9)
    labels = random.integers(0, 3, 3000)
    held = True
    with tempfile.TemporaryDirectory() as folder:
        target = posteriors(random, random.choice(3, 5000, p=[0.7, 0.2, 0.1]), 3)
        write(folder, train=posteriors(random, labels, 3), labels=labels, target=target, prior=np.ones(3) / 3)
        for method, limit in SECONDS.items():
            seconds, _ = ours(example, folder, method, 5000, 0)
            held &= seconds <= limit
            print(f"{method:10} 1,000 replicates of 5,000 posts: {seconds:.2f} s (bar {limit:.0f}){'' if seconds <= limit else '  MISSED'}")
    return held


def main() -> int:
    warnings.simplefilter("ignore")
    print(f"quapy {quapy.__version__}, numpy {np.__version__}")
    held = compare(sys.argv[1], 3, ["cc", "acc", "pacc", "emq-quapy", "kdey-ml"])
    held &= compare(sys.argv[1], 2, ["hdy-quapy", "emq-quapy", "pacc"])
    held &= posterior(sys.argv[1], 2)
    held &= posterior(sys.argv[1], 3)
    held &= replicates(sys.argv[1])
    print("all bars held" if held else "a bar was missed")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
