//! Two nodes at once, and people who act while their account is decided about.

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::desk::dormancy::round::Round};

use super::{daily, days, in_force, round, status, still_site, tried, unused};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, events_after, last_event, mailed, overtaken, problem_of,
    set_password, sign_in_by_password, sql,
};

const UNA: &str = "una@harbourlane.test";

/// Dana, who was last here 86 days ago and has been reminded, on the day on which her account is closed.
async fn about_to_be_closed(pool: PgPool) -> Site {
    let site = still_site(pool).await;
    in_force(&site).await;
    let dana = unused(&site, DANA, 86).await;
    set_password(&site, dana, PASSWORD).await;
    sql(
        &site,
        &format!(
            "INSERT INTO identities (account_id, issuer, subject, email)
             VALUES ('{dana}', '{}', 'dana', '{DANA}')",
            site.services.clio.issuer()
        ),
    )
    .await;
    assert_eq!(daily(&site, 3).await, [(1, 1, 0)]);
    site.advance(days(1));
    site
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_remind_and_close_everybody_once(pool: PgPool) {
    let one = still_site(pool).await;
    let two = one.another_node().await;
    in_force(&one).await;
    for number in 0..40 {
        unused(&one, &format!("p{number}@harbourlane.test"), 80).await;
    }
    for (day, reminded, closed) in [(0, 40, 0), (7, 40, 0), (3, 0, 40)] {
        one.advance(days(day));
        // Both think that the round is theirs.
        let anew = "UPDATE dormancy_round SET next_at = 'epoch'";
        sql(&one, anew).await;
        let (first, second) = tokio::join!(tried(&one), async {
            sql(&one, anew).await;
            tried(&two).await
        });
        let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
        let sum = Round {
            reminded: first.reminded + second.reminded,
            closed: first.closed + second.closed,
        };
        assert_eq!(sum, Round { reminded, closed }, "{first:?} {second:?}");
    }
    assert_eq!(mailed(&one).await.len(), 120);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_round_belongs_to_the_node_that_came_first(pool: PgPool) {
    let one = still_site(pool).await;
    let two = one.another_node().await;
    let (first, second) = tokio::join!(tried(&one), tried(&two));
    let taken = [first, second].map(|taken| taken.is_some());
    assert!(taken[0] != taken[1], "{taken:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_that_overtakes_the_closing_keeps_the_account_open(pool: PgPool) {
    let site = about_to_be_closed(pool).await;
    let dana = site.account_of("dana").await.unwrap();
    let now = site.services.now().unix_timestamp();
    // A sign-in that has locked the account and isn't done yet.
    let sign_in = format!(
        "SELECT FROM accounts WHERE id = '{dana}' FOR SHARE;
         INSERT INTO sessions (key_hash, account_id, created_at, expires_at)
         VALUES ('k', '{dana}', to_timestamp({now}), 'infinity')"
    );
    let before = last_event(&site).await;
    assert_eq!(
        overtaken(&site, &sign_in, round(&site)).await,
        Round::default()
    );
    assert_eq!(status(&site, dana).await, "active");
    assert_eq!(events_after(&site, before).await, []);
    assert_eq!(site.sessions().await, 1);
    assert_eq!(daily(&site, 75).await, []);
}

/// The closing, under way.
async fn closing(site: &Site) -> String {
    let dana = site.account_of("dana").await.unwrap();
    format!(
        "SELECT FROM accounts WHERE id = '{dana}' FOR NO KEY UPDATE;
         UPDATE accounts SET status = 'suspended', status_changed_at = now() WHERE id = '{dana}';
         UPDATE sessions SET revoked_at = now() WHERE account_id = '{dana}'"
    )
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_that_the_closing_overtakes_stays_outside(pool: PgPool) {
    let site = about_to_be_closed(pool).await;
    let closing = closing(&site).await;
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    let reply = overtaken(&site, &closing, browser.finish(&callback)).await;
    assert_eq!(problem_of(&reply).0, "account_closed");
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_that_the_closing_overtakes_opens_nothing(pool: PgPool) {
    let site = about_to_be_closed(pool).await;
    let closing = closing(&site).await;
    let browser = Browser::new(&site);
    let signing_in = sign_in_by_password(&browser, DANA, PASSWORD);
    let reply = overtaken(&site, &closing, signing_in).await;
    assert_eq!(problem_of(&reply).0, "account_closed");
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_closed_by_somebody_else_meanwhile_is_not_closed_twice(pool: PgPool) {
    let site = about_to_be_closed(pool).await;
    let closing = closing(&site).await;
    let (before, letters) = (last_event(&site).await, mailed(&site).await);
    assert_eq!(
        overtaken(&site, &closing, round(&site)).await,
        Round::default()
    );
    assert_eq!(events_after(&site, before).await, []);
    assert_eq!(mailed(&site).await, letters);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_policy_that_is_switched_off_meanwhile_closes_nobody(pool: PgPool) {
    let site = about_to_be_closed(pool).await;
    let dana = site.account_of("dana").await.unwrap();
    let off = format!(
        "SELECT FROM accounts WHERE id = '{dana}' FOR NO KEY UPDATE;
         INSERT INTO dormancy_policies
             (revision, is_on, close_after, remind_before, covers_since, changed_at)
         SELECT max(revision) + 1, false, 90, '{{14}}', now(), now() FROM dormancy_policies"
    );
    assert_eq!(overtaken(&site, &off, round(&site)).await, Round::default());
    assert_eq!(status(&site, dana).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_last_owners_one_stays_whoever_decides(pool: PgPool) {
    let site = still_site(pool).await;
    let two = site.another_node().await;
    in_force(&site).await;
    unused(&site, UNA, 86).await;
    unused(&site, "ula@harbourlane.test", 86).await;
    sql(&site, "UPDATE accounts SET role = 'owner'").await;
    assert_eq!(daily(&site, 3).await, [(1, 2, 0)]);
    site.advance(days(1));
    let anew = "UPDATE dormancy_round SET next_at = 'epoch'";
    let (first, second) = tokio::join!(round(&site), async {
        sql(&site, anew).await;
        tried(&two).await
    });
    assert_eq!(first.closed + second.unwrap_or_default().closed, 1);
    let active = "SELECT count(*) FROM accounts WHERE status = 'active' AND role = 'owner'";
    assert_eq!(crate::harness::number(&site, active).await, 1);
}
