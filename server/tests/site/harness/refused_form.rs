//! Refused forms: what "refused" means there, all of it checked in one go.

use http::StatusCode;

use super::{
    audit::{Event, events_after},
    browser::Browser,
    database::Snapshot,
    letters::mailed,
    logs::logs,
    site::Site,
};

/// Fields whose values may be anywhere: nobody types them.
const HARMLESS: [&str; 23] = [
    "then",
    "identity",
    "event",
    "field",
    "item",
    "account",
    "link",
    "role",
    "bulk",
    "a",
    "b",
    "into",
    "first_name_of",
    "last_name_of",
    "email_of",
    "exemption",
    "rule",
    "deed",
    "links[]",
    "firm",
    "difference",
    "decision",
    "leavers",
];
/// The field that its page goes on with.
const KEPT: &str = "token";

/// Sends a form, and checks that it is refused: the browser is sent to `place` (where `REF` stands for
/// the reference), nothing changes and nobody is mailed, and it is recorded once, by a reason and a
/// reference. Gives the event.
pub async fn form_refused(
    site: &Site,
    browser: &Browser,
    (path, fields): (&str, &[(&str, &str)]),
    place: &str,
) -> Event {
    let before = site.snapshot().await;
    let letters = mailed(site).await;
    let cookie = browser.cookie(site.session_cookie());

    let reply = browser.post_form(path, fields).await;

    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}: {reply:?}");
    let events = events_after(site, before.last_event).await;
    let [event] = events.as_slice() else {
        panic!("{path}: a refusal is recorded once: {events:?}, {reply:?}");
    };
    let (Some(reason), Some(reference)) = (&event.reason, &event.reference) else {
        panic!("{path}: a reason and a reference: {event:?}");
    };
    assert_eq!(reply.location(), place.replace("REF", reference), "{path}");
    assert!(
        reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
        "{reason}"
    );
    let after = site.snapshot().await;
    assert_eq!(
        Snapshot {
            last_event: before.last_event,
            ..after
        },
        before,
        "{path}: nothing changes"
    );
    assert_eq!(mailed(site).await, letters, "{path}: nobody is mailed");
    assert_eq!(
        browser.cookie(site.session_cookie()),
        cookie,
        "{path}: the session cookie stays"
    );
    let typed = fields.iter().filter(|(name, _)| !HARMLESS.contains(name));
    for (name, value) in typed {
        assert!(!is_logged(value), "{path}: {value:?} is logged");
        assert!(
            *name == KEPT || value.len() < 4 || !reply.location().contains(value),
            "{path}: {value:?} is in {:?}",
            reply.location()
        );
    }
    event.clone()
}

/// Whether something that was typed is in the log, by itself; too little to be told from anything else
/// never is.
pub fn is_logged(typed: &str) -> bool {
    if typed.len() < 6 {
        return false;
    }
    let logged = logs();
    // What a line begins with is the time, which may hold any digits.
    let lines = logged
        .lines()
        .map(|line| line.split_once(' ').map_or(line, |(_, rest)| rest));
    if typed.bytes().all(|b| b.is_ascii_digit()) {
        let is_part = |c: char| !c.is_ascii_alphanumeric();
        lines
            .into_iter()
            .any(|line| line.split(is_part).any(|word| word == typed))
    } else {
        lines.into_iter().any(|line| line.contains(typed))
    }
}
