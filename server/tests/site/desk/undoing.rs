//! Undoing what was done at the desk: exactly, once, for 14 days, and by whoever could do the opposite.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, Site, acted, empty_outbox, last_event, mailed, number, only_event_after, overtaken,
    row_of, sql, status_of, text, undo_at_desk, undo_refused, with_role,
};

const WHY: (&str, &str) = ("reason", "They asked for it.");

/// Every decision about whether an account can be used: the state before, the form, the code, the state
/// afterwards, and the letter that tells of undoing it.
const DECISIONS: [(&str, (&str, &str), &str, &str); 4] = [
    (
        "pending",
        ("approve", "approved"),
        "active",
        "account_waits",
    ),
    (
        "pending",
        ("reject", "rejected"),
        "deleted",
        "account_waits",
    ),
    (
        "active",
        ("suspend", "suspended"),
        "suspended",
        "account_reactivated",
    ),
    (
        "suspended",
        ("reactivate", "reactivated"),
        "active",
        "account_suspended",
    ),
];

/// An administrator, and the account of somebody else, in a state.
async fn with_account(site: &Site, status: &str) -> (Browser, Uuid) {
    let admin = with_role(site, "dana", "admin").await;
    let account = match site.account_of("ikram").await {
        Some(account) => account,
        None => site.linked("ikram", "ikram@harbourlane.test").await,
    };
    let since = format!(
        "UPDATE accounts
         SET status = '{status}', status_changed_at = now() - interval '40 days',
             suspended_until = CASE WHEN '{status}' = 'suspended' THEN now() + interval '40 days' END
         WHERE id = '{account}'"
    );
    sql(site, &since).await;
    empty_outbox(site).await;
    (admin, account)
}

fn done_place(account: Uuid) -> String {
    format!("/admin/accounts/{account}?done=undone")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_decision_is_undone_exactly_and_the_person_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (before, decision, after, letter) in DECISIONS {
        let (admin, account) = with_account(&site, before).await;
        let as_it_was = row_of(&site, account).await;
        acted(&admin, decision, account, &[WHY]).await;
        assert_eq!(status_of(&site, account).await, after);
        let event = last_event(&site).await;
        let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
        let offered = format!("name=\"event\" value=\"{event}\"");
        assert!(page.contains(&offered), "{decision:?}: {page}");

        let reply = undo_at_desk(&admin, event).await;

        reply.leads_to(&done_place(account));
        assert_eq!(row_of(&site, account).await, as_it_was, "{decision:?}");
        let undoing = only_event_after(&site, event).await;
        assert_eq!(undoing.action, format!("account.{}.undone", decision.1));
        assert_eq!(undoing.actor_account_id, admin.account().await);
        assert_eq!(undoing.account_id, Some(account));
        let undid = format!(
            "SELECT detail->>'undid' FROM audit_events WHERE id = {}",
            undoing.id
        );
        assert_eq!(text(&site, &undid).await, Some(event.to_string()));
        let letters = mailed(&site).await;
        assert_eq!(
            letters.last().unwrap(),
            &format!("{letter} ikram@harbourlane.test")
        );
        let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
        assert!(!page.contains(&offered), "not twice: {page}");
        assert!(page.contains("Undone <"), "both entries show it: {page}");
        undo_refused(&site, &admin, event, ("decided", "decided")).await;
        undo_refused(&site, &admin, undoing.id, ("decided", "decided")).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_decided_can_be_undone_for_14_days(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    let event = last_event(&site).await;
    site.advance(Duration::from_hours(14 * 24));
    let admin = with_role(&site, "dana", "admin").await;
    undo_refused(&site, &admin, event, ("too_late", "too_late")).await;
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    assert!(!page.contains("action=\"/admin/undo\""), "{page}");
    // One minute before.
    site.clock.advance(-time::Duration::MINUTE);
    let admin = with_role(&site, "dana", "admin").await;
    undo_at_desk(&admin, event)
        .await
        .leads_to(&done_place(account));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_changed_since_stays(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    let suspension = last_event(&site).await;
    acted(&admin, ("reactivate", "reactivated"), account, &[]).await;
    let reactivation = last_event(&site).await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    for event in [suspension, reactivation] {
        undo_refused(&site, &admin, event, ("changed", "changed")).await;
    }
    // What is undone in turn is as it was left.
    let last = last_event(&site).await;
    let second = number(
        &site,
        "SELECT max(id) FROM audit_events WHERE action = 'account.suspended'",
    )
    .await;
    assert!(second < last, "refusals came after it");
    for event in [second, reactivation, suspension] {
        undo_at_desk(&admin, event)
            .await
            .leads_to(&done_place(account));
    }
    assert_eq!(status_of(&site, account).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rejected_account_whose_email_somebody_else_has_by_now_stays_closed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "pending").await;
    acted(&admin, ("reject", "rejected"), account, &[WHY]).await;
    let event = last_event(&site).await;
    let other =
        "INSERT INTO accounts (email, email_verified_at) VALUES ('IKRAM@harbourlane.test', now())";
    sql(&site, other).await;
    undo_refused(&site, &admin, event, ("changed", "changed")).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_undo_of_two_nodes_at_once_is_done_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (admin, account) = with_account(&site, "active").await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    let event = last_event(&site).await;
    let there = admin.at_node(&node);
    let (one, other) = tokio::join!(undo_at_desk(&admin, event), undo_at_desk(&there, event));
    let mut places = [one.location().to_owned(), other.location().to_owned()];
    places.sort();
    let done = done_place(account);
    assert_eq!(
        places,
        [done, format!("/admin/undo?problem=decided&event={event}")]
    );
    let undone = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended.undone'";
    assert_eq!(number(&site, undone).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_an_undo_stays(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    let event = last_event(&site).await;
    let change = format!("UPDATE accounts SET status = 'deleted' WHERE id = '{account}'");
    let reply = overtaken(&site, &change, undo_at_desk(&admin, event)).await;
    reply.leads_to(&format!("/admin/undo?problem=changed&event={event}"));
    assert_eq!(status_of(&site, account).await, "deleted");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn undoing_asks_for_a_fresh_sign_in_and_comes_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    acted(&admin, ("suspend", "suspended"), account, &[WHY]).await;
    let event = last_event(&site).await;
    site.advance(Duration::from_secs(301));
    undo_refused(&site, &admin, event, ("confirm_first", "not_fresh")).await;
    let here = format!("/admin/undo?problem=confirm_first&event={event}");
    let page = admin.get(&here).await.body.replace("<!>", "");
    for words in [
        format!("/account/confirm?then=%2Fadmin%2Fundo%3Fevent%3D{event}"),
        "Undoing it opens the account as it was.".to_owned(),
    ] {
        assert!(page.contains(&words), "{words}: {page}");
    }
    let admin = with_role(&site, "dana", "admin").await;
    let page = admin.get(&format!("/admin/undo?event={event}")).await.body;
    assert!(page.contains("action=\"/admin/undo\""), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_never_done_at_the_desk_isnt_undone_there(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    let decided = ("decided", "decided");
    for action in ["account.created", "session.all_ended", "account.suspended"] {
        // As an earlier release wrote it: without what was before.
        let event = format!(
            "INSERT INTO audit_events (at, action, account_id) VALUES (now(), '{action}', '{account}')"
        );
        sql(&site, &event).await;
        let event = last_event(&site).await;
        undo_refused(&site, &admin, event, decided).await;
    }
    undo_refused(&site, &admin, 0, ("decided", "gone")).await;
    for odd in ["", "x", "9223372036854775808", "1'"] {
        let reply = admin.post_form("/admin/undo", &[("event", odd)]).await;
        assert_eq!(reply.status, 400, "{odd}: {reply:?}");
        let page = admin.get(&format!("/admin/undo?event={odd}")).await;
        assert_eq!(page.status, 404, "{odd}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_undoes_what_they_could_not_do(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, account) = with_account(&site, "active").await;
    let owner = with_role(&site, "tomas", "owner").await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    let event = last_event(&site).await;
    let ownership = format!("UPDATE accounts SET role = 'owner' WHERE id = '{account}'");
    sql(&site, &ownership).await;
    undo_refused(&site, &admin, event, ("owners_only", "owners_only")).await;
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    assert!(!page.contains("action=\"/admin/undo\""), "{page}");
    undo_at_desk(&owner, event)
        .await
        .leads_to(&done_place(account));
}
