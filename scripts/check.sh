#!/usr/bin/env bash
# What must hold before anything is tested: format, lints, house rules, licences and bans. Needs no network once its tools are there.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh

need_rust
need_c_compiler
need_python

say "format"
cargo fmt --all --check

say "house rules"
scripts/tidy.sh

say "one set of features for build and test"
python3 scripts/features.py

say "the charts and the interface: types, messages, licences, notices"
(cd crates/report/ui && npm run --silent --if-present check)
(cd crates/web/ui && npm run --silent check)
python3 scripts/npm_licences.py
python3 scripts/notices.py --check

say "licences, bans and sources of the crates"
need_cargo_deny
cargo fetch --locked --offline 2>/dev/null || cargo fetch --locked
cargo deny --offline check licenses bans sources --hide-inclusion-graph

say "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

say "all checks passed"
