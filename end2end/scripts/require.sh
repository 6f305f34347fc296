#!/usr/bin/env bash
# Make sure that programs are there: install what is missing, or say in one line what to type.
#
#   require.sh rust|cc|node…
#   require.sh chromium              also prints its path
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

# The toolchain of rust-toolchain.toml, with its components and targets. Asked for by name, since
# rustup may be told not to install by itself.
need_rust() {
  local sysroot
  command -v cargo >/dev/null ||
    fail "Rust is missing: type  curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  if sysroot=$(rustc --print sysroot 2>/dev/null) &&
    [[ -d $sysroot/lib/rustlib/wasm32-unknown-unknown ]] &&
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then
    return
  fi
  command -v rustup >/dev/null ||
    fail "this Rust lacks clippy, rustfmt or the target wasm32-unknown-unknown: install them, or use rustup"
  rustup toolchain install
}

need_cc() {
  command -v cc >/dev/null || install_packages gcc libc6-dev
}

need_node() {
  local why="Node.js 20 or newer with npm is missing: see https://nodejs.org/en/download"
  command -v npm >/dev/null || fail "$why"
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || fail "$why"
}

# $CHROMIUM, or the first that is installed.
need_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ $name ]] && command -v "$name"; then
      return
    fi
  done
  install_packages chromium
  command -v chromium
}

for program in "$@"; do
  case $program in
  rust | cc | node | chromium) "need_$program" ;;
  *) fail "unknown program: $program" ;;
  esac
done
