//! `audit verify` and `audit export`.

use serde_json::Value;
use sqlx::PgPool;

use crate::harness::{Installation, Kept};

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

#[sqlx::test(migrations = "../migrations")]
async fn a_head_kept_elsewhere_is_compared_as_a_line_and_as_a_file_of_lines(pool: PgPool) {
    let there = Installation::over(pool).await;
    let kept = Kept::beside(&there);
    for person in ["dana", "ikram"] {
        there
            .run(&format!("admin grant {person}@firm.test"))
            .await
            .ended(0);
        let head = there.run("audit head").await.ended(0);
        assert_eq!(head.out.lines().count(), 1);
        head.tells("vestibule-audit-head v1 position=");
        kept.append(&head.out);
    }
    let last = kept.text().lines().last().unwrap().to_owned();
    for head in [last.as_str(), kept.path()] {
        let run = there
            .run_with(there.settings.clone(), &["audit", "verify", "--head", head])
            .await
            .ended(0);
        run.tells("all 2 events of the newest head");
        assert_eq!(run.err, "", "nothing is counted where nobody looks on");
    }
    there
        .sql(
            "ALTER TABLE audit_events DISABLE TRIGGER ALL;
             ALTER TABLE audit_chain DISABLE TRIGGER ALL;
             DELETE FROM audit_events;
             DELETE FROM audit_chain;
             UPDATE audit_head SET position = 0, hash = '', signature = ''",
        )
        .await;
    there.run("audit verify").await.ended(0);
    let run = there
        .run_with(
            there.settings.clone(),
            &["audit", "verify", "--head", kept.path()],
        )
        .await
        .ended(1);
    assert!(run.err.contains("head kept of place"), "{}", run.err);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_no_head_is_refused_before_anything_is_read(pool: PgPool) {
    let there = Installation::over(pool).await;
    let kept = Kept::beside(&there);
    for (text, told) in [
        ("", "the file is empty"),
        ("vestibule-audit-head v1\n", "line 1"),
    ] {
        kept.write(text);
        let run = there
            .run_with(
                there.settings.clone(),
                &["audit", "verify", "--head", kept.path()],
            )
            .await
            .ended(1);
        assert!(run.err.contains(told), "{}", run.err);
    }
    let run = there.run("audit verify --head nowhere").await.ended(1);
    assert!(run.err.contains("neither a line"), "{}", run.err);
}
