//! Merges that meet something else at the same moment.

use std::collections::BTreeMap;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::people::{Merge, admin, at_desk, login, person, seen, send};
use crate::harness::{
    Browser, DANA, Site, all_do_at_once, events_after, last_event, number, overtaken, signed_in,
    sql, text,
};

const MERGE: &str = "/admin/duplicates/merge";
const DONE: &str = "/admin/duplicates?done=merged";

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_who_merge_the_same_two_one_wins(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let other_node = site.another_node().await;
    let one = admin(&site).await;
    let other = at_desk(&site, "tomas", "admin").await.at_node(&other_node);
    for turn in 0..5 {
        let mail = |which: &str| format!("{which}-{turn}@harbourlane.test");
        let a = person(&site, "Dana", "Whitlock", &mail("a")).await;
        let b = person(&site, "Dana", "Whitlock", &mail("b")).await;
        login(&site, a, &format!("a-{turn}")).await;
        login(&site, b, &format!("b-{turn}")).await;
        // One each way.
        let orders = [Merge::of(a, b), Merge::of(b, a)];
        let seen = seen(&one, &orders[0]).await;
        let last = last_event(&site).await;
        let sendings = [(&one, orders[0]), (&other, orders[1])].map(|(browser, order)| {
            let (browser, fields) = (browser.clone(), order.fields(&seen));
            async move { send(&browser, MERGE, &fields).await.location().to_owned() }
        });
        let mut places = all_do_at_once(sendings).await;
        places.sort();
        assert_eq!(places[1], DONE, "{places:?}");
        assert!(places[0].ends_with("?problem=decided"), "{places:?}");
        let mut recorded = BTreeMap::<_, usize>::new();
        for event in events_after(&site, last).await {
            *recorded.entry(event.action).or_default() += 1;
        }
        let expected = [
            "account.merged",
            "account.merged_away",
            "desk.refused",
            "identity.moved",
        ];
        assert_eq!(
            recorded,
            expected.map(|action| (action.to_owned(), 1)).into()
        );
        let alive = format!(
            "SELECT count(*) FROM accounts WHERE id IN ('{a}', '{b}') AND status = 'active'"
        );
        assert_eq!(number(&site, &alive).await, 1);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn merges_of_overlapping_pairs_lose_nobody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admins = [admin(&site).await, at_desk(&site, "tomas", "owner").await];
    for turn in 0..5 {
        let mut accounts = Vec::new();
        for name in ["a", "b", "c"] {
            let email = format!("{name}-{turn}@harbourlane.test");
            let account = person(&site, "Dana", "Whitlock", &email).await;
            login(&site, account, &format!("{name}-{turn}")).await;
            accounts.push(account);
        }
        let [a, b, c] = accounts[..] else {
            panic!("three");
        };
        // a into b, while b goes into c.
        let orders = [Merge::of(b, a), Merge::of(c, b)];
        let mut sendings = Vec::new();
        for (browser, order) in admins.iter().zip(orders) {
            let fields = order.fields(&seen(browser, &order).await);
            let browser = browser.clone();
            sendings
                .push(async move { send(&browser, MERGE, &fields).await.location().to_owned() });
        }
        let places = all_do_at_once(sendings).await;
        let done = places.iter().filter(|place| *place == DONE).count();
        assert_eq!(
            done, 1,
            "what the second one saw isn't so any more: {places:?}"
        );
        let opened = format!(
            "SELECT count(*) FROM identities i JOIN accounts a ON a.id = i.account_id
             WHERE i.subject LIKE '_-{turn}' AND a.status = 'active' AND i.unlinked_at IS NULL"
        );
        assert_eq!(
            number(&site, &opened).await,
            3,
            "every login opens an account"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_signs_in_while_their_account_is_merged_gets_into_the_one_that_stays(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    let merging = format!(
        "UPDATE accounts SET status = 'deleted' WHERE id = '{from}';
         UPDATE identities SET account_id = '{into}' WHERE account_id = '{from}';
         UPDATE sessions SET revoked_at = now() WHERE account_id IN ('{from}', '{into}')"
    );
    let reply = overtaken(&site, &merging, browser.finish(&callback)).await;
    reply.leads_to("/account");
    assert_eq!(browser.account().await, Some(into));
    let stray =
        format!("SELECT count(*) FROM sessions WHERE account_id = '{from}' AND revoked_at IS NULL");
    assert_eq!(number(&site, &stray).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_that_is_quicker_than_the_merge_is_ended_by_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = site.linked("dana", DANA).await;
    let order = Merge::of(into, from);
    let fields = order.fields(&seen(&admin, &order).await);
    // What a sign-in holds and writes.
    let sign_in = format!(
        "SELECT FROM accounts WHERE id = '{from}' FOR SHARE;
         INSERT INTO sessions (key_hash, account_id, expires_at)
         VALUES ('quick', '{from}', now() + '1 day')"
    );
    let reply = overtaken(&site, &sign_in, send(&admin, MERGE, &fields)).await;
    reply.leads_to(DONE);
    let revoked = "SELECT count(*) FROM sessions WHERE key_hash = 'quick' AND revoked_at IS NULL";
    assert_eq!(number(&site, revoked).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_merge_sees_what_commits_while_it_waits(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for (turn, (change, problem)) in [
        (
            "UPDATE accounts SET status = 'suspended' WHERE id = 'FROM'",
            "not_mergeable",
        ),
        (
            "UPDATE accounts SET role = 'admin' WHERE id = 'INTO'",
            "not_mergeable",
        ),
        (
            "UPDATE accounts SET email_verified_at = NULL WHERE id = 'INTO'",
            "not_mergeable",
        ),
        (
            "UPDATE accounts SET first_name = 'Ada' WHERE id = 'FROM'",
            "changed",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let into = person(&site, "Dana", "W", &format!("into-{turn}@harbourlane.test")).await;
        let from = person(&site, "Dana", "W", &format!("from-{turn}@harbourlane.test")).await;
        let order = Merge::of(into, from);
        let fields = order.fields(&seen(&admin, &order).await);
        let change = change
            .replace("INTO", &into.to_string())
            .replace("FROM", &from.to_string());
        let reply = overtaken(&site, &change, send(&admin, MERGE, &fields)).await;
        reply.leads_to(&order.problem(problem));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_is_signed_out_or_closed_meanwhile_merges_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = person(&site, "Dana", "Whitlock", "from@harbourlane.test").await;
    for change in [
        "UPDATE accounts SET status = 'suspended' WHERE id = 'OWN'",
        "UPDATE accounts SET id = id WHERE id = 'OWN'; UPDATE sessions SET revoked_at = now() WHERE account_id = 'OWN'",
    ] {
        let admin = admin(&site).await;
        let own = admin.account().await.unwrap();
        let order = Merge::of(into, from);
        let fields = order.fields(&seen(&admin, &order).await);
        let change = change.replace("OWN", &own.to_string());
        let reply = overtaken(&site, &change, send(&admin, MERGE, &fields)).await;
        reply.leads_to("/sign-in");
        let status = format!("SELECT status FROM accounts WHERE id = '{from}'");
        assert_eq!(text(&site, &status).await.as_deref(), Some("active"));
        sql(&site, "UPDATE accounts SET status = 'active'").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_undos_at_once_undo_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admins = [admin(&site).await, at_desk(&site, "tomas", "admin").await];
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = site.linked("dana", DANA).await;
    super::people::merge(&admins[0], &Merge::of(into, from))
        .await
        .leads_to(DONE);
    let event = "SELECT into_event_id FROM merges";
    let event = number(&site, event).await.to_string();
    let last = last_event(&site).await;
    let sendings = admins.map(|browser| {
        let fields = vec![("event", event.clone())];
        async move {
            let reply = send(&browser, "/admin/duplicates/undo", &fields).await;
            reply.location().to_owned()
        }
    });
    let mut places = all_do_at_once(sendings).await;
    places.sort();
    assert_eq!(
        places,
        [
            "/admin/duplicates?done=merge_undone",
            "/admin/duplicates?problem=merge_stays"
        ]
    );
    let undone = events_after(&site, last).await;
    assert_eq!(
        undone
            .iter()
            .filter(|event| event.action == "account.merge_undone")
            .count(),
        1
    );
    let again = signed_in(&site, "dana").await;
    assert_eq!(again.account().await, Some(from));
}
