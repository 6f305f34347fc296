//! `accounts invite`.

use sqlx::PgPool;

use crate::harness::{Installation, Run};

const ACCOUNT: &str = "SELECT concat_ws(' ', email, status, role, first_name, last_name,
    email_verified_at IS NOT NULL) FROM accounts ORDER BY created_at DESC LIMIT 1";

/// Invites a person, with the name in one argument.
async fn invite(there: &Installation, email: &str, name: &str) -> Run {
    let arguments = ["accounts", "invite", email, "--name", name];
    there.run_with(there.settings.clone(), &arguments).await
}

/// The one-time link that the program printed.
fn link(run: &Run) -> &str {
    let mut lines = run.out.lines();
    lines
        .find(|line| line.starts_with("http://localhost:3999/claim?token="))
        .unwrap_or_else(|| panic!("no link: {run:?}"))
}

/// The token of a link is 256 bits, and the database holds another form of it.
async fn is_not_stored(there: &Installation, link: &str) {
    let (_, token) = link.split_once("token=").unwrap();
    assert_eq!(token.len(), 43, "{link}");
    let stored = format!("claims WHERE encode(token_hash, 'escape') LIKE '%{token}%'");
    assert_eq!(there.count(&stored).await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_invited_person_has_an_account_a_mail_and_a_link(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = invite(&there, "Dana@firm.test", "Dana Whitlock O’Hara")
        .await
        .ended(0);
    run.tells("Dana@firm.test is invited; a mail says so.");
    assert_eq!(
        there.text(ACCOUNT).await.as_deref(),
        Some("Dana@firm.test invited member Dana Whitlock O’Hara t")
    );
    let mail = "SELECT to_email || ' ' || kind FROM mail_outbox";
    assert_eq!(
        there.text(mail).await.as_deref(),
        Some("Dana@firm.test invitation")
    );
    let body = there
        .text("SELECT body_text FROM mail_outbox")
        .await
        .unwrap();
    assert!(body.contains(link(&run)), "{body}");
    is_not_stored(&there, link(&run)).await;
    let event = "SELECT action FROM audit_events";
    assert_eq!(there.text(event).await.as_deref(), Some("account.invited"));
    // The log says nothing of whom it is about.
    assert!(!run.err.contains("firm.test"), "{}", run.err);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_name_may_be_left_out_or_be_one_word(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("accounts invite dana@firm.test").await.ended(0);
    assert_eq!(
        there.text(ACCOUNT).await.as_deref(),
        Some("dana@firm.test invited member   t")
    );
    invite(&there, "cher@firm.test", " Cher ").await.ended(0);
    assert_eq!(
        there.text(ACCOUNT).await.as_deref(),
        Some("cher@firm.test invited member Cher  t")
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn who_is_invited_again_gets_a_new_link_and_the_old_one_is_dead(pool: PgPool) {
    let there = Installation::over(pool).await;
    let first = invite(&there, "dana@firm.test", "Dana Whitlock")
        .await
        .ended(0);
    let second = there.run("accounts invite DANA@firm.test").await.ended(0);
    second.tells("is invited again");
    assert_ne!(link(&first), link(&second));
    assert_eq!(
        (there.count("accounts").await, there.count("claims").await),
        (1, 1)
    );
    let (_, token) = link(&second).split_once("token=").unwrap();
    let alive = format!("claims WHERE token_hash = sha256('{token}'::bytea)");
    assert_eq!(there.count(&alive).await, 1);
    assert_eq!(there.count("mail_outbox").await, 2);
    assert_eq!(
        there.text(ACCOUNT).await.as_deref(),
        Some("dana@firm.test invited member Dana Whitlock t"),
        "the name stays"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn whoever_has_an_account_is_not_invited(pool: PgPool) {
    let there = Installation::over(pool).await;
    for status in ["active", "pending", "suspended"] {
        there
            .sql(&format!(
                "INSERT INTO accounts (email, email_verified_at, status)
                 VALUES ('{status}@firm.test', now(), '{status}')"
            ))
            .await;
        let run = invite(&there, &format!("{status}@firm.test"), "")
            .await
            .ended(1);
        assert!(run.err.contains(&format!("it is {status}")), "{}", run.err);
        assert_eq!(run.out, "");
    }
    assert_eq!(there.count("mail_outbox").await, 0);
    assert_eq!(there.count("claims").await, 0);
    // What nobody proved stands in nobody's way.
    there
        .sql("INSERT INTO accounts (email) VALUES ('dana@firm.test')")
        .await;
    invite(&there, "dana@firm.test", "Dana").await.ended(0);
    assert_eq!(
        there.count("accounts WHERE email = 'dana@firm.test'").await,
        2
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_no_email_or_no_name_invites_nobody(pool: PgPool) {
    let there = Installation::over(pool).await;
    let long = "x".repeat(101);
    for (email, name) in [
        ("not an e-mail", "Dana"),
        ("dana@firm", "Dana"),
        ("", "Dana"),
        ("dana@firm.test\nBcc: evil@evil.test", "Dana"),
        ("dana@firm.test", "Da\u{202e}na"),
        ("dana@firm.test", "Dana\nWhitlock"),
        ("dana@firm.test", long.as_str()),
    ] {
        let run = invite(&there, email, name).await;
        assert!(matches!(run.code, 1 | 2), "{email:?} {name:?}: {run:?}");
        assert!(!run.err.is_empty(), "{email:?} {name:?}");
    }
    for rows in ["accounts", "mail_outbox", "claims", "audit_events"] {
        assert_eq!(there.count(rows).await, 0, "{rows}");
    }
}
