# The settings of the demo, for the demo itself and for the command line beside it. Sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what those who source this use, or set

port=${DEMO_PORT:-3000}
clio_port=${DEMO_CLIO_PORT:-3001}

readonly data=.data/demo
readonly postgres=end2end/scripts/postgres.sh
readonly key=demo
# Two hosts, so that the browser sees two sites, as with the real Clio.
readonly url=http://localhost:$port clio=http://127.0.0.1:$clio_port
# Who a person is at Clio depends on the issuer, so it stays when the port moves.
readonly issuer=http://127.0.0.1:3001/

# vestibule COMMAND: the release with the demo's settings, in place of this shell. Without $smtp_port
# mail stays in the outbox, for the server to send.
vestibule() {
  exec env -i PATH="$PATH" \
    DATABASE_URL="$database" PUBLIC_URL="$url" LISTEN_ADDR="127.0.0.1:$port" \
    SECRET_KEY_FILE="$data/secret-key" FIRM_NAME="Harbour & Lane" ADMISSION=firm ADMISSION_FIRMS=us:20001 \
    CLIO_IDENTITY_APP_KEY="$key" CLIO_IDENTITY_APP_SECRET_FILE="$data/clio-secret" \
    CLIO_IDENTITY_ISSUER="$issuer" CLIO_IDENTITY_AUTHORIZATION_URL="$clio/oauth2/auth" \
    CLIO_IDENTITY_TOKEN_URL="$clio/oauth2/token" \
    CLIO_IDENTITY_JWKS_URL="$clio/.well-known/jwks.json" \
    CLIO_MANAGE_REGIONS=us,eu \
    CLIO_MANAGE_US_APP_KEY="$key-us" CLIO_MANAGE_US_APP_SECRET_FILE="$data/clio-secret" \
    CLIO_MANAGE_US_BASE_URL="$clio/manage/us" \
    CLIO_MANAGE_EU_APP_KEY="$key-eu" CLIO_MANAGE_EU_APP_SECRET_FILE="$data/clio-secret" \
    CLIO_MANAGE_EU_BASE_URL="$clio/manage/eu" \
    ${smtp_port:+SMTP_URL="smtp://127.0.0.1:$smtp_port"} \
    MAIL_FROM="Harbour & Lane <door@harbourlane.test>" \
    target/release/vestibule "$@"
}
