//! `accounts list`, `approve` and `reject`.

use sqlx::PgPool;

use crate::harness::Installation;

#[sqlx::test(migrations = "../migrations")]
async fn people_who_wait_are_listed_and_let_in_or_not(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .sql(
            "INSERT INTO accounts (id, email, status) VALUES
                  ('00000000-0000-7000-8000-000000000001', 'dana@firm.test', 'pending'),
                  ('00000000-0000-7000-8000-000000000002', 'ikram@firm.test', 'pending'),
                  ('00000000-0000-7000-8000-000000000003', 'priya@firm.test', 'active')",
        )
        .await;
    let run = there.run("accounts list").await.ended(0);
    assert!(run.out.contains("dana@firm.test") && run.out.contains("ikram@firm.test"));
    assert!(!run.out.contains("priya@firm.test"), "{}", run.out);

    there.run("accounts approve Dana@firm.test").await.ended(0);
    let by_id = "00000000-0000-7000-8000-000000000002";
    there
        .run(&format!("accounts reject {by_id}"))
        .await
        .ended(0);
    for who in [
        "dana@firm.test",
        by_id,
        "priya@firm.test",
        "nobody@firm.test",
    ] {
        for decision in ["approve", "reject"] {
            let command = format!("accounts {decision} {who}");
            there.run(&command).await.ended(1);
        }
    }
    let statuses = there
        .text("SELECT string_agg(status, ' ' ORDER BY id) FROM accounts")
        .await;
    assert_eq!(statuses.as_deref(), Some("active deleted active"));
    let mails = there
        .text("SELECT string_agg(to_email || ' ' || kind, ', ' ORDER BY kind) FROM mail_outbox")
        .await;
    assert_eq!(
        mails.as_deref(),
        Some("dana@firm.test account_approved, ikram@firm.test account_rejected")
    );
    let actions = there
        .text("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_events")
        .await;
    assert_eq!(
        actions.as_deref(),
        Some("account.approved account.rejected")
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn one_of_several_who_wait_by_one_email_is_named_by_its_id(pool: PgPool) {
    let there = Installation::over(pool).await;
    let id = "00000000-0000-7000-8000-000000000001";
    there
        .sql(&format!(
            "INSERT INTO accounts (id, email, status) VALUES ('{id}', 'dana@firm.test', 'pending');
             INSERT INTO accounts (email, status) VALUES ('dana@firm.test', 'pending')"
        ))
        .await;
    let run = there.run("accounts approve dana@firm.test").await.ended(1);
    assert!(run.err.contains(id), "{}", run.err);
    there.run(&format!("accounts approve {id}")).await.ended(0);
    let active = "SELECT id::text FROM accounts WHERE status = 'active'";
    assert_eq!(there.text(active).await.as_deref(), Some(id));
}
