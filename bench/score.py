#!/usr/bin/env python3
"""Measure features and scores of many accounts: a lake of A accounts with 50 posts each, made through `marsad ingest`.

The posts are piped into the ingest, so that no file of tens of gigabytes is needed. Words are invented from syllables of five scripts, each
script with 20,000 of them drawn by Zipf's law; posts come in order of time, so that those of an account lie far apart. Then the feature
pass and scoring with sealed features are measured as processes of their own (`crates/study/examples/features.rs`): CPU seconds are user +
system, figures are those of one run, for the pass takes minutes.

    bench/score.py                            1,000,000 accounts
    MARSAD_BENCH_ACCOUNTS=100000 bench/score.py
    bench/score.py --write ACCOUNTS           the posts alone, to standard output
"""

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time

POSTS = 50
WORDS = 20_000
TEXTS = 200_000
BARS = {"seal": 420.0, "score": 60.0}
SYLLABLES = {
    "en": "ka lo mi ru te so na vi do pa hu ge ster ling wor ban the re in on al er ash ton".split(),
    "ar": "با تي نو سل مر قد في عل حم كت ره يم شا دي ور صب ال مد نا هر لب".split(),
    "fr": "ré mon là que tou vel çon ais eau pri ché ner sou bel dau".split(),
    "ru": "ко ла ми ру те со на ви до па ху же ст но ра ща".split(),
    "hi": "का ली मे रू ते सो न वि दो प हु गे स्त ना रा".split(),
}
SHARES = [45, 25, 15, 10, 5]
CLIENTS = ["Twitter for Android"] * 5 + ["Twitter for iPhone"] * 4 + ["Twitter Web App"] * 2 + ["IFTTT"]
START, SECONDS = 1_420_070_400, 365 * 86_400
SNOWFLAKE_EPOCH = 1_288_834_974_657


def vocabulary(pick: random.Random, lang: str) -> list[str]:
    return ["".join(pick.choices(SYLLABLES[lang], k=pick.choice((1, 2, 2, 3, 3, 4)))) for _ in range(WORDS)]


def phrases(pick: random.Random, lang: str, count: int) -> list[str]:
    """Texts of 6 to 18 words with tags, ready to stand in JSON."""
    words = vocabulary(pick, lang)
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(WORDS)))
    texts = []
    for _ in range(count):
        chosen = pick.choices(words, cum_weights=weights, k=pick.randrange(6, 19))
        tags = [f"#{word}" for word in pick.choices(words, cum_weights=weights, k=pick.choice((0, 0, 1, 1, 2)))]
        texts.append(" ".join(chosen + tags))
    return texts


def write(accounts: int, out, seed: int = 11) -> None:
    """50 posts an account as Twitter v1.1 lines, in order of time. A text is two halves, so that few are the same."""
    pick = random.Random(seed)
    langs = pick.choices(list(SYLLABLES), SHARES, k=accounts)
    halves = {lang: [text.rsplit(" ", text.count(" ") // 2) for text in phrases(pick, lang, TEXTS * share // 100)] for lang, share in zip(SYLLABLES, SHARES)}
    first = {lang: [parts[0] for parts in texts] for lang, texts in halves.items()}
    second = {lang: [" ".join(parts[1:]) for parts in texts] for lang, texts in halves.items()}
    users = []
    for index, lang in enumerate(langs):
        number = 10**9 + index * 7919
        users.append(f'"lang":"{lang}","user":{{"id":{number},"id_str":"{number}","screen_name":"u{number:x}","name":"{pick.choice(second[lang])[:30]}","description":"{pick.choice(first[lang])}"}}}}\n')
    total, line = accounts * POSTS, 0
    draw, last, stamp = pick.random, None, ""
    for turn in range(POSTS):
        # A step that shares no divisor with the number of accounts visits each once, in an order that looks like none.
        for place in range(accounts):
            index = (place * 611_953 + turn * 7919) % accounts
            lang = langs[index]
            seconds = START + SECONDS * line // total
            begin, end = first[lang], second[lang]
            text = f"{begin[int(draw() * len(begin))]} {end[int(draw() * len(end))]}"
            if place % 4 == 0:
                text += f" https://t.co/{line:x}"
            if place % 5 == 0:
                text = f"@u{place:x} {text}"
            number = ((seconds * 1000 - SNOWFLAKE_EPOCH) << 22) | (line & 0x3FFFFF)
            if seconds != last:
                last, stamp = seconds, time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(seconds))
            out.write(f'{{"created_at":"{stamp}","id":{number},"id_str":"{number}","text":"{text}","source":"{CLIENTS[index % 12]}",{users[index]}')
            line += 1


def make_study(accounts: int, folder) -> None:
    from run import CACHE, MARSAD

    shutil.rmtree(folder, ignore_errors=True)
    init = [str(MARSAD), "init", str(folder), "--name", "Bench", "--unlisted", "measurement of the software on invented posts"]
    subprocess.run(init, check=True, capture_output=True)
    print(f"score: {accounts:,} accounts with {POSTS} posts each go into a lake", flush=True)
    posts = subprocess.Popen([sys.executable, __file__, "--write", str(accounts)], stdout=subprocess.PIPE)
    with open(CACHE / "last.out", "wb") as log:
        subprocess.run([str(MARSAD), "ingest", str(folder), "-"], stdin=posts.stdout, stdout=log, check=True)
    if posts.wait() != 0:
        sys.exit("score: the posts could not be written")


def main() -> int:
    if sys.argv[1:2] == ["--write"]:
        with open(sys.stdout.fileno(), "w", buffering=1 << 22, encoding="utf-8", closefd=False) as out:
            write(int(sys.argv[2]), out)
        return 0
    from run import CACHE, ROOT, TARGET, measure

    accounts = int(os.environ.get("MARSAD_BENCH_ACCOUNTS", "1000000"))
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked", "--bins", "--examples"], cwd=ROOT, check=True)
    folder = CACHE / f"accounts-{accounts}"
    if not (folder / "lake/catalog.sqlite").is_file() or "--keep" not in sys.argv:
        make_study(accounts, folder)
    binary = TARGET / "release/examples/features"
    held = True
    print(f"\n{'':28} {'CPU s':>9} {'wall s':>9} {'peak MB':>9} {'bar':>9}")
    for verb, name in (("seal", "features, the first time"), ("score", "scores, features sealed")):
        cost = measure([binary, verb, folder])
        found = json.loads((CACHE / "last.out").read_text().splitlines()[-1])
        bar = BARS[verb] * accounts / 1_000_000
        held = held and cost.cpu <= bar and found["accounts"] == accounts
        print(f"{name:28} {cost.cpu:9.1f} {cost.wall:9.1f} {cost.memory:9.0f} {bar:9.1f}")
    sizes = {name: (folder / name).stat().st_size / 1e6 for name in ("features.parquet", "features.behaviour.parquet")}
    print("\nsealed: " + ", ".join(f"{name} {size:,.0f} MB" for name, size in sizes.items()))
    print("score: all bars held" if held else "score: a bar was missed")
    if "--keep" not in sys.argv:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
