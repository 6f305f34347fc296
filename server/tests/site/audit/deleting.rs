//! Accounts that are deleted: what happened stays on record, and says nothing of who it was.

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::audit};

use super::intact;
use crate::harness::{Browser, DANA, Site, refused_alone, signed_in, sql, text};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deleted_account_leaves_its_events_and_neither_name_nor_e_mail(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = signed_in(&site, "dana").await;
    let account = dana.account().await.unwrap();
    let others = signed_in(&site, "ikram").await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    browser.finish(&callback).await;
    refused_alone(&site, &browser, &callback, "expired").await;
    let events = format!("SELECT count(*)::text FROM audit_events WHERE account_id = '{account}'");
    let before = text(&site, &events).await;
    audit::seal(&site.services).await.unwrap();
    let sealed = intact(&site).await;

    sql(
        &site,
        &format!(
            "DELETE FROM sessions WHERE account_id = '{account}';
             DELETE FROM identities WHERE account_id = '{account}';
             DELETE FROM mail_outbox WHERE account_id = '{account}';
             DELETE FROM accounts WHERE id = '{account}'"
        ),
    )
    .await;
    assert_eq!(text(&site, &events).await, before, "the events stay");
    assert_eq!(intact(&site).await, sealed, "and the chain over them");
    let record = text(
        &site,
        "SELECT string_agg(e::text, ' ') FROM audit_events AS e",
    )
    .await
    .unwrap();
    for personal in [DANA, "Whitlock", "Dana"] {
        assert!(!record.contains(personal), "{personal} is in {record}");
    }
    assert!(dana.account().await.is_none());
    assert!(others.account().await.is_some(), "nobody else's is gone");
    site.honest_sign_in_works().await;
}
