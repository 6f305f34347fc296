//! `audit verify` and `audit export`.

use serde_json::Value;
use sqlx::PgPool;

use crate::harness::Installation;

#[sqlx::test(migrations = "../migrations")]
async fn what_commands_did_is_sealed_verified_and_exported_one_object_a_line(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    there.run("admin grant ikram@firm.test").await.ended(0);
    let run = there.run("audit verify").await.ended(0);
    run.tells("Intact: 2 events in the chain, 0 waiting");

    let run = there.run("audit export").await.ended(0);
    let events: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|event| event["action"] == "account.role_granted")
    );
    assert!(!run.out.contains("@firm.test"), "the audit holds no e-mail");
}

#[sqlx::test(migrations = "../migrations")]
async fn verify_ends_with_one_when_an_event_was_altered_or_the_key_is_another(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let other_key = there.with("SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
    there
        .run_with(other_key, &["audit", "verify"])
        .await
        .ended(1);
    there.run("audit verify").await.ended(0);
    there
        .sql(
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
              UPDATE audit_events SET action = 'account.forged'",
        )
        .await;
    let run = there.run("audit verify").await.ended(1);
    assert!(run.err.contains("broken"), "{}", run.err);
}
