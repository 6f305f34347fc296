//! Review campaigns.

mod beginning;
mod closing;
mod deciding;
mod evidence;
mod reminders;
mod scope;
mod seen;

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::service::desk::reviews::gathering::gather;

use crate::harness::{Browser, Reply, Site, empty_outbox, signed_in, sql, text, until};

/// So many days.
const fn days(number: u64) -> Duration {
    Duration::from_hours(number * 24)
}

/// A site with an administrator and a reviewer, signed in a moment ago, and links of three people more.
struct Firm {
    site: Site,
    admin: Browser,
    reviewer: Browser,
    ada: Uuid,
    bo: Uuid,
}

async fn firm(pool: PgPool) -> Firm {
    people_of(Site::start(pool, |_| ()).await).await
}

/// The same at the beginning of a day, where the time stands still.
async fn firm_at_dawn(pool: PgPool) -> Firm {
    let site = Site::start(pool, |_| ()).await;
    site.begin_a_day();
    people_of(site).await
}

async fn people_of(site: Site) -> Firm {
    let ada = site.linked("ada", "ada@harbourlane.test").await;
    let bo = site.linked("bo", "bo@harbourlane.test").await;
    let admin = with_role(&site, "ikram", "admin").await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    empty_outbox(&site).await;
    Firm {
        site,
        admin,
        reviewer,
        ada,
        bo,
    }
}

/// Somebody with a role, in a browser of their own.
async fn with_role(site: &Site, subject: &str, role: &str) -> Browser {
    let browser = signed_in(site, subject).await;
    let account = id(&browser).await;
    sql(
        site,
        &format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'"),
    )
    .await;
    browser
}

async fn id(browser: &Browser) -> Uuid {
    browser.account().await.unwrap()
}

/// A day so many days ahead, as date fields send it.
fn day(site: &Site, ahead: i64) -> String {
    let day = site.services.now() + time::Duration::days(ahead);
    day.date().to_string()
}

/// Sends the form that begins a review, whose last day is so many days ahead.
async fn begin(firm: &Firm, ahead: i64, reviewers: &[Uuid]) -> Reply {
    begin_over(firm, "", ahead, reviewers).await
}

/// The same over the links of a list.
async fn begin_over(firm: &Firm, list: &str, ahead: i64, reviewers: &[Uuid]) -> Reply {
    let due = day(&firm.site, ahead);
    let reviewers: Vec<String> = reviewers.iter().map(Uuid::to_string).collect();
    let mut fields = vec![("name", "Fourth quarter"), ("filter", list), ("due", &due)];
    fields.extend(reviewers.iter().map(|id| ("reviewers[]", id.as_str())));
    firm.admin.post_form("/admin/reviews/begin", &fields).await
}

/// Begins a review and lets its links be gathered; gives its page.
async fn begun(firm: &Firm, ahead: i64, reviewers: &[Uuid]) -> String {
    let page = page_of(&begin(firm, ahead, reviewers).await);
    gathered(&firm.site).await;
    page
}

/// The page of a review that was begun.
fn page_of(reply: &Reply) -> String {
    let page = reply.location().strip_suffix("?done=begun");
    page.unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// Lets all links be gathered, by whoever is quicker.
async fn gathered(site: &Site) {
    gather(&site.services).await.unwrap();
    until(
        &site.pool,
        "SELECT bool_and(gathered_at IS NOT NULL) FROM review_campaigns",
    )
    .await;
}

/// A review of which Dana is the reviewer.
async fn danas_review(firm: &Firm) -> String {
    begun(firm, 30, &[id(&firm.reviewer).await]).await
}

/// The id in the path of a review's page.
fn id_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap()
}

/// The place of somebody's link in the newest review, and how often it was decided.
async fn place(site: &Site, account: Uuid) -> (String, String) {
    let item = text(
        site,
        &format!(
            "SELECT place || ' ' || version FROM review_items
             WHERE account_id = '{account}' ORDER BY campaign_id DESC LIMIT 1"
        ),
    )
    .await
    .unwrap();
    let (place, version) = item.split_once(' ').unwrap();
    (place.to_owned(), version.to_owned())
}

/// Says of somebody's link, as the page shows it now, whether it stays.
async fn say(
    firm: &Firm,
    browser: &Browser,
    page: &str,
    account: Uuid,
    decision: &str,
    note: &str,
) -> Reply {
    let (place, version) = place(&firm.site, account).await;
    let fields = [
        ("review", id_of(page)),
        ("said[0][place]", &place),
        ("said[0][version]", &version),
        ("said[0][decision]", decision),
        ("said[0][note]", note),
    ];
    browser.post_form("/admin/reviews/decide", &fields).await
}

/// The same, which works.
async fn said(firm: &Firm, page: &str, account: Uuid, decision: &str, note: &str) {
    let reply = say(firm, &firm.reviewer, page, account, decision, note).await;
    assert_eq!(
        reply.location(),
        format!("{page}?done=decided"),
        "{reply:?}"
    );
}

/// What was said of somebody's link: the decision, the note, and how often.
async fn verdict(site: &Site, account: Uuid) -> String {
    let query = format!(
        "SELECT decision || '|' || note || '|' || version FROM review_items
         WHERE account_id = '{account}' ORDER BY campaign_id DESC LIMIT 1"
    );
    text(site, &query).await.unwrap()
}

/// What the newest review counts: links, kept, to revoke, unsure.
async fn counts(site: &Site) -> String {
    let counts = text(
        site,
        "SELECT concat_ws(' ', items, kept, revoked, unsure)
         FROM review_campaigns ORDER BY created_at DESC LIMIT 1",
    );
    counts.await.unwrap()
}

/// Carries out or closes a review.
async fn press(browser: &Browser, act: &str, page: &str) -> Reply {
    let path = format!("/admin/reviews/{act}");
    browser.post_form(&path, &[("review", id_of(page))]).await
}
