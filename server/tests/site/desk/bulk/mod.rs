//! One decision about many: what it shows beforehand, does, leaves alone, and takes back.

mod asking;
mod deciding;
mod going_on;
mod undoing;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::service::desk::bulk::run;

use crate::harness::{Browser, Reply, Site, empty_outbox, signed_in, sql, text};

const PREPARE: &str = "/admin/bulk/prepare";
const CONFIRM: &str = "/admin/bulk/confirm";
const CANCEL: &str = "/admin/bulk/cancel";
const UNDO: &str = "/admin/bulk/undo";

/// A site where somebody with a role is signed in, and the browser in which they are.
async fn desk(pool: PgPool, role: &str) -> (Site, Browser) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let account = browser.account().await.unwrap();
    sql(
        &site,
        &format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'"),
    )
    .await;
    empty_outbox(&site).await;
    (site, browser)
}

/// Accounts in use with a login and a session each: their ids and those of their links, in order.
async fn people(site: &Site, count: usize) -> Vec<(Uuid, Uuid)> {
    let mut people = Vec::new();
    for number in 0..count {
        let email = format!("person{number}@harbourlane.test");
        let account: Uuid = sqlx::query_scalar(
            "INSERT INTO accounts (email, email_verified_at, first_name, last_name, status)
             VALUES ($1, now(), 'Person', $2, 'active')
             RETURNING id",
        )
        .bind(&email)
        .bind(format!("Number {number:03}"))
        .fetch_one(&site.pool)
        .await
        .unwrap();
        let link = another_link(site, account, &format!("person-{number}"), &email).await;
        sqlx::query(
            "INSERT INTO sessions (key_hash, account_id, expires_at)
             VALUES (sha256($1::text::bytea), $1, now() + interval '1 hour')",
        )
        .bind(account)
        .execute(&site.pool)
        .await
        .unwrap();
        people.push((account, link));
    }
    people
}

/// One more login that opens an account.
async fn another_link(site: &Site, account: Uuid, subject: &str, email: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO identities (account_id, issuer, subject, email)
         VALUES ($1, $2, $3, $4)
         RETURNING id",
    )
    .bind(account)
    .bind(site.clio.issuer())
    .bind(subject)
    .bind(email)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Prepares an act about ticked links; gives its id.
async fn prepare(browser: &Browser, deed: &str, links: &[Uuid]) -> String {
    let links: Vec<String> = links.iter().map(ToString::to_string).collect();
    let mut fields = vec![("deed", deed)];
    fields.extend(links.iter().map(|link| ("links[]", link.as_str())));
    let reply = browser.post_form(PREPARE, &fields).await;
    let id = reply.location().strip_prefix("/admin/bulk/");
    id.unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// Says yes, and carries it out.
async fn confirm(site: &Site, browser: &Browser, id: &str) {
    let fields = [
        ("bulk", id),
        ("reason", "The office closes."),
        ("until", ""),
    ];
    let reply = browser.post_form(CONFIRM, &fields).await;
    reply.leads_to(&format!("/admin/bulk/{id}"));
    carry_out(site).await;
}

/// Works as the background does, until nothing is left.
async fn carry_out(site: &Site) {
    while run::work(&site.services).await.unwrap() {}
}

async fn page(browser: &Browser, id: &str) -> String {
    let reply = browser.get(&format!("/admin/bulk/{id}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    reply.body.replace("<!>", "")
}

/// Why a form came back to its page.
fn problem(reply: &Reply) -> Option<&str> {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let (_, code) = reply.location().split_once("?problem=")?;
    Some(code)
}

async fn statuses(site: &Site) -> Option<String> {
    text(
        site,
        "SELECT string_agg(status, ' ' ORDER BY email) FROM accounts WHERE email LIKE 'person%'",
    )
    .await
}
