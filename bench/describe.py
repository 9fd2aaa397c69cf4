#!/usr/bin/env python3
"""Measure `describe` of many posts: a lake of A accounts with ten posts each, made through `marsad ingest`.

The posts are piped into the ingest. Words are those of `score.py`, by Zipf's law in five scripts; 28 % are reposts that carry the whole post
they pass on, profiles state places in several languages, 2 % of posts carry a place object, a tenth a link. `describe` is run twice: first with
nothing worked out (languages and places are identified and sealed), then with everything sealed. CPU seconds are user + system of the process;
figures are those of one run.

    bench/describe.py                            1,000,000 accounts, 10,000,000 posts
    MARSAD_BENCH_ACCOUNTS=100000 bench/describe.py
    bench/describe.py --keep                     the study stays, and is used again
    bench/describe.py --write ACCOUNTS           the posts alone, to standard output
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time

from score import CLIENTS, SECONDS, SHARES, SNOWFLAKE_EPOCH, START, SYLLABLES, phrases

POSTS = 10
# Per 10,000,000 posts; memory is a bar at any size.
BARS = {"first": 240.0, "sealed": 30.0}
MEMORY = 2000.0
LOCATIONS = [
    "London", "Paris, France", "دمشق", "Москва", "São Paulo, Brasil", "Delhi", "Ankara, Türkiye", "NYC", "by the sea", "51.5074,-0.1278", "Berlin",
    "بغداد، العراق", "السعودية", "earth", "behind you", "Toronto, Ontario", "Lagos, Nigeria", "Roma, Italia", "تهران", "İstanbul", "🇯🇴", "USA",
]
ZONES = ["null", '"London"', '"Baghdad"', '"Eastern Time (US & Canada)"', '"Riyadh"', "null"]
PLACES = [("GB", "London, England"), ("IQ", "Baghdad, Iraq"), ("FR", "Paris, France"), ("SY", "Aleppo, Syria"), ("RU", "Moscow, Russia")]
SERVICES = ["https://t.me/joinus", "https://wa.me/1555010", "https://discord.gg/abc", "https://site.example/page", "https://other.example/a"]


def stamp(seconds: int) -> str:
    return time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(seconds))


def users(pick: random.Random, langs: list[str], texts: dict[str, list[str]]) -> list[str]:
    made = []
    for index, lang in enumerate(langs):
        number = 10**9 + index * 7919
        words = pick.choice(texts[lang])
        location = f'"{pick.choice(LOCATIONS)}"' if pick.random() < 0.66 else "null"
        made.append(
            f'"user":{{"id":{number},"id_str":"{number}","screen_name":"u{number:x}","name":"{words[:20]}","description":"{words}","location":{location},'
            f'"time_zone":{pick.choice(ZONES)},"created_at":"{stamp(START - pick.randrange(86_400 * 900))}","lang":"{lang}",'
            f'"followers_count":{int(pick.paretovariate(0.8) * 20)},"friends_count":{int(pick.paretovariate(0.9) * 40)},'
            f'"statuses_count":{int(pick.paretovariate(0.6) * 50)},"verified":{"true" if index % 100 == 7 else "false"},"protected":false,'
            f'"geo_enabled":{"true" if index % 3 == 0 else "false"},"default_profile_image":{"true" if index % 10 == 3 else "false"}}}'
        )
    return made


def entities(line: int, text: str) -> tuple[str, str]:
    """The text with what it points at added, and the entities."""
    if line % 10 == 0:
        url = SERVICES[line // 10 % len(SERVICES)]
        return text + " https://t.co/abcdefghij", f'{{"urls":[{{"url":"https://t.co/abcdefghij","expanded_url":"{url}"}}],"hashtags":[],"user_mentions":[]}}'
    if line % 3 == 0:
        tag = f"tag{line % 4001}"
        return f"{text} #{tag}", f'{{"urls":[],"hashtags":[{{"text":"{tag}"}}],"user_mentions":[]}}'
    return text, '{"urls":[],"hashtags":[],"user_mentions":[]}'


def write(accounts: int, out, seed: int = 13) -> None:
    """Ten posts an account as Twitter v1.1 lines, in order of time."""
    pick = random.Random(seed)
    langs = pick.choices(list(SYLLABLES), SHARES, k=accounts)
    texts = {lang: phrases(pick, lang, 100_000 * share // 100) for lang, share in zip(SYLLABLES, SHARES)}
    profiles = users(pick, langs, texts)
    total, line, draw = accounts * POSTS, 0, pick.random
    recent: list[str] = []
    for turn in range(POSTS):
        # A step that shares no divisor with the number of accounts visits each once, in an order that looks like none.
        for place in range(accounts):
            index = (place * 611_953 + turn * 7919) % accounts
            own = texts[langs[index]]
            begin, end = own[int(draw() * len(own))], own[int(draw() * len(own))]
            seconds = START + SECONDS * line // total
            number = ((seconds * 1000 - SNOWFLAKE_EPOCH) << 22) | (line & 0x3FFFFF)
            head = f'"created_at":"{stamp(seconds)}","id":{number},"id_str":"{number}","source":"{CLIENTS[index % 12]}","lang":"{langs[index]}",{profiles[index]}'
            if line % 50 == 49:
                code, name = PLACES[line // 50 % len(PLACES)]
                head += f',"place":{{"id":"p{code}","full_name":"{name}","country_code":"{code}"}}'
            if line % 25 < 7 and recent:
                original = recent[int(draw() * len(recent))]
                out.write(f'{{{head},"text":"RT","retweeted_status":{original}}}\n')
            else:
                text, found = entities(line, f"{begin[: len(begin) // 2]} {end[len(end) // 2 :]}")
                post = f'{{{head},"text":"{text}","entities":{found}}}'
                out.write(post + "\n")
                if line % 40 == 39:
                    recent.append(post)
                    del recent[: len(recent) - 500]
            line += 1


def make_study(accounts: int, folder, marsad, log) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    init = [str(marsad), "init", str(folder), "--name", "Bench", "--unlisted", "measurement of the software on invented posts"]
    subprocess.run(init, check=True, capture_output=True)
    print(f"describe: {accounts:,} accounts with {POSTS} posts each go into a lake", flush=True)
    posts = subprocess.Popen([sys.executable, __file__, "--write", str(accounts)], stdout=subprocess.PIPE)
    with open(log, "wb") as out:
        subprocess.run([str(marsad), "ingest", str(folder), "-"], stdin=posts.stdout, stdout=out, check=True)
    if posts.wait() != 0:
        sys.exit("describe: the posts could not be written")


def main() -> int:
    if sys.argv[1:2] == ["--write"]:
        with open(sys.stdout.fileno(), "w", buffering=1 << 22, encoding="utf-8", closefd=False) as out:
            write(int(sys.argv[2]), out)
        return 0
    from run import CACHE, MARSAD, ROOT, measure

    accounts = int(os.environ.get("MARSAD_BENCH_ACCOUNTS", "1000000"))
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked", "--bins"], cwd=ROOT, check=True)
    folder = CACHE / f"described-{accounts}"
    if not (folder / "lake/catalog.sqlite").is_file() or "--keep" not in sys.argv:
        make_study(accounts, folder, MARSAD, CACHE / "last.out")
    shutil.rmtree(folder / "derived", ignore_errors=True)
    held, outputs = True, []
    print(f"\n{'':28} {'CPU s':>9} {'wall s':>9} {'peak MB':>9} {'bar':>9}")
    for run, name in (("first", "describe, the first time"), ("sealed", "describe, all sealed")):
        cost = measure([MARSAD, "describe", folder, "--json"])
        outputs.append((CACHE / "last.out").read_bytes())
        bar = BARS[run] * accounts * POSTS / 10_000_000
        held = held and cost.cpu <= bar and cost.memory <= MEMORY
        print(f"{name:28} {cost.cpu:9.1f} {cost.wall:9.1f} {cost.memory:9.0f} {bar:9.1f}")
    held = held and outputs[0] == outputs[1]
    posts = next(finding["denominator"]["n"] for finding in json.loads(outputs[1])["findings"] if finding["id"] == "post_kinds")
    print(f"\n{posts:,} posts in the lake; both descriptions {'are the same bytes' if outputs[0] == outputs[1] else 'DIFFER'}")
    print("describe: all bars held" if held else "describe: a bar was missed")
    if "--keep" not in sys.argv:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
