#!/usr/bin/env bash
# Takes one check of the product away at a time, and shows that the tests notice. What is taken away
# stands in end2end/mutations, a patch for each; see the README there.
#
#   mutations.sh run      all of them, or those of MUTATION alone; writes TABLE.md there
#   mutations.sh check    does each patch still apply, and stand in the table?
#
# `run` works on a copy of the checkout, and needs DATABASE_URL of a throwaway server. A mutation is
# noticed when its source builds, its tests come to their end in time and one of them fails.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

readonly room=end2end/mutations
readonly table=$room/TABLE.md
readonly target=${CARGO_TARGET_DIR:-$root/target}
readonly copy=$target/mutations/copy
# The tests that go over the whole site, of the same packages as those of `make test`, so that both
# are built on the same dependencies.
readonly suite=(--workspace --exclude frontend --test site)
# How long the tests of one mutation may take, in seconds.
readonly patience=400

name_of() { basename "$1" .patch | cut --delimiter=- --fields=2-; }
number_of() { basename "$1" .patch | cut --delimiter=- --fields=1; }

# said PATCH WORD: what a patch says of itself.
said() { sed --quiet "s/^$2: //p;/^diff /q" "$1"; }

# One line of several, each as code.
listed() { sed 's/.*/`&`/' | paste --serial --delimiters=, | sed 's/,/, /g'; }

check() {
  local patch row status=0
  complain() {
    echo "$(basename "$patch"): $*" >&2
    status=1
  }
  for patch in "$room"/*.patch; do
    row="| $(number_of "$patch") | $(name_of "$patch") | $(said "$patch" Removes) |"
    git apply --check "$patch" || complain "it doesn't apply any more: make it anew"
    [[ $(said "$patch" Removes) && $(said "$patch" Tests) ]] || complain "it lacks Removes or Tests"
    grep --quiet --fixed-strings "$row" "$table" || complain "it isn't in TABLE.md"
  done
  if (($(grep --count '^| [0-9]' "$table") != $(find "$room" -name '*.patch' | wc --lines))); then
    echo "TABLE.md names mutations that aren't there" >&2
    status=1
  fi
  return "$status"
}

# The files of the checkout as they are, with their times, so that what was built is used again.
copy_checkout() {
  local file
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do
      [[ ! -e $file ]] || printf '%s\0' "$file"
    done | tar --create --null --files-from=- | tar --extract --directory "$copy"
  # A repository of its own, so that patches are applied from its top.
  git init --quiet "$copy"
  # What was built of the copy last may have been built of a mutation.
  touch "$copy/server/build.rs" "$copy/server/src/lib.rs"
}

# cargo_test SECONDS OPTION…: in the copy, within so many seconds; 0 for as long as it takes.
cargo_test() {
  (cd "$copy" && env CARGO_TARGET_DIR="$target" "${queries[@]}" \
    timeout "$1" cargo test "${suite[@]}" "${@:2}")
}

# build [PATCH]: builds the tests. Queries that a patch changed aren't in .sqlx: they are checked
# against a database with the migrations as they are without it.
build() {
  queries=(SQLX_OFFLINE=true)
  if grep --quiet --extended-regexp '^\+\+\+ b/(server/src/db|migrations)/' "${1:-/dev/null}"; then
    queries=(SQLX_OFFLINE=false DATABASE_URL="$migrated")
  fi
  cargo_test 0 --quiet --no-run >"$logs/build" 2>&1
}

# run_tests FILTER…: of what was built; 0 when all are green, 124 when they don't end.
run_tests() { cargo_test "$patience" -- "$@" >"$logs/tests" 2>&1; }

# tests_that ok|FAILED: by name.
tests_that() { sed --quiet "s/^test \(.*\) \.\.\. $1\$/\1/p" "$logs/tests" | sort; }

# Without a mutation the chosen tests are green, and each filter chooses some.
show_green() {
  local patch filter green
  local -a filters
  mapfile -t filters < <(for patch in "$@"; do said "$patch" Tests | tr ' ' '\n'; done | sort --unique)
  build || fail "the tests don't build: $(tail --lines=20 "$logs/build")"
  run_tests "${filters[@]}" || fail "tests fail without a mutation: $(tests_that FAILED)"
  green=$(tests_that ok)
  for filter in "${filters[@]}"; do
    [[ $green == *"$filter"* ]] || fail "no test is named $filter"
  done
  printf '%-24s %3d green\n' "without a mutation" "$(wc --lines <<<"$green")"
}

# mutate PATCH: fails, and says why, when the mutation isn't noticed; the table tells when it is.
mutate() {
  local patch=$1 name started=$SECONDS status=0 why='' red=''
  name=$(name_of "$patch")
  git -C "$copy" apply "$root/$patch" || fail "$patch doesn't apply any more"
  if build "$patch"; then
    # shellcheck disable=SC2046 # words
    run_tests $(said "$patch" Tests) || status=$?
    red=$(tests_that FAILED)
    if ((status == 124)); then
      why="its tests don't end within $patience seconds"
    elif ((status == 0)); then
      why="no test notices"
    elif [[ ! $red ]]; then
      why="its tests don't run: $(tail --lines=20 "$logs/tests")"
    fi
  else
    why="it doesn't build: $(grep --after-context=8 '^error' "$logs/build" | head --lines=40)"
  fi
  git -C "$copy" apply --reverse "$root/$patch"
  if [[ $why ]]; then
    printf '%-24s %s\n' "$name" "$why" >&2
    put_row "$name"
    return 1
  fi
  printf '%-24s %3d red\n' "$name" "$(wc --lines <<<"$red")"
  put_row "$name" "$(row_of "$patch" "$((SECONDS - started))")"
}

# row_of PATCH SECONDS: what the table says of a mutation whose tests were run.
row_of() {
  local patch=$1 red files
  red=$(tests_that FAILED)
  files=$(sed --quiet 's,^+++ b/\(server/src/\)\?,,p' "$patch" | listed)
  printf '| %s | %s | %s | %s | %d: %s | %d |\n' "$(number_of "$patch")" "$(name_of "$patch")" \
    "$(said "$patch" Removes)" "$files" "$(wc --lines <<<"$red")" "$(listed <<<"$red")" "$2"
}

# put_row NAME [ROW]: tells the table of a mutation, in place of what it said of it; without a row nothing.
put_row() {
  local rows
  rows=$(grep '^| [0-9]' "$table" | grep --invert-match --fixed-strings "| $1 |" || true)
  {
    head_of_table
    printf '%s\n' "$rows" "${2:-}" | sed '/^$/d' | sort
  } >"$table"
}

head_of_table() {
  cat <<'END'
# What the tests notice

Written by `make mutations`. Without a mutation all tests named here are green; with it those of its row
are red. "Removed" says what holds in the product and not in the mutation. Files that begin with no other
folder are below `server/src`. Seconds are those of building and testing the mutation.

| # | Mutation | Removed | Files | Red tests | Seconds |
|---|---|---|---|---|---|
END
}

run() {
  local patch name
  local -a patches=("$room"/*.patch) unnoticed=()
  if [[ ${MUTATION:-} ]]; then
    patches=()
    for name in $MUTATION; do
      patches+=("$room"/[0-9][0-9]-"$name".patch)
      [[ -e ${patches[-1]} ]] || fail "no mutation is named $name"
    done
  fi
  [[ ${DATABASE_URL:-} ]] || fail "DATABASE_URL is missing: type  make mutations"
  logs=$(mktemp -d)
  trap 'rm -rf "$logs"' EXIT
  copy_checkout
  migrated=$(migrated_database "mutations_$$")
  show_green "${patches[@]}"
  for patch in "${patches[@]}"; do
    mutate "$patch" || unnoticed+=("$(name_of "$patch")")
  done
  ((${#unnoticed[@]} == 0)) || fail "not noticed: ${unnoticed[*]}"
  printf '%d mutations, each noticed\n' "${#patches[@]}"
}

case ${1:-} in
run | check) "$1" ;;
*) fail "usage: mutations.sh run|check" ;;
esac
