//! `cases list`, `approve` and `decline`.

use sqlx::PgPool;

use crate::harness::Installation;

/// Dana, one of whose logins says another e-mail now, and a case about each of four questions.
async fn with_cases(there: &Installation) {
    there
        .sql(
            "INSERT INTO accounts (id, email, email_verified_at) VALUES
                 ('00000000-0000-7000-8000-000000000001', 'dana@firm.test', now()),
                 ('00000000-0000-7000-8000-000000000002', 'taken@firm.test', now());
             INSERT INTO identities (id, account_id, issuer, subject, email, unlinked_at) VALUES
                 ('00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-000000000001',
                  'https://clio.test/', 'dana', 'daniela@firm.test', NULL),
                 ('00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-000000000001',
                  'https://clio.test/', 'second', 'taken@firm.test', NULL),
                 ('00000000-0000-7000-8000-00000000000c', '00000000-0000-7000-8000-000000000001',
                  'https://clio.test/', 'third', NULL, '2026-03-04 05:06:07Z');
             INSERT INTO cases
                 (reference, kind, account_id, identity_id, issuer, subject, email, message, created_at)
             VALUES
                 ('AAAA-1111', 'email_change', '00000000-0000-7000-8000-000000000001',
                  '00000000-0000-7000-8000-00000000000a', 'https://clio.test/', 'dana',
                  'daniela@firm.test', '', '2026-03-01'),
                 ('BBBB-2222', 'email_collision', '00000000-0000-7000-8000-000000000001',
                  '00000000-0000-7000-8000-00000000000b', 'https://clio.test/', 'second',
                  'taken@firm.test', '', '2026-03-02'),
                 ('CCCC-3333', 'link_asked', '00000000-0000-7000-8000-000000000001',
                  NULL, 'https://clio.test/', 'fourth', 'dana@firm.test', 'It is mine.', '2026-03-03'),
                 ('DDDD-4444', 'not_me', '00000000-0000-7000-8000-000000000001',
                  '00000000-0000-7000-8000-00000000000c', NULL, NULL, NULL, 'linked',
                  '2026-03-04 05:06:07Z')",
        )
        .await;
}

/// The references that `cases list` tells, in its order.
async fn listed(there: &Installation) -> Vec<String> {
    let run = there.run("cases list").await.ended(0);
    run.out
        .lines()
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn what_waits_is_listed_oldest_first_with_what_is_asked(pool: PgPool) {
    let there = Installation::over(pool).await;
    assert_eq!(listed(&there).await, [""; 0]);
    with_cases(&there).await;
    assert_eq!(
        listed(&there).await,
        ["AAAA-1111", "BBBB-2222", "CCCC-3333", "DDDD-4444"]
    );
    let run = there.run("cases list").await.ended(0);
    for words in [
        "dana@firm.test  new e-mail at Clio  daniela@firm.test",
        "which another account has  taken@firm.test",
        "asks to link  dana@firm.test",
        "It is mine.",
        "says that it wasn't them: a Clio login was connected",
    ] {
        run.tells(words);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_approved_is_done_once_and_leaves_the_list(pool: PgPool) {
    let there = Installation::over(pool).await;
    with_cases(&there).await;
    for reference in ["AAAA-1111", "CCCC-3333", "DDDD-4444"] {
        let run = there
            .run(&format!("cases approve {reference}"))
            .await
            .ended(0);
        run.tells(&format!("{reference} is approved; a mail says so."));
        there
            .run(&format!("cases approve {reference}"))
            .await
            .ended(1);
        there
            .run(&format!("cases decline {reference}"))
            .await
            .ended(1);
    }
    assert_eq!(listed(&there).await, ["BBBB-2222"]);
    let email = "SELECT email FROM accounts WHERE id = '00000000-0000-7000-8000-000000000001'";
    assert_eq!(
        there.text(email).await.as_deref(),
        Some("daniela@firm.test")
    );
    let opens = "SELECT string_agg(subject, ' ' ORDER BY subject) FROM identities
                 WHERE unlinked_at IS NULL";
    assert_eq!(
        there.text(opens).await.as_deref(),
        Some("dana fourth second"),
        "linked as asked, and left closed"
    );
    assert_eq!(
        there.count("mail_outbox WHERE kind = 'case_settled'").await,
        3
    );
    assert_eq!(
        there
            .count("audit_events WHERE action = 'case.approved'")
            .await,
        3
    );
    there.run("audit verify").await.ended(0);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_declined_isnt_done_and_what_was_the_person_is_restored(pool: PgPool) {
    let there = Installation::over(pool).await;
    with_cases(&there).await;
    for reference in ["AAAA-1111", "BBBB-2222", "CCCC-3333", "DDDD-4444"] {
        let run = there
            .run(&format!("cases decline {reference}"))
            .await
            .ended(0);
        run.tells(&format!("{reference} is declined; a mail says so."));
    }
    assert_eq!(listed(&there).await, [""; 0]);
    let email = "SELECT email FROM accounts WHERE id = '00000000-0000-7000-8000-000000000001'";
    assert_eq!(there.text(email).await.as_deref(), Some("dana@firm.test"));
    let opens = "SELECT string_agg(subject, ' ' ORDER BY subject) FROM identities
                 WHERE unlinked_at IS NULL";
    assert_eq!(
        there.text(opens).await.as_deref(),
        Some("dana second third")
    );
    assert_eq!(
        there.count("mail_outbox WHERE kind = 'case_settled'").await,
        4
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn what_cant_be_done_is_said_and_still_waits(pool: PgPool) {
    let there = Installation::over(pool).await;
    with_cases(&there).await;
    let run = there.run("cases approve BBBB-2222").await.ended(1);
    assert!(
        run.err.contains("another account has that e-mail"),
        "{}",
        run.err
    );
    assert_eq!(listed(&there).await.len(), 4);
    assert_eq!(there.count("mail_outbox").await, 0);
    assert_eq!(there.count("audit_events").await, 0);
    for made_up in ["XXXX-9999", "aaaa-1111", "'"] {
        let run = there
            .run(&format!("cases approve {made_up}"))
            .await
            .ended(1);
        assert!(run.err.contains("no case waits"), "{}", run.err);
    }
}
