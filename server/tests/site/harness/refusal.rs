//! Refused callbacks: what "refused" means, all of it checked in one go.

use std::collections::BTreeMap;

use http::StatusCode;
use sha2::{Digest, Sha256};

use super::{
    audit::{Event, events_after},
    browser::Browser,
    database::Snapshot,
    logs::logs,
    reply::Reply,
    site::Site,
    urls::query_of,
};

/// The problem and the reference that a refusal shows.
///
/// # Panics
/// When the answer isn't 303 to the sign-in page with exactly these two.
#[track_caller]
pub fn problem_of(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let location = reply.location();
    let query = location.strip_prefix("/sign-in?");
    let query = query.unwrap_or_else(|| panic!("no refusal: 303 to {location:?}"));
    let mut pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let (Some((problem, code)), Some((ref_, reference)), None) =
        (pairs.next(), pairs.next(), pairs.next())
    else {
        panic!("not problem and ref: {location:?}");
    };
    assert_eq!(
        (problem.as_str(), ref_.as_str()),
        ("problem", "ref"),
        "{location}"
    );
    let (left, right) = reference.split_once('-').expect("a dash in the reference");
    assert!(left.len() == 4 && right.len() == 4, "{reference}");
    (code, reference)
}

/// What became of a refusal.
#[derive(Debug)]
pub struct Refusal {
    /// The machine-readable reason in the audit.
    pub reason: String,
    /// The answer.
    pub reply: Reply,
}

/// Comes back from Clio with `callback_url`, and checks that it is refused with `code` and all that
/// goes with it; then that an honest person still gets in.
pub async fn refused(site: &Site, browser: &Browser, callback_url: &str, code: &str) -> Refusal {
    let refusal = refused_alone(site, browser, callback_url, code).await;
    site.honest_sign_in_works().await;
    refusal
}

/// [`refused`] without the honest sign-in after it, for what would keep that out, too.
pub async fn refused_alone(
    site: &Site,
    browser: &Browser,
    callback_url: &str,
    code: &str,
) -> Refusal {
    let before = site.snapshot().await;
    let signed_in = browser.account().await;
    let session_name = site.session_cookie();
    let session_cookie = browser.cookie(session_name);

    let reply = browser.finish(callback_url).await;

    let (shown, reference) = problem_of(&reply);
    let events = events_after(site, before.last_event).await;
    assert_eq!(shown, code, "audit: {events:?}");
    let reason = recorded_reason(&events, &reference);

    let after = site.snapshot().await;
    assert_eq!(
        Snapshot {
            last_event: before.last_event,
            ..after
        },
        before,
        "nothing changes"
    );
    assert_eq!(
        browser.account().await,
        signed_in,
        "whoever was signed in still is"
    );
    assert_eq!(
        browser.cookie(session_name),
        session_cookie,
        "the session cookie stays"
    );
    assert!(reply.set_cookie(session_name).is_none(), "{reply:?}");

    let query = query_of(callback_url);
    if code != "expired" {
        assert_eq!(attempts_of(site, &query).await, 0, "the attempt is used up");
    }

    let page = browser.get(reply.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert!(
        page.body.contains(&reference),
        "the page shows the reference"
    );
    shows_nothing_secret(site, &query, signed_in.is_some(), [&reply, &page]);
    logged_nothing_secret(site, &query);
    Refusal { reason, reply }
}

/// The reason that the audit gives for a refusal, which is all that it recorded.
#[track_caller]
fn recorded_reason(events: &[Event], reference: &str) -> String {
    let [event] = events else {
        panic!("a refusal is recorded once: {events:?}");
    };
    assert_eq!(event.action, "sign_in.refused");
    assert_eq!(event.reference.as_deref(), Some(reference));
    let reason = event.reason.clone().expect("a reason");
    let machine_readable =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b);
    assert!(
        !reason.is_empty() && reason.bytes().all(machine_readable),
        "{reason:?}"
    );
    reason
}

/// How many attempts are under way by the state of a callback.
async fn attempts_of(site: &Site, query: &BTreeMap<String, String>) -> i64 {
    let state = query.get("state").map_or("", String::as_str);
    sqlx::query_scalar("SELECT count(*) FROM sign_in_attempts WHERE state_hash = $1")
        .bind(Sha256::digest(state).to_vec())
        .fetch_one(&site.pool)
        .await
        .unwrap()
}

/// Neither answer shows the people at Clio, what the callback carried, or the application's secret.
/// To somebody signed in their own account may be shown.
fn shows_nothing_secret(
    site: &Site,
    query: &BTreeMap<String, String>,
    signed_in: bool,
    answers: [&Reply; 2],
) {
    let mut secret: Vec<String> = site
        .clio
        .people()
        .into_iter()
        .map(|person| person.subject)
        .collect();
    secret.retain(|subject| subject.len() > 6);
    if !signed_in {
        secret.extend(emails(site));
    }
    let carried = query
        .iter()
        .filter(|(name, value)| *name != "error" && value.len() >= 8);
    secret.extend(carried.map(|(_, value)| value.clone()));
    let app_secret = site.services.config.clio.app_secret.expose();
    secret.extend(app_secret.split_whitespace().map(str::to_owned));
    for text in secret {
        for shown in answers {
            let all = format!("{:?}\n{}", shown.headers, shown.body);
            assert!(!all.contains(&text), "{text:?} is shown in {all}");
        }
    }
}

/// The log holds neither the state and the code of the callback nor anybody's e-mail.
fn logged_nothing_secret(site: &Site, query: &BTreeMap<String, String>) {
    let logged = logs();
    let state = query.get("state").map_or("", String::as_str);
    for text in [state, query.get("code").map_or(state, String::as_str)] {
        assert!(
            text.len() < 8 || !logged.contains(text),
            "{text:?} is logged"
        );
    }
    for email in emails(site) {
        assert!(!logged.contains(&email), "{email:?} is logged");
    }
}

/// The e-mails of the people at Clio.
fn emails(site: &Site) -> impl Iterator<Item = String> {
    let people = site.clio.people().into_iter();
    people.filter_map(|person| person.email)
}
