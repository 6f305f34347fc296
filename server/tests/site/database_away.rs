//! The database away: 503 quickly, nobody signed out, no reference; and all well when it is back.

use http::{Method, StatusCode};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, IN_TIME, Reply, Site, nowhere, number, signed_in, within};

/// The answer to people while the database is away.
fn unavailable(reply: &Reply, what: &str) {
    assert_eq!(
        reply.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{what}: {reply:?}"
    );
    assert!(
        reply.set_cookie("vestibule").is_none(),
        "{what}: nobody is signed out"
    );
    assert!(
        reply.header("content-type").starts_with("text/html"),
        "{what}: {reply:?}"
    );
    assert!(!reply.body.contains("Reference"), "{what}");
    assert!(
        !reply.body.contains("sqlx")
            && !reply.body.contains("Pool")
            && !reply.body.contains("postgres"),
        "{what}"
    );
    assert_eq!(reply.header("x-frame-options"), "DENY", "{what}");
}

async fn everything_says_so(site: &Site, member: &Browser, callback: &str) {
    for path in [
        "/account",
        "/welcome",
        "/pending",
        "/link",
        "/sign-in",
        "/api/v1/session",
        "/auth/verify",
    ] {
        let reply = within(IN_TIME, path, member.get(path)).await;
        unavailable(&reply, path);
    }
    for (path, fields) in [
        ("/auth/sign-out", &[][..]),
        ("/welcome/names", &[("first_name", "X"), ("last_name", "Y")]),
        ("/link/password", &[("password", "x")]),
    ] {
        unavailable(&member.post_form(path, fields).await, path);
    }
    assert!(member.cookie("vestibule").is_some());
    let stranger = Browser::new(site);
    assert_eq!(
        stranger.get("/healthz").await.status,
        StatusCode::OK,
        "alive"
    );
    assert_eq!(
        stranger.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "and not ready"
    );
    unavailable(&stranger.get("/auth/clio/start").await, "start");
    stranger.set_cookie("vestibule-attempt", &"A".repeat(43));
    let reply = within(IN_TIME, "callback", stranger.finish(callback)).await;
    unavailable(&reply, "callback");
    let reply = stranger
        .get("/auth/clio/callback?error=access_denied&state=x")
        .await;
    unavailable(&reply, "an error's callback");
    let reply = member
        .send(Method::HEAD, "/account", "same-origin", None)
        .await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_its_pool_closed_the_site_says_so_and_signs_nobody_out(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let member = signed_in(&site, "dana").await;
    let callback = Browser::new(&site).callback_of(&site, "ikram").await;
    site.services.pool.close().await;
    everything_says_so(&site, &member, &callback).await;
    assert_eq!(site.sessions().await, 1);
    assert_eq!(
        site.token_requests(),
        1,
        "Clio isn't asked for what can't be carried out"
    );
    // At a node that reaches the database, the same cookie is as good as before.
    let node = site.another_node().await;
    assert!(member.at_node(&node).account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_a_database_that_nobody_listens_at_the_site_says_so_quickly(pool: PgPool) {
    let url = format!("postgres://nobody@{}/none", nowhere());
    let site = Site::start(pool, |settings| {
        settings.set("DATABASE_URL", url);
    })
    .await;
    let member = Browser::new(&site);
    member.set_cookie("vestibule", &"A".repeat(43));
    let callback = format!("{}/auth/clio/callback?code=x&state=y", site.public_url);
    everything_says_so(&site, &member, &callback).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_attempt_that_met_a_database_away_is_still_good_when_it_is_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    site.services.pool.close().await;
    unavailable(&browser.finish(&callback).await, "callback");
    let there = browser.at_node(&node);
    assert_eq!(there.finish(&callback).await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connection_lost_while_idle_is_not_noticed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let member = signed_in(&site, "dana").await;
    for _ in 0..3 {
        number(
            &site,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'vestibule'",
        )
        .await;
        let reply = member.get("/account").await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    }
}
