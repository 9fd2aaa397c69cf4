#!/usr/bin/env python3
"""Check the licences of the npm packages that are bundled into a report and into the interface of the server.

The packages are those that the package-lock.json of crates/report/ui and crates/web/ui marks as needed at run time (what is only needed to build or test is
not shipped). The licences allowed are those of deny.toml. Prints one line per forbidden package; exit code 1 if there is one.
"""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UIS = [ROOT / "crates/report/ui", ROOT / "crates/web/ui"]


def allows(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be satisfied with the allowed licences alone.

    AND binds tighter than OR; `A/B`, an old npm and crates.io habit, means OR. Raises ValueError on what is no expression.
    """
    words = re.findall(r"[()]|[A-Za-z0-9.+-]+", expression.replace("/", " OR "))
    place = 0

    def peek() -> str | None:
        return words[place] if place < len(words) else None

    def take() -> str:
        nonlocal place
        word = peek()
        if word is None:
            raise ValueError(f"`{expression}` ends too early")
        place += 1
        return word

    def either() -> bool:
        result = both()
        while peek() == "OR":
            take()
            right = both()
            result = result or right
        return result

    def both() -> bool:
        result = one()
        while peek() == "AND":
            take()
            right = one()
            result = result and right
        return result

    def one() -> bool:
        word = take()
        if word == "(":
            result = either()
            if take() != ")":
                raise ValueError(f"`{expression}` has an open parenthesis")
            return result
        if word in {")", "AND", "OR", "WITH"}:
            raise ValueError(f"`{expression}` has `{word}` where a licence should stand")
        if peek() == "WITH":
            take()
            word = f"{word} WITH {take()}"
        return word in allowed

    result = either()
    if peek() is not None:
        raise ValueError(f"`{expression}` goes on after its end")
    return result


def bundled(lock: dict) -> list[tuple[str, dict]]:
    """The packages of a lock file that are needed at run time."""
    return sorted(
        (path, package)
        for path, package in lock["packages"].items()
        if path and not package.get("dev") and not package.get("devOptional") and not package.get("link")
    )


def licence_of(ui: Path, path: str, package: dict) -> str:
    """The licence that the installed package states; the lock file's word where the package is not installed."""
    manifest = ui / path / "package.json"
    stated = json.loads(manifest.read_text()).get("license") if manifest.is_file() else package.get("license")
    if isinstance(stated, dict):
        stated = stated.get("type")
    return stated if isinstance(stated, str) else ""


def self_test() -> None:
    """The reader of expressions, on expressions with a known answer."""
    allowed = {"MIT", "ISC", "Apache-2.0 WITH LLVM-exception"}
    for expression, answer in {
        "MIT": True,
        "GPL-3.0": False,
        "(MIT OR GPL-3.0)": True,
        "MIT AND GPL-3.0": False,
        "GPL-3.0 OR MIT AND ISC": True,
        "(GPL-3.0 OR MIT) AND LGPL-3.0": False,
        "Apache-2.0 WITH LLVM-exception": True,
        "Apache-2.0": False,
        "MIT/Apache-2.0": True,
    }.items():
        assert allows(expression, allowed) is answer, expression


def main() -> int:
    self_test()
    allowed = set(tomllib.loads((ROOT / "deny.toml").read_text())["licenses"]["allow"])
    complaints, count = [], 0
    for ui in UIS:
        lock = ui / "package-lock.json"
        if not lock.is_file():
            complaints.append(f"{lock.relative_to(ROOT)} is missing; nothing can be bundled without it")
            continue
        packages = bundled(json.loads(lock.read_text()))
        count += len(packages)
        for path, package in packages:
            stated = licence_of(ui, path, package)
            try:
                good = bool(stated) and allows(stated, allowed)
            except ValueError as error:
                complaints.append(f"{path}: {error}")
                continue
            if not good:
                complaints.append(f"{path}: licence `{stated or 'none stated'}` is not in the list of deny.toml")
    print("\n".join(complaints) or f"npm licences ok ({count} packages in the bundles)")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
