//! The benchmark's own questions to the database, on one connection.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use sqlx::{Connection as _, PgConnection};

use crate::postgres::Cluster;

/// How long sealing the audit may take behind the last sign-in.
const SEALED_WITHIN: Duration = Duration::from_secs(10);

/// The domain of everybody's e-mail at the simulated Clio.
const DOMAIN: &str = "harbourlane.test";

/// The connection.
pub(crate) struct Database(PgConnection);

impl Database {
    pub(crate) async fn open(url: &str) -> anyhow::Result<Self> {
        let connection = PgConnection::connect(url).await;
        Ok(Self(connection.context(
            "the database of DATABASE_URL can't be reached",
        )?))
    }

    /// Refuses a database that somebody works with.
    pub(crate) async fn require_empty(&mut self) -> anyhow::Result<()> {
        let tables: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                .fetch_one(&mut self.0)
                .await?;
        ensure!(
            tables == 0,
            "the database of DATABASE_URL isn't empty; the benchmarks fill theirs with people"
        );
        Ok(())
    }

    /// The cluster, to read its CPU time.
    pub(crate) async fn cluster(&mut self) -> anyhow::Result<Cluster> {
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
            .fetch_one(&mut self.0)
            .await?;
        Cluster::of_backend(u32::try_from(backend)?)
    }

    /// "PostgreSQL 15.14".
    pub(crate) async fn version(&mut self) -> anyhow::Result<String> {
        let version: String =
            sqlx::query_scalar("SELECT split_part(current_setting('server_version'), ' ', 1)")
                .fetch_one(&mut self.0)
                .await?;
        Ok(format!("PostgreSQL {version}"))
    }

    /// The first transaction id that no transaction has written under yet.
    pub(crate) async fn next_transaction(&mut self) -> anyhow::Result<i64> {
        Ok(
            sqlx::query_scalar("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
                .fetch_one(&mut self.0)
                .await?,
        )
    }

    /// Waits until the chain over the audit has caught up: sealing is part of what a sign-in costs.
    pub(crate) async fn sealed(&mut self) -> anyhow::Result<()> {
        let caught_up = async {
            loop {
                // A gap of the sequence is no event, so the numbers are compared, not the ids.
                let behind: bool = sqlx::query_scalar(
                    "SELECT (SELECT count(*) FROM audit_events) > (SELECT count(*) FROM audit_chain)",
                )
                .fetch_one(&mut self.0)
                .await?;
                if !behind {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(SEALED_WITHIN, caught_up)
            .await
            .context("the audit isn't sealed in time")?
    }

    /// How many accounts people with such subjects have, and how many distinct people have one.
    pub(crate) async fn accounts(&mut self, prefix: &str) -> anyhow::Result<(usize, usize)> {
        let (accounts, people): (i64, i64) = sqlx::query_as(
            "SELECT count(*), count(DISTINCT email) FROM accounts WHERE starts_with(email, $1)",
        )
        .bind(prefix)
        .fetch_one(&mut self.0)
        .await?;
        Ok((usize::try_from(accounts)?, usize::try_from(people)?))
    }

    /// How many identities people with such subjects have.
    pub(crate) async fn identities(&mut self, prefix: &str) -> anyhow::Result<usize> {
        self.count_of(
            "SELECT count(*) FROM identities WHERE starts_with(subject, $1) AND unlinked_at IS NULL",
            prefix,
        )
        .await
    }

    /// How many events say that people with such e-mails signed in, for the first time or again.
    pub(crate) async fn sign_ins(&mut self, prefix: &str) -> anyhow::Result<usize> {
        self.count_of(
            "SELECT count(*)
             FROM audit_events
             JOIN accounts ON accounts.id = audit_events.account_id
             WHERE starts_with(accounts.email, $1)
               AND action IN ('account.created', 'session.opened')",
            prefix,
        )
        .await
    }

    async fn count_of(&mut self, sql: &'static str, prefix: &str) -> anyhow::Result<usize> {
        let rows: i64 = sqlx::query_scalar(sql)
            .bind(prefix)
            .fetch_one(&mut self.0)
            .await?;
        Ok(usize::try_from(rows)?)
    }

    /// How many rows a question counts.
    pub(crate) async fn count(&mut self, sql: &'static str) -> anyhow::Result<usize> {
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&mut self.0).await?;
        Ok(usize::try_from(rows)?)
    }

    /// How many connections the server has.
    pub(crate) async fn connections(&mut self) -> anyhow::Result<usize> {
        self.count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'vestibule'")
            .await
    }

    /// Accounts that were here before their people came from Clio, so that the two are to be linked.
    pub(crate) async fn add_accounts(&mut self, people: &[String]) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO accounts (email, email_verified_at)
             SELECT person || '@' || $2, now() FROM unnest($1) AS person",
        )
        .bind(people)
        .bind(DOMAIN)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }
}
