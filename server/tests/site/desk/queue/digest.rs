//! The mail that tells administrators that people wait.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::desk::digest};

use super::{SECOND, email_of, under_approval, waiting, with_deciders};
use crate::harness::{
    Site, all_do_at_once, empty_outbox, events_after, last_event, mailed, newest_letter, sql,
};

const ADA: &str = "ada@harbourlane.test";
const OLA: &str = "ola@harbourlane.test";

/// An administrator, an owner, a reviewer and administrators who can't get in; a day when it is quiet.
async fn firm(pool: PgPool) -> Site {
    let site = Site::start(pool, under_approval).await;
    sql(
        &site,
        "INSERT INTO accounts (email, role, status, email_verified_at) VALUES
             ('ada@harbourlane.test', 'admin', 'active', now()),
             ('ola@harbourlane.test', 'owner', 'active', now()),
             ('rae@harbourlane.test', 'reviewer', 'active', now()),
             ('sue@harbourlane.test', 'admin', 'suspended', now()),
             ('ivy@harbourlane.test', 'admin', 'invited', now()),
             ('mia@harbourlane.test', 'member', 'active', now())",
    )
    .await;
    site
}

/// Who is mailed now, sorted; the outbox is empty afterwards.
async fn told(site: &Site) -> Vec<String> {
    let count = digest::send(&site.services).await.unwrap();
    let mut letters = mailed(site).await;
    letters.sort();
    assert_eq!(letters.len(), count);
    let told = letters
        .iter()
        .map(|letter| letter.strip_prefix("queue_digest ").expect("a digest"))
        .map(ToOwned::to_owned)
        .collect();
    empty_outbox(site).await;
    told
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn administrators_and_owners_in_use_are_told_once_after_a_quiet_time(pool: PgPool) {
    let site = firm(pool).await;
    assert_eq!(told(&site).await, [""; 0], "nothing waits");
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(9));
    assert_eq!(told(&site).await, [""; 0], "more may come");
    waiting(&site, "tomas").await;
    site.advance(Duration::from_mins(2));
    let before = last_event(&site).await;
    digest::send(&site.services).await.unwrap();
    let letter = newest_letter(&site, "queue_digest").await;
    for words in [
        "New accounts: 2",
        "The oldest came: 11 minutes ago",
        "/admin/queue",
    ] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    for private in ["ikram", "Osei", "tomas", "Links asked for"] {
        assert!(!letter.contains(private), "{private}: {letter}");
    }
    let mut letters = mailed(&site).await;
    letters.sort();
    assert_eq!(
        letters,
        [format!("queue_digest {ADA}"), format!("queue_digest {OLA}")]
    );
    assert_eq!(
        events_after(&site, before).await,
        [],
        "nothing happened to anybody"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_is_told_again_unless_something_new_waits_and_then_a_day_later(pool: PgPool) {
    let site = firm(pool).await;
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(11));
    assert_eq!(told(&site).await, [ADA, OLA]);
    for _ in 0..3 {
        site.advance(Duration::from_hours(30));
        assert_eq!(told(&site).await, [""; 0], "nothing is new");
    }
    waiting(&site, "tomas").await;
    assert_eq!(told(&site).await, [""; 0], "it is quiet for ten minutes");
    site.advance(Duration::from_mins(11));
    assert_eq!(told(&site).await, [ADA, OLA]);
    // Something new within the day waits until it is over.
    waiting(&site, "stranger").await;
    site.advance(Duration::from_hours(12));
    assert_eq!(told(&site).await, [""; 0]);
    site.advance(Duration::from_hours(12));
    assert_eq!(told(&site).await, [ADA, OLA]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_came_during_the_quiet_time_and_was_told_isnt_told_again(pool: PgPool) {
    let site = firm(pool).await;
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(9));
    waiting(&site, "tomas").await;
    site.advance(Duration::from_mins(2));
    assert_eq!(told(&site).await, [ADA, OLA]);
    site.advance(Duration::from_hours(25));
    assert_eq!(told(&site).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_becomes_an_administrator_is_told_what_waits(pool: PgPool) {
    let site = firm(pool).await;
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(11));
    assert_eq!(told(&site).await, [ADA, OLA]);
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE email LIKE 'rae@%'",
    )
    .await;
    assert_eq!(told(&site).await, ["rae@harbourlane.test"]);
    sql(
        &site,
        "UPDATE accounts SET status = 'active' WHERE status = 'pending'",
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE email LIKE 'mia@%'",
    )
    .await;
    assert_eq!(told(&site).await, [""; 0], "nothing waits any more");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_send_one(pool: PgPool) {
    let site = firm(pool).await;
    let other = site.another_node().await;
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(11));
    let nodes = [&site, &other, &site, &other].map(|node| {
        let services = std::sync::Arc::clone(&node.services);
        async move { digest::send(&services).await.unwrap() }
    });
    let sent = Box::pin(all_do_at_once(nodes)).await;
    assert_eq!(sent.iter().sum::<usize>(), 2, "{sent:?}");
    assert_eq!(mailed(&site).await.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_for_a_code_of_their_own_is_nothing_to_tell(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .set("ADMISSION", "domains")
            .set("ADMISSION_DOMAINS", "harbourlane.test");
        with_deciders(settings);
    })
    .await;
    super::with_role(&site, SECOND, "admin").await;
    empty_outbox(&site).await;
    waiting(&site, "ikram").await;
    site.advance(Duration::from_mins(11));
    assert_eq!(told(&site).await, [""; 0]);
    sql(
        &site,
        "UPDATE accounts SET awaits = 'approval' WHERE status = 'pending'",
    )
    .await;
    assert_eq!(told(&site).await, [email_of(SECOND)]);
}
