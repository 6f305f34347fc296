#!/usr/bin/env bash
# The demo: a private PostgreSQL, the simulated Clio, a seeded firm and the release of the server,
# until Ctrl-C or until one of them ends. `make demo` builds what this starts.
#
# DEMO_PORT, DEMO_CLIO_PORT move the ports; DEMO_ACCOUNTS=100000 makes the firm that big.
# shellcheck disable=SC2317 # what `start` and `trap` call
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
# shellcheck source=end2end/demo/settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
cd "$root"

accounts=${DEMO_ACCOUNTS:-0}
smtp_port=
programs=()

# Leave nothing running, whatever ended it.
stop() {
  trap '' INT TERM HUP
  if ((${#programs[@]} > 0)); then
    kill "${programs[@]}" 2>/dev/null || true
    wait "${programs[@]}" 2>/dev/null || true
  fi
  [[ ! -d $data/postgres ]] || "$postgres" stop "$data/postgres"
}

require_free() {
  if (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
    fail "port $2 is taken: stop what listens there, or type  $1=$(($2 + 10)) make demo"
  fi
}

# secret FILE: 32 random bytes, made once.
secret() {
  [[ -e $data/$1 ]] || (umask 077 && random_base64 32 >"$data/$1")
}

sql() { psql --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 "$@" "$database"; }

simulated_clio() {
  exec target/release/simulated-clio --quiet --listen "127.0.0.1:$clio_port" --public-url "$issuer" \
    --smtp "127.0.0.1:$smtp_port" --client-id "$key" --client-secret-file "$data/clio-secret" \
    --redirect-uri "$url/auth/clio/callback" \
    --manage-client-id "$key" --manage-client-secret-file "$data/clio-secret" \
    --manage-redirect-uri "$url/auth/clio-manage/callback" \
    --add-to-clio-url "$url/add-to-clio?region=us" \
    --deauthorization-callback-url "$url/clio-manage/deauthorized"
}

# start NAME: the function of that name, in the background.
start() {
  "$1" "${@:2}" >"$data/$1.log" 2>&1 {lock}>&- &
  programs+=($!)
}

# await PORT PATH: until a program answers 200, for as long as all of them run.
await() {
  local answer program
  for _ in {1..300}; do
    if { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; then
      printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
      read -r answer <&3 || true
      exec 3>&-
      [[ $answer != *" 200 "* ]] || return 0
    fi
    for program in "${programs[@]}"; do
      kill -0 "$program" 2>/dev/null || ended
    done
    sleep 0.1
  done
  fail "nothing answers on port $1, see $data/*.log"
}

ended() {
  tail -n 3 "$data"/*.log >&2
  fail "a part of the demo ended, see $data/*.log"
}

# Does nothing where it was done before.
seed() {
  sql --set issuer="$issuer" --file end2end/demo/firm.sql
  sql --set issuer="$issuer" --file end2end/demo/desk.sql
  sql --set issuer="$issuer" --set accounts="$accounts" --file end2end/demo/crowd.sql
}

welcome() {
  cat <<TEXT

Vestibule is up:  $url

Everybody's password at Clio is "paper ink and brass"; Clio's pages show it too. Sign in as
  Dana Whitlock      the owner of the firm's accounts; the administrators' desk: $url/admin
  Priya Nandakumar   new here: approves at Clio Manage (United States), which says that she belongs to
                     the firm, and gets an account, filled in from Clio
  Ikram Osei         has an account here that Clio doesn't know: is asked to prove it, with its
                     password "harbour bell lantern", a code from the mailbox, or an administrator:
                     end2end/demo/vestibule cases list
  Tomás Ferreira     is invited: the account waits until its mailbox is proved
  Aoife Ní Bhriain   waits for approval: at the desk, or in another terminal
                     end2end/demo/vestibule accounts approve aoife.ni.bhriain@harbourlane.test
  Rafael Duarte      an administrator, with a second factor at Clio: 246810
  Jonas Eriksen      suspended
  Lena Brandt        of another firm: waits for an administrator, with what Clio Manage says
  Samira Haddad      comes without an e-mail
  Oleksandr Bondar   can't use single sign-on at Clio yet

The roster, the firm's people as Clio Manage says: sign in as Dana Whitlock, connect the firm at
  $url/admin/roster
then switch somebody's login off at $clio/simulation/manage and read again.

All mail:                        $clio/mailbox
Switches of the simulated Clio:  $clio/simulation
Clio Manage, region by region:   $clio/simulation/manage
Logs and data: $data, kept until  make clean-data

Ctrl-C stops all of it.
TEXT
}

mkdir -p "$data"
# One demo in a folder: another one would stop the database under it.
exec {lock}>"$data/lock"
flock --nonblock "$lock" || fail "the demo runs already; Ctrl-C where it was started stops it"
require_free DEMO_PORT "$port"
require_free DEMO_CLIO_PORT "$clio_port"
trap stop EXIT
trap 'exit 0' INT TERM HUP
secret secret-key
secret clio-secret
# What outlives this script mustn't hold its lock.
"$postgres" start "$data/postgres" {lock}>&-
PATH=$("$postgres" bindir):$PATH
database=$("$postgres" url "$data/postgres")
smtp_port=$(free_port)

(vestibule migrate) >"$data/migrate.log" 2>&1 || fail "the migrations failed, see $data/migrate.log"
seed
start simulated_clio
start vestibule serve
await "$clio_port" /healthz
await "$port" /readyz
welcome
wait -n || true
ended
