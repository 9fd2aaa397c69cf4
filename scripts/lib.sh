# Sourced by the other scripts: what a machine must have, and how it gets it. Every function is quiet when there is nothing to do.
# shellcheck shell=bash

say() { printf '\n==> %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The folder that cargo builds in.
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-target}"; }

# Runs a command as root: directly, or through sudo where sudo asks no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    as_root apt-get update -q >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

need_rust() {
    command -v cargo >/dev/null || fail "no \`cargo\` found; install Rust 1.95 or later (https://rustup.rs) and run this again"
}

# SQLite and zstd are C libraries and are compiled from source.
need_c_compiler() {
    if command -v cc >/dev/null; then return; fi
    say "installing a C compiler"
    apt_install gcc libc6-dev || fail "no C compiler found and none could be installed; SQLite and zstd are built from C. On Debian: apt-get install gcc libc6-dev"
}

need_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || fail "no \`python3\` of version 3.11 or later found; it runs the checks and the validation"
}

need_npm() {
    command -v npm >/dev/null || fail "no \`npm\` found; the charts of a report and the interface of the server are bundled from npm packages. Install Node.js 20 or later and run this again"
}

# The browser tests open reports and the interface in Chromium. Prints its path; fails where there is none and none can be installed.
chromium_path() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name" 2>/dev/null; then return; fi
    done
    return 1
}

need_chromium() {
    if chromium_path >/dev/null; then return; fi
    say "installing Chromium for the browser tests"
    apt_install chromium || fail "no Chromium found and none could be installed; the browser tests need it. On Debian: apt-get install chromium, or name one with CHROMIUM=PATH"
    chromium_path >/dev/null || fail "Chromium was installed but is not on the PATH; name it with CHROMIUM=PATH"
}

# cargo-deny reads licences, bans and sources. A pinned version goes into the target folder, so that nothing changes outside it.
# Building it took 3 min 41 s of CPU time.
CARGO_DENY_VERSION=0.20.2
need_cargo_deny() {
    if command -v cargo-deny >/dev/null; then return; fi
    local tools
    tools="$(realpath -m "$(target_dir)")/tools"
    export PATH="$tools/bin:$PATH"
    if [ -x "$tools/bin/cargo-deny" ]; then return; fi
    say "installing cargo-deny $CARGO_DENY_VERSION into the target folder (about four minutes of one core, once)"
    cargo install cargo-deny --locked --quiet --version "$CARGO_DENY_VERSION" --root "$tools" --target-dir "$tools/build"
    rm -rf "$tools/build"
}
