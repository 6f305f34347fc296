#!/usr/bin/env bash
# The stages of `make test`, each to its end also when one before it failed; the last line sums up.
#
#   test.sh lint|assets|queries|rust|browser…
#
# `queries`, `rust` and `browser` need DATABASE_URL of a throwaway server.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

passed=0
failed=0
failures=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# The workspace but for the browser's side, always chosen like this, so that cargo builds each
# dependency once, with the same features.
readonly host=(--workspace --exclude frontend)

heading() { printf '\n\e[1m%s\e[0m\n' "$*"; }

# check WHAT CMD…: something that passes or fails as a whole.
check() {
  local what=$1
  shift
  heading "$what"
  if "$@"; then
    ((++passed))
  else
    ((++failed))
    failures+=("$what")
  fi
}

# count WHAT PASSED FAILED STATUS: what a runner told, and whether it ended well.
count() {
  local broken=$3
  if (($3 == 0 && $4 != 0)); then
    broken=1
  fi
  ((passed += $2, failed += broken, 1))
  ((broken == 0)) || failures+=("$1")
}

# sum LINES WORD: the sum of the numbers before a word, in some lines of the runner's log.
sum() {
  sed -E 's/\x1b\[[0-9;]*m//g' "$logs/rust" | awk -v lines="$1" -v word="^$2[;,]?\$" '
    $0 ~ lines { for (i = 2; i <= NF; i++) if ($i ~ word) total += $(i - 1) }
    END { print total + 0 }'
}

dependencies() {
  cargo metadata --format-version 1 --locked | node end2end/scripts/dependencies.mjs deny.toml
}

# Only where something can be told: that needs the network and a program that isn't asked for.
advisories() {
  local status=0
  end2end/scripts/advisories.sh >"$logs/advisories" 2>&1 || status=$?
  if ((status == 2)); then
    cat "$logs/advisories"
  else
    check "Advisories" report "$status" "$logs/advisories"
  fi
}

# report STATUS FILE: what was said, and how it ended.
report() {
  cat "$2"
  return "$1"
}

lint() {
  check "Formatting" cargo fmt --all --check
  check "Formatting of what is fuzzed" cargo fmt --manifest-path server/fuzz/Cargo.toml --check
  check "Clippy, server's side" cargo clippy --quiet "${host[@]}" --all-targets -- -D warnings
  check "Clippy, browser's side" \
    cargo clippy --quiet --package frontend --target wasm32-unknown-unknown -- -D warnings
  check "Licences, bans and sources of the dependencies" dependencies
  check "Mutations still apply" end2end/scripts/mutations.sh check
  advisories
}

assets() {
  check "What the browser loads" make assets
}

queries() {
  check "Query metadata" end2end/scripts/sqlx.sh check
}

# cargo_test WHAT OPTION…: cargo's own runner.
cargo_test() {
  local what=$1 status=0
  shift
  heading "$what"
  cargo test "${host[@]}" --no-fail-fast "$@" 2>&1 | tee "$logs/rust" || status=$?
  count "$what" "$(sum '^test result' passed)" "$(sum '^test result' failed)" "$status"
}

# What the runner told about each case of the table.
cases() {
  check "Cases" node end2end/scripts/cases.mjs server/tests/CASES.md "$logs/rust"
}

rust() {
  local what="Unit and integration tests" status=0 passed_here
  if ! cargo nextest --version >/dev/null 2>&1; then
    cargo_test "$what"
    cases
    return
  fi
  heading "$what"
  cargo nextest run "${host[@]}" --no-fail-fast 2>&1 | tee "$logs/rust" || status=$?
  passed_here=$(sum Summary passed)
  count "$what" "$passed_here" "$(($(sum Summary 'tests?') - passed_here))" "$status"
  cases
  # nextest leaves them out.
  cargo_test "Examples in the documentation" --doc
}

browser() {
  local what="Browser tests" status=0
  heading "$what"
  {
    cargo build "${host[@]}" --bins &&
      PLAYWRIGHT_JSON_OUTPUT_FILE=$logs/browser CHROMIUM=$(end2end/scripts/require.sh chromium) \
        end2end/node_modules/.bin/playwright test --config end2end/browser --reporter=list,json
  } || status=$?
  # shellcheck disable=SC2046 # two numbers
  count "$what" $(node -e '
    const { expected, flaky, unexpected } = JSON.parse(fs.readFileSync(process.argv[1])).stats;
    console.log(expected + flaky, unexpected);
  ' "$logs/browser" 2>/dev/null || echo 0 0) "$status"
}

for stage in "$@"; do
  case $stage in
  lint | assets | queries | rust | browser) "$stage" ;;
  *) fail "unknown stage: $stage" ;;
  esac
done

printf '\n'
((failed == 0)) || printf 'FAILED: %s\n' "${failures[@]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
