//! The migration from the audit in one table, and the previous release beside the new one.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::audit::{self, Break},
};

use super::{broken, events, intact, sealed, tamper};
use crate::harness::{Site, migrated_until, number, sql, text};

/// The last migration of the release that had the audit in one table.
const BEFORE: i64 = 10;

/// What the previous release wrote: events of three months, a number among them unused, six of them
/// sealed with the key of the tests.
const WRITTEN: &str = "
    INSERT INTO audit_events (at, action, actor_account_id, account_id, reference, reason, detail)
    SELECT
        '2026-08-31 22:30:00.123456+00'::timestamptz + n * interval '240 hours',
        'identity.linked',
        'a0000000-0000-7000-8000-000000000001',
        'a0000000-0000-7000-8000-000000000002',
        'ABCD-EFGH',
        NULL,
        '{\"method\": \"code\", \"a\": 1.50}'
    FROM generate_series(0, 5) AS n;
    SELECT nextval('audit_events_id_seq');
    INSERT INTO audit_events (at, action) VALUES ('2026-10-31 23:59:59+00', 'session.opened');";

const EVENTS: &str = "SELECT string_agg(e::text, E'\\n' ORDER BY id) FROM audit_events e";

#[sqlx::test(migrations = false)]
async fn all_that_was_recorded_before_is_kept_to_the_byte_and_numbers_go_on(pool: PgPool) {
    migrated_until(&pool, BEFORE).await;
    sqlx::raw_sql(WRITTEN).execute(&pool).await.unwrap();
    let before: String = sqlx::query_scalar(EVENTS).fetch_one(&pool).await.unwrap();
    MIGRATOR.run(&pool).await.unwrap();
    let site = Site::start(pool, |_| ()).await;
    assert_eq!(text(&site, EVENTS).await.unwrap(), before);
    assert_eq!(
        number(
            &site,
            "SELECT count(DISTINCT tableoid) FROM audit_events WHERE at < '2026-11-01'"
        )
        .await,
        3,
        "August, September and October have their months"
    );
    assert_eq!(
        number(&site, "SELECT count(*) FROM audit_events_other").await,
        0
    );
    sql(&site, "INSERT INTO audit_events (action) VALUES ('x.y')").await;
    assert_eq!(number(&site, "SELECT max(id) FROM audit_events").await, 9);
}

#[sqlx::test(migrations = false)]
async fn numbers_begin_at_one_when_nothing_was_recorded_before(pool: PgPool) {
    migrated_until(&pool, BEFORE).await;
    MIGRATOR.run(&pool).await.unwrap();
    let site = Site::start(pool, |_| ()).await;
    sql(&site, "INSERT INTO audit_events (action) VALUES ('x.y')").await;
    assert_eq!(number(&site, "SELECT max(id) FROM audit_events").await, 1);
}

/// The links that the previous release sealed the first six of [`WRITTEN`] with, under [`KEY`].
const HASHES: [&str; 6] = [
    "4d197950a7257ba3d01ee872f5cc64b0b4b260004177ee3b165c755f50726b3d",
    "d9be82e3c1041989e3078e64fd7681f68c1ce4692fd26a3a55839032158d8d50",
    "3d046355a9ba103cb813a3302ae0bdf56fb798457fc790e663f5a8b50a1a4bd3",
    "7e5e6376e22e04b2a8093be6daf6e3c16ebc24dbeb10dff4de9306a354b8419d",
    "ed4628d3d761c6f1347f966afd54745fd5e114d9d6c5d1e05b1172ddfd1390df",
    "b5c5945b75a06f677822d65ed7fdfe408023e4ed89ef0945cc5cefdeaa51201f",
];

/// Its signature of the sixth as the end.
const SIGNATURE: &str = "343198ca4ae7c303d16d8f86b4a46a79eb3b848a73768a52bd9fc131d268df58";

const KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Appends to the chain as the previous release does.
async fn link_as_before(pool: &PgPool, position: i64, event_id: i64, hash: &str) {
    sqlx::query(
        "INSERT INTO audit_chain (position, event_id, hash, sealed_at)
         SELECT $1::bigint - cardinality($2::bigint[]) + n, event_id, hash, now()
         FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS link (event_id, hash, n)",
    )
    .bind(position)
    .bind(vec![event_id])
    .bind(vec![bytes(hash)])
    .execute(pool)
    .await
    .unwrap();
}

async fn end_as_before(pool: &PgPool) {
    sqlx::query("UPDATE audit_head SET position = 6, hash = $1, signature = $2")
        .bind(bytes(HASHES[5]))
        .bind(bytes(SIGNATURE))
        .execute(pool)
        .await
        .unwrap();
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

async fn with_its_key(pool: PgPool) -> Site {
    Site::start(pool, |settings| {
        settings.set("SECRET_KEY", KEY);
    })
    .await
}

#[sqlx::test(migrations = false)]
async fn what_the_previous_release_sealed_is_verified_and_sealing_goes_on(pool: PgPool) {
    migrated_until(&pool, BEFORE).await;
    sqlx::raw_sql(WRITTEN).execute(&pool).await.unwrap();
    for (hash, position) in HASHES.iter().zip(1..) {
        link_as_before(&pool, position, position, hash).await;
    }
    end_as_before(&pool).await;
    MIGRATOR.run(&pool).await.unwrap();
    let site = with_its_key(pool).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 1);
    assert_eq!(intact(&site).await, 7);
    events(&site, 3).await;
    assert_eq!(audit::seal(&site.services).await.unwrap(), 3);
    assert_eq!(intact(&site).await, 10);
    tamper(
        &site,
        "UPDATE audit_events SET reference = 'ABCD-EFGI' WHERE id = 4",
    )
    .await;
    assert_eq!(broken(&site).await, Break::Altered(4));
}

#[sqlx::test(migrations = false)]
async fn damage_from_before_the_migration_is_found_after_it(pool: PgPool) {
    migrated_until(&pool, BEFORE).await;
    sqlx::raw_sql(WRITTEN).execute(&pool).await.unwrap();
    for (hash, position) in HASHES.iter().zip(1..) {
        link_as_before(&pool, position, position, hash).await;
    }
    end_as_before(&pool).await;
    sqlx::raw_sql(
        "ALTER TABLE audit_events DISABLE TRIGGER ALL;
         DELETE FROM audit_events WHERE id = 3;
         ALTER TABLE audit_events ENABLE TRIGGER ALL",
    )
    .execute(&pool)
    .await
    .unwrap();
    MIGRATOR.run(&pool).await.unwrap();
    let site = with_its_key(pool).await;
    assert_eq!(broken(&site).await, Break::Removed(3));
}

#[sqlx::test(migrations = false)]
async fn the_previous_release_seals_beside_the_new_one(pool: PgPool) {
    migrated_until(&pool, BEFORE).await;
    sqlx::raw_sql(WRITTEN).execute(&pool).await.unwrap();
    MIGRATOR.run(&pool).await.unwrap();
    for (hash, position) in HASHES.iter().zip(1..) {
        link_as_before(&pool, position, position, hash).await;
    }
    end_as_before(&pool).await;
    let site = with_its_key(pool).await;
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM audit_chain c JOIN audit_events e ON e.id = c.event_id AND e.at = c.event_at"
        )
        .await,
        6
    );
    assert_eq!(audit::seal(&site.services).await.unwrap(), 1);
    assert_eq!(intact(&site).await, 7);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_migration_leaves_events_and_chain_as_guarded_as_they_were(pool: PgPool) {
    let site = sealed(pool).await;
    for table in ["audit_events", "audit_chain"] {
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
            let granted = format!(
                "SELECT count(*)
                 FROM pg_class, aclexplode(relacl)
                 WHERE oid = '{table}'::regclass
                   AND privilege_type = '{privilege}'"
            );
            assert_eq!(number(&site, &granted).await, 0, "{privilege} {table}");
        }
        let guarded = format!(
            "SELECT count(*) FROM pg_trigger
             WHERE tgrelid = '{table}'::regclass
               AND tgname = '{table}_append_only'
               AND tgenabled = 'O'"
        );
        assert_eq!(number(&site, &guarded).await, 1, "{table}");
    }
}
