//! Reminding reviewers.

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::desk::reviews::reminding::remind};

use super::{begun, danas_review, days, firm_at_dawn, id, press, said};
use crate::harness::{empty_outbox, mailed, newest_letter, sql};

const REMINDED: &str = "review_reminder d.whitlock@harbourlane.test";

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_are_reminded_a_week_and_a_day_before_and_when_it_is_over_each_once(
    pool: PgPool,
) {
    let firm = firm_at_dawn(pool).await;
    let other = firm.site.another_node().await;
    let page = danas_review(&firm).await;
    empty_outbox(&firm.site).await;
    let mut told = 0;
    // The review is due when its last day is over, 31 days from now.
    for (passing, expected) in [(23, 0), (1, 1), (5, 1), (1, 2), (1, 3), (1, 3), (30, 3)] {
        firm.site.advance(days(passing));
        let (one, two) = tokio::join!(remind(&firm.site.services), remind(&other.services));
        one.unwrap();
        two.unwrap();
        remind(&firm.site.services).await.unwrap();
        told += passing;
        let letters = mailed(&firm.site).await;
        assert_eq!(letters.len(), expected, "after {told} days: {letters:?}");
        assert!(
            letters.iter().all(|letter| letter == REMINDED),
            "{letters:?}"
        );
    }
    let letter = newest_letter(&firm.site, "review_reminder").await;
    assert!(letter.contains("3 linked Clio logins wait"), "{letter}");
    assert!(
        letter.contains(&page) && letter.contains("Fourth quarter"),
        "{letter}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_was_asked_late_is_not_reminded_of_what_is_past(pool: PgPool) {
    let firm = firm_at_dawn(pool).await;
    begun(&firm, 3, &[id(&firm.reviewer).await]).await;
    empty_outbox(&firm.site).await;
    remind(&firm.site.services).await.unwrap();
    assert_eq!(mailed(&firm.site).await, [""; 0]);
    firm.site.advance(days(3));
    remind(&firm.site.services).await.unwrap();
    assert_eq!(mailed(&firm.site).await, [REMINDED]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_has_decided_everything_or_left_or_is_in_a_closed_review_is_not_reminded(
    pool: PgPool,
) {
    let firm = firm_at_dawn(pool).await;
    let (dana, ikram) = (id(&firm.reviewer).await, id(&firm.admin).await);
    let page = danas_review(&firm).await;
    for account in [firm.ada, firm.bo, ikram] {
        said(&firm, &page, account, "keep", "").await;
    }
    let closed = danas_review(&firm).await;
    press(&firm.admin, "close", &closed)
        .await
        .leads_to(&format!("{closed}?done=closed"));
    danas_review(&firm).await;
    sql(
        &firm.site,
        &format!("UPDATE accounts SET role = 'member' WHERE id = '{dana}'"),
    )
    .await;
    empty_outbox(&firm.site).await;
    firm.site.advance(days(40));
    remind(&firm.site.services).await.unwrap();
    assert_eq!(mailed(&firm.site).await, [""; 0]);
    // The honest twin: back at the desk, she is told of the one that waits.
    sql(
        &firm.site,
        &format!("UPDATE accounts SET role = 'reviewer' WHERE id = '{dana}'"),
    )
    .await;
    remind(&firm.site.services).await.unwrap();
    assert_eq!(mailed(&firm.site).await, [REMINDED]);
}
