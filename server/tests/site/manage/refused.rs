//! What comes back from Clio Manage and gets nothing; each with an honest twin.

use std::time::Duration;

use http::{Method, StatusCode};
use simulated_clio::{Answer, Endpoint, Region};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA_USER, IN_TIME, Reply, Site, approve, at_manage, connect_manage, dana_signed_in,
    in_regions, last_event, number, only_event_after, query_of, signed_in, with_parameter, within,
};

const US: &[Region] = &[Region::Us];
const START: &str = "/auth/clio-manage/start?region=us";

/// Checks that nothing was granted: why, in the page's and the record's word, once.
async fn refused(site: &Site, last: i64, reply: &Reply, code: &str, reason: &str) {
    let event = only_event_after(site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("manage.refused", Some(reason))
    );
    let reference = event.reference.unwrap();
    reply.leads_to(&format!(
        "/account/connections?manage={code}&ref={reference}"
    ));
    let kept = "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL";
    assert_eq!(number(site, kept).await, 0, "{reason}");
}

async fn honest_twin(site: &Site, browser: &Browser) {
    connect_manage(site, browser, DANA_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
}

async fn callback(site: &Site, browser: &Browser) -> String {
    let url = at_manage(browser, START).await;
    site.clio
        .manage(Region::Us)
        .authorize(&url, DANA_USER)
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_declines_comes_back_and_is_told_kindly(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let url = at_manage(&browser, START).await;
    let back = site.clio.manage(Region::Us).decline(&url).unwrap().unwrap();
    let last = last_event(&site).await;
    let reply = browser.finish(&back).await;
    refused(&site, last, &reply, "declined", "declined").await;
    let page = browser.get(reply.location()).await.read();
    assert!(
        page.contains("nothing was shared and nothing was stored"),
        "{page}"
    );
    honest_twin(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_state_that_isn_t_this_browser_s_session_s_or_is_used_reaches_no_token_endpoint(
    pool: PgPool,
) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let asked = || site.clio.manage(Region::Us).requests(Endpoint::Token).len();
    for (state, reason) in [("", "state_missing"), ("made-up", "attempt_unknown")] {
        let url = with_parameter(&callback(&site, &browser).await, "state", Some(state));
        let last = last_event(&site).await;
        let reply = browser.finish(&url).await;
        refused(&site, last, &reply, "expired", reason).await;
    }
    // Another person's browser, signed in there.
    let url = callback(&site, &browser).await;
    let ikram = signed_in(&site, "ikram").await;
    let last = last_event(&site).await;
    let reply = ikram.finish(&url).await;
    refused(&site, last, &reply, "expired", "attempt_unknown").await;
    // The same browser, after somebody else signed in in it: the attempt is used up.
    let copy = browser.copied();
    copy.post_form("/auth/sign-out", &[]).await;
    copy.sign_in(&site, "ikram").await;
    let last = last_event(&site).await;
    let reply = copy.finish(&url).await;
    refused(&site, last, &reply, "expired", "browser_of_another").await;
    // Too old.
    let browser = dana_signed_in(&site).await;
    let url = callback(&site, &browser).await;
    site.advance(Duration::from_secs(601));
    let last = last_event(&site).await;
    let reply = browser.finish(&url).await;
    refused(&site, last, &reply, "expired", "attempt_unknown").await;
    assert_eq!(asked(), 0);
    // Replayed.
    let url = callback(&site, &browser).await;
    browser
        .finish(&url)
        .await
        .leads_to("/account/connections?done=manage_connected");
    assert_eq!(asked(), 1);
    let last = last_event(&site).await;
    let reply = browser.finish(&url).await;
    let event = only_event_after(&site, last).await;
    assert_eq!(event.reason.as_deref(), Some("attempt_unknown"));
    assert!(
        reply
            .location()
            .starts_with("/account/connections?manage=expired&ref=")
    );
    assert_eq!(asked(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_ended_meanwhile_is_granted_nothing(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let url = callback(&site, &browser).await;
    browser.post_form("/auth/sign-out", &[]).await;
    let reply = browser.finish(&url).await;
    assert!(
        reply
            .location()
            .starts_with("/sign-in?problem=expired&ref="),
        "{reply:?}"
    );
    assert_eq!(number(&site, "SELECT count(*) FROM manage_grants").await, 0);
    // Signed in anew, the attempt of the session before is over.
    let browser = dana_signed_in(&site).await;
    let url = callback(&site, &browser).await;
    browser.sign_in(&site, "dana").await;
    let last = last_event(&site).await;
    let reply = browser.finish(&url).await;
    refused(&site, last, &reply, "expired", "session_over").await;
    honest_twin(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_callback_fifty_times_at_once_makes_one_request_and_one_grant(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let url = callback(&site, &browser).await;
    let visits = vec![(browser, url); 50];
    let replies = crate::harness::all_at_once(visits).await;
    let done = replies
        .iter()
        .filter(|reply| reply.location().ends_with("done=manage_connected"));
    assert_eq!(done.count(), 1);
    assert_eq!(
        site.clio.manage(Region::Us).requests(Endpoint::Token).len(),
        1
    );
    assert_eq!(number(&site, "SELECT count(*) FROM manage_grants").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_region_s_code_is_recognised_and_explained(pool: PgPool) {
    let site = Site::start(pool, in_regions(&[Region::Us, Region::Eu])).await;
    let browser = dana_signed_in(&site).await;
    let url = at_manage(&browser, START).await;
    let state = &query_of(&url)["state"];
    // A code of Europe, which the United States don't know.
    let eu = at_manage(&browser, "/auth/clio-manage/start?region=eu").await;
    let code = site
        .clio
        .manage(Region::Eu)
        .authorize(&eu, 830_282)
        .unwrap();
    let code = &query_of(&code)["code"];
    let mixed = format!(
        "{}/auth/clio-manage/callback?code={code}&state={state}",
        site.public_url
    );
    let last = last_event(&site).await;
    let reply = browser.finish(&mixed).await;
    refused(&site, last, &reply, "wrong_region", "invalid_grant").await;
    let page = browser.get(reply.location()).await.read();
    assert!(
        page.contains("in another region than the one chosen"),
        "{page}"
    );
    honest_twin(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_way_in_which_clio_manage_fails_is_told_in_time_and_keeps_nothing(pool: PgPool) {
    type Edit = fn(&mut Answer);
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let manage = site.clio.manage(Region::Us);
    let cases: &[(Endpoint, Edit, &str, &str)] = &[
        (
            Endpoint::Token,
            |a| a.replace(StatusCode::BAD_GATEWAY, "x"),
            "clio_unavailable",
            "clio_failed",
        ),
        (Endpoint::Token, Answer::hang, "clio_unavailable", "timeout"),
        (
            Endpoint::Token,
            Answer::cut,
            "clio_unavailable",
            "transport",
        ),
        (
            Endpoint::Token,
            |a| a.redirect_to("http://127.0.0.1:9/elsewhere"),
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::Token,
            |a| a.replace(StatusCode::OK, "{}"),
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::Token,
            |a| a.replace(StatusCode::OK, r#"{"error":"invalid_client"}"#),
            "not_permitted",
            "invalid_client",
        ),
        (
            Endpoint::Token,
            |a| {
                a.replace(
                    StatusCode::OK,
                    r#"{"token_type":"bearer","access_token":"a","access_token":"b"}"#,
                );
            },
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::Token,
            |a| a.padding = 300_000,
            "clio_unavailable",
            "too_large",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::UNAUTHORIZED, r#"{"error":"invalid_token"}"#),
            "wrong_region",
            "unauthorized",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::FORBIDDEN, "{}"),
            "not_permitted",
            "forbidden",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::GONE, "{}"),
            "not_permitted",
            "version_retired",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::TOO_MANY_REQUESTS, "{}"),
            "clio_unavailable",
            "rate_limited",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::INTERNAL_SERVER_ERROR, "{}"),
            "clio_unavailable",
            "clio_failed",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.redirect_to("http://127.0.0.1:9/elsewhere"),
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::OK, r#"{"data":"#),
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::WhoAmI,
            |a| a.replace(StatusCode::OK, r#"{"data":{"id":1,"name":"A","etag":"x"}}"#),
            "clio_unavailable",
            "unusable",
        ),
        (
            Endpoint::WhoAmI,
            Answer::hang,
            "clio_unavailable",
            "timeout",
        ),
    ];
    for (endpoint, edit, code, reason) in cases {
        let url = callback(&site, &browser).await;
        manage.next(*endpoint, *edit);
        let last = last_event(&site).await;
        // Two questions, each with its own deadline.
        let reply = within(IN_TIME * 2, reason, browser.finish(&url)).await;
        refused(&site, last, &reply, code, reason).await;
        assert_eq!(
            browser.get("/account").await.status,
            StatusCode::OK,
            "{reason}"
        );
    }
    honest_twin(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_site_begins_nothing_and_odd_input_is_refused_cleanly(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    for from in ["cross-site", "same-site"] {
        let reply = browser.send(Method::GET, START, from, None).await;
        reply.leads_to("/account/connections");
    }
    assert_eq!(
        number(&site, "SELECT count(*) FROM manage_attempts").await,
        0
    );
    for odd in [
        "/auth/clio-manage/callback?code=a&code=b&state=c",
        "/auth/clio-manage/callback?code=%00&state=c",
        "/auth/clio-manage/callback?code=%ff&state=c",
        "/auth/clio-manage/callback?code[]=a&state=c",
        "/auth/clio-manage/start?region=us&region=eu",
    ] {
        assert_eq!(
            browser.get(odd).await.status,
            StatusCode::BAD_REQUEST,
            "{odd}"
        );
    }
    for path in [START, "/auth/clio-manage/callback?code=a&state=b"] {
        for method in [Method::HEAD, Method::POST] {
            let reply = browser.send(method, path, "same-origin", None).await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
    }
    let url = at_manage(&browser, START).await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn return_to_stays_on_this_site(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    for (return_to, place) in [
        ("/account/activity", "/account/activity"),
        ("//evil.test", "/account/connections?done=manage_connected"),
        (
            "https://evil.test/",
            "/account/connections?done=manage_connected",
        ),
        (
            "/auth/sign-out",
            "/account/connections?done=manage_connected",
        ),
    ] {
        let url = at_manage(&browser, &format!("{START}&return_to={return_to}")).await;
        approve(&site, &browser, &url, DANA_USER)
            .await
            .leads_to(place);
    }
}
