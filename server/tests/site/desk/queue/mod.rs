//! `/admin/queue`: what waits for an administrator.

mod accounts;
mod asking;
mod candidates;
mod cases;
mod digest;
mod guards;
mod list;
mod several;
mod undoing;

use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;

use crate::harness::{
    Browser, CONNECTED, Reply, Settings, Site, ask_administrator, empty_outbox, ladder, prompted,
    signed_in, sql, text,
};

pub const QUEUE: &str = "/admin/queue";

/// Who decides in these tests; one login at Clio each.
pub const ADMIN: &str = "queue-admin";
pub const SECOND: &str = "queue-second";
pub const REVIEWER: &str = "queue-reviewer";

/// The site's settings: whoever is new waits for an administrator, and Clio knows who decides.
pub fn under_approval(settings: &mut Settings) {
    settings.set("ADMISSION", "approval");
    with_deciders(settings);
}

/// Clio knows who decides.
pub fn with_deciders(settings: &mut Settings) {
    for (subject, first, last) in [
        (ADMIN, "Ada", "Min"),
        (SECOND, "Sec", "Ond"),
        (REVIEWER, "Rev", "Iewer"),
        ("someone", "Some", "One"),
    ] {
        let email = email_of(subject);
        settings
            .people
            .push(Person::new(subject, &email).named(first, last));
    }
}

pub fn email_of(subject: &str) -> String {
    format!("{subject}@harbourlane.test")
}

/// Somebody with a role, signed in just now.
pub async fn with_role(site: &Site, subject: &str, role: &str) -> Browser {
    let email = email_of(subject);
    let account = site.linked(subject, &email).await;
    let grant = format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'");
    sql(site, &grant).await;
    signed_in(site, subject).await
}

/// An administrator, signed in just now.
pub async fn admin(site: &Site) -> Browser {
    with_role(site, ADMIN, "admin").await
}

/// Somebody whose first sign-in ended at the waiting page; their account and browser.
pub async fn waiting(site: &Site, subject: &str) -> (Uuid, Browser) {
    let browser = Browser::new(site);
    browser.sign_in(site, subject).await.leads_to("/pending");
    let account = site.account_of(subject).await.expect("an account");
    (account, browser)
}

/// How the queue names an account.
pub fn item(account: Uuid) -> String {
    format!("a{}", account.simple())
}

/// How the queue names the case that waits.
pub async fn case_item(site: &Site) -> String {
    let id = text(
        site,
        "SELECT replace(id::text, '-', '') FROM cases WHERE settled_at IS NULL",
    )
    .await;
    format!("c{}", id.expect("a case that waits"))
}

/// Sends a decision.
pub async fn decide(browser: &Browser, act: &str, item: &str, reason: &str) -> Reply {
    let fields = [("item", item), ("reason", reason)];
    browser.post_form(&format!("{QUEUE}/{act}"), &fields).await
}

/// Dana asks to be linked to her account, with every other proof left; an administrator is signed in.
/// Gives Dana's account, her browser and the administrator's.
pub async fn link_asked(pool: PgPool, message: &str) -> (Site, Uuid, Browser, Browser) {
    let (site, dana) = ladder(pool).await;
    site.clio
        .add_person(Person::new(ADMIN, email_of(ADMIN)).named("Ada", "Min"));
    let browser = prompted(&site, "dana").await;
    ask_administrator(&browser, message)
        .await
        .leads_to("/link?done=asked");
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    (site, dana, browser, admin)
}

/// The login that opened the account before anybody asked.
pub const BEFORE: &str = CONNECTED;

/// The page's text without tags, in one line.
pub fn words_of(page: &str) -> String {
    // What Leptos leaves between pieces of text is nothing to read.
    let page = page.replace("<!---->", "").replace("<!>", "");
    let body = page
        .split_once("<body")
        .map_or(page.as_str(), |(_, body)| body);
    let mut seen = String::new();
    for part in body.split('<') {
        let text = part.split_once('>').map_or(part, |(_, text)| text);
        seen.push_str(text);
        if !text.ends_with(' ') && part.starts_with(['/', 'p', 'd', 'l', 'h', 't', 'a']) {
            seen.push(' ');
        }
    }
    let decoded = html_decoded(&seen);
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn html_decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}
