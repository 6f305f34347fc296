//! The audit of many years: sealed and verified by the program itself, in a database of its own.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use crate::{fleet::Fleet, progress, scratch::Scratch};

/// Over how many months the events are spread.
const MONTHS: usize = 24;

/// What the audit takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audit {
    pub(crate) events: usize,
    /// How long the program sealed all of them.
    pub(crate) sealing: Duration,
    /// How long it verified them, from its start to its end.
    pub(crate) verifying: Duration,
}

/// Fills an audit, has it sealed and verified, and removes it.
pub(crate) async fn audit(
    fleet: &Fleet,
    database_url: &str,
    events: usize,
) -> anyhow::Result<Audit> {
    let scratch = Scratch::make(fleet, database_url, "bench_audit").await?;
    let url = scratch.url();
    seed(url, events).await?;
    progress("sealing the audit");
    let sealing = fleet.run(url, &["audit", "head"]).await?;
    progress("verifying the audit");
    let verifying = fleet.run(url, &["audit", "verify"]).await?;
    scratch.remove().await?;
    Ok(Audit {
        events,
        sealing,
        verifying,
    })
}

/// Writes what a big firm does in years: mostly sign-ins, some links, approvals and refusals.
async fn seed(url: &str, events: usize) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    for month in 0..MONTHS {
        progress(&format!("events, month {} of {MONTHS}", month + 1));
        let begin = events * month / MONTHS;
        let end = events * (month + 1) / MONTHS;
        sqlx::query(
            "SELECT prepare_audit_month('2024-01-01'::timestamptz + $1 * interval '1 month')",
        )
        .bind(i32::try_from(month)?)
        .execute(&mut connection)
        .await?;
        sqlx::query(
            "INSERT INTO audit_events
                 (at, action, actor_account_id, account_id, identity_id, reference, reason, detail)
             SELECT
                 '2024-01-01'::timestamptz + $1 * interval '1 month'
                     + (n - $2) * (interval '28 days' / ($3 - $2)),
                 CASE
                     WHEN kind < 14 THEN 'session.opened'
                     WHEN kind < 17 THEN 'session.ended'
                     WHEN kind = 17 THEN 'identity.linked'
                     WHEN kind = 18 THEN 'account.approved'
                     ELSE 'sign_in.refused'
                 END,
                 CASE WHEN kind < 18 THEN person WHEN kind = 18 THEN md5((n % 5)::text)::uuid END,
                 CASE WHEN kind < 19 THEN person END,
                 CASE WHEN kind < 18 THEN md5('i' || n % 100000)::uuid END,
                 CASE WHEN kind = 19 THEN upper(substr(md5(n::text), 1, 4) || '-' || substr(md5(n::text), 5, 4)) END,
                 CASE WHEN kind = 19 THEN 'declined' END,
                 CASE WHEN kind = 17 THEN '{\"method\": \"code\"}'::jsonb END
             FROM generate_series($2, $3 - 1) AS n,
                  LATERAL (SELECT n % 20 AS kind, md5((n % 100000)::text)::uuid AS person) AS facts",
        )
        .bind(i32::try_from(month)?)
        .bind(i64::try_from(begin)?)
        .bind(i64::try_from(end)?)
        .execute(&mut connection)
        .await?;
    }
    // As in a database that lives: PostgreSQL does this by itself after a while.
    sqlx::raw_sql("VACUUM (ANALYZE) audit_events")
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}
