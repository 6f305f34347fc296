# shellcheck shell=bash
# What the scripts beside this file share: sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Say in one line why it can't go on, and end.
fail() {
  printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
  exit 1
}

# Run a command as root, without asking for a password.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo -n "$@"
  fi
}

# What to type to have Debian packages.
to_type() { echo "$* missing: type  sudo apt-get update && sudo apt-get install $*"; }

# End here unless Debian packages can be installed without asking anybody.
may_install() {
  command -v apt-get >/dev/null || fail "install these programs with your system's packages: $*"
  ((EUID == 0)) || sudo -n true 2>/dev/null || fail "$(to_type "$@")"
}

# Install Debian packages, or say what to type.
install_packages() {
  local why
  why=$(to_type "$@")
  may_install "$@"
  mkdir -p "$root/.data"
  printf 'Installing %s …\n' "$*" >&2
  {
    as_root apt-get update &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
  } >"$root/.data/apt.log" 2>&1 || fail "apt-get failed, see .data/apt.log; $why"
}

# N random bytes in hex.
random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# The same in base64.
random_base64() { head -c "$1" /dev/urandom | base64 --wrap=0; }

# A free port below those that the system hands out by itself.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  fail "no free port on 127.0.0.1"
}

# migrated_database NAME: make a database with all migrations beside the one of DATABASE_URL, and print
# its URL.
migrated_database() {
  local url=${DATABASE_URL%/*}/$1 migration transaction
  psql --quiet --no-psqlrc "$DATABASE_URL" --command "CREATE DATABASE $1" || return
  for migration in "$root"/migrations/*.sql; do
    transaction=--single-transaction
    if [[ $(head -n 1 "$migration") == "-- no-transaction"* ]]; then
      transaction=
    fi
    PGOPTIONS="--client-min-messages=warning" psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 \
      ${transaction:+"$transaction"} --file "$migration" "$url" >/dev/null || return
  done
  echo "$url"
}
