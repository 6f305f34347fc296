//! What begins a sign-in.

use sqlx::PgPool;
use vestibule::db::pool::MIGRATOR;

use crate::harness::{Browser, Site, refused, with_parameter};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_person_signs_in_and_is_known(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let reply = browser.sign_in(&site, "dana").await;
    assert_eq!(reply.location(), "/welcome");
    assert_eq!(browser.account().await, site.account_of("dana").await);
    let again = Browser::new(&site);
    let callback = again.callback_of(&site, "dana").await;
    refused(&site, &again, &with_parameter(&callback, "code", Some("another-code")), "not_verified").await;
}
