# The one door for commands; .ci/run uses the same. `make` alone lists them.
#
# Everything but `bench` builds with the dev profile and for the whole workspace, so that no two targets compile one crate twice.

SHELL := /bin/bash
UI := crates/report/ui
CHARTS := $(UI)/dist/charts.js
WEB := crates/web/ui
# What is built from npm packages and compiled into the binary: the charts of a report, the interface of the server.
FRONT := $(CHARTS) $(WEB)/dist/index.html

.DEFAULT_GOAL := help
.PHONY: help demo test check tidy bench validate ui clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(FRONT) ## invent a world, ingest it, describe it, write a report
	@scripts/demo.sh

test: $(FRONT) ## every test: the browser tests of the report and of the interface, then the whole workspace
	@scripts/test.sh

check: $(FRONT) ## format, lints, house rules, licences and bans
	@scripts/check.sh

tidy: ## the house rules alone, in a second, without building the workspace
	@scripts/tidy.sh

bench: $(FRONT) ## release build against the peers in one run: duckdb, polars, QuaPy, carmen, networkit, pycld2, coordination_network_toolkit (long)
	@python3 bench/run.py; ingest=$$?; python3 bench/graph.py; graph=$$?; python3 bench/language.py; language=$$?; \
	  python3 bench/coordinate.py; coordinate=$$?; \
	  python3 bench/describe.py; describe=$$?; python3 bench/serve.py; serve=$$?; \
	  python3 bench/score.py && exit $$((ingest | graph | language | coordinate | describe | serve))

validate: $(FRONT) ## real files in ../shared, kills, fuzzing, DuckDB as a second reader (long)
	@python3 validate/run.py

ui: $(FRONT) ## the charts of the report and the interface of the server, bundled

# The report carries its charts: one script, made from the npm packages of the lock file and compiled into the binary.
$(CHARTS): $(UI)/node_modules/.package-lock.json $(shell find $(UI) -maxdepth 2 \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -print 2>/dev/null)
	@cd $(UI) && npm run --silent build
	@touch $@

# The interface draws its charts with the report's code, so both sets of packages must be there.
$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(CHARTS) crates/web/openapi.json $(shell find $(WEB) \( -name node_modules -o -name dist -o -name test -o -name words.ts -o -name openapi.d.ts \) -prune -o -type f -print 2>/dev/null)
	@cd $(WEB) && npm run --silent build
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@source scripts/lib.sh && need_npm
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

clean: ## remove what was built, the npm packages and the demo
	cargo clean
	rm -rf $(UI)/node_modules $(UI)/dist $(WEB)/node_modules $(WEB)/dist demo
