//! Giving accounts another role: who may give which, and who stays an owner.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, Site, act, act_refused, acted, all_do_at_once, empty_outbox, last_event, mailed,
    newest_letter, number, only_event_after, overtaken, role_of, sql, text, undo_at_desk,
    undo_refused, with_role,
};

const CHANGED: (&str, &str) = ("role", "role_changed");
const WHY: (&str, &str) = ("reason", "Takes over from Ms O’Hara.");

async fn account_of(browser: &Browser) -> Uuid {
    browser.account().await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_owner_gives_every_role_and_the_person_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let member = with_role(&site, "ikram", "member").await;
    let account = account_of(&member).await;
    let mut before = "member";
    for (role, words, action) in [
        ("reviewer", "a reviewer", "account.role_granted"),
        ("admin", "an administrator", "account.role_granted"),
        ("owner", "an owner", "account.role_granted"),
        ("member", "a member of the firm", "account.role_revoked"),
    ] {
        empty_outbox(&site).await;
        let last = last_event(&site).await;
        acted(&owner, CHANGED, account, &[WHY, ("role", role)]).await;
        assert_eq!(role_of(&site, account).await, role);
        let event = only_event_after(&site, last).await;
        assert_eq!(event.action, action, "{role}");
        assert_eq!(event.actor_account_id, owner.account().await);
        assert_eq!(event.reason.as_deref(), Some(role));
        let detail = format!(
            "SELECT (detail->>'from') || ' ' || (detail->>'to') FROM audit_events WHERE id = {}",
            event.id
        );
        assert_eq!(text(&site, &detail).await, Some(format!("{before} {role}")));
        assert_eq!(mailed(&site).await, ["role_changed ikram@harbourlane.test"]);
        let letter = newest_letter(&site, "role_changed").await;
        assert!(
            letter.contains(words) && !letter.contains("Hara"),
            "{letter}"
        );
        before = role;
    }
    // It counts with the next page.
    acted(&owner, CHANGED, account, &[("role", "reviewer")]).await;
    assert_eq!(member.get("/admin/links").await.status, 200);
    acted(&owner, CHANGED, account, &[("role", "member")]).await;
    assert_eq!(member.get("/admin/links").await.status, 403);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_administers_is_changed_with_a_reason_alone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let member = account_of(&with_role(&site, "ikram", "member").await).await;
    let admin = account_of(&with_role(&site, "tomas", "admin").await).await;
    let missing = ("reason_missing", "reason");
    for (account, role) in [(member, "admin"), (member, "owner"), (admin, "member")] {
        let fields = &[("role", role)][..];
        act_refused(&site, &owner, "role", (account, fields), missing).await;
    }
    let open = ("choice_missing", "choice_missing");
    act_refused(&site, &owner, "role", (member, &[WHY]), open).await;
    let reply = act(&owner, "role", member, &[WHY, ("role", "emperor")]).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    for status in ["invited", "pending", "suspended", "deleted"] {
        let change = format!("UPDATE accounts SET status = '{status}' WHERE id = '{member}'");
        sql(&site, &change).await;
        let fields = &[WHY, ("role", "admin")][..];
        act_refused(
            &site,
            &owner,
            "role",
            (member, fields),
            ("decided", "decided"),
        )
        .await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_rises_by_their_own_hand_and_admins_leave_owners_alone(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = account_of(&with_role(&site, "dana", "owner").await).await;
    let admin = with_role(&site, "tomas", "admin").await;
    let own = account_of(&admin).await;
    let member = account_of(&with_role(&site, "ikram", "member").await).await;
    let owners_only = ("owners_only", "owners_only");
    for (account, role) in [(own, "owner"), (member, "owner"), (owner, "member")] {
        let fields = &[WHY, ("role", role)][..];
        act_refused(&site, &admin, "role", (account, fields), owners_only).await;
    }
    for word in ["suspend", "end-sessions"] {
        act_refused(&site, &admin, word, (owner, &[WHY]), owners_only).await;
    }
    act_refused(
        &site,
        &admin,
        "suspend",
        (own, &[WHY]),
        ("oneself", "oneself"),
    )
    .await;
    // Whoever steps down doesn't get up again by themself.
    acted(&admin, CHANGED, member, &[WHY, ("role", "admin")]).await;
    let other = with_role(&site, "ikram", "admin").await;
    acted(&admin, CHANGED, own, &[WHY, ("role", "reviewer")]).await;
    let stepped_down = last_event(&site).await;
    let reply = undo_at_desk(&admin, stepped_down).await;
    assert_eq!(reply.status, 403, "{reply:?}");
    assert_eq!(role_of(&site, own).await, "reviewer");
    undo_at_desk(&other, stepped_down)
        .await
        .leads_to(&format!("/admin/accounts/{own}?done=undone"));
    assert_eq!(role_of(&site, own).await, "admin");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_owner_who_stepped_down_to_admin_isnt_put_back_by_an_admin(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    with_role(&site, "ikram", "owner").await;
    let own = account_of(&owner).await;
    acted(&owner, CHANGED, own, &[WHY, ("role", "admin")]).await;
    let event = last_event(&site).await;
    undo_refused(&site, &owner, event, ("owners_only", "owners_only")).await;
    let admin = with_role(&site, "tomas", "admin").await;
    undo_refused(&site, &admin, event, ("owners_only", "owners_only")).await;
    assert_eq!(role_of(&site, own).await, "admin");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_owner_stays_whatever_is_tried(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let own = account_of(&owner).await;
    let last = ("last_owner", "last_owner");
    for role in ["member", "reviewer", "admin"] {
        let fields = &[WHY, ("role", role)][..];
        act_refused(&site, &owner, "role", (own, fields), last).await;
    }
    act_refused(&site, &owner, "suspend", (own, &[WHY]), last).await;
    // An owner who can't get in is none.
    let closed = with_role(&site, "ikram", "owner").await;
    let account = account_of(&closed).await;
    acted(&owner, ("suspend", "suspended"), account, &[WHY]).await;
    let fields = &[WHY, ("role", "member")][..];
    act_refused(&site, &owner, "role", (own, fields), last).await;
    acted(&owner, ("reactivate", "reactivated"), account, &[]).await;
    acted(&owner, CHANGED, own, &[WHY, ("role", "admin")]).await;
    assert_eq!(role_of(&site, own).await, "admin");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_owners_who_unmake_each_other_at_once_leave_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    for (word, fields) in [
        ("role", &[WHY, ("role", "member")][..]),
        ("suspend", &[WHY][..]),
    ] {
        let one = with_role(&site, "dana", "owner").await;
        let other = with_role(&site, "ikram", "owner").await;
        let (a, b) = (account_of(&one).await, account_of(&other).await);
        let there = other.at_node(&node);
        let tries = [(one, b), (there, a)]
            .map(|(browser, whom)| async move { act(&browser, word, whom, fields).await });
        let replies = all_do_at_once(tries).await;
        let done = replies
            .iter()
            .filter(|reply| reply.location().contains("?done="))
            .count();
        assert_eq!(done, 1, "{word}: {replies:?}");
        let owners = "SELECT count(*) FROM accounts WHERE role = 'owner' AND status = 'active'";
        assert_eq!(number(&site, owners).await, 1, "{word}");
        let again = "UPDATE accounts SET status = 'active'";
        sql(&site, again).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_owners_who_step_down_at_once_leave_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let one = with_role(&site, "dana", "owner").await;
    let other = with_role(&site, "ikram", "owner").await;
    let own = account_of(&one).await;
    // The other steps down a moment before, and hasn't committed yet.
    let change = format!(
        "SELECT pg_advisory_xact_lock(x'76657374726f6c65'::bit(64)::bigint);
         UPDATE accounts SET role = 'member' WHERE id = '{}'",
        account_of(&other).await
    );
    let fields = &[WHY, ("role", "member")][..];
    let reply = overtaken(&site, &change, act(&one, "role", own, fields)).await;
    reply.leads_to(&format!("/admin/accounts/{own}/role?problem=last_owner"));
    assert_eq!(role_of(&site, own).await, "owner");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn changes_of_role_are_undone_in_turn_and_no_other_way(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let account = account_of(&with_role(&site, "ikram", "member").await).await;
    acted(&owner, CHANGED, account, &[WHY, ("role", "reviewer")]).await;
    let first = last_event(&site).await;
    acted(&owner, CHANGED, account, &[WHY, ("role", "admin")]).await;
    let second = last_event(&site).await;
    undo_refused(&site, &owner, first, ("changed", "changed")).await;
    for (event, role) in [(second, "reviewer"), (first, "member")] {
        empty_outbox(&site).await;
        undo_at_desk(&owner, event)
            .await
            .leads_to(&format!("/admin/accounts/{account}?done=undone"));
        assert_eq!(role_of(&site, account).await, role);
        assert_eq!(mailed(&site).await, ["role_changed ikram@harbourlane.test"]);
        undo_refused(&site, &owner, event, ("decided", "decided")).await;
    }
    // Back to where it was, but by another way.
    acted(&owner, CHANGED, account, &[WHY, ("role", "admin")]).await;
    let third = last_event(&site).await;
    acted(&owner, CHANGED, account, &[WHY, ("role", "member")]).await;
    acted(&owner, CHANGED, account, &[WHY, ("role", "admin")]).await;
    undo_refused(&site, &owner, third, ("changed", "changed")).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_administrator_is_signed_out_where_a_mailed_code_was_the_way_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "dana", "owner").await;
    let member = with_role(&site, "ikram", "member").await;
    let account = account_of(&member).await;
    let by_code = "UPDATE sessions SET opened_by = 'code', identity_id = NULL
         WHERE account_id IN (SELECT id FROM accounts WHERE email LIKE 'ikram%')";
    sql(&site, by_code).await;
    acted(&owner, CHANGED, account, &[("role", "reviewer")]).await;
    assert!(member.account().await.is_some());
    acted(&owner, CHANGED, account, &[WHY, ("role", "admin")]).await;
    assert!(member.account().await.is_none());
}
