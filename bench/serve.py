#!/usr/bin/env python3
"""Measure `marsad serve` under load: fifty reviewers at once on a review of a million cases and five million events, over HTTP.

The study holds invented posts (10 million; `MARSAD_BENCH_POSTS` changes it) and a stored version of its findings. Its review is written by the
example `load` of the room `review`. The server has the first core, the generator the second. Each reviewer asks for a page of the queue, a case, the next
case, and decides it; once with a second of reading between two requests, and once as fast as answers come. Then people open pages of findings.

    bench/serve.py                      a million cases
    MARSAD_BENCH_CASES=100000 bench/serve.py
"""

import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from run import CACHE, MARSAD, ROOT

CASES = int(os.environ.get("MARSAD_BENCH_CASES", "1000000"))
POSTS = int(os.environ.get("MARSAD_BENCH_POSTS", "10000000"))
PEOPLE = 50
EVENTS_A_CASE = 5
PASSWORD = "a long sentence for a bench"
DECISION = {"code": "unclear", "scope": "account", "exemption": None, "reason": "nothing can be said of this account"}
BARS = {"queue page": 100, "case page": 100, "next case": 100, "decision": 100, "findings page": 300, "one finding": 300}


class Browser:
    """One connection, with the session of whoever logged in."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"content-type": "application/json"}

    def ask(self, method: str, path: str, body: object = None) -> tuple[float, dict]:
        """Milliseconds until the answer was read, and the answer."""
        start = time.perf_counter()
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status >= 300:
            raise RuntimeError(f"`{method} {path}` was answered with {answer.status}: {content[:300]!r}")
        cookie = answer.headers.get("set-cookie")
        if cookie:
            self.headers["cookie"] = cookie.split(";")[0]
        found = json.loads(content) if content else {}
        if isinstance(found, dict) and found.get("csrf"):
            self.headers["x-marsad-csrf"] = found["csrf"]
        return took, found

    def enter(self, link: str, name: str) -> "Browser":
        self.ask("POST", "/api/setup", {"token": link.split("#")[1], "name": name, "password": PASSWORD})
        return self


def study() -> Path:
    """The study with its posts, findings and cases; made once."""
    folder = CACHE / f"serve-{POSTS}-{CASES}/load"
    done = folder.parent / "made"
    if done.is_file():
        return folder
    shutil.rmtree(folder.parent, ignore_errors=True)
    folder.parent.mkdir(parents=True)
    run(MARSAD, "init", folder, "--name", "Load", "--unlisted", "measurement of the software on invented posts")
    # Through a pipe: as files the posts would take as much room as all else here together.
    posts = subprocess.Popen([sys.executable, str(ROOT / "bench/describe.py"), "--write", str(POSTS // 10)], stdout=subprocess.PIPE)
    subprocess.run([str(MARSAD), "ingest", str(folder), "-", "--quiet"], stdin=posts.stdout, stdout=subprocess.DEVNULL, check=True)
    if posts.wait() != 0:
        sys.exit("bench: the posts could not be written")
    run(MARSAD, "report", folder)
    run("cargo", "run", "--release", "--locked", "-p", "review", "--example", "load", "--", folder, CASES, "build")
    done.touch()
    return folder


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def serve(folder: Path) -> tuple[subprocess.Popen, int, str]:
    """The server on the first core, and the link for its administrator."""
    for old in folder.glob("people.sqlite*"):
        old.unlink()
    command = [str(MARSAD), "serve", str(folder), "--listen", "127.0.0.1:0", "--json", "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, cores()[:1]))
    told = json.loads(process.stdout.readline())
    return process, int(told["url"].rsplit(":", 1)[1]), told["first_link"]


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def reviewers(port: int, link: str) -> list[Browser]:
    admin = Browser(port).enter(link, "admin")
    browsers = []
    for number in range(PEOPLE):
        name = f"reviewer{number:02}"
        _, made = admin.ask("POST", "/api/people", {"name": name})
        admin.ask("PUT", f"/api/people/{made['id']}/roles", {"study": "load", "roles": ["reviewer", "analyst"]})
        # Links are limited by address: thirty at once and then one every two seconds.
        if number >= 25:
            time.sleep(2.1)
        browsers.append(Browser(port).enter(made["link"], name))
    return browsers


def review(browser: Browser, dice: random.Random, pause: float, rounds: int, times: dict[str, list[float]]) -> None:
    base = "/api/studies/load"
    time.sleep(dice.random() * pause)
    for _ in range(rounds):
        queue = dice.choice(["", "&severity=3", "&state=closed"])
        number = dice.randrange(CASES)
        # Cases are opened in groups of a thousand, so that this is the number of one.
        case = number // 1000 * 1000 * EVENTS_A_CASE + number % 1000 + 1
        times["queue page"].append(browser.ask("GET", f"{base}/cases?limit=50{queue}")[0])
        time.sleep(pause)
        times["case page"].append(browser.ask("GET", f"{base}/cases/{case}")[0])
        time.sleep(pause)
        took, taken = browser.ask("POST", f"{base}/cases/next")
        times["next case"].append(took)
        time.sleep(pause)
        times["decision"].append(browser.ask("POST", f"{base}/cases/{taken['id']}/decisions", DECISION)[0])
        time.sleep(pause)


def look(browser: Browser, dice: random.Random, pause: float, rounds: int, times: dict[str, list[float]]) -> None:
    base = "/api/studies/load/versions"
    time.sleep(dice.random() * pause)
    version = browser.ask("GET", base)[1]["rows"][0]["id"]
    for _ in range(rounds):
        took, page = browser.ask("GET", f"{base}/{version}/findings")
        times["findings page"].append(took)
        time.sleep(pause)
        one = dice.choice(page["rows"])["id"]
        times["one finding"].append(browser.ask("GET", f"{base}/{version}/findings/{one}")[0])
        time.sleep(pause)


def together(browsers: list[Browser], what, pause: float, rounds: int, name: str) -> bool:
    """Everybody at once; prints what was waited for, and says whether the bars held."""
    times: dict[str, list[float]] = {key: [] for key in BARS}
    for browser in browsers:
        # The server ends connections that lie idle; the next request opens another.
        browser.connection.close()
    start = time.monotonic()
    threads = [threading.Thread(target=what, args=(browser, random.Random(place), pause, rounds, times)) for place, browser in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    print(f"{len(browsers)} people {name}: {sum(map(len, times.values())) / seconds:.0f} requests a second")
    asked = [key for key in BARS if times[key]]
    # Whoever was refused raised an error and asked no more.
    held = bool(asked) and sum(map(len, times.values())) == len(browsers) * rounds * len(asked)
    for key, all_times in times.items():
        if all_times:
            all_times.sort()
            at = lambda share: all_times[int((len(all_times) - 1) * share)]
            print(f"  {key:14} median {at(.5):7.1f} ms, p95 {at(.95):7.1f} ms (bar: {BARS[key]}), n = {len(all_times)}", flush=True)
            held &= at(0.95) <= BARS[key]
    return held


def main() -> int:
    subprocess.run(["cargo", "build", "--workspace", "--release", "--locked"], cwd=ROOT, check=True)
    folder = study()
    process, port, link = serve(folder)
    try:
        os.sched_setaffinity(0, cores()[-1:])
        browsers = reviewers(port, link)
        held = together(browsers, review, 1.0, 12, "who read a second before each request")
        held &= together(browsers, look, 1.0, 12, "who read a second before each page of findings")
        # What is asked as fast as answers come says how much the server can do, and has no bar.
        together(browsers, review, 0.0, 20, "who ask again at once")
    finally:
        process.terminate()
        process.wait(timeout=60)
    print("all bars held" if held else "a bar was missed")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
