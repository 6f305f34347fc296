//! The database: rows read and written by hand, and all there is at one moment.

use std::{borrow::Cow, fmt::Write as _, time::Duration};

use sqlx::{PgPool, migrate::Migrator};
use vestibule::db::migrations::MIGRATOR;

use super::site::Site;

/// Brings an empty database to where the release had it whose last migration this is.
pub async fn migrated_until(database: &PgPool, version: i64) {
    let migrations = MIGRATOR
        .iter()
        .filter(|migration| migration.version <= version)
        .cloned()
        .collect();
    let migrator = Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    };
    migrator.run(database).await.unwrap();
}

/// Runs statements by hand.
pub async fn sql(site: &Site, statements: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
        .execute(&site.pool)
        .await
        .unwrap();
}

/// One text out of the database.
pub async fn text(site: &Site, query: &str) -> Option<String> {
    sqlx::query_scalar::<_, Option<String>>(sqlx::AssertSqlSafe(query.to_owned()))
        .fetch_optional(&site.pool)
        .await
        .unwrap()
        .flatten()
}

/// One number out of the database.
pub async fn number(site: &Site, query: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned()))
        .fetch_one(&site.pool)
        .await
        .unwrap()
}

/// Waits until the database says yes.
pub async fn until(database: &PgPool, question: impl Into<String>) {
    let question = question.into();
    let asked = tokio::time::timeout(Duration::from_secs(10), async {
        while !sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(question.clone()))
            .fetch_one(database)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
    });
    asked.await.expect(&question);
}

/// Lets somebody do something while a change that they don't see yet holds its locks, and commits the
/// change as soon as they wait for it.
///
/// # Panics
/// When nobody waits for the change.
pub async fn overtaken<T>(site: &Site, change: &str, doing: impl Future<Output = T>) -> T {
    overtaken_by(site, change, 1, doing).await
}

/// [`overtaken`], where the change is committed once so many wait for it or for one another.
///
/// # Panics
/// When fewer wait.
pub async fn overtaken_by<T>(
    site: &Site,
    change: &str,
    waiting: i64,
    doing: impl Future<Output = T>,
) -> T {
    let mut transaction = site.pool.begin().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(change.to_owned()))
        .execute(&mut *transaction)
        .await
        .unwrap();
    let commit = async {
        until(
            &site.pool,
            format!(
                "SELECT count(*) >= {waiting}
                 FROM pg_stat_activity
                 WHERE datname = current_database()
                   AND wait_event_type = 'Lock'"
            ),
        )
        .await;
        transaction.commit().await.unwrap();
    };
    tokio::join!(doing, commit).0
}

/// Deletes every account and all that hangs on it, for the next turn of a loop.
pub async fn forget_everybody(site: &Site) {
    sql(
        site,
        "DELETE FROM link_requests; DELETE FROM claims; DELETE FROM mail_codes;
         DELETE FROM sessions; DELETE FROM identities; DELETE FROM accounts;
         DELETE FROM guesses; DELETE FROM mail_outbox",
    )
    .await;
}

impl Site {
    /// A number that SQL counts.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// How many sign-in attempts are under way.
    pub async fn attempts(&self) -> i64 {
        self.count("SELECT count(*) FROM sign_in_attempts").await
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> i64 {
        self.count("SELECT count(*) FROM accounts").await
    }

    /// How many identities there are.
    pub async fn identities(&self) -> i64 {
        self.count("SELECT count(*) FROM identities").await
    }

    /// How many sessions haven't been revoked.
    pub async fn sessions(&self) -> i64 {
        self.count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")
            .await
    }

    /// All there is of a table, as text.
    async fn table(&self, table: &str, columns: &str) -> String {
        let sql = format!(
            "SELECT coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '')
             FROM (SELECT {columns} FROM {table}) AS row"
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Every value of every table, as text: what a thief of the database would read.
    pub async fn dump(&self) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let mut dump = String::new();
        for table in tables {
            let rows = self.table(&table, "*").await;
            writeln!(dump, "{table}\n{rows}").unwrap();
        }
        dump
    }

    /// What no refusal changes, as it stands now.
    pub(super) async fn snapshot(&self) -> Snapshot {
        Snapshot {
            accounts: self.table("accounts", "*").await,
            identities: self.table("identities", "*").await,
            sessions: self.table("sessions", "id, account_id, revoked_at").await,
            links: self.table("link_requests", "*").await,
            last_event: self
                .count("SELECT coalesce(max(id), 0) FROM audit_events")
                .await,
        }
    }
}

/// What no refusal changes, and where the audit stood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) accounts: String,
    pub(super) identities: String,
    pub(super) sessions: String,
    pub(super) links: String,
    pub(super) last_event: i64,
}
