#!/usr/bin/env bash
# The query metadata in .sqlx, from which the queries are checked without a database.
#
#   sqlx.sh prepare      write it anew
#   sqlx.sh check        fail when it isn't what `prepare` would write
#
# Needs DATABASE_URL of a server on which databases may be made. While it compiles with a database
# at hand, sqlx writes what it learns of each query to SQLX_OFFLINE_DIR.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

command=${1:-}
[[ $command == prepare || $command == check ]] || fail "usage: sqlx.sh prepare|check"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
url=$(migrated_database queries_$$)

# Cargo doesn't know that the database is new.
touch server/src/lib.rs server/src/main.rs
find server/tests -name '*.rs' -exec touch {} +
DATABASE_URL=$url SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$fresh \
  cargo check --quiet --package vestibule --all-targets

if [[ $command == prepare ]]; then
  rm -rf .sqlx
  mkdir .sqlx
  find "$fresh" -type f -exec cp {} .sqlx/ \;
  printf '%s queries in .sqlx\n' "$(find .sqlx -type f | wc -l)"
else
  diff --recursive --brief .sqlx "$fresh" ||
    fail "the queries or the migrations changed: type  make sqlx-prepare  and commit .sqlx"
fi
