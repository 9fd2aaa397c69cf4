#!/usr/bin/env python3
"""Check that `cargo build --workspace` and `cargo test --workspace` turn on the same features of every shared crate.

Test-only dependencies can turn on a feature of a crate deep down; then everything above it, DataFusion included, is compiled once for
`make demo` and once more for `make test`. Prints the crates that differ; exit code 1 if there is one.
"""

import subprocess
import sys


def features(edges: str) -> dict[str, str]:
    """Crate with version -> its features, for a build that follows these edges."""
    command = ["cargo", "tree", "--workspace", "--locked", "--prefix", "none", "--format", "{p}|{f}", "--edges", edges]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()}")
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        crate, _, turned_on = line.removesuffix(" (*)").partition("|")
        found.setdefault(crate, set()).add(turned_on)
    return {crate: " and ".join(sorted(sets)) for crate, sets in found.items()}


def main() -> int:
    build, test = features("normal,build"), features("normal,build,dev")
    differ = [crate for crate in sorted(build) if test.get(crate) != build[crate]]
    for crate in differ:
        print(f"{crate}: features `{build[crate]}` in a build and `{test.get(crate)}` in a test; turn them on in the workspace table")
    if not differ:
        print(f"features ok ({len(build)} crates are compiled the same way for build and test)")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
