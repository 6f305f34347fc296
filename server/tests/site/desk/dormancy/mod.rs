//! Accounts that nobody uses.

mod clock;
mod exemptions;
mod page;
mod policy;
mod races;
mod rounds;

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::service::desk::dormancy::round::{Round, carry_out};

use crate::harness::{Browser, DANA, Site, sql, text};

const PAGE: &str = "/admin/dormancy";

/// So many days.
const fn days(number: u64) -> Duration {
    Duration::from_hours(number * 24)
}

/// A site whose clock stands still until a test moves it.
async fn still_site(pool: PgPool) -> Site {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    site
}

/// A moment of the site's past, in SQL.
fn ago(site: &Site, days: i64) -> String {
    let now = site.services.now().unix_timestamp();
    format!("to_timestamp({now}) - interval '{days} days'")
}

/// Writes a policy that has been in force for ten years: closed after 90 days, reminded 14 and 3 days
/// before.
async fn in_force(site: &Site) {
    let began = ago(site, 3650);
    sql(
        site,
        &format!(
            "INSERT INTO dormancy_policies
                 (revision, is_on, close_after, remind_before, covers_since, changed_at)
             SELECT max(revision) + 1, true, 90, '{{14,3}}', {began}, {began}
             FROM dormancy_policies"
        ),
    )
    .await;
}

/// An active account that has lain unused for so many days.
async fn unused(site: &Site, email: &str, days: i64) -> Uuid {
    let since = ago(site, days);
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "INSERT INTO accounts
             (email, email_verified_at, first_name, status, created_at, status_changed_at)
         VALUES ($1, {since}, 'Una', 'active', {since}, {since})
         RETURNING id"
    )))
    .bind(email)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// Goes a round, which is due.
async fn round(site: &Site) -> Round {
    tried(site).await.expect("a round is due")
}

/// Goes a round, if one is due.
async fn tried(site: &Site) -> Option<Round> {
    Box::pin(carry_out(&site.services, || true)).await.unwrap()
}

/// Goes a round a day, so many days long; says what happened on which of them.
async fn daily(site: &Site, number: u64) -> Vec<(u64, u32, u32)> {
    let mut story = Vec::new();
    for day in 1..=number {
        site.advance(days(1));
        let Round { reminded, closed } = round(site).await;
        if reminded + closed > 0 {
            story.push((day, reminded, closed));
        }
    }
    story
}

async fn status(site: &Site, account: Uuid) -> String {
    let status = format!("SELECT status FROM accounts WHERE id = '{account}'");
    text(site, &status).await.unwrap()
}

/// Somebody of the firm with a role, who has signed in just now.
async fn signed_in_as(site: &Site, subject: &str, email: &str, role: &str) -> Browser {
    let account = match site.account_of(subject).await {
        Some(account) => account,
        None => site.linked(subject, email).await,
    };
    let promotion = format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'");
    sql(site, &promotion).await;
    let browser = Browser::new(site);
    browser.sign_in(site, subject).await.leads_to("/account");
    browser
}

/// Dana, an owner, who has signed in just now.
async fn owner(site: &Site) -> Browser {
    signed_in_as(site, "dana", DANA, "owner").await
}
