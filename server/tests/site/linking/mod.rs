//! The ladder by which a Clio login is linked to the account that its e-mail located: what each rung
//! proves, to whom and for how long, and what comes of it. A file per subject.

mod administrators;
mod ask;
mod code;
mod confirm;
mod connected_login;
mod password;
mod pending;
mod product_changes;
mod prompt;
mod proof_dies;
mod races;
mod separate;
mod takeover;

use uuid::Uuid;

use crate::harness::{Browser, Event, Reply, Site, number, only_event_after, text};

/// How many links Dana's Clio login has or had.
async fn links_of_dana(site: &Site) -> i64 {
    number(
        site,
        "SELECT count(*) FROM identities WHERE subject = 'dana'",
    )
    .await
}

/// The answer leads to `place`, Dana's login isn't linked, and nobody is signed in in this browser.
#[track_caller]
fn nothing_linked<'a>(
    site: &'a Site,
    browser: &'a Browser,
    reply: &Reply,
    place: &str,
) -> impl Future<Output = ()> + 'a {
    let at = std::panic::Location::caller();
    reply.leads_to(place);
    async move {
        assert_eq!(links_of_dana(site).await, 0, "{at}");
        assert!(browser.cookie("vestibule").is_none(), "{at}");
        assert_eq!(browser.account().await, None, "{at}");
    }
}

/// The one event after another: the prompt refused something, for this reason.
async fn refusal_recorded_after(site: &Site, id: i64, reason: &str) -> Event {
    let event = only_event_after(site, id).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("link.refused", Some(reason))
    );
    assert!(event.reference.is_some(), "{event:?}");
    event
}

/// How an account came to be linked with Dana's login, if the link is alive.
async fn method_of_dana(site: &Site) -> Option<String> {
    text(
        site,
        "SELECT link_method FROM identities WHERE subject = 'dana' AND unlinked_at IS NULL",
    )
    .await
}

/// First and last name of an account.
async fn name_of(site: &Site, account: Uuid) -> String {
    sqlx::query_scalar("SELECT first_name || ' ' || last_name FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_one(&site.pool)
        .await
        .unwrap()
}

/// What a page of the prompt is called.
const PROMPT: &str = "Is this account yours?";
const ONE_MORE_PROOF: &str = "One more proof";
const CONFIRMATION: &str = "Link these two";
const NOTHING: &str = "There’s nothing to link";

/// The page of the prompt in this browser has this heading.
#[track_caller]
fn prompt_shows<'a>(browser: &'a Browser, heading: &'a str) -> impl Future<Output = String> + 'a {
    let at = std::panic::Location::caller();
    async move {
        let page = browser.get("/link").await;
        assert_eq!(page.status, http::StatusCode::OK, "{at}: {page:?}");
        let shown = format!("<h1>{heading}</h1>");
        assert!(page.body.contains(&shown), "{at}, {heading}: {}", page.body);
        page.body
    }
}
