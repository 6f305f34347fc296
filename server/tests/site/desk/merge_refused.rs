//! Merges that are refused, each for its reason; and nothing is changed by any of them.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::people::{Merge, admin, at_desk, login, merge, person, seen, waiting};
use crate::harness::{Browser, Site, connect, form_refused, last_event, signed_in, sql, text};

const MERGE: &str = "/admin/duplicates/merge";
const DONE: &str = "/admin/duplicates?done=merged";

/// Two accounts that may be merged.
async fn two(site: &Site, turn: usize) -> (Uuid, Uuid) {
    let mail = |which: &str| format!("{which}-{turn}@harbourlane.test");
    let into = person(site, "Dana", "Whitlock", &mail("into")).await;
    let from = person(site, "Dana", "Whitlock", &mail("from")).await;
    login(site, from, &format!("login-{turn}")).await;
    (into, from)
}

/// Asks for a merge of what somebody has `seen`, and checks that it is refused.
async fn refused(
    site: &Site,
    browser: &Browser,
    (order, seen): (&Merge, &str),
    (problem, reason): (&str, &str),
) {
    let fields = order.fields(seen);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let event = form_refused(site, browser, (MERGE, &fields), &order.problem(problem)).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some(reason)),
        "{order:?}"
    );
    assert_eq!(event.actor_account_id, browser.account().await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_merged_into_what_may_not_take_it_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = at_desk(&site, "ikram", "owner").await;
    for (turn, (change, problem, reason)) in [
        ("role = 'admin'", "not_mergeable", "administrator"),
        ("role = 'owner'", "not_mergeable", "administrator"),
        ("status = 'suspended'", "not_mergeable", "suspended"),
        ("status = 'pending'", "not_mergeable", "not_active"),
        ("status = 'invited'", "not_mergeable", "not_active"),
        ("status = 'deleted'", "decided", "deleted"),
        ("email_verified_at = NULL", "not_mergeable", "unproved"),
    ]
    .into_iter()
    .enumerate()
    {
        let (into, from) = two(&site, turn).await;
        let order = Merge::of(into, from);
        let seen = seen(&admin, &order).await;
        let change = format!("UPDATE accounts SET {change} WHERE id = '{into}'");
        sql(&site, &change).await;
        refused(&site, &admin, (&order, &seen), (problem, reason)).await;
        // The page says so, too.
        let page = admin.get(&order.page()).await.body;
        let stays = format!("name=\"into\" value=\"{into}\"");
        assert!(!page.contains(&stays), "{change}: {page}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_merged_that_may_not_be(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = at_desk(&site, "ikram", "owner").await;
    for (turn, (change, problem, reason)) in [
        ("role = 'admin'", "not_mergeable", "administrator"),
        ("role = 'owner'", "not_mergeable", "administrator"),
        ("status = 'suspended'", "not_mergeable", "suspended"),
        ("status = 'deleted'", "decided", "deleted"),
    ]
    .into_iter()
    .enumerate()
    {
        let (into, from) = two(&site, turn).await;
        let order = Merge::of(into, from);
        let seen = seen(&admin, &order).await;
        let change = format!("UPDATE accounts SET {change} WHERE id = '{from}'");
        sql(&site, &change).await;
        refused(&site, &admin, (&order, &seen), (problem, reason)).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_merges_is_neither_of_the_two(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let own = admin.account().await.unwrap();
    let (other, _) = two(&site, 0).await;
    for order in [Merge::of(own, other), Merge::of(other, own)] {
        let problem = ("not_mergeable", "administrator");
        refused(&site, &admin, (&order, "nothing"), problem).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_somebody_said_was_not_them_is_decided_first(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for turn in 0..2 {
        let (into, from) = two(&site, turn).await;
        let order = Merge::of(into, from);
        let seen = seen(&admin, &order).await;
        let disputed = if turn == 0 { into } else { from };
        let case = format!(
            "INSERT INTO cases (reference, kind, account_id, created_at)
             VALUES ('CASE-{turn}', 'not_me', '{disputed}', now())"
        );
        sql(&site, &case).await;
        let problem = ("not_mergeable", "disputed");
        refused(&site, &admin, (&order, &seen), problem).await;
        assert!(
            admin
                .get(&order.page())
                .await
                .body
                .contains("This wasn’t me")
        );
        sql(
            &site,
            "UPDATE cases SET settled_at = now(), outcome = 'declined'",
        )
        .await;
        merge(&admin, &order).await.leads_to(DONE);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_e_mail_that_nobody_proved_is_not_kept(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = waiting(&site, "Dana", "Whitlock", "from@harbourlane.test").await;
    let order = Merge {
        email: "from",
        ..Merge::of(into, from)
    };
    let seen = seen(&admin, &order).await;
    let problem = ("email_not_proved", "email_not_proved");
    refused(&site, &admin, (&order, &seen), problem).await;
    let page = admin.get(&order.page()).await.body;
    assert!(!page.contains(&format!("name=\"email_of\" value=\"{from}\"")));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_has_changed_since_somebody_looked_is_not_merged(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for (turn, change) in [
        "UPDATE accounts SET first_name = 'Ada' WHERE id = 'INTO'",
        "UPDATE accounts SET last_name = 'Ada' WHERE id = 'FROM'",
        "UPDATE accounts SET email = 'new@harbourlane.test' WHERE id = 'FROM'",
        "UPDATE accounts SET role = 'reviewer' WHERE id = 'INTO'",
        "UPDATE accounts SET status = 'pending' WHERE id = 'FROM'",
        "UPDATE accounts SET password_hash = 'other' WHERE id = 'INTO'",
        "UPDATE identities SET unlinked_at = now() WHERE account_id = 'FROM'",
        "INSERT INTO identities (account_id, issuer, subject) VALUES ('FROM', 'x', 'y')",
    ]
    .into_iter()
    .enumerate()
    {
        let (into, from) = two(&site, turn).await;
        let order = Merge::of(into, from);
        let before = seen(&admin, &order).await;
        let change = change
            .replace("INTO'", &format!("{into}'"))
            .replace("FROM'", &format!("{from}'"));
        sql(&site, &change).await;
        let problem = ("changed", "changed");
        refused(&site, &admin, (&order, &before), problem).await;
        // Looked at anew, it can be done.
        merge(&admin, &order).await.leads_to(DONE);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_is_connected_after_somebody_looked_does_not_come_along_unseen(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = site.linked("dana", "from@harbourlane.test").await;
    let order = Merge::of(into, from);
    let before = seen(&admin, &order).await;
    let dana = signed_in(&site, "dana").await;
    connect(&site, &dana, "stranger").await;
    let problem = ("changed", "changed");
    refused(&site, &admin, (&order, &before), problem).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_form_that_leaves_a_choice_open_or_names_others_does_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let (into, from) = two(&site, 0).await;
    let (other, _) = two(&site, 1).await;
    let order = Merge::of(into, from);
    let seen = seen(&admin, &order).await;
    let before = (site.dump().await, last_event(&site).await);
    for (name, value, answer) in [
        ("into", None, "choice_missing"),
        ("into", Some(String::new()), "choice_missing"),
        ("first_name_of", None, "choice_missing"),
        ("email_of", None, "choice_missing"),
        ("into", Some(other.to_string()), "400"),
        ("email_of", Some(other.to_string()), "400"),
        ("into", Some("x".to_owned()), "400"),
        ("a", Some(from.to_string()), "400"),
        ("a", Some("../links".to_owned()), "400"),
        ("b", None, "400"),
    ] {
        let mut fields = order.fields(&seen);
        fields.retain(|(field, _)| *field != name);
        fields.extend(value.map(|value| (name, value)));
        let reply = super::people::send(&admin, MERGE, &fields).await;
        if answer == "400" {
            assert_eq!(reply.status, 400, "{name}: {reply:?}");
        } else {
            reply.leads_to(&order.problem(answer));
        }
    }
    assert_eq!((site.dump().await, last_event(&site).await), before);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn accounts_that_are_not_there_are_not_merged(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let (into, _) = two(&site, 0).await;
    let nobody = Uuid::from_u128(7);
    for order in [Merge::of(into, nobody), Merge::of(nobody, into)] {
        refused(&site, &admin, (&order, "nothing"), ("decided", "gone")).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_is_none_any_more_merges_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (role, subject) in [("member", "ikram"), ("reviewer", "tomas")] {
        let admin = at_desk(&site, subject, "admin").await;
        let (into, from) = two(&site, role.len()).await;
        let order = Merge::of(into, from);
        let seen = seen(&admin, &order).await;
        let own = admin.account().await.unwrap();
        sql(
            &site,
            &format!("UPDATE accounts SET role = '{role}' WHERE id = '{own}'"),
        )
        .await;
        let before = last_event(&site).await;
        let reply = super::people::send(&admin, MERGE, &order.fields(&seen)).await;
        assert_eq!(reply.status, 403, "{reply:?}");
        assert_eq!(last_event(&site).await, before + 1);
        let status = format!("SELECT status FROM accounts WHERE id = '{from}'");
        assert_eq!(text(&site, &status).await.as_deref(), Some("active"));
    }
}
