#!/usr/bin/env bash
# An invented world from simulation through a census to the report. Run again, it starts afresh. DEMO_ACCOUNTS and DEMO_DAYS change the size.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh
accounts="${DEMO_ACCOUNTS:-2000}"
days="${DEMO_DAYS:-30}"

need_rust
need_c_compiler
say "building (the first time takes minutes: DataFusion is large)"
cargo build --workspace --locked
marsad="$(target_dir)/debug/marsad"

# Two invented coders fill in sheets.
answer() {
    mkdir -p demo/coded
    for sheet in "$@"; do
        "$marsad" simulate --code-sample "$sheet" --world demo/world --seed 7 --out "demo/coded/$(basename "$sheet")" --quiet
    done
}

rm -rf demo/world demo/study demo/coded demo/talk demo/talk-study
mkdir -p demo
say "inventing a world of $accounts accounts over $days days"
"$marsad" simulate --accounts "$accounts" --days "$days" --seed 7 --out demo/world

say "making a study"
"$marsad" init demo/study --name "Demo" --designation DEMO-001 --designations demo/world/designation.csv

say "reading the exports into its lake"
"$marsad" ingest demo/study demo/world/exports

say "census: growing the frame from coded seeds"
"$marsad" census frame demo/study --seeds demo/world/coding/seeds.csv

say "census: a pilot, coded by two invented coders"
"$marsad" census sample demo/study --pilot --codes 200 --seed 7
answer demo/study/census/main/sheets/main-pilot-coder-{a,b}.csv
"$marsad" census import-codes demo/study --pilot demo/coded/main-pilot-coder-{a,b}.csv

say "census: the score, learned from seeds and pilot, and frozen"
"$marsad" census score demo/study

say "census: a sample stratified by the score, with golden items"
"$marsad" census sample demo/study --codes 400 --golden demo/world/coding/golden.csv --seed 7
answer demo/study/census/main/sheets/main-coder-{a,b}.csv
"$marsad" census import-codes demo/study demo/coded/main-coder-{a,b}.csv
# What became of the accounts by the day of coding is a second seal.
"$marsad" ingest demo/study demo/world/coding/sightings.csv

say "census: how good a crowd list is"
"$marsad" census audit-list demo/study demo/world/coding/crowd-list.csv --codes 60 --seed 7
answer demo/study/census/main/sheets/main-audit-crowd-coder-a.csv
"$marsad" census import-codes demo/study --audit crowd demo/coded/main-audit-crowd-coder-a.csv
"$marsad" census audit-list demo/study

say "census: the estimate, beside what others have published"
cp demo/world/coding/claims.toml demo/study/claims.toml
"$marsad" census estimate demo/study --rows 5

say "writing the report"
"$marsad" report demo/study

say "stance: an invented talk, the posts on topic, a coded sample, the shares, and their report"
"$marsad" simulate --talk 1200 --days 12 --seed 7 --out demo/talk
"$marsad" init demo/talk-study --name "Demo talk" --designation DEMO-001 --designations demo/talk/designation.csv
"$marsad" ingest demo/talk-study demo/talk/exports
"$marsad" stance select demo/talk-study --query '"ferry guild" OR #ferryguild OR المعدية OR паром* OR fährgilde' --event 2015-03-07T12:00:00Z --window 2d
"$marsad" stance sample demo/talk-study -n 300 --seed 7
for coder in a b; do
    "$marsad" simulate --code-sample "demo/talk-study/stance/main/sheets/stance-main-coder-$coder.csv" --world demo/talk --seed 7 \
        --out "demo/coded/stance-$coder.csv" --quiet
done
"$marsad" stance import-codes demo/talk-study demo/coded/stance-{a,b}.csv
"$marsad" report demo/talk-study
report=demo/study/reports/seal-2/report.html
[ -s "$report" ] || fail "no report was written to $report"

cat <<END

The report:    $PWD/$report
               One file; open it in a browser, no network needed. Its tables are beside it as CSV and Parquet.
The census:    $marsad census estimate demo/study
               $marsad census status demo/study
The talk:      $PWD/demo/talk-study/reports/seal-1/report.html
               $marsad stance estimate demo/talk-study
The data:      $marsad query demo/study "SELECT client, count(*) AS posts FROM posts GROUP BY client ORDER BY posts DESC"
               $marsad status demo/study
The lake:      demo/study/lake is a DuckLake; DuckDB, Python and R open it directly (docs/schema.md).
The truth:     demo/world/truth holds what the simulation knows and the study does not.

The dashboard: $marsad serve demo/study
               It prints a link for its administrator; findings, samples to code and cases are looked at in a browser (docs/serve.md).
END
