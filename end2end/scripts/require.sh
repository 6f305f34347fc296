#!/usr/bin/env bash
# Make sure that programs are there: install what is missing, or say in one line what to type.
#
#   require.sh rust|cc|node|chromium|haproxy|postgres…
#   require.sh chromium              prints its path as well
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
  # Not by the way, in silence: the download takes a while.
  export RUSTUP_AUTO_INSTALL=0
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
  command -v cc >/dev/null || packages+=(gcc libc6-dev)
}

need_node() {
  local why="Node.js 20 or newer with npm is missing: see https://nodejs.org/en/download"
  command -v npm >/dev/null || fail "$why"
  node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || fail "$why"
}

# $CHROMIUM, or the first that is installed.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ $name ]] && command -v "$name"; then
      return
    fi
  done
  return 1
}

need_chromium() {
  find_chromium >/dev/null || packages+=(chromium)
}

# Debian puts it where only root's PATH leads.
need_haproxy() {
  PATH=$PATH:/usr/sbin command -v haproxy >/dev/null || packages+=(haproxy)
}

need_postgres() {
  end2end/scripts/postgres.sh installed || late_packages=(postgresql-common postgresql)
}

# Debian packages, all of them named at once where they can't be installed.
packages=()
# PostgreSQL's, which postgres.sh installs in its own way.
late_packages=()
for program in "$@"; do
  case $program in
  rust | cc | node | chromium | haproxy | postgres) "need_$program" ;;
  *) fail "unknown program: $program" ;;
  esac
done
missing=("${packages[@]}" "${late_packages[@]}")
((${#missing[@]} == 0)) || may_install "${missing[@]}"
((${#packages[@]} == 0)) || install_packages "${packages[@]}"
((${#late_packages[@]} == 0)) || end2end/scripts/postgres.sh bindir >/dev/null
[[ $* != *chromium* ]] || find_chromium
