"""The server, asked at random: schemathesis makes requests from the server's own description, as people of several roles, and finds no 5xx, no status that is not
described, and no answer of another shape. Then kills during coding and during decisions, many times as many as `make test` has time for.

The study is the invented one of the example, so that nothing of DataFusion is built.
"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import venv as virtual

from common import CACHE, ROOT, Failed, Folder, Step

# A later one is tried by hand first.
PACKAGE = "schemathesis==4.32.5"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
# These end the session that asks.
LEFT_OUT = ["--exclude-operation-id", "log_out", "--exclude-operation-id", "end_session"]
ROLES = ["admin", "lead", "coder1", "reviewer1", "analyst", "auditor", "neighbour"]


def schemathesis() -> str:
    """The tool, in a folder of its own under the target folder."""
    folder = CACHE / "venv-web"
    tool = folder / "bin/schemathesis"
    if not tool.exists():
        virtual.create(folder, with_pip=True)
        done = subprocess.run([str(folder / "bin/pip"), "install", "--quiet", PACKAGE], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"`{PACKAGE}` cannot be installed: {done.stderr[-500:]}")
    return str(tool)


# What stands in the places of paths: made up ones would all lead nowhere.
PLACES = """[parameters]
"path.study" = "house"
"path.sample" = "autumn"
"path.version" = "20251003100000-2"
"path.finding" = "clients"
"""


class House:
    """The example server in a folder of its own."""

    def __init__(self, folder):
        command = ["cargo", "run", "--quiet", "-p", "web", "--example", "house", "--", "--listen", "127.0.0.1:0", "--data", str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"the example server does not start: {self.process.stderr.read()[-1000:]}")
        told = json.loads(line)
        self.url, self.password = told["url"], told["password"]

    def headers(self, name: str) -> list[str]:
        """What a logged-in browser sends, as arguments of schemathesis."""
        body = json.dumps({"name": name, "password": self.password}).encode()
        request = urllib.request.Request(f"{self.url}/api/session", data=body, headers={"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            cookie = answer.headers["set-cookie"].split(";")[0]
            csrf = json.load(answer)["csrf"]
        return ["--header", f"Cookie: {cookie}", "--header", f"x-marsad-csrf: {csrf}"]

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=30)


def requests(examples: int) -> Step:
    """Every route, as every role."""
    step = Step("requests", f"{examples} requests a route and role from the description: no 5xx, nothing undescribed")
    tool = schemathesis()
    with Folder("web") as folder:
        settings = folder / "schemathesis.toml"
        settings.write_text(PLACES, encoding="utf-8")
        for role in ROLES:
            # One who may do much closes people and changes passwords: the next finds a house of its own.
            house = House(folder / f"data-{role}")
            try:
                command = [tool, "--config-file", str(settings), "run", f"{house.url}/api/openapi.json", "--checks", CHECKS, "--max-examples", str(examples), "--seed", "7", "--no-color",
                           "--phases", "examples,coverage,fuzzing", "--continue-on-failure", *LEFT_OUT, *house.headers(role)]
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800)
                found = re.search(r"(\d+) generated", done.stdout)
                step.expect(done.returncode == 0, f"as {role}:\n{done.stdout[-4000:]}{done.stderr[-1000:]}")
                step.figure(f"{role}: {found.group(1) if found else '?'} requests")
            finally:
                house.stop()
    return step


def kills(rounds: int) -> Step:
    """Servers killed while two people code, and while two decide cases."""
    what = f"{rounds} servers killed during coding and {rounds} during decisions of cases"
    step = Step("server-kills", f"{what}: nothing acknowledged is lost, none doubled, every chain whole")
    command = ["cargo", "test", "--quiet", "-p", "web", "--test", "it", "--", "kills::nothing_"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "MARSAD_KILLS": str(rounds)}, capture_output=True, text=True, timeout=3600)
    step.expect(done.returncode == 0 and "2 passed" in done.stdout, f"ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return step


if __name__ == "__main__":
    for one in (requests(int(sys.argv[1]) if len(sys.argv) > 1 else 20), kills(100)):
        one.report(0)
