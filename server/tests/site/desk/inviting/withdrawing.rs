//! An invitation is sent again, withdrawn, and put in place again.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::{DAY, LENA, LIST, act, claiming, invitation, invite, standing, told};
use crate::desk::administrator;
use crate::harness::{
    Browser, Site, account, claim_link, empty_outbox, last_event, mailed, only_event_after,
    overtaken, refused, signed_in,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_that_is_sent_again_replaces_the_one_before(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let first = claim_link(&site).await;
    let id = invitation(&site).await;
    let since = last_event(&site).await;
    let reply = act(&browser, "resend", id).await;
    told(&site, since, &reply, "too_soon", "too_soon").await;
    site.advance(Duration::from_secs(61));
    let since = last_event(&site).await;
    act(&browser, "resend", id)
        .await
        .leads_to("/admin/invitations?done=resent");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.resent", Some(id))
    );
    assert_eq!(event.actor_account_id, browser.account().await);
    let second = claim_link(&site).await;
    let lena = Browser::new(&site);
    let callback = claiming(&site, &lena, &first, "lena").await;
    refused(&site, &lena, &callback, "expired").await;
    let callback = claiming(&site, &lena, &second, "lena").await;
    lena.finish(&callback).await.leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invitation_whose_link_is_over_stays_in_sight_and_can_be_sent_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    site.advance(7 * DAY);
    let browser = signed_in(&site, "dana").await;
    let page = browser.get("/admin/invitations?show=expired").await.body;
    assert!(page.contains(LENA) && page.contains("Over since"));
    assert!(
        !browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains(LENA)
    );
    act(&browser, "resend", invitation(&site).await)
        .await
        .leads_to("/admin/invitations?done=resent");
    assert!(
        browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains(LENA)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawn_invitation_opens_nothing_and_can_be_undone(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let (id, link) = (invitation(&site).await, claim_link(&site).await);
    let lena = Browser::new(&site);
    let begun = claiming(&site, &lena, &link, "lena").await;
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    act(&browser, "revoke", id)
        .await
        .leads_to("/admin/invitations?done=revoked");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.revoked", Some(id))
    );
    assert_eq!(standing(&site).await, "withdrawn deleted");
    assert_eq!(
        mailed(&site).await,
        [format!("invitation_withdrawn {LENA}")]
    );
    // Neither what was begun before nor a new try gets in.
    refused(&site, &lena, &begun, "expired").await;
    let callback = claiming(&site, &lena, &link, "lena").await;
    refused(&site, &lena, &callback, "expired").await;

    let page = browser.get("/admin/invitations?show=revoked").await.body;
    assert!(page.contains("action=\"/admin/invitations/restore\""));
    let since = last_event(&site).await;
    act(&browser, "restore", id)
        .await
        .leads_to("/admin/invitations?done=restored");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.restored", Some(id))
    );
    assert_eq!(standing(&site).await, "open invited");
    assert_eq!(invitation(&site).await, id);
    let callback = claiming(&site, &lena, &link, "lena").await;
    refused(&site, &lena, &callback, "expired").await;
    let callback = claiming(&site, &lena, &claim_link(&site).await, "lena").await;
    lena.finish(&callback).await.leads_to("/welcome");
    assert_eq!(lena.account().await, Some(id));
    // Once.
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", id).await;
    told(&site, since, &reply, "decided", "decided").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_is_undone_for_fourteen_days_while_nothing_else_has_happened(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let first = invitation(&site).await;
    act(&browser, "revoke", first).await;
    // Somebody else has the e-mail by now.
    site.advance(Duration::from_secs(1));
    invite(&browser, LENA).await;
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", first).await;
    told(&site, since, &reply, "invited_already", "invited_already").await;
    let second = invitation(&site).await;
    assert_ne!(second, first);
    act(&browser, "revoke", second).await;
    site.advance(Duration::from_secs(14 * 24 * 3600 - 1));
    let browser = signed_in(&site, "dana").await;
    act(&browser, "restore", second)
        .await
        .leads_to("/admin/invitations?done=restored");
    act(&browser, "revoke", second).await;
    site.advance(14 * DAY);
    let browser = signed_in(&site, "dana").await;
    assert!(
        !browser
            .get(LIST)
            .await
            .body
            .contains("/admin/invitations/restore")
    );
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", second).await;
    let event = only_event_after(&site, since).await;
    assert_eq!(event.reason.as_deref(), Some("too_late"), "{reply:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_that_was_closed_in_another_way_is_not_brought_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let closed = account(&site, LENA, "deleted").await;
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", closed).await;
    told(&site, since, &reply, "decided", "decided").await;
    let nobody = Uuid::max();
    for form in ["resend", "revoke", "restore"] {
        let since = last_event(&site).await;
        let reply = act(&browser, form, nobody).await;
        told(&site, since, &reply, "decided", "gone").await;
        let since = last_event(&site).await;
        let path = format!("/admin/invitations/{form}");
        let reply = browser
            .post_form(&path, &[("invitation", "' OR 1=1")])
            .await;
        told(&site, since, &reply, "decided", "gone").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_that_overtakes_another_act_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    site.advance(Duration::from_secs(61));
    let id = invitation(&site).await;
    let withdrawal = "UPDATE accounts SET status = 'deleted' WHERE email = 'lena@brandtlaw.test'";
    let since = last_event(&site).await;
    let reply = overtaken(&site, withdrawal, act(&browser, "resend", id)).await;
    told(&site, since, &reply, "decided", "decided").await;
    assert_eq!(standing(&site).await, "withdrawn deleted");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_is_undone_from_the_record_as_well(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let id = invitation(&site).await;
    let mut events = Vec::new();
    for _ in 0..2 {
        act(&browser, "revoke", id).await;
        let event = last_event(&site).await.to_string();
        let told = browser.get(&format!("/admin/accounts/{id}")).await.body;
        assert!(
            told.contains(&format!("name=\"event\" value=\"{event}\"")),
            "{told}"
        );
        browser
            .post_form("/admin/undo", &[("event", &event)])
            .await
            .leads_to(&format!("/admin/accounts/{id}?done=undone"));
        assert_eq!(standing(&site).await, "open invited");
        events.push(event);
    }
    // The first withdrawal is not the one that stands now.
    act(&browser, "revoke", id).await;
    let since = last_event(&site).await;
    browser
        .post_form("/admin/undo", &[("event", &events[0])])
        .await;
    let event = only_event_after(&site, since).await;
    assert_eq!(event.reason.as_deref(), Some("decided"));
    assert_eq!(standing(&site).await, "withdrawn deleted");
}
