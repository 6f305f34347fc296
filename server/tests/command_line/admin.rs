//! `admin grant` and `admin revoke`.

use sqlx::PgPool;

use crate::harness::Installation;

#[sqlx::test(migrations = "../migrations")]
async fn the_first_one_granted_becomes_owner_by_a_link_and_later_ones_admins(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("admin grant dana@firm.test").await.ended(0);
    run.tells("http://localhost:3999/claim?token=");
    there.run("admin grant ikram@firm.test").await.ended(0);
    there
        .run("admin grant priya@firm.test --role reviewer")
        .await
        .ended(0);
    for (email, role) in [("dana", "owner"), ("ikram", "admin"), ("priya", "reviewer")] {
        let found = there
            .text(&format!(
                "SELECT role || ' ' || status || ' ' || (email_verified_at IS NOT NULL)
                 FROM accounts WHERE email = '{email}@firm.test'"
            ))
            .await;
        assert_eq!(found, Some(format!("{role} invited true")));
    }
    assert_eq!(
        there
            .count("audit_events WHERE action = 'account.role_granted'")
            .await,
        3
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn the_token_of_a_link_is_stored_hashed_and_a_new_link_replaces_the_old_one(pool: PgPool) {
    let there = Installation::over(pool).await;
    let first = there.run("admin grant dana@firm.test").await.ended(0);
    let second = there
        .run("admin grant DANA@firm.test --role owner")
        .await
        .ended(0);
    assert_eq!(there.count("accounts").await, 1);
    assert_eq!(there.count("claims").await, 1);
    for run in [first, second] {
        let (_, token) = run.out.trim().rsplit_once("token=").unwrap();
        let dump = there
            .count(&format!(
                "claims WHERE encode(token_hash, 'escape') LIKE '%{token}%'"
            ))
            .await;
        assert_eq!(dump, 0);
        assert!(token.len() >= 43);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_owner_whose_link_was_lost_gets_a_fresh_one_by_the_same_command(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin grant dana@firm.test").await.ended(0);
    let run = there.run("admin grant dana@firm.test").await.ended(0);
    run.tells("/claim?token=");
    let role = there.text("SELECT role FROM accounts").await;
    assert_eq!(role.as_deref(), Some("owner"));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_owner_among_several_is_not_made_less_by_being_granted_again(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "owner")])
        .await;
    there.run("admin grant dana@firm.test").await;
    assert_eq!(there.count("accounts WHERE role = 'owner'").await, 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_last_owner_is_neither_revoked_nor_made_less(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "admin")])
        .await;
    there.run("admin revoke dana@firm.test").await.ended(1);
    there
        .run("admin grant dana@firm.test --role reviewer")
        .await
        .ended(1);
    let role = "SELECT role FROM accounts WHERE email = 'dana@firm.test'";
    assert_eq!(there.text(role).await.as_deref(), Some("owner"));
    // With a second owner the same is done.
    there
        .run("admin grant ikram@firm.test --role owner")
        .await
        .ended(0);
    there.run("admin revoke dana@firm.test").await.ended(0);
    assert_eq!(there.text(role).await.as_deref(), Some("member"));
}

#[sqlx::test(migrations = "../migrations")]
async fn two_owners_revoked_at_once_leave_one(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .has_accounts(&[("dana@firm.test", "owner"), ("ikram@firm.test", "owner")])
        .await;
    let (one, other) = tokio::join!(
        there.run("admin revoke dana@firm.test"),
        there.run("admin revoke ikram@firm.test")
    );
    assert_eq!(one.code + other.code, 1, "{one:?} {other:?}");
    assert_eq!(there.count("accounts WHERE role = 'owner'").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_is_made_administrator_by_an_unproved_email_that_several_have(pool: PgPool) {
    let there = Installation::over(pool).await;
    there
        .sql("INSERT INTO accounts (email) VALUES ('dana@firm.test'), ('dana@firm.test')")
        .await;
    there.run("admin grant dana@firm.test").await.ended(1);
    assert_eq!(there.count("accounts WHERE role <> 'member'").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn somebody_who_only_says_an_email_at_clio_is_not_made_owner_by_it(pool: PgPool) {
    let there = Installation::over(pool).await;
    // Anybody whose Clio login carries the owner's e-mail gets such an account by signing in.
    there
        .sql("INSERT INTO accounts (email, status) VALUES ('dana@firm.test', 'pending')")
        .await;
    there.run("admin grant dana@firm.test").await;
    let promoted = there
        .count("accounts WHERE role <> 'member' AND email_verified_at IS NULL")
        .await;
    assert_eq!(
        promoted, 0,
        "an unproved e-mail located an account and gave it rights"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn revoke_refuses_an_email_that_nobody_has(pool: PgPool) {
    let there = Installation::over(pool).await;
    there.run("admin revoke nobody@firm.test").await.ended(1);
    let arguments = ["admin", "grant", "not an e-mail"];
    let run = there.run_with(there.settings.clone(), &arguments).await;
    assert!(matches!(run.code, 1 | 2), "{run:?}");
    assert_eq!(there.count("accounts").await, 0);
}
