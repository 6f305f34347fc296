#!/usr/bin/env bash
# A private PostgreSQL for tests and the demo, on 127.0.0.1 only, with a password of its own.
#
#   postgres.sh start DIR       start the durable cluster of DIR, made first where there is none
#   postgres.sh stop DIR        stop it
#   postgres.sh url DIR         print the DATABASE_URL of the running cluster
#   postgres.sh remove DIR      stop it and remove all of it
#   postgres.sh bindir          print the folder of psql and the other programs
#   postgres.sh installed       end well if a usable PostgreSQL is there already
#   postgres.sh run [--] CMD…   run CMD with DATABASE_URL of a throwaway cluster, its programs on the PATH
#
# PostgreSQL refuses to run as root: root runs it as the user postgres or nobody, and where that
# user can't reach DIR, the data lives under /var/tmp and DIR/data is a link to it.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly database=vestibule
initdb=(--auth=scram-sha-256)

# The folder of the first usable server programs, or nothing.
find_bin() {
  local dir version
  local -a candidates
  mapfile -t candidates < <(
    pg_config --bindir 2>/dev/null
    printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse
    dirname "$(command -v postgres)" 2>/dev/null
  )
  for dir in "${candidates[@]}"; do
    [[ -x $dir/initdb && -x $dir/pg_ctl && -x $dir/psql && -x $dir/postgres ]] || continue
    version=$("$dir/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    if ((version >= 14)); then
      echo "$dir"
      return
    fi
  done
}

install() {
  local conf=/etc/postgresql-common/createcluster.conf fresh=
  [[ -e $conf ]] || fresh=yes
  install_packages postgresql-common
  # Debian makes and starts a cluster of its own unless told before: nobody asked for one.
  if [[ $fresh ]]; then
    as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$conf"
  fi
  install_packages postgresql
}

# Run a command as the user that owns the cluster.
as_owner() {
  if ((EUID != 0)); then
    "$@"
  elif command -v setpriv >/dev/null; then
    (cd / && exec setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups -- "$@")
  else
    (cd / && exec runuser -u "$owner" -- "$@")
  fi
}

# Make the empty data directory of DIR, where its owner can reach it.
make_data() {
  local dir=$1 data
  rm -rf "$dir/data"
  mkdir -m 700 "$dir/data"
  ((EUID == 0)) || return 0
  chown "$owner" "$dir/data"
  if ! as_owner test -w "$dir/data"; then
    rmdir "$dir/data"
    data=$(mktemp -d /var/tmp/vestibule-postgres.XXXXXX)
    chown "$owner" "$data"
    ln -s "$data" "$dir/data"
  fi
}

# Make the cluster of DIR. A throwaway one takes the password as it is, on loopback: a proof of it
# (SCRAM) would cost an unoptimised client more than the rest of a test.
make_cluster() {
  local dir=$1 password_file
  make_data "$dir"
  (umask 077 && random_hex 16 >"$dir/password")
  password_file=$(mktemp)
  cat "$dir/password" >"$password_file"
  ((EUID != 0)) || chown "$owner" "$password_file"
  as_owner "$bin/initdb" --pgdata="$(realpath "$dir/data")" --username="$database" \
    --pwfile="$password_file" --encoding=UTF8 --locale=C.UTF-8 "${initdb[@]}" \
    >"$dir/initdb.log" 2>&1 || fail "initdb failed, see $dir/initdb.log"
  rm "$password_file"
}

running() {
  [[ -e $1/data/PG_VERSION ]] &&
    as_owner "$bin/pg_ctl" status -D "$(realpath "$1/data")" >/dev/null 2>&1
}

# A quarter of the machine's memory, in kB, as PostgreSQL's manual advises for shared_buffers. Only
# what holds pages is taken of it; PostgreSQL's own default would be 128 MB on any machine.
buffers() {
  local kilobytes
  kilobytes=$(awk '/^MemTotal:/ { print int($2 / 4) }' /proc/meminfo 2>/dev/null)
  ((${kilobytes:-0} > 131072)) || kilobytes=131072
  echo "${kilobytes}kB"
}

# start DIR [POSTGRES OPTION…]
start() {
  local dir data port url
  dir=$(mkdir -p "$1" && cd "$1" && pwd -P)
  shift
  running "$dir" && return
  [[ -e $dir/data/PG_VERSION ]] || make_cluster "$dir"

  data=$(realpath "$dir/data")
  port=$(free_port)
  as_owner "$bin/pg_ctl" start --silent --wait -D "$data" -l "$data/server.log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c shared_buffers=$(buffers) $*" >/dev/null || fail "PostgreSQL did not start, see $dir/data/server.log"

  url=postgres://$database:$(<"$dir/password")@127.0.0.1:$port
  (umask 077 && echo "$url/$database" >"$dir/url")
  "$bin/psql" --quiet --no-psqlrc "$url/postgres" <<EOSQL
    SELECT 'CREATE DATABASE $database'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$database') \gexec
EOSQL
}

stop() {
  if running "$1"; then
    as_owner "$bin/pg_ctl" stop --silent --mode=fast -D "$(realpath "$1/data")" || true
  fi
}

remove() {
  [[ -d $1 ]] || return 0
  stop "$1"
  rm -rf -- "$(realpath "$1/data")" "$1"
}

# Clusters that a killed `run` left behind.
sweep() {
  local dir
  for dir in "$root"/.data/throwaway.*; do
    if [[ -d $dir ]] && ! kill -0 "${dir##*.}" 2>/dev/null; then
      remove "$dir"
    fi
  done
}

run() {
  local dir=$root/.data/throwaway.$$ status=0
  initdb=(--auth=password --no-sync)
  sweep
  # shellcheck disable=SC2064 # the folder as it is now
  trap "remove '$dir'" EXIT
  trap 'stop_child INT' INT
  trap 'stop_child TERM' TERM
  trap 'stop_child HUP' HUP
  start "$dir" -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_connections=200
  DATABASE_URL=$(<"$dir/url")
  # The database is for what runs, not for what compiles: the queries are checked against .sqlx.
  export DATABASE_URL SQLX_OFFLINE=true PATH=$bin:$PATH:/usr/sbin
  # A process group of its own, so that a signal reaches all of it.
  set -m
  "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || status=$?
  return "$status"
}

stop_child() {
  if [[ ${child:-} ]]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  exit $((128 + $(kill -l "$1")))
}

usage() {
  sed -n '4,10s/^# *//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

command=${1:-}
shift || usage
case $command in
bindir | installed) (($# == 0)) || usage ;;
start | stop | url | remove) (($# == 1)) || usage ;;
run)
  [[ ${1:-} != -- ]] || shift
  (($# > 0)) || usage
  ;;
*) usage ;;
esac

bin=$(find_bin)
if [[ $command == installed ]]; then
  [[ $bin ]]
  exit
fi
if [[ ! $bin ]]; then
  install
  bin=$(find_bin)
  [[ $bin ]] || fail "the installed PostgreSQL is older than 14: install a newer one"
fi
owner=postgres
id "$owner" >/dev/null 2>&1 || owner=nobody

case $command in
bindir) echo "$bin" ;;
start) start "$1" ;;
stop) stop "$1" ;;
url) cat "$1/url" ;;
remove) remove "$1" ;;
run) run "$@" ;;
esac
