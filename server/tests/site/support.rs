//! Steps that several files take: SQL by hand, requests that no browser sends, what the audit says.

use std::fmt::Write as _;

use http::StatusCode;
use uuid::Uuid;
use vestibule::service::passwords;

use crate::harness::{Browser, Site};

/// Dana's e-mail at Clio.
pub const DANA: &str = "d.whitlock@harbourlane.test";
/// The password of accounts that have one.
pub const PASSWORD: &str = "paper, ink & brass";

/// Runs statements by hand.
pub async fn sql(site: &Site, statements: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
        .execute(&site.pool)
        .await
        .unwrap();
}

/// One text out of the database.
pub async fn text(site: &Site, query: &str) -> Option<String> {
    sqlx::query_scalar::<_, Option<String>>(sqlx::AssertSqlSafe(query.to_owned()))
        .fetch_optional(&site.pool)
        .await
        .unwrap()
        .flatten()
}

/// One number out of the database.
pub async fn number(site: &Site, query: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned()))
        .fetch_one(&site.pool)
        .await
        .unwrap()
}

/// An account as another program writes it: e-mail, verified, and state. Gives its id.
pub async fn account(site: &Site, email: &str, status: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO accounts (email, email_verified_at, status) VALUES ($1, now(), $2) RETURNING id",
    )
    .bind(email)
    .bind(status)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// The same, with [`PASSWORD`].
pub async fn account_with_password(site: &Site, email: &str) -> Uuid {
    let id = account(site, email, "active").await;
    set_password(site, id, PASSWORD).await;
    id
}

/// Sets the password of an account.
pub async fn set_password(site: &Site, account: Uuid, password: &str) {
    sqlx::query("UPDATE accounts SET password_hash = $2 WHERE id = $1")
        .bind(account)
        .bind(passwords::hash(password).unwrap())
        .execute(&site.pool)
        .await
        .unwrap();
}

/// An event of the audit, as far as tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    pub id: i64,
    pub action: String,
    pub actor_account_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub reference: Option<String>,
    pub reason: Option<String>,
}

/// The id of the newest event.
pub async fn last_event(site: &Site) -> i64 {
    number(site, "SELECT coalesce(max(id), 0) FROM audit_events").await
}

/// The events after one.
pub async fn events_after(site: &Site, id: i64) -> Vec<Event> {
    sqlx::query_as(
        "SELECT id, action, actor_account_id, account_id, reference, reason
         FROM audit_events WHERE id > $1 ORDER BY id",
    )
    .bind(id)
    .fetch_all(&site.pool)
    .await
    .unwrap()
}

/// The one event after another.
#[track_caller]
pub fn only(events: Vec<Event>) -> Event {
    let [event] = <[Event; 1]>::try_from(events)
        .unwrap_or_else(|events| panic!("not recorded exactly once: {events:?}"));
    event
}

/// Somebody whose sign-in ended at the prompt to link.
pub async fn prompted(site: &Site, subject: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    assert_eq!(
        (reply.status, reply.location()),
        (StatusCode::SEE_OTHER, "/link"),
        "{reply:?}"
    );
    assert!(
        browser.cookie("vestibule").is_none(),
        "no session before the proof"
    );
    browser
}

/// Somebody who is signed in.
pub async fn signed_in(site: &Site, subject: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    assert!(
        ["/welcome", "/account"].contains(&reply.location()),
        "{reply:?}"
    );
    assert!(browser.account().await.is_some());
    browser
}

/// The code in the newest mail of the outbox to an address.
pub async fn mailed_code(site: &Site, to: &str) -> String {
    let body: String = sqlx::query_scalar(
        "SELECT body_text FROM mail_outbox WHERE to_email = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(to)
    .fetch_one(&site.pool)
    .await
    .unwrap();
    let digits: Vec<&str> = body
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 6)
        .collect();
    let [code] = digits.as_slice() else {
        panic!("not one code: {body}");
    };
    (*code).to_owned()
}

/// Six digits that aren't these.
pub fn another_code(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

/// An answer to a request that no browser sends.
#[derive(Clone, Debug)]
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Raw {
    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
    }
}

/// Sends exactly these headers and bytes.
pub async fn raw(
    site: &Site,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Raw {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        site.address
    );
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    let chunked = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    if !chunked && method != "GET" && method != "HEAD" {
        write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    head.push_str("\r\n");
    let request = [head.as_bytes(), body].concat();
    let answer = site.raw(&request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Raw {
        status: status.unwrap_or_else(|| panic!("no answer to {method} {path}: {answer:?}")),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// The cookies of a browser as one header.
pub fn cookie_header(browser: &Browser) -> String {
    let pairs = browser.cookie_names().into_iter().map(|name| {
        let value = browser.cookie(&name).unwrap_or_default();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// A form of ours with these bytes for its body.
pub async fn post_bytes(site: &Site, browser: &Browser, path: &str, body: &[u8]) -> Raw {
    let cookies = cookie_header(browser);
    let headers = [
        ("Origin", site.public_url.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
        ("Accept", "text/html"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", cookies.as_str()),
    ];
    raw(site, "POST", path, &headers, body).await
}
