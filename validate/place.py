"""The step `place`: on real accounts with a place object and profile text, how often both name the same country. Counts only."""

import json
import subprocess

from common import POSTS, Marsad, Step

FOLDERS = ["twitter_v11_python_twitter", "twitter_v11_ruby", "twitter_v2_academictwitteR"]


def values(path):
    """Every JSON value of a file: one, or one a line."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return [json.loads(text)]
    except ValueError:
        found = []
        for line in text.splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found


def v11(value, out):
    """Posts with `place` and `user` at any depth."""
    if isinstance(value, dict):
        place, user = value.get("place"), value.get("user")
        if isinstance(place, dict) and isinstance(user, dict) and place.get("country_code"):
            out[user.get("id_str") or str(user.get("id"))] = (user.get("location") or "", place["country_code"])
        for part in value.values():
            v11(part, out)
    elif isinstance(value, list):
        for part in value:
            v11(part, out)


def v2(pages, out):
    """Posts, users and places of v2 stand apart, often in files of their own, and are joined by id."""
    users, places, posts = {}, {}, []

    def walk(value):
        if isinstance(value, dict):
            if "username" in value and "id" in value:
                users[value["id"]] = value.get("location") or ""
            if value.get("country_code") and "id" in value:
                places[value["id"]] = value["country_code"]
            if isinstance(value.get("geo"), dict) and value["geo"].get("place_id") and value.get("author_id"):
                posts.append((value["author_id"], value["geo"]["place_id"]))
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(pages)
    for author, place in posts:
        if author in users and place in places:
            out["v2:" + author] = (users[author], places[place])


def place(marsad: Marsad) -> Step:
    """Agreement of the self-declared place with the place object; the two mean different things, so there is no bar."""
    step = Step("place", "self-declared place beside the place object of the same account")
    accounts: dict[str, tuple[str, str]] = {}
    pages = []
    for folder in FOLDERS:
        for path in sorted((POSTS / folder).rglob("*.json*")):
            if path.suffix in (".json", ".jsonl"):
                found = values(path)
                v11(found, accounts)
                pages.extend(found)
    v2(pages, accounts)
    rows = [(" ".join(text.split()), code) for text, code in accounts.values() if text.strip()]
    lines = "".join(text + "\n" for text, _ in rows)
    done = subprocess.run([str(marsad.path), "place"], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=60)
    step.expect(done.returncode == 0, f"`marsad place` ended with {done.returncode}")
    answers = [line.split("\t")[0] for line in done.stdout.splitlines()]
    step.expect(len(answers) == len(rows), f"{len(rows)} strings, {len(answers)} answers")
    known = [(answer, code) for answer, (_, code) in zip(answers, rows) if answer != "unknown"]
    same = sum(answer == code for answer, code in known)
    step.expect(len(rows) > 0, "no account has both a place object and profile text")
    step.figure(f"{len(accounts)} accounts with a place object, {len(rows)} with profile text too, {len(known)} resolved, {same} in the same country")
    return step
