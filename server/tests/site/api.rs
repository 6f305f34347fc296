//! Answers for programs: the session, the check for reverse proxies, health and readiness.

use http::StatusCode;
use serde_json::Value;
use sqlx::PgPool;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, DANA, Site, signed_in, sql};

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_session_of_somebody_signed_in_has_the_promised_shape_and_nothing_more(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let reply = browser.get("/api/v1/session").await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (StatusCode::OK, "application/json")
    );
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    let members = |value: &Value| {
        let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(members(&answer), ["account", "session"]);
    assert_eq!(
        members(&answer["account"]),
        ["email", "first_name", "id", "last_name", "role", "status"]
    );
    assert_eq!(
        members(&answer["session"]),
        ["expires_at", "id", "signed_in_at"]
    );
    assert_eq!(answer["account"]["email"], DANA);
    assert_eq!(answer["account"]["status"], "active");
    let moment = |name: &str| {
        OffsetDateTime::parse(answer["session"][name].as_str().unwrap(), &Rfc3339).unwrap()
    };
    assert_eq!(
        moment("expires_at") - moment("signed_in_at"),
        time::Duration::hours(12)
    );
    // The id shown opens nothing.
    assert!(
        !browser
            .cookie("vestibule")
            .unwrap()
            .contains(answer["session"]["id"].as_str().unwrap())
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn strangers_and_people_who_wait_get_one_and_the_same_401(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let waiting = signed_in(&site, "dana").await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    let dead = Browser::new(&site);
    dead.set_cookie("vestibule", &"A".repeat(43));
    for browser in [Browser::new(&site), waiting, dead] {
        let reply = browser.get("/api/v1/session").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(
            serde_json::from_str::<Value>(&reply.body).unwrap(),
            serde_json::json!({"error": "sign_in_required"})
        );
        let reply = browser.get("/auth/verify").await;
        assert_eq!(
            (reply.status, reply.body.as_str()),
            (StatusCode::UNAUTHORIZED, "")
        );
        assert!(
            !reply
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("x-auth"))
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reverse_proxy_learns_who_is_signed_in_from_headers(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "tomas").await;
    let reply = browser.get("/auth/verify").await;
    assert_eq!(reply.status, StatusCode::OK);
    let account = browser.account().await.unwrap().to_string();
    assert_eq!(reply.header("x-auth-account"), account);
    assert_eq!(
        reply.header("x-auth-email"),
        "tomas.ferreira@harbourlane.test"
    );
    let name = reply.header("x-auth-name");
    assert!(name.starts_with("Tom%C3%A1s"), "{name}");
    assert_eq!(
        percent_encoding::percent_decode_str(name)
            .decode_utf8()
            .unwrap(),
        "Tomás Ferreira"
    );
    assert_eq!(reply.header("x-auth-role"), "member");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_client_says_of_itself_in_headers_makes_it_nobody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site)
        .with_header("x-auth-account", "00000000-0000-7000-8000-000000000001")
        .with_header("x-auth-role", "owner")
        .with_header("authorization", "Bearer x");
    assert_eq!(
        browser.get("/auth/verify").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_site_is_ready_whatever_becomes_of_clio(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clio.fail_jwks(StatusCode::BAD_GATEWAY);
    let browser = Browser::new(&site);
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn the_site_is_alive_and_not_ready_while_migrations_are_pending(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(
        browser.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    MIGRATOR.run(&site.pool).await.unwrap();
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    sql(
        &site,
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
    )
    .await;
    assert_eq!(
        browser.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
