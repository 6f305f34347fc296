//! Suspending and reactivating an account, by hand and at the end of a term.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::background};

use crate::harness::{
    Browser, Site, act, act_refused, acted, empty_outbox, last_event, mailed, newest_letter,
    number, only_event_after, overtaken, problem_of, sql, status_of, text, with_role,
};

const SUSPEND: (&str, &str) = ("suspend", "suspended");
const REACTIVATE: (&str, &str) = ("reactivate", "reactivated");
const WHY: &[(&str, &str)] = &[("reason", "Left the firm, says Ms O’Hara.")];

/// An administrator and a member, both signed in.
async fn two(site: &Site) -> (Browser, Browser, Uuid) {
    let admin = with_role(site, "dana", "admin").await;
    let member = with_role(site, "ikram", "member").await;
    let account = member.account().await.unwrap();
    empty_outbox(site).await;
    (admin, member, account)
}

/// The day after so many days, as date fields send it.
async fn day_in(site: &Site, days: i64) -> String {
    let query =
        format!("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '{days} days', 'YYYY-MM-DD')");
    text(site, &query).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_suspended_is_out_at_once_and_told_and_the_record_says_who_and_why(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, member, account) = two(&site).await;
    let before = last_event(&site).await;

    acted(&admin, SUSPEND, account, WHY).await;

    assert_eq!(member.account().await, None, "signed out");
    assert_eq!(status_of(&site, account).await, "suspended");
    let alive = format!(
        "SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND account_id = '{account}'"
    );
    assert_eq!(number(&site, &alive).await, 0);
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("account.suspended", admin.account().await, Some(account))
    );
    assert_eq!(
        mailed(&site).await,
        ["account_suspended ikram@harbourlane.test"]
    );
    let letter = newest_letter(&site, "account_suspended").await;
    assert!(
        letter.contains("until an administrator opens it again"),
        "{letter}"
    );
    assert!(
        !letter.contains("Hara"),
        "the reason stays inside: {letter}"
    );
    let detail = format!(
        "SELECT detail::text FROM audit_events WHERE id = {}",
        event.id
    );
    let detail = text(&site, &detail).await.unwrap();
    assert!(
        !detail.contains("Hara") && !detail.contains('@'),
        "{detail}"
    );
    let kept = "SELECT kind || ' ' || text FROM desk_notes";
    assert_eq!(
        text(&site, kept).await.unwrap(),
        "reason Left the firm, says Ms O’Hara."
    );
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    for words in [
        "Suspended",
        "Left the firm, says Ms O’Hara.",
        "By <",
        "Linked Person",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let reply = Browser::new(&site).sign_in(&site, "ikram").await;
    assert_eq!(problem_of(&reply).0, "account_closed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_reactivated_can_sign_in_as_before_and_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, member, account) = two(&site).await;
    acted(&admin, SUSPEND, account, WHY).await;
    let before = last_event(&site).await;

    acted(&admin, REACTIVATE, account, &[]).await;

    assert_eq!(member.account().await, None, "no session comes back");
    assert_eq!(status_of(&site, account).await, "active");
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "account.reactivated");
    assert_eq!(event.actor_account_id, admin.account().await);
    let letters = mailed(&site).await;
    assert_eq!(
        letters.last().unwrap(),
        "account_reactivated ikram@harbourlane.test"
    );
    member.sign_in(&site, "ikram").await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_says_before_what_will_happen_and_asks_who_is_there(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let here = format!("/admin/accounts/{account}/suspend");
    let before = last_event(&site).await;
    let page = admin.get(&here).await.body.replace("<!>", "");
    for words in [
        "Suspend Linked Person",
        "One browser is signed out.",
        "A mail to ikram@harbourlane.test says so.",
        "It can be undone until",
        "action=\"/admin/accounts/suspend\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    site.advance(Duration::from_secs(301));
    let page = admin.get(&here).await.body;
    assert!(
        !page.contains("action=\"/admin/accounts/suspend\""),
        "{page}"
    );
    let confirm = format!("/account/confirm?then=%2Fadmin%2Faccounts%2F{account}%2Fsuspend");
    assert!(page.contains(&confirm), "{page}");
    assert_eq!(last_event(&site).await, before, "looking changes nothing");
    let refusal = ("confirm_first", "not_fresh");
    act_refused(&site, &admin, "suspend", (account, WHY), refusal).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_hurts_asks_for_a_reason_that_is_not_too_long(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let missing = ("reason_missing", "reason");
    for reason in [&[][..], &[("reason", "")], &[("reason", " \n\u{200b} ")]] {
        act_refused(&site, &admin, "suspend", (account, reason), missing).await;
    }
    let long = "é".repeat(501);
    let too_long = ("too_long", "too_long");
    let fields = &[("reason", long.as_str())][..];
    act_refused(&site, &admin, "suspend", (account, fields), too_long).await;
    let longest = "é".repeat(500);
    acted(&admin, SUSPEND, account, &[("reason", &longest)]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_in_another_state_is_left_as_it_is(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let decided = ("decided", "decided");
    for status in ["invited", "pending", "suspended", "deleted"] {
        let change = format!("UPDATE accounts SET status = '{status}' WHERE id = '{account}'");
        sql(&site, &change).await;
        act_refused(&site, &admin, "suspend", (account, WHY), decided).await;
        if status != "suspended" {
            act_refused(&site, &admin, "reactivate", (account, &[]), decided).await;
        }
        if status != "pending" {
            act_refused(&site, &admin, "approve", (account, &[]), decided).await;
            act_refused(&site, &admin, "reject", (account, WHY), decided).await;
        }
    }
    act_refused(
        &site,
        &admin,
        "suspend",
        (Uuid::max(), WHY),
        ("decided", "gone"),
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_at_once_one_decides_and_the_other_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let before = last_event(&site).await;
    let rejection = format!("UPDATE accounts SET status = 'deleted' WHERE id = '{account}'");
    let reply = overtaken(&site, &rejection, act(&admin, "suspend", account, WHY)).await;
    reply.leads_to(&format!(
        "/admin/accounts/{account}/suspend?problem=decided"
    ));
    assert_eq!(status_of(&site, account).await, "deleted");
    assert_eq!(only_event_after(&site, before).await.action, "desk.refused");

    let again = format!("UPDATE accounts SET status = 'active' WHERE id = '{account}'");
    sql(&site, &again).await;
    let node = site.another_node().await;
    let there = admin.at_node(&node);
    let (one, other) = tokio::join!(
        act(&admin, "suspend", account, WHY),
        act(&there, "suspend", account, WHY)
    );
    let mut places = [one.location().to_owned(), other.location().to_owned()];
    places.sort();
    assert_eq!(
        places,
        [
            format!("/admin/accounts/{account}/suspend?problem=decided"),
            format!("/admin/accounts/{account}?done=suspended"),
        ]
    );
    let suspensions = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended'";
    assert_eq!(number(&site, suspensions).await, 1);
    assert_eq!(mailed(&site).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_is_shut_out_meanwhile_decides_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let own = admin.account().await.unwrap();
    let before = last_event(&site).await;
    for (change, place) in [
        (
            format!("UPDATE accounts SET status = 'suspended' WHERE id = '{own}'"),
            "/sign-in",
        ),
        (
            format!("UPDATE sessions SET revoked_at = now() WHERE account_id = '{own}'"),
            "/sign-in",
        ),
    ] {
        let reply = overtaken(&site, &change, act(&admin, "suspend", account, WHY)).await;
        reply.leads_to(place);
        let back = format!(
            "UPDATE accounts SET status = 'active' WHERE id = '{own}';
             UPDATE sessions SET revoked_at = NULL WHERE account_id = '{own}'"
        );
        sql(&site, &back).await;
    }
    let demotion = format!("UPDATE accounts SET role = 'reviewer' WHERE id = '{own}'");
    let reply = overtaken(&site, &demotion, act(&admin, "suspend", account, WHY)).await;
    assert_eq!(reply.status, 403, "{reply:?}");
    assert_eq!(status_of(&site, account).await, "active");
    let refused = format!(
        "SELECT count(*) FROM audit_events WHERE id > {before} AND action = 'desk.refused'"
    );
    assert_eq!(number(&site, &refused).await, 3);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspension_with_a_term_ends_by_itself_once_on_two_nodes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (admin, member, account) = two(&site).await;
    let day = day_in(&site, 3).await;
    let fields = [WHY[0], ("until", day.as_str())];
    acted(&admin, SUSPEND, account, &fields).await;
    let letter = newest_letter(&site, "account_suspended").await;
    assert!(letter.contains("opens again by itself on"), "{letter}");
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    assert!(
        page.contains("by itself") && page.contains("Suspended until"),
        "{page}"
    );

    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(status_of(&site, account).await, "suspended", "not yet");

    let before = last_event(&site).await;
    site.advance(Duration::from_hours(72));
    let (one, other) = tokio::join!(
        background::sweep_once(&site.services),
        background::sweep_once(&node.services)
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(status_of(&site, account).await, "active");
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "account.suspension_ended");
    assert_eq!(
        (event.actor_account_id, event.account_id),
        (None, Some(account))
    );
    let letters = mailed(&site).await;
    assert_eq!(
        letters,
        [
            "account_suspended ikram@harbourlane.test",
            "account_reactivated ikram@harbourlane.test",
        ]
    );
    member.sign_in(&site, "ikram").await.leads_to("/account");
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(mailed(&site).await.len(), 2, "once");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_later_suspension_doesnt_end_by_an_earlier_ones_term(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let day = day_in(&site, 2).await;
    let fields = [WHY[0], ("until", day.as_str())];
    acted(&admin, SUSPEND, account, &fields).await;
    // As an earlier release or another program does it.
    for status in ["active", "suspended"] {
        let change = format!("UPDATE accounts SET status = '{status}' WHERE id = '{account}'");
        sql(&site, &change).await;
    }
    site.advance(Duration::from_hours(72));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(status_of(&site, account).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_term_that_is_no_day_ahead_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, _member, account) = two(&site).await;
    let today = day_in(&site, 0).await;
    let bad = ("bad_day", "bad_day");
    for until in [
        today.as_str(),
        "2020-01-01",
        "9999-12-31",
        "soon",
        "2027-02-30",
    ] {
        let fields = &[WHY[0], ("until", until)][..];
        act_refused(&site, &admin, "suspend", (account, fields), bad).await;
    }
    acted(&admin, SUSPEND, account, &[WHY[0], ("until", " ")]).await;
}
