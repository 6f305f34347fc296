# What people and machines type: `make` alone lists it. Every target works from a clean clone; what
# it needs and doesn't find, it installs or names. The work itself is in end2end/scripts.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Builds check the queries against .sqlx, never against the database that DATABASE_URL names.
export SQLX_OFFLINE := true
export CARGO_TARGET_DIR := $(CURDIR)/target

scripts := end2end/scripts
# Tools are debug builds, all with the features of the whole workspace, so that they and the tests
# share their dependencies. The browser's side has features of its own.
tool := cargo build --workspace --exclude frontend --bin
wasm := target/wasm32-unknown-unknown/wasm-release/frontend.wasm
assets := target/site/pkg.stamp
node_modules := end2end/node_modules/.package-lock.json
# What a browser may have to load for the islands, in bytes of brotli.
budget := 60000

.PHONY: help demo test build run bench soak fuzz mutations assets fmt lint advisories sqlx-prepare \
  sqlx-check browser-deps pictures clean-data require require-postgres require-all always

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' Makefile

demo: require-postgres build ## Try it: a seeded firm and a simulated Clio; DEMO_ACCOUNTS, DEMO_PORT, DEMO_CLIO_PORT
	cargo build --release --package simulated-clio
	@end2end/demo/demo.sh

test: require-all browser-deps ## Lints, tests on a real PostgreSQL, tests in a real browser
	@$(scripts)/postgres.sh run -- $(scripts)/test.sh lint assets queries rust browser

build: assets ## target/release/vestibule, one file; beside it vestibule.cdx.json, what it is made of
	cargo build --release --package vestibule
	$(tool) sbom
	target/debug/sbom target/release/vestibule.cdx.json

run: .env build ## The release with the settings of .env
	@$(scripts)/run.sh

bench: require-postgres build ## The benchmarks, one table
	cargo build --release --package bench --package simulated-clio
	@$(scripts)/postgres.sh run -- target/release/bench

soak: require-postgres build ## An hour under a steady mixture, then a verdict; SOAK_MINUTES
	cargo build --release --package bench --package simulated-clio
	@$(scripts)/postgres.sh run -- target/release/bench --soak $${SOAK_MINUTES:-60}

mutations: require-postgres ## Take one check away at a time: do the tests notice? MUTATION for some alone
	@$(scripts)/postgres.sh run -- $(scripts)/mutations.sh run

fuzz: require ## What reads strangers' bytes, under a fuzzer; FUZZ_SECONDS for each target
	@$(scripts)/fuzz.sh

assets: $(assets) ## What the browser loads, within its budget

fmt: require ## Format the code
	cargo fmt --all
	cargo fmt --manifest-path server/fuzz/Cargo.toml

lint: require ## Formatting, clippy, the dependencies
	@$(scripts)/require.sh node
	@$(scripts)/test.sh lint

advisories: require ## Known faults of the dependencies, looked up in the RustSec database
	@$(scripts)/advisories.sh

sqlx-prepare: require-postgres ## Write .sqlx after a query or a migration changed
	@$(scripts)/postgres.sh run -- $(scripts)/sqlx.sh prepare

sqlx-check: require-postgres ## Is .sqlx what sqlx-prepare would write?
	@$(scripts)/postgres.sh run -- $(scripts)/sqlx.sh check

browser-deps: $(node_modules) ## What the browser tests need
	@$(scripts)/require.sh chromium >/dev/null

pictures: browser-deps ## The pictures of the README, from a running demo
	node end2end/pictures/take.js

clean-data: ## Remove the demo's data
	@$(scripts)/postgres.sh remove .data/demo/postgres
	rm -rf .data/demo

.env:
	@echo "no settings yet: type  cp .env.example .env  and fill it in" >&2 && exit 1

require:
	@$(scripts)/require.sh cc rust

require-postgres:
	@$(scripts)/require.sh cc rust postgres

require-all:
	@$(scripts)/require.sh cc rust node postgres chromium haproxy >/dev/null

$(node_modules): end2end/package.json end2end/package-lock.json
	@$(scripts)/require.sh node
	cd end2end && npm ci --no-progress
	@touch $@

# Always asked of cargo, which leaves the file alone when nothing changed.
$(wasm): always | require
	cargo build --package frontend --target wasm32-unknown-unknown --profile wasm-release

$(assets): $(wasm) frontend/pack/src/main.rs
	$(tool) pack
	target/debug/pack $(wasm) $(basename $@) --budget $(budget)
	@touch $@
