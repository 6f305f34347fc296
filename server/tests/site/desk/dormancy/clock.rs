//! Since when an account lies unused: what starts the clock, whoever writes it.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::{days, still_site, unused};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, set_password, sign_in_by_password, signed_in,
    signed_in_by_code, sql,
};

/// Since when an account lies unused.
async fn since(site: &Site, account: Uuid) -> Option<OffsetDateTime> {
    sqlx::query_scalar::<_, Option<OffsetDateTime>>(
        "SELECT unused_since FROM account_use WHERE account_id = $1",
    )
    .bind(account)
    .fetch_optional(&site.pool)
    .await
    .unwrap()
    .flatten()
}

async fn last_sign_in(site: &Site, account: Uuid) -> Option<OffsetDateTime> {
    sqlx::query_scalar("SELECT last_sign_in_at FROM account_use WHERE account_id = $1")
        .bind(account)
        .fetch_one(&site.pool)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_way_to_sign_in_starts_the_clock_anew(pool: PgPool) {
    let site = still_site(pool).await;
    let first = signed_in(&site, "stranger").await;
    let stranger = first.account().await.unwrap();
    assert_eq!(since(&site, stranger).await, Some(site.services.now()));

    let account = unused(&site, DANA, 400).await;
    set_password(&site, account, PASSWORD).await;
    assert!(last_sign_in(&site, account).await.is_none());
    signed_in_by_code(&site, DANA).await;
    assert_eq!(since(&site, account).await, Some(site.services.now()));
    site.advance(days(1));
    let reply = sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    assert!(reply.location().starts_with("/account"), "{reply:?}");
    assert_eq!(since(&site, account).await, Some(site.services.now()));

    let linked = site.linked("ikram", "ikram.osei@harbourlane.test").await;
    site.advance(days(1));
    signed_in(&site, "ikram").await;
    for clock in [
        since(&site, linked).await,
        last_sign_in(&site, linked).await,
    ] {
        assert_eq!(clock, Some(site.services.now()));
    }
    site.advance(days(3));
    signed_in(&site, "stranger").await;
    assert_eq!(since(&site, stranger).await, Some(site.services.now()));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_active_accounts_have_a_clock_and_it_begins_when_they_become_active(pool: PgPool) {
    let site = still_site(pool).await;
    let before = site.services.now();
    for status in ["invited", "pending", "suspended", "deleted"] {
        let email = format!("{status}@harbourlane.test");
        let id = account(&site, &email, status).await;
        assert_eq!(since(&site, id).await, None, "{status}");
        site.advance(days(100));
        let now = site.services.now().unix_timestamp();
        let change = format!(
            "UPDATE accounts SET status = 'active', status_changed_at = to_timestamp({now})
             WHERE id = '{id}'"
        );
        sql(&site, &change).await;
        assert_eq!(
            since(&site, id).await,
            Some(site.services.now()),
            "{status}"
        );
        let back = format!("UPDATE accounts SET status = '{status}' WHERE id = '{id}'");
        sql(&site, &back).await;
        assert_eq!(since(&site, id).await, None, "{status}");
        // By hand, without a word on when.
        let change = format!("UPDATE accounts SET status = 'active' WHERE id = '{id}'");
        sql(&site, &change).await;
        assert!(
            since(&site, id).await >= Some(before - time::Duration::MINUTE),
            "{status}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_to_be_let_in_is_not_unused_by_signing_in(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "approval");
    })
    .await;
    site.clock.freeze();
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await.leads_to("/pending");
    let account = site.account_of("dana").await.unwrap();
    assert_eq!(since(&site, account).await, None);
    assert_eq!(
        last_sign_in(&site, account).await,
        Some(site.services.now())
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_earlier_sign_in_never_turns_the_clock_back(pool: PgPool) {
    let site = still_site(pool).await;
    let account = unused(&site, DANA, 10).await;
    let clock = since(&site, account).await;
    let old = super::ago(&site, 50);
    let insert = format!(
        "INSERT INTO sessions (key_hash, account_id, created_at, expires_at)
         VALUES ('k', '{account}', {old}, {old})"
    );
    sql(&site, &insert).await;
    assert_eq!(since(&site, account).await, clock);
}
