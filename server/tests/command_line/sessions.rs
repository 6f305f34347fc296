//! `sessions revoke`.

use sqlx::PgPool;

use crate::harness::Installation;

/// Two accounts, one with two live sessions, the other with one.
const SESSIONS: &str = "
    INSERT INTO accounts (id, email) VALUES
        ('00000000-0000-7000-8000-000000000001', 'dana@firm.test'),
        ('00000000-0000-7000-8000-000000000002', 'ikram@firm.test');
    INSERT INTO sessions (key_hash, account_id, expires_at) VALUES
        (decode(repeat('01', 16), 'hex'), '00000000-0000-7000-8000-000000000001', now() + interval '1 hour'),
        (decode(repeat('02', 16), 'hex'), '00000000-0000-7000-8000-000000000001', now() + interval '1 hour'),
        (decode(repeat('03', 16), 'hex'), '00000000-0000-7000-8000-000000000002', now() + interval '1 hour')";
const LIVE: &str = "sessions WHERE revoked_at IS NULL";

#[sqlx::test(migrations = "../migrations")]
async fn one_persons_sessions_are_ended_and_nobody_elses(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.sql(SESSIONS).await;
    there
        .run("sessions revoke --account nobody@firm.test")
        .await
        .ended(1);
    assert_eq!(there.count(LIVE).await, 3);
    let run = there
        .run("sessions revoke --account DANA@firm.test")
        .await
        .ended(0);
    run.tells("2");
    assert_eq!(there.count(LIVE).await, 1);
    assert_eq!(there.count("audit_events").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn everybodys_sessions_are_ended(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.sql(SESSIONS).await;
    let run = there.run("sessions revoke --all").await.ended(0);
    run.tells("3");
    assert_eq!(there.count(LIVE).await, 0);
    assert_eq!(there.count("audit_events").await, 1);
}
