//! The audit by month: where events go, what guards each month, and what is missed when one is gone.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::{
        audit::{self, Break, Verdict},
        background,
    },
};

use super::{broken, events, intact, sealed, tamper};
use crate::harness::{Site, number, sql, text};

const DAY: u64 = 24 * 60 * 60;

/// Events on the first of each of these months, and one a century later that has no month, sealed.
async fn over_the_months(pool: PgPool) -> Site {
    let site = Site::start(pool, |_| ()).await;
    sql(
        &site,
        "SELECT prepare_audit_month(at)
         FROM generate_series('2031-01-01 00:00+00'::timestamptz, '2031-04-01', '1 month') AS at;
         INSERT INTO audit_events (at, action)
         SELECT at, 'something.happened'
         FROM generate_series('2031-01-01 00:00+00'::timestamptz, '2031-04-30', '1 day') AS at;
         INSERT INTO audit_events (at, action) VALUES ('2131-01-01', 'something.happened')",
    )
    .await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 121);
    site
}

/// In which partitions events are, and how many.
async fn partitions(site: &Site) -> String {
    text(
        site,
        "SELECT string_agg(part || ' ' || count, ', ' ORDER BY part)
         FROM (SELECT tableoid::regclass::text AS part, count(*) FROM audit_events GROUP BY 1) AS parts",
    )
    .await
    .unwrap_or_default()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn events_go_to_their_months_by_utc_and_others_to_the_rest(pool: PgPool) {
    let site = over_the_months(pool).await;
    assert_eq!(
        partitions(&site).await,
        "audit_events_2031_01 31, audit_events_2031_02 28, audit_events_2031_03 31, \
         audit_events_2031_04 30, audit_events_other 1"
    );
    assert_eq!(intact(&site).await, 121);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn months_are_made_ahead_from_the_first_day_on_and_as_time_goes_by(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let months = "SELECT count(*) - 1 FROM pg_inherits WHERE inhparent = 'audit_events'::regclass";
    assert_eq!(number(&site, months).await, 3);
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, months).await, 3);
    site.advance(std::time::Duration::from_secs(62 * DAY));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, months).await, 5);
    events(&site, 3).await;
    audit::seal(&site.services).await.unwrap();
    assert!(!partitions(&site).await.contains("other"));
    assert_eq!(intact(&site).await, 3);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_that_make_the_same_month_at_once_make_it_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    site.advance(std::time::Duration::from_secs(62 * DAY));
    let (one, other) = tokio::join!(
        background::sweep_once(&site.services),
        background::sweep_once(&node.services),
    );
    one.unwrap();
    other.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn recording_goes_on_when_nobody_has_made_the_month_and_the_month_stays_where_it_began(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    site.advance(std::time::Duration::from_secs(200 * DAY));
    events(&site, 2).await;
    audit::seal(&site.services).await.unwrap();
    assert_eq!(partitions(&site).await, "audit_events_other 2");
    for _ in 0..2 {
        background::sweep_once(&site.services).await.unwrap();
    }
    events(&site, 1).await;
    audit::seal(&site.services).await.unwrap();
    assert_eq!(partitions(&site).await, "audit_events_other 3");
    site.advance(std::time::Duration::from_secs(31 * DAY));
    events(&site, 1).await;
    audit::seal(&site.services).await.unwrap();
    assert!(
        partitions(&site)
            .await
            .ends_with(" 1, audit_events_other 3")
    );
    site.advance(std::time::Duration::from_secs(1));
    assert_eq!(intact(&site).await, 4);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_month_lets_itself_be_changed_by_its_own_name(pool: PgPool) {
    let site = over_the_months(pool).await;
    sql(&site, "INSERT INTO audit_events (action) VALUES ('x.y')").await;
    let parts: Vec<String> = sqlx::query_scalar(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_events'::regclass",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap();
    assert_eq!(parts.len(), 8);
    for part in parts {
        for statement in [
            format!("UPDATE {part} SET action = 'x'"),
            format!("UPDATE {part} SET action = 'x' WHERE false"),
            format!("DELETE FROM {part}"),
            format!("DELETE FROM ONLY {part} WHERE false"),
            format!("TRUNCATE {part}"),
        ] {
            let outcome = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone()))
                .execute(&site.pool)
                .await;
            let error = outcome.expect_err(&statement).to_string();
            assert!(error.contains("append-only"), "{statement}: {error}");
        }
        let may = format!(
            "SELECT count(*)
             FROM pg_class, aclexplode(relacl)
             WHERE oid = '{part}'::regclass
               AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')"
        );
        assert_eq!(number(&site, &may).await, 0, "{part}");
        let revoked = format!(
            "SELECT count(*) FROM pg_class WHERE oid = '{part}'::regclass AND relacl IS NOT NULL"
        );
        assert_eq!(number(&site, &revoked).await, 1, "{part}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_month_that_was_dropped_or_detached_is_missed(pool: PgPool) {
    let site = over_the_months(pool).await;
    let first = number(
        &site,
        "SELECT min(id) FROM audit_events WHERE at >= '2031-03-01 00:00+00'",
    )
    .await;
    sql(
        &site,
        "ALTER TABLE audit_events DETACH PARTITION audit_events_2031_03",
    )
    .await;
    assert_eq!(broken(&site).await, Break::Removed(first));
    sql(
        &site,
        "ALTER TABLE audit_events ATTACH PARTITION audit_events_2031_03
             FOR VALUES FROM ('2031-03-01 00:00+00') TO ('2031-04-01 00:00+00')",
    )
    .await;
    assert_eq!(intact(&site).await, 121);
    sql(&site, "DROP TABLE audit_events_2031_03").await;
    assert_eq!(broken(&site).await, Break::Removed(first));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_whole_newest_month_that_was_dropped_is_missed(pool: PgPool) {
    let site = over_the_months(pool).await;
    sql(&site, "DROP TABLE audit_events_other").await;
    let last = number(
        &site,
        "SELECT event_id FROM audit_chain WHERE position = 121",
    )
    .await;
    assert_eq!(broken(&site).await, Break::Removed(last));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn events_altered_moved_or_swapped_between_months_are_found(pool: PgPool) {
    let site = over_the_months(pool).await;
    let id = number(
        &site,
        "SELECT id FROM audit_events WHERE at = '2031-02-10 00:00+00'",
    )
    .await;
    for (change, undo) in [
        ("at = '2031-03-10 12:00+00'", "at = '2031-02-10 00:00+00'"),
        ("at = '2150-03-10 12:00+00'", "at = '2031-02-10 00:00+00'"),
        ("action = 'x'", "action = 'something.happened'"),
    ] {
        tamper(
            &site,
            &format!("UPDATE audit_events SET {change} WHERE id = {id}"),
        )
        .await;
        assert_eq!(broken(&site).await, Break::Altered(id), "{change}");
        tamper(
            &site,
            &format!("UPDATE audit_events SET {undo} WHERE id = {id}"),
        )
        .await;
        assert_eq!(intact(&site).await, 121);
    }
    // With the link moved along, it still isn't what was sealed.
    tamper(
        &site,
        &format!(
            "UPDATE audit_events SET at = '2031-03-10 12:00+00' WHERE id = {id};
             UPDATE audit_chain SET event_at = '2031-03-10 12:00+00' WHERE event_id = {id}"
        ),
    )
    .await;
    assert_eq!(broken(&site).await, Break::Altered(id));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_put_in_under_the_number_of_a_sealed_one_in_another_month_is_found(pool: PgPool) {
    let site = over_the_months(pool).await;
    sql(
        &site,
        "INSERT INTO audit_events (id, at, action) OVERRIDING SYSTEM VALUE
         VALUES (5, '2020-01-01', 'account.approved')",
    )
    .await;
    assert_eq!(broken(&site).await, Break::Unsealed(1));
    // A sealer at work neither seals it nor stops at it.
    events(&site, 1).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 1);
    assert_eq!(broken(&site).await, Break::Unsealed(1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_put_in_under_an_old_transaction_is_found_beside_honest_ones_that_wait(
    pool: PgPool,
) {
    let site = sealed(pool).await;
    events(&site, 2).await;
    audit::seal(&site.services).await.unwrap();
    sql(
        &site,
        "INSERT INTO audit_events (at, action, written_by)
         VALUES (now() - interval '2 hours', 'account.approved', '3')",
    )
    .await;
    events(&site, 1).await;
    assert_eq!(broken(&site).await, Break::Unsealed(2));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn more_events_than_a_batch_in_one_transaction_are_sealed_and_verified_each_once(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    sql(
        &site,
        "INSERT INTO audit_events (action) SELECT 'bulk.done' FROM generate_series(1, 23000)",
    )
    .await;
    let node = site.another_node().await;
    let (one, other) = tokio::join!(audit::seal(&site.services), audit::seal(&node.services));
    let mut sealed = one.unwrap() + other.unwrap();
    sealed += audit::seal(&site.services).await.unwrap();
    assert_eq!(sealed, 23_000);
    let mut seen = Vec::new();
    let verdict = audit::verify_with(&site.services, &[], |progress| seen.push(progress)).await;
    assert!(matches!(
        verdict.unwrap(),
        Verdict::Intact { sealed: 23_000, tail } if tail.count == 0
    ));
    assert!(seen.len() > 1 && seen.iter().all(|seen| seen.all == 23_000));
    assert_eq!(seen.last().unwrap().done, 23_000);
    // After a restore transactions are counted anew: all is looked at once more, and not again.
    sql(&site, "UPDATE audit_head SET sealed_before = '0'").await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 0);
    let passed = "SELECT count(*) FROM audit_head WHERE sealed_before > '0'";
    assert_eq!(number(&site, passed).await, 1);
    // The last link of one stretch and the first of the next.
    for position in [20_000, 20_001] {
        tamper(
            &site,
            &format!(
                "UPDATE audit_events SET action = 'bulk.undone'
                 WHERE id = (SELECT event_id FROM audit_chain WHERE position = {position})"
            ),
        )
        .await;
        assert!(matches!(broken(&site).await, Break::Altered(_)));
        tamper(
            &site,
            "UPDATE audit_events SET action = 'bulk.done' WHERE action = 'bulk.undone'",
        )
        .await;
    }
    tamper(
        &site,
        "UPDATE audit_chain SET hash = decode(repeat('00', 32), 'hex') WHERE position = 20000",
    )
    .await;
    assert!(matches!(broken(&site).await, Break::Altered(_)));
}
