#!/usr/bin/env bash
# Fetches what train.py reads into the folder named, at the versions that README.md lists. Needs pip, npm and unzip.
set -euo pipefail
mkdir -p "$1"/{lingua,dj,cldr,ooj}
cd "$1"
pip download --quiet --no-deps --dest . lingua-language-detector==1.3.5 django==5.2
npm pack --silent cldr-annotations-full@48.2.0 oojs-ui@0.53.0
unzip -q -o lingua_language_detector-1.3.5-*.whl -d lingua
unzip -q -o ./[Dd]jango-5.2-*.whl 'django/*locale/*/LC_MESSAGES/*.po' -d dj
tar xzf cldr-annotations-full-48.2.0.tgz -C cldr
tar xzf oojs-ui-0.53.0.tgz -C ooj
