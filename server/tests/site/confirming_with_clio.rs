//! Showing again that it is still the person, by typing a login at Clio anew.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, STALE, Site, account, begin_connecting, connect, dana_signed_in, last_event,
    only_event_after, query_of, refused, signed_in, sql,
};

const START: &str = "/auth/clio/start?purpose=confirm&return_to=%2Faccount%2Fpassword";

/// Dana, who signed in five minutes ago by a clock that stands still.
async fn dana_of_before(site: &Site) -> Browser {
    site.clock.freeze();
    let browser = dana_signed_in(site).await;
    site.advance(Duration::from_mins(5));
    browser
}

/// Begins to confirm and logs in at Clio; gives the callback URL, not yet visited.
async fn confirming(site: &Site, browser: &Browser, subject: &str) -> String {
    site.clio
        .authorize(&browser.begin_at(START).await, subject)
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_typed_anew_counts_for_five_minutes_and_leads_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let old = browser.copied();
    let page = browser
        .get("/account/confirm?then=%2Faccount%2Fpassword")
        .await
        .body;
    assert!(page.contains("purpose=confirm"), "{page}");

    let url = browser.begin_at(START).await;
    assert_eq!(
        query_of(&url).get("prompt").map(String::as_str),
        Some("login")
    );
    let callback = site.clio.authorize(&url, "dana").unwrap();
    let before = last_event(&site).await;
    browser
        .finish(&callback)
        .await
        .leads_to("/account/password");
    assert_eq!(
        only_event_after(&site, before).await.action,
        "session.opened"
    );
    assert_eq!(old.account().await, None, "the old key opens nothing");
    site.advance(Duration::from_secs(299));
    begin_connecting(&browser).await;
    site.advance(Duration::from_secs(1));
    let reply = browser.post_form("/account/connections/connect", &[]).await;
    reply.leads_to("/account/connections?problem=confirm_first");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_ordinary_sign_in_lets_clio_answer_from_its_own_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let url = Browser::new(&site).begin().await;
    assert_eq!(query_of(&url).get("prompt"), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_login_of_the_account_will_do(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = dana_signed_in(&site).await;
    connect(&site, &browser, "stranger").await;
    site.advance(Duration::from_mins(5));
    let dana = browser.account().await;
    let callback = confirming(&site, &browser, "stranger").await;
    browser
        .finish(&callback)
        .await
        .leads_to("/account/password");
    assert_eq!(browser.account().await, dana);
    begin_connecting(&browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_not_typed_just_now_confirms_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    for (what, bend) in STALE {
        let callback = confirming(&site, &browser, "dana").await;
        let now = site.services.now().unix_timestamp();
        site.clio.next_token(move |token| bend(token, now));
        let refusal = refused(&site, &browser, &callback, "not_verified").await;
        assert_eq!(refusal.reason, "not_fresh", "{what}");
    }
    // For an ordinary sign-in it doesn't matter.
    let callback = browser.callback_of(&site, "dana").await;
    site.clio
        .next_token(|token| token.remove_claim("auth_time"));
    browser.finish(&callback).await.leads_to("/account");

    let callback = confirming(&site, &browser, "dana").await;
    let now = site.services.now().unix_timestamp();
    site.clio
        .next_token(move |token| token.set_claim("auth_time", now));
    browser
        .finish(&callback)
        .await
        .leads_to("/account/password");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whom_clio_lets_through_unasked_has_shown_nothing_new(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (typed_ago, leads_to_clio) in [(3600, false), (0, true)] {
        let browser = dana_of_before(&site).await;
        let callback = browser.callback_of(&site, "dana").await;
        let typed = site.services.now().unix_timestamp() - typed_ago;
        site.clio
            .next_token(move |token| token.set_claim("auth_time", typed));
        browser.finish(&callback).await.leads_to("/account");
        let reply = browser.post_form("/account/connections/connect", &[]).await;
        let connects = reply.location().contains("oauth2/auth?");
        assert_eq!(connects, leads_to_clio, "{reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_confirms_for_another(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "ikram").await;
    let browser = dana_of_before(&site).await;
    // One has an account, the other is a stranger, whose e-mail says nothing here.
    account(&site, "s.tranger@elsewhere.test", "active").await;
    for subject in ["ikram", "stranger"] {
        let callback = confirming(&site, &browser, subject).await;
        let refusal = refused(&site, &browser, &callback, "other_person").await;
        assert_eq!(refusal.reason, "login_of_another", "{subject}");
    }
    assert_eq!(site.account_of("stranger").await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_ended_meanwhile_is_not_confirmed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (meanwhile, code) in [
        ("signed out", "expired"),
        ("signed in anew", "expired"),
        ("somebody else", "other_person"),
    ] {
        let browser = dana_signed_in(&site).await;
        let callback = confirming(&site, &browser, "dana").await;
        match meanwhile {
            "signed in anew" => {
                browser.sign_in(&site, "dana").await;
            }
            _ => {
                browser.post_form("/auth/sign-out", &[]).await;
            }
        }
        if meanwhile == "somebody else" {
            browser.sign_in(&site, "ikram").await;
        }
        refused(&site, &browser, &callback, code).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_isnt_in_has_nothing_to_confirm(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let stranger = Browser::new(&site);
    stranger.get(START).await.leads_to("/sign-in");
    let reply = stranger.get("/account/confirm").await;
    reply.leads_to("/sign-in?return_to=/account/confirm");
    let waiting = dana_signed_in(&site).await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    waiting.get(START).await.leads_to("/sign-in");
    waiting.get("/account/confirm").await.leads_to("/pending");
    assert_eq!(site.attempts().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_for_any_other_purpose_begins_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    for purpose in ["connect", "sign_in", "CONFIRM", "confirm%00", "x"] {
        let reply = browser
            .get(&format!("/auth/clio/start?purpose={purpose}"))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{purpose:?}: {reply:?}"
        );
    }
    assert_eq!(site.attempts().await, 0);
    assert_eq!(browser.get(START).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn afterwards_people_go_on_to_pages_of_ours_only(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    for (return_to, place) in [
        ("%2Faccount%2Fsessions%3Fx%3D1", "/account/sessions?x=1"),
        ("%2F%2Fevil.test", "/account"),
        ("https%3A%2F%2Fevil.test", "/account"),
        ("%2F%5Cevil.test", "/account"),
        ("%2F%09%2Fevil.test", "/account"),
        ("", "/account"),
    ] {
        let start = format!("/auth/clio/start?purpose=confirm&return_to={return_to}");
        let reply = browser.sign_in_at(&site, &start, "dana").await;
        assert_eq!(reply.location(), place, "{return_to}");
    }
    assert_eq!(browser.session().await.unwrap()["account"]["email"], DANA);
}
