#!/usr/bin/env bash
# Every test. Installs what the tests need and is missing: a C compiler and Chromium, where it may.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh

need_rust
need_c_compiler
need_chromium
CHROMIUM="$(chromium_path)"
export CHROMIUM
# A changed snapshot is a failure, not a file beside the test.
export INSTA_UPDATE="${INSTA_UPDATE:-no}"

say "building the tests"
cargo test --workspace --locked --no-run

say "the report in a browser"
(cd crates/report/ui && npm test --silent)

# The example server was built with the tests.
say "the interface in a browser"
(HOUSE="$(realpath "$(target_dir)/debug/examples/house")" && export HOUSE && cd crates/web/ui && npm test --silent)

if command -v cargo-nextest >/dev/null; then
    # nextest runs no examples of documentation; cargo does.
    say "examples in the documentation"
    cargo test --workspace --locked --doc --quiet
    say "the workspace"
    cargo nextest run --workspace --locked --no-fail-fast
    # A set of features of its own: the interpreter of models is compiled for this crate alone, and DataFusion is not.
    say "sentence embeddings, which the usual build leaves out"
    cargo nextest run -p text --features onnx --locked --no-fail-fast embedding
else
    say "the workspace"
    cargo test --workspace --locked --no-fail-fast
    say "sentence embeddings, which the usual build leaves out"
    cargo test -p text --features onnx --locked --no-fail-fast embedding
fi
