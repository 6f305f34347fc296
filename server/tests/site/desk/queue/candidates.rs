//! Accounts that may be the same person's.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{QUEUE, admin, under_approval, waiting, words_of};
use crate::harness::{Site, account, number, sql};

/// The part of the page that names candidates.
async fn candidates(site: &Site) -> String {
    let admin = if number(site, "SELECT count(*) FROM accounts WHERE role = 'admin'").await == 0 {
        admin(site).await
    } else {
        crate::harness::signed_in(site, super::ADMIN).await
    };
    let page = words_of(&admin.get(QUEUE).await.body);
    page.split_once("Perhaps the same person")
        .map(|(_, rest)| rest.to_owned())
        .unwrap_or_default()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_reason_is_named_with_what_differs(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    waiting(&site, "tomas").await;
    for (email, names, says) in [
        (
            "Tomas.FERREIRA@harbourlane.test",
            ("Other", "Name"),
            "same e-mail; the name differs",
        ),
        (
            "t.f@private.test",
            ("TOMAS", "ferreira"),
            "same name; name and e-mail differ",
        ),
        (
            "t.g@private.test",
            ("Ferreira", "Tomás"),
            "same name; name and e-mail differ",
        ),
        (
            "tomas.ferreira@old-firm.test",
            ("Tomás", "Ferreira"),
            "same name, same beginning of the e-mail; the e-mail differs",
        ),
        (
            "t.h@harbourlane.test",
            ("Tomás", "Ferreira"),
            "same name, same ending of the e-mail; the e-mail differs",
        ),
    ] {
        // An e-mail that isn't proved doesn't take part in signing in.
        let id = account(&site, email, "active").await;
        let (first, last) = names;
        sql(
            &site,
            &format!(
                "UPDATE accounts SET first_name = '{first}', last_name = '{last}',
                     email_verified_at = NULL
                 WHERE id = '{id}'"
            ),
        )
        .await;
        let found = candidates(&site).await;
        assert!(
            found.contains(&format!("{email} {says}")),
            "{email}: {found}"
        );
        sql(&site, &format!("DELETE FROM accounts WHERE id = '{id}'")).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_account_that_the_login_opened_before_stands_first(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    site.linked("tomas", "t.ferreira@private.test").await;
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;
    account(&site, "tomas.ferreira@old-firm.test", "suspended").await;
    waiting(&site, "tomas").await;
    let found = candidates(&site).await;
    let (first, second) = found.split_once("tomas.ferreira@old-firm.test").unwrap();
    assert!(
        first.contains("this Clio login opened it before"),
        "{found}"
    );
    assert!(second.contains("same beginning of the e-mail"), "{found}");
    assert!(second.contains("Suspended"), "the other’s state: {found}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_e_mail_that_another_accounts_login_has_at_clio_counts(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    site.linked("someone", "someone@private.test").await;
    sql(
        &site,
        "UPDATE identities SET email = 'Tomas.Ferreira@harbourlane.test'",
    )
    .await;
    waiting(&site, "tomas").await;
    let found = candidates(&site).await;
    assert!(found.contains("same e-mail at Clio"), "{found}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_nothing_alike_isnt_named_and_nobody_is_alike_by_having_no_name(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    waiting(&site, "tomas").await;
    sql(&site, "UPDATE accounts SET first_name = '', last_name = ''").await;
    account(&site, "somebody.else@harbourlane.test", "active").await;
    assert_eq!(candidates(&site).await, "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_alike_five_are_named(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    waiting(&site, "tomas").await;
    sql(
        &site,
        "INSERT INTO accounts (email, first_name, last_name)
         SELECT 'namesake' || n || '@private.test', 'Tomás', 'Ferreira' FROM generate_series(1, 40) AS n",
    )
    .await;
    let found = candidates(&site).await;
    assert_eq!(found.matches("same name").count(), 5, "{found}");
}
