//! A database of any earlier release, with people in it, brought up to date.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::audit::{self, Verdict},
};

use crate::harness::{Browser, Site, migrated_until, refused, sql, with_role};

/// The first migration with which there is all that [`THEN`] writes.
const FIRST: i64 = 4;

/// The value of a cookie that opens a session of [`THEN`].
const COOKIE: &str = "a-session-that-was-opened-releases-ago-000_";

/// What every release since the first has known: a member who is signed in, one who is suspended, an
/// account whose login was disconnected, one that waits, and what was recorded of them.
const THEN: &str = "
    INSERT INTO accounts (id, email, email_verified_at, first_name, last_name, status)
    VALUES
        ('a0000000-0000-7000-8000-000000000001', 'd.whitlock@harbourlane.test', now(),
         'Dana', 'Whitlock', 'active'),
        ('a0000000-0000-7000-8000-000000000002', 'ikram.osei@harbourlane.test', now(),
         'Ikram', 'Osei', 'suspended'),
        ('a0000000-0000-7000-8000-000000000003', 'tomas.ferreira@harbourlane.test', now(),
         'Tomás', 'Ferreira', 'active'),
        ('a0000000-0000-7000-8000-000000000004', 's.tranger@elsewhere.test', NULL,
         'Stran', 'Ger', 'pending');
    INSERT INTO identities (id, account_id, issuer, subject, email, unlinked_at)
    SELECT gen_random_uuid(), id, 'then', subject, accounts.email, gone
    FROM accounts
    JOIN (VALUES ('d.whitlock@harbourlane.test', 'dana', NULL::timestamptz),
                 ('ikram.osei@harbourlane.test', 'ikram', NULL),
                 ('tomas.ferreira@harbourlane.test', 'tomas', now()),
                 ('s.tranger@elsewhere.test', 'stranger', NULL)) AS logins (email, subject, gone)
        USING (email);
    INSERT INTO sessions (key_hash, account_id, identity_id, expires_at)
    SELECT substr(sha256('a-session-that-was-opened-releases-ago-000_'), 1, 16), account_id, id,
           now() + interval '12 hours'
    FROM identities
    WHERE subject = 'dana';
    INSERT INTO audit_events (action, account_id, identity_id, detail)
    SELECT 'account.created', account_id, id, '{\"status\": \"active\"}'
    FROM identities;";

/// Empties the database, and brings it to where a release had it.
async fn as_of(pool: &PgPool, version: i64) {
    sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        .execute(pool)
        .await
        .unwrap();
    migrated_until(pool, version).await;
}

/// What stands in the tables that every release has, row by row.
async fn rows(pool: &PgPool) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for table in ["accounts", "identities", "sessions", "audit_events"] {
        let all = format!("SELECT id::text, to_jsonb(t) FROM {table} t");
        let found: Vec<(String, Value)> = sqlx::query_as(sqlx::AssertSqlSafe(all))
            .fetch_all(pool)
            .await
            .unwrap();
        rows.extend(
            found
                .into_iter()
                .map(|(id, row)| (format!("{table} {id}"), row)),
        );
    }
    rows
}

#[sqlx::test(migrations = false)]
async fn a_database_of_any_release_keeps_its_people_and_they_sign_in_as_ever(pool: PgPool) {
    let newest = MIGRATOR.iter().map(|migration| migration.version).max();
    for version in FIRST..newest.unwrap() {
        as_of(&pool, version).await;
        sqlx::raw_sql(THEN).execute(&pool).await.unwrap();
        let before = rows(&pool).await;
        MIGRATOR.run(&pool).await.unwrap();
        let after = rows(&pool).await;
        assert_eq!(before.len(), after.len(), "from {version}");
        for (row, was) in &before {
            for (column, value) in was.as_object().unwrap() {
                assert_eq!(after[row][column], *value, "{row} {column} from {version}");
            }
        }

        let site = Site::start(pool.clone(), |settings| settings.any_subject = true).await;
        let issuer = format!("UPDATE identities SET issuer = '{}'", site.clio.issuer());
        sql(&site, &issuer).await;
        let still_in = Browser::new(&site);
        still_in.set_cookie(site.session_cookie(), COOKIE);
        let dana = still_in.account().await;
        assert!(dana.is_some(), "signed in since {version}");
        let again = Browser::new(&site);
        assert_eq!(again.sign_in(&site, "dana").await.location(), "/account");
        assert_eq!(again.account().await, dana);
        let ikram = Browser::new(&site);
        let callback = ikram.callback_of(&site, "ikram").await;
        refused(&site, &ikram, &callback, "account_closed").await;

        let owner = with_role(&site, "owner", "owner").await;
        let desk = owner.get("/admin/links").await.body;
        for name in ["Dana Whitlock", "Ikram Osei", "Stran Ger"] {
            assert!(desk.contains(name), "{name} at the desk since {version}");
        }
        audit::seal(&site.services).await.unwrap();
        let verdict = audit::verify(&site.services).await.unwrap();
        assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
    }
}
