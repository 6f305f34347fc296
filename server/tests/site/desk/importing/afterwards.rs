//! What a list leaves behind: letters, and itself.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{
    db::{migrations::MIGRATOR, outbox},
    service::background,
};

use super::{apply, carry_out, check, people};
use crate::desk::administrator;
use crate::harness::{Browser, Site, account, empty_outbox, number, signed_in, text};

#[sqlx::test(migrator = "MIGRATOR")]
async fn letters_to_many_wait_behind_those_that_somebody_waits_for(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let report = check(&browser, &people(3)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    account(&site, "tom@firm.test", "active").await;
    let fields = [("email", "tom@firm.test")];
    Browser::new(&site)
        .post_form("/auth/local/code/send", &fields)
        .await;
    let mut connection = site.pool.acquire().await.unwrap();
    let mut kinds = Vec::new();
    while let Some(mail) = outbox::take_due(&mut connection, site.services.clock.now())
        .await
        .unwrap()
    {
        kinds.push(mail.kind);
    }
    assert_eq!(
        kinds,
        ["sign_in_code", "invitation", "invitation", "invitation"]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_is_withdrawn_before_their_letter_left_gets_none(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let report = check(&browser, &people(1)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    let id = text(&site, "SELECT account_id::text FROM invitations")
        .await
        .unwrap();
    browser
        .post_form("/admin/invitations/revoke", &[("invitation", &id)])
        .await
        .leads_to("/admin/invitations?done=revoked");
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_are_forgotten_when_they_are_over(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = administrator(&site).await;
    let report = check(&browser, &people(1)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    let first = check(&browser, &people(2)).await;
    // A newer one takes the place of one that wasn't carried out.
    let second = check(&browser, &people(2)).await;
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
    site.advance(Duration::from_hours(24));
    let browser = signed_in(&site, "dana").await;
    apply(&browser, &second)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    site.advance(Duration::from_secs(1));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&report).await.status, StatusCode::OK);
    site.advance(Duration::from_hours(24 * 30));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, "SELECT count(*) FROM import_rows").await, 0);
}
