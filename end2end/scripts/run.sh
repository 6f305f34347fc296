#!/usr/bin/env bash
# Run the release with the settings of .env: lines of NAME=VALUE, a value taken as it stands or in
# quotes. What the environment sets already wins.
set -euo pipefail
# shellcheck source=end2end/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

number=0
while IFS= read -r line || [[ $line ]]; do
  ((++number))
  if [[ $line =~ ^([A-Z][A-Z0-9_]*)=(.*)$ ]]; then
    name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then
      value=${BASH_REMATCH[1]}
    fi
    [[ -v $name ]] || export "$name=$value"
  elif [[ $line && $line != \#* ]]; then
    fail ".env, line $number: not a NAME=VALUE"
  fi
done <.env

exec target/release/vestibule serve
