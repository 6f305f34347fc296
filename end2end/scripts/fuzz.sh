#!/usr/bin/env bash
# Fuzz what reads strangers' bytes, one target after the other, for $FUZZ_SECONDS each (180). What
# breaks ends the run and is left in target/fuzz/artifacts; what reaches anything new is gathered in
# target/fuzz/corpus.
#
#   fuzz.sh [TARGET…]          fuzz them; all of server/fuzz without one
#   fuzz.sh keep [TARGET…]     renew the kept corpus: the fewest of all inputs that reach as much
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

readonly seconds=${FUZZ_SECONDS:-180} version=0.13.2
# The longest input, in bytes: longer ones reach nothing else, and people read those that are kept.
readonly longest=512
# The most inputs of a target that are kept.
readonly most=100
readonly work=$root/target/fuzz
export PATH=$root/target/tools/bin:$PATH CARGO_TARGET_DIR=$work/build

# libFuzzer is C++.
command -v c++ >/dev/null || install_packages g++
cargo fuzz --version 2>/dev/null | grep -qF "$version" ||
  CARGO_TARGET_DIR=$root/target/tools/build \
    cargo install cargo-fuzz --version "$version" --locked --root "$root/target/tools"

# Built without sanitizers, which the compiler of rust-toolchain.toml doesn't have; they look for what
# unsafe code does wrong, and there is none here.
cargo fuzz build --fuzz-dir server/fuzz --sanitizer none
host=$(rustc --version --verbose | sed -n 's/^host: //p')
readonly programs=$CARGO_TARGET_DIR/$host/release

fuzz() {
  printf '\n\e[1m%s, %d seconds\e[0m\n' "$target" "$seconds"
  # New inputs go into the first folder.
  nice "$programs/$target" "$grown" "$kept" -max_total_time="$seconds" -max_len="$longest" -timeout=10 \
    -artifact_prefix="$artifacts/" -print_final_stats=1 -verbosity=1
}

# What git takes for text, so that a change of the corpus can be read.
is_readable() { iconv -f utf-8 -t utf-8 "$1" >/dev/null 2>&1 && (($(tr -dc '\0' <"$1" | wc -c) == 0)); }

# merge FOLDER OPTION…: copy to a folder the fewest of $readable that reach as much as all.
merge() {
  "$programs/$target" "$1" "$readable" -merge=1 -set_cover_merge=1 -max_len="$longest" "${@:2}"
}

keep() {
  local readable kinds counts input
  readable=$(mktemp -d) kinds=$(mktemp -d) counts=$(mktemp -d)
  for input in "$grown"/* "$kept"/*; do
    if [[ -e $input ]] && is_readable "$input"; then
      cp "$input" "$readable"
    fi
  done
  # For each piece of code one that gets there, long ones first, which get to many; then those that
  # go there more or less often, short ones first.
  merge "$kinds" -use_counters=0
  merge "$counts"
  rm -f "$kept"/*
  while read -r input; do
    (($(find "$kept" -type f | wc -l) < most)) || break
    cp "$input" "$kept"
  done < <(ls -S "$kinds"/*; ls -Sr "$counts"/*)
  rm -r "$readable" "$kinds" "$counts"
}

task=fuzz
if [[ ${1:-} == keep ]]; then
  task=keep
  shift
fi
if (($#)); then
  targets=("$@")
else
  mapfile -t targets < <(cargo fuzz list --fuzz-dir server/fuzz)
fi
for target in "${targets[@]}"; do
  kept=$root/server/fuzz/corpus/$target
  grown=$work/corpus/$target
  artifacts=$work/artifacts/$target
  mkdir -p "$kept" "$grown" "$artifacts"
  "$task"
done
