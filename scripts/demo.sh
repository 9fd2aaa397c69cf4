#!/usr/bin/env bash
# An invented world from simulation to report. Run again, it starts afresh. DEMO_ACCOUNTS and DEMO_DAYS change the size.
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

rm -rf demo/world demo/study
mkdir -p demo
say "inventing a world of $accounts accounts over $days days"
"$marsad" simulate --accounts "$accounts" --days "$days" --seed 7 --out demo/world

say "making a study"
"$marsad" init demo/study --name "Demo" --designation DEMO-001 --designations demo/world/designation.csv

say "reading the exports into its lake"
"$marsad" ingest demo/study demo/world/exports

say "describing it"
"$marsad" describe demo/study --rows 5

say "writing the report"
"$marsad" report demo/study
report=demo/study/reports/seal-1/report.html
[ -s "$report" ] || fail "no report was written to $report"

cat <<END

The report:    $PWD/$report
               One file; open it in a browser, no network needed. Its tables are beside it as CSV and Parquet.
The data:      $marsad query demo/study "SELECT client, count(*) AS posts FROM posts GROUP BY client ORDER BY posts DESC"
               $marsad status demo/study
The lake:      demo/study/lake is a DuckLake; DuckDB, Python and R open it directly (docs/schema.md).
The truth:     demo/world/truth holds what the simulation knows and the study does not.

There is no dashboard yet; the report and the commands above are what there is to see.
END
