//! TLS to Clio: certificates that aren't to be believed, and an authority of one's own.

use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use vestibule::{
    clock::{Clock, SystemClock},
    db::migrations::MIGRATOR,
};

use crate::harness::{
    Authority, Browser, IN_TIME, Settings, Shown, Site, TlsDoor, refused_alone, self_signed,
    server_at, within,
};

/// The setting of an endpoint, and its path at the simulated Clio.
const ENDPOINTS: [(&str, &str); 2] = [
    ("CLIO_IDENTITY_TOKEN_URL", "/oauth2/token"),
    ("CLIO_IDENTITY_JWKS_URL", "/.well-known/jwks.json"),
];

/// A site that finds one of Clio's endpoints behind a door.
async fn asking_through(
    door: &TlsDoor,
    endpoint: (&str, &str),
    pool: &PgPool,
    change: impl FnOnce(&mut Settings),
) -> Site {
    let site = Site::start(pool.clone(), |settings| {
        settings.set(endpoint.0, door.url(endpoint.1));
        change(settings);
    })
    .await;
    door.lead_to(site.clio.address());
    site
}

fn in_days(days: i64) -> OffsetDateTime {
    SystemClock.now() + Duration::days(days)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_authority_of_ones_own_is_trusted_for_clio_where_the_settings_name_it(pool: PgPool) {
    let authority = Authority::found("An authority of the firm");
    let path = authority.file();
    for endpoint in ENDPOINTS {
        let door = TlsDoor::open(authority.sign(&server_at("localhost"))).await;
        let site = asking_through(&door, endpoint, &pool, |settings| {
            settings.set("CLIO_CA_FILE", path.to_str().unwrap());
        })
        .await;
        site.honest_sign_in_works().await;
        // And for nobody who doesn't name it.
        let door = TlsDoor::open(authority.sign(&server_at("localhost"))).await;
        let site = asking_through(&door, endpoint, &pool, |_| ()).await;
        is_an_outage(&site, endpoint, "an authority nobody named").await;
    }
    std::fs::remove_file(path).unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_certificate_that_is_not_clios_is_an_outage_and_the_secret_stays_here(pool: PgPool) {
    let authority = Authority::found("An authority of the firm");
    let path = authority.file();
    let mut expired = server_at("localhost");
    (expired.not_before, expired.not_after) = (in_days(-30), in_days(-1));
    let mut early = server_at("localhost");
    (early.not_before, early.not_after) = (in_days(1), in_days(30));
    let mut for_clients = server_at("localhost");
    for_clients.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let stranger = Authority::found("An authority of the firm");
    let certificates = || -> Vec<(&str, Shown)> {
        vec![
            ("expired", authority.sign(&expired)),
            ("not valid yet", authority.sign(&early)),
            ("of another host", authority.sign(&server_at("clio.test"))),
            (
                "of a host with this one in its name",
                authority.sign(&server_at("localhost.clio.test")),
            ),
            ("of an address", authority.sign(&server_at("127.0.0.1"))),
            ("for clients", authority.sign(&for_clients)),
            ("self-signed", self_signed(&server_at("localhost"))),
            (
                "by an authority of the same name",
                stranger.sign(&server_at("localhost")),
            ),
        ]
    };
    for endpoint in ENDPOINTS {
        for (what, shown) in certificates() {
            let door = TlsDoor::open(shown).await;
            let site = asking_through(&door, endpoint, &pool, |settings| {
                settings.set("CLIO_CA_FILE", path.to_str().unwrap());
            })
            .await;
            is_an_outage(&site, endpoint, what).await;
        }
    }
    std::fs::remove_file(path).unwrap();
}

/// Shows that a sign-in is an outage in time, and that nothing came through the door.
async fn is_an_outage(site: &Site, endpoint: (&str, &str), what: &str) {
    let (browser, callback) = Browser::back_from_clio(site, "stranger").await;
    let refusing = refused_alone(site, &browser, &callback, "clio_unavailable");
    let refusal = within(IN_TIME, what, refusing).await;
    if endpoint == ENDPOINTS[0] {
        assert_eq!(refusal.reason, "exchange_connect", "{what}");
        assert_eq!(site.token_requests(), 0, "{what}: the secret left");
    } else {
        assert_eq!(refusal.reason, "keys_unavailable", "{what}");
        assert_eq!(site.clio.jwks_fetches(), 0, "{what}");
    }
}
