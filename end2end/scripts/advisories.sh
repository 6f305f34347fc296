#!/usr/bin/env bash
# Looks the dependencies up among the known faults of crates (the RustSec database), with cargo-deny.
#
#   advisories.sh      ends with 0: none is known; 1: some are, and which; 2: it can't be told, and why
#
# The database is fetched anew each time, over the network. Where that can't be done, the one that was
# fetched last is asked, for as long as it isn't older than 90 days.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

cannot_tell() {
  printf 'Advisories: nothing can be told: %s\n' "$*" >&2
  exit 2
}

cargo deny --version >/dev/null 2>&1 ||
  cannot_tell "cargo-deny is missing: type  cargo install cargo-deny --locked"

if ! cargo deny --log-level off fetch db >/dev/null 2>&1; then
  compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/crates" >/dev/null ||
    cannot_tell "the database (github.com/RustSec/advisory-db) can't be fetched, and none was before"
  echo "Advisories: the database can't be fetched; the one that was fetched last is asked." >&2
  exec cargo deny --offline check advisories
fi
exec cargo deny check advisories
