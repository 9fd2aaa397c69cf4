#!/usr/bin/env python3
"""Write N lines of Twitter v1.1 posts, about 2.5 KB each: `tweets.py N OUT [SEED]`. Same arguments, same bytes.

The work they make for a reader is that of a real collection: up to 50,000 accounts of very unequal activity, 28 % reposts that carry the
whole post they pass on, hashtags, links and mentions, replies, a place on 2 %, texts in seven scripts, profiles with all their fields. Everything is
invented; the sentences are about the weather. Needs orjson.
"""

import itertools
import random
import sys
import time

import orjson

WORDS = {
    "en": "the rain came early this morning and the garden is green again we walked along the river until the sun went down".split(),
    "ar": "المطر نزل صباح اليوم على الحديقة والشمس في السماء والنهر قريب من البيت والطيور فوق الشجر".split(),
    "fr": "la pluie est venue ce matin et le jardin est vert nous marchons le long de la rivière jusqu'au soir".split(),
    "es": "la lluvia llegó esta mañana y el jardín está verde caminamos junto al río hasta la tarde".split(),
    "ru": "дождь пришёл утром и сад снова зелёный мы гуляли вдоль реки до самого вечера".split(),
    "tr": "yağmur bu sabah geldi ve bahçe yine yeşil akşama kadar nehir boyunca yürüdük".split(),
    "hi": "आज सुबह बारिश हुई और बगीचा फिर हरा है हम शाम तक नदी के किनारे चले".split(),
    "fa": "باران امروز صبح آمد و باغ دوباره سبز است تا غروب کنار رودخانه راه رفتیم".split(),
}
LANGUAGES = list(WORDS)
LANGUAGE_WEIGHTS = [45, 20, 8, 9, 6, 5, 3, 4]
LOCATIONS = ["London", "Paris, France", "دمشق", "Москва", "São Paulo, Brasil", "Delhi", "Ankara, Türkiye", "NYC", "by the sea", "51.5074,-0.1278"]
CLIENTS = [
    ("http://twitter.com/download/android", "Twitter for Android"),
    ("http://twitter.com/download/iphone", "Twitter for iPhone"),
    ("https://mobile.twitter.com", "Twitter Web App"),
    ("https://ifttt.com", "IFTTT"),
    ("https://about.twitter.com/products/tweetdeck", "TweetDeck"),
    ("http://www.hootsuite.com", "Hootsuite Inc."),
]
TAGS = [f"tag{number}" for number in range(4000)]
HOSTS = [f"site{number}.example" for number in range(3000)]
START, SPAN = 1_420_070_400, 365 * 86_400
SNOWFLAKE_EPOCH = 1_288_834_974_657
REPOSTED_POOL = 2000


def twitter_time(seconds: float) -> str:
    return time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(seconds))


def make_account(pick: random.Random, index: int) -> dict:
    account_id = 10**9 + index * 7919 + pick.randrange(5000)
    lang = pick.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0]
    key = f"{account_id:x}"
    profile = {
        "id": account_id, "id_str": str(account_id), "name": " ".join(pick.choices(WORDS[lang], k=2)), "screen_name": f"user_{key}",
        "location": pick.choice(LOCATIONS) if pick.random() < 0.66 else None,
        "description": " ".join(pick.choices(WORDS[lang], k=pick.randrange(18))) or None,
        "url": f"https://t.co/{key[:10]}" if pick.random() < 0.2 else None, "protected": False, "verified": pick.random() < 0.01,
        "followers_count": int(pick.paretovariate(0.8) * 20), "friends_count": int(pick.paretovariate(0.9) * 40),
        "listed_count": pick.randrange(30), "favourites_count": int(pick.paretovariate(0.7) * 5),
        "statuses_count": int(pick.paretovariate(0.6) * 50), "created_at": twitter_time(START - pick.randrange(86_400 * 2500)),
        "utc_offset": pick.choice([None, 3600, 7200, -18_000]), "time_zone": pick.choice([None, "London", "Baghdad", "Eastern Time (US & Canada)"]),
        "geo_enabled": pick.random() < 0.3, "lang": lang, "contributors_enabled": False, "is_translator": False,
        "profile_background_color": "C0DEED", "profile_background_image_url": "http://abs.twimg.com/images/themes/theme1/bg.png",
        "profile_background_tile": False, "profile_link_color": "1DA1F2", "profile_sidebar_border_color": "C0DEED",
        "profile_sidebar_fill_color": "DDEEF6", "profile_text_color": "333333", "profile_use_background_image": True,
        "profile_image_url_https": f"https://pbs.twimg.com/profile_images/{account_id * 31}/{key}_normal.jpg",
        "profile_banner_url": f"https://pbs.twimg.com/profile_banners/{account_id}/{account_id // 2}",
        "default_profile": pick.random() < 0.5, "default_profile_image": pick.random() < 0.1, "following": None,
        "follow_request_sent": None, "notifications": None,
    }
    return {"id": account_id, "handle": profile["screen_name"], "name": profile["name"], "lang": lang, "json": orjson.Fragment(orjson.dumps(profile))}


def make_entities(pick: random.Random, text: str, accounts: list[dict]) -> tuple[str, dict]:
    """The text with tags, mentions and links added to it, and where they stand."""
    tags, mentions, links = [], [], []
    for _ in range(pick.choice((0, 0, 1, 1, 2, 3))):
        tag = TAGS[min(len(TAGS) - 1, int(pick.paretovariate(0.7)) - 1)]
        start = len(text) + 1
        text += f" #{tag}"
        tags.append({"text": tag, "indices": [start, len(text)]})
    for _ in range(pick.choice((0, 0, 1))):
        account = pick.choice(accounts)
        start = len(text) + 1
        text += f" @{account['handle']}"
        mentions.append({"screen_name": account["handle"], "name": account["name"], "id": account["id"], "id_str": str(account["id"]), "indices": [start, len(text)]})
    for _ in range(pick.choice((0, 1))):
        host, short = pick.choice(HOSTS), f"https://t.co/{pick.getrandbits(48):x}"
        start = len(text) + 1
        text += f" {short}"
        links.append({"url": short, "expanded_url": f"https://{host}/a/{pick.randrange(10**5)}?utm_source=twitter", "display_url": f"{host}/a/…", "indices": [start, len(text)]})
    return text, {"hashtags": tags, "urls": links, "user_mentions": mentions, "symbols": []}


def make_place(pick: random.Random) -> tuple[dict | None, dict | None]:
    if pick.random() >= 0.02:
        return None, None
    x, y = pick.uniform(-1, 1), pick.uniform(51, 52)
    box = {"type": "Polygon", "coordinates": [[[x, y], [x, y + 0.1], [x + 0.1, y + 0.1], [x + 0.1, y]]]}
    place = {
        "id": f"{pick.getrandbits(64):016x}", "url": "https://api.twitter.com/1.1/geo/id/x.json", "place_type": "city", "name": "London",
        "full_name": "London, England", "country_code": "GB", "country": "United Kingdom", "bounding_box": box, "attributes": {},
    }
    return place, {"type": "Point", "coordinates": [x, y]}


def make_post(pick: random.Random, seconds: float, index: int, author: dict, accounts: list[dict]) -> dict:
    words = WORDS[author["lang"]]
    text, entities = make_entities(pick, " ".join(pick.choices(words, k=pick.randrange(5, 17))), accounts)
    post_id = (int(seconds * 1000) - SNOWFLAKE_EPOCH << 22) | (index & 0x3FFFFF)
    link, client = CLIENTS[min(len(CLIENTS) - 1, int(pick.expovariate(0.9)))]
    answered = pick.choice(accounts) if pick.random() < 0.2 else None
    answered_post = post_id - (60_000 << 22) if answered else None
    place, point = make_place(pick)
    return {
        "created_at": twitter_time(seconds), "id": post_id, "id_str": str(post_id), "text": text,
        "source": f'<a href="{link}" rel="nofollow">{client}</a>', "truncated": False,
        "in_reply_to_status_id": answered_post, "in_reply_to_status_id_str": str(answered_post) if answered else None,
        "in_reply_to_user_id": answered["id"] if answered else None, "in_reply_to_user_id_str": str(answered["id"]) if answered else None,
        "in_reply_to_screen_name": answered["handle"] if answered else None, "user": author["json"], "geo": None, "coordinates": point,
        "place": place, "contributors": None, "is_quote_status": False, "quote_count": 0, "reply_count": pick.randrange(5),
        "retweet_count": pick.randrange(50), "favorite_count": pick.randrange(80), "entities": entities, "favorited": False,
        "retweeted": False, "possibly_sensitive": False, "filter_level": "low",
        "lang": author["lang"] if pick.random() < 0.95 else "und", "timestamp_ms": str(int(seconds * 1000)),
    }


def write(lines: int, out: str, seed: int) -> None:
    pick = random.Random(seed)
    accounts = [make_account(pick, index) for index in range(min(50_000, max(100, lines // 10)))]
    activity = list(itertools.accumulate(1 / (index + 10) ** 0.8 for index in range(len(accounts))))
    pool: list[dict] = []
    with open(out, "wb", buffering=1 << 22) as file:
        for index in range(lines):
            seconds = START + SPAN * index / lines + pick.random()
            author = pick.choices(accounts, cum_weights=activity)[0]
            post = make_post(pick, seconds, index, author, accounts)
            if pool and pick.random() < 0.28:
                passed_on = pick.choice(pool)
                post["retweeted_status"] = passed_on
                post["text"] = f"RT @someone: {passed_on['text'][:130]}"
                post["entities"] = passed_on["entities"]
            elif pick.random() < 0.02:
                if len(pool) < REPOSTED_POOL:
                    pool.append(post)
                else:
                    pool[pick.randrange(REPOSTED_POOL)] = post
            file.write(orjson.dumps(post))
            file.write(b"\n")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: tweets.py N OUT [SEED]")
    write(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) == 4 else 7)
