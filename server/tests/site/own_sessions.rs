//! The list of one's own sessions, and ending them.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, connect, dana_signed_in, disconnect, events_after,
    form_refused, last_event, only_event_after, overtaken, set_password, sign_in_by_password,
    signed_in, sql,
};

const PAGE: &str = "/account/sessions";
const ENDED: &str = "/account/sessions?done=sessions_ended";
const CHANGED: &str = "/account/sessions?problem=changed";

async fn end(browser: &Browser, which: &str) -> Reply {
    let fields = [("session", which)];
    browser.post_form("/account/sessions/end", &fields).await
}

/// The id of a browser's session.
async fn id_of(browser: &Browser) -> String {
    let session = browser.session().await.unwrap();
    session["session"]["id"].as_str().unwrap().to_owned()
}

/// The ids that the page offers to end.
async fn listed(browser: &Browser) -> Vec<String> {
    let page = browser.get(PAGE).await.body;
    let values = page.split("name=\"session\" value=\"").skip(1);
    values
        .filter_map(|rest| rest.split('"').next())
        .filter(|value| Uuid::parse_str(value).is_ok())
        .map(ToOwned::to_owned)
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_page_lists_what_is_alive_and_marks_this_browser(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "ikram").await;
    let browser = dana_signed_in(&site).await;
    set_password(&site, browser.account().await.unwrap(), PASSWORD).await;
    connect(&site, &browser, "stranger").await;
    let phone = Browser::new(&site).with_header("user-agent", "Safari/605 (iPhone)");
    sign_in_by_password(&phone, DANA, PASSWORD)
        .await
        .leads_to("/account");
    // What ended: signed out, by another login that is gone, by SQL, idle, over.
    let out = signed_in(&site, "dana").await;
    out.post_form("/auth/sign-out", &[]).await;
    signed_in(&site, "stranger").await;
    disconnect(&browser, site.identity_of("stranger").await).await;
    for change in [
        "revoked_at = now()",
        "last_seen_at = now() - interval '30 minutes'",
        "expires_at = now()",
    ] {
        let id = id_of(&signed_in(&site, "dana").await).await;
        sql(
            &site,
            &format!("UPDATE sessions SET {change} WHERE id = '{id}'"),
        )
        .await;
    }
    let mut alive = vec![id_of(&phone).await, id_of(&browser).await];
    alive.sort_unstable();
    let mut shown = listed(&browser).await;
    shown.sort_unstable();
    assert_eq!(shown, alive);
    let page = browser.get(PAGE).await.body;
    assert_eq!(page.matches("This browser</span>").count(), 1);
    for words in [
        "Safari on iPhone",
        "Firefox on Linux",
        "127.0.0.1",
        "with the password",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_is_ended_and_is_out_at_its_next_request(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let (elsewhere, third) = (dana_signed_in(&site).await, dana_signed_in(&site).await);
    let before = last_event(&site).await;
    end(&browser, &id_of(&elsewhere).await)
        .await
        .leads_to(ENDED);
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.actor_account_id),
        ("session.ended", browser.account().await)
    );
    elsewhere
        .get(PAGE)
        .await
        .leads_to("/sign-in?return_to=/account/sessions");
    assert!(third.account().await.is_some());
    assert_eq!(listed(&browser).await.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_others_all_and_this_one_are_ended_as_they_are_called(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let ikram = signed_in(&site, "ikram").await;
    for (which, place, stays, action) in [
        ("others", ENDED, true, "session.others_ended"),
        ("all", "/sign-in", false, "session.all_ended"),
        ("this", "/sign-in", false, "session.ended"),
    ] {
        let browser = dana_signed_in(&site).await;
        let elsewhere = dana_signed_in(&site).await;
        let own = id_of(&browser).await;
        let thief = browser.copied();
        let before = last_event(&site).await;
        let asked = if which == "this" { own.as_str() } else { which };
        let reply = end(&browser, asked).await;
        reply.leads_to(place);
        assert_eq!(only_event_after(&site, before).await.action, action);
        assert_eq!(thief.account().await.is_some(), stays, "{which}");
        if !stays {
            let cleared = reply.set_cookie("vestibule").unwrap();
            assert!(cleared.contains("Max-Age=0"), "{which}: {cleared}");
        }
        assert_eq!(
            elsewhere.account().await.is_some(),
            which == "this",
            "{which}"
        );
        assert!(ikram.account().await.is_some(), "{which}");
    }
    // Without others there is nothing to end, which is no problem.
    sql(&site, "UPDATE sessions SET revoked_at = now()").await;
    let browser = dana_signed_in(&site).await;
    end(&browser, "others").await.leads_to(ENDED);
    assert!(browser.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_ends_what_isnt_theirs_or_has_ended(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let ikram = signed_in(&site, "ikram").await;
    let browser = dana_signed_in(&site).await;
    let out = dana_signed_in(&site).await;
    let over = id_of(&out).await;
    out.post_form("/auth/sign-out", &[]).await;
    for id in [id_of(&ikram).await, over, Uuid::nil().to_string()] {
        let form = ("/account/sessions/end", &[("session", id.as_str())][..]);
        let event = form_refused(&site, &browser, form, CHANGED).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("session.refused", Some("not_open"))
        );
        assert_eq!(event.actor_account_id, browser.account().await);
    }
    let before = last_event(&site).await;
    for made_up in ["", "OTHERS", "1", "all others", "' OR 1=1 --", "\0"] {
        let reply = end(&browser, made_up).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{made_up:?}");
    }
    end(&Browser::new(&site), "all").await.leads_to("/sign-in");
    assert_eq!(events_after(&site, before).await, []);
    assert!(ikram.account().await.is_some() && browser.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_is_ended_during_its_request_ends_nobody_elses(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let own = id_of(&browser).await;
    let ending = format!("UPDATE sessions SET revoked_at = now() WHERE id = '{own}'");
    let before = last_event(&site).await;
    let reply = overtaken(&site, &ending, end(&browser, &own)).await;
    assert_eq!(reply.location(), CHANGED, "{reply:?}");
    assert_eq!(
        only_event_after(&site, before).await.action,
        "session.refused"
    );
    assert_eq!(browser.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_list_says_when_a_session_was_last_used(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = dana_signed_in(&site).await;
    dana_signed_in(&site).await;
    site.advance(Duration::from_mins(20));
    let page = browser.get(PAGE).await.body;
    assert!(page.contains("20 minutes ago"), "{page}");
    site.advance(Duration::from_mins(10));
    assert_eq!(
        listed(&browser).await.len(),
        1,
        "the other was idle too long"
    );
}
