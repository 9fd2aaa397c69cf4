#!/usr/bin/env bash
# Runs the house rules (crates/marsad/tests/it/{tidy,edges}.rs) without building the workspace: both files use the standard library
# only. The same tests run again, with everything else, in `make test`. Then that the lists of translatable messages are those of the sources.
set -euo pipefail
cd "$(dirname "$0")/.."
out="${CARGO_TARGET_DIR:-target}/tidy"
mkdir -p "$out"
failed=0
for part in tidy edges; do
    CARGO_MANIFEST_DIR="$PWD/crates/marsad" rustc --edition 2024 --test -D warnings \
        -o "$out/$part" "crates/marsad/tests/it/$part.rs"
    RUST_BACKTRACE=0 "$out/$part" --quiet || failed=1
done
python3 scripts/messages.py --check || failed=1
exit "$failed"
