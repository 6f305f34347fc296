//! Clio's word that somebody revoked what they granted: a hint from anybody, confirmed before it counts.

use http::{Method, StatusCode};
use simulated_clio::{Endpoint, Region};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA_USER, Site, connect_manage, dana_signed_in, grant_of, in_regions, last_event,
    look_after, only_event_after, until,
};

const US: &[Region] = &[Region::Us];
const HINTS: &str = "/clio-manage/deauthorized";

async fn hint(site: &Site, body: String) -> StatusCode {
    let clio = Browser::new(site)
        .with_header("content-type", "application/json")
        .with_header("origin", "https://app.clio.com");
    clio.send(Method::POST, HINTS, "cross-site", Some(body))
        .await
        .status
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_revocation_that_clio_tells_of_is_confirmed_and_counts(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, DANA_USER).await;
    let account = browser.account().await.unwrap();
    site.clio
        .tell_deauthorizations(format!("http://{}{HINTS}", site.address));
    let last = last_event(&site).await;
    site.clio.manage(Region::Us).revoke(DANA_USER);
    until(
        &site.pool,
        "SELECT count(*) = 1 FROM manage_grants WHERE check_at IS NOT NULL",
    )
    .await;
    assert_eq!(
        grant_of(&site, account).await.1,
        "live",
        "a hint changes nothing by itself"
    );
    look_after(&site).await;
    assert_eq!(grant_of(&site, account).await.1, "reconnect");
    assert_eq!(
        only_event_after(&site, last).await.action,
        "manage.reconnect_needed"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_false_word_costs_one_question_and_changes_nothing(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, DANA_USER).await;
    let account = browser.account().await.unwrap();
    let manage = site.clio.manage(Region::Us);
    let asked = manage.requests(Endpoint::WhoAmI).len();
    let last = last_event(&site).await;
    let body = format!(
        r#"{{"client_id":"{}","user_id":{DANA_USER},"access_token":"all"}}"#,
        manage.client_id()
    );
    for _ in 0..20 {
        assert_eq!(hint(&site, body.clone()).await, StatusCode::NO_CONTENT);
    }
    look_after(&site).await;
    assert_eq!(manage.requests(Endpoint::WhoAmI).len(), asked + 1);
    assert_eq!(grant_of(&site, account).await.1, "live");
    assert_eq!(last_event(&site).await, last);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_else_is_posted_there_does_nothing_and_tells_nothing(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, DANA_USER).await;
    let manage = site.clio.manage(Region::Us);
    for odd in [
        String::new(),
        "[]".to_owned(),
        format!(r#"{{"client_id":"somebody","user_id":{DANA_USER}}}"#),
        format!(r#"{{"client_id":"{}","user_id":1}}"#, manage.client_id()),
        format!(r#"{{"client_id":"{}","user_id":-1}}"#, manage.client_id()),
        "x".repeat(9000),
    ] {
        assert_eq!(
            hint(&site, odd.clone()).await,
            StatusCode::NO_CONTENT,
            "{odd}"
        );
    }
    let asked = manage.requests(Endpoint::WhoAmI).len();
    look_after(&site).await;
    assert_eq!(manage.requests(Endpoint::WhoAmI).len(), asked);
    // No other form may be sent from there.
    let clio = browser.with_header("origin", "https://app.clio.com");
    let reply = clio
        .send(
            Method::POST,
            "/auth/sign-out",
            "cross-site",
            Some(String::new()),
        )
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}
