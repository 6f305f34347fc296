//! What is done to each, and what is left alone.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::{another_link, confirm, desk, page, people, prepare, statuses};
use crate::harness::{number, sql};

#[sqlx::test(migrator = "MIGRATOR")]
async fn many_are_suspended_after_a_preview_each_on_record_and_told(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();

    let id = prepare(&admin, "suspend", &links).await;
    let preview = page(&admin, &id).await;
    assert!(
        preview.contains("<strong>3</strong> will be changed"),
        "{preview}"
    );
    assert!(preview.contains("Each account is closed for now"));
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("active active active")
    );

    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended suspended")
    );
    let actor = admin.account().await.unwrap();
    for (query, expected) in [
        (
            "SELECT count(*) FROM sessions s JOIN accounts a ON a.id = s.account_id \
          WHERE a.status = 'suspended' AND s.revoked_at IS NULL"
                .to_owned(),
            0,
        ),
        (
            format!(
                "SELECT count(*) FROM audit_events WHERE action = 'account.suspended' AND actor_account_id = '{actor}'"
            ),
            3,
        ),
        (
            "SELECT count(*) FROM desk_notes WHERE text = 'The office closes.'".to_owned(),
            3,
        ),
        (
            "SELECT count(DISTINCT to_email) FROM mail_outbox".to_owned(),
            3,
        ),
        (
            "SELECT count(*) FROM audit_events WHERE action IN ('bulk.confirmed', 'bulk.finished')"
                .to_owned(),
            2,
        ),
    ] {
        assert_eq!(number(&site, &query).await, expected, "{query}");
    }
    let report = page(&admin, &id).await;
    assert!(report.contains("<strong>3</strong> done"), "{report}");
    assert!(report.contains("The office closes."));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_would_be_left_alone_is_said_beforehand_with_the_reason(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 4).await;
    let second = another_link(&site, people[0].0, "second", "second@elsewhere.test").await;
    sql(
        &site,
        "UPDATE accounts SET status = 'suspended' WHERE email LIKE 'person1@%'",
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'person2@%'",
    )
    .await;
    let own = site.identity_of("dana").await;
    let mut links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    links.extend([second, own]);

    let id = prepare(&admin, "suspend", &links).await;
    let preview = page(&admin, &id).await;
    for words in [
        "<strong>2</strong> will be changed",
        "<strong>3</strong> left alone",
        "it is your own account",
        "only an owner can do that to an owner",
        "the account isn’t in use",
    ] {
        assert!(preview.contains(words), "{words}: {preview}");
    }
    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended active suspended")
    );
    assert!(
        admin.account().await.is_some(),
        "nobody locks themselves out"
    );
    let suspended = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended'";
    assert_eq!(
        number(&site, suspended).await,
        2,
        "two links of one person are one account"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_changed_after_the_preview_is_left_alone_and_reported(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "unlink", &links).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'person0@%'",
    )
    .await;
    confirm(&site, &admin, &id).await;
    let live =
        "SELECT count(*) FROM identities WHERE subject LIKE 'person-%' AND unlinked_at IS NULL";
    assert_eq!(number(&site, live).await, 1);
    let report = page(&admin, &id).await;
    assert!(report.contains("<strong>1</strong> done"), "{report}");
    assert!(
        report.contains("only an owner can do that to an owner"),
        "{report}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_that_fails_is_reported_and_keeps_nobody_else_waiting(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let function = "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$";
    sql(&site, function).await;
    let trigger = format!(
        "CREATE TRIGGER broken BEFORE UPDATE ON accounts
         FOR EACH ROW WHEN (OLD.id = '{}') EXECUTE FUNCTION broken()",
        people[1].0
    );
    sql(&site, &trigger).await;
    confirm(&site, &admin, &id).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended active suspended")
    );
    let report = page(&admin, &id).await;
    assert!(
        report.contains("something went wrong on our side"),
        "{report}"
    );
    assert!(report.contains("<strong>2</strong> done"), "{report}");
}
