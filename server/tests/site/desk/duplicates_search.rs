//! The search for accounts that may be one person's.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::desk::duplicates::finder::{self, Turn},
};

use super::people::{admin, login, pairs, person, search, waiting};
use crate::harness::{Site, number, sql, text};

/// Writes so many accounts of one name.
async fn crowd(site: &Site, count: i64) {
    sqlx::query(
        "INSERT INTO accounts (first_name, last_name, email, email_verified_at)
         SELECT 'Anna', 'Müller', 'number-' || number || '@harbourlane.test', now()
         FROM generate_series(1, $1) AS number",
    )
    .bind(count)
    .execute(&site.pool)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn accounts_that_look_like_one_persons_are_found_with_the_reasons(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    person(&site, "Dana", "Whitlock", "d.whitlock@harbourlane.test").await;
    waiting(&site, "Dana", "Whitlock", "D.Whitlock@HarbourLane.test").await;
    person(&site, "Whitlock", "DÁNA", "dwhitlock@elsewhere.test").await;
    person(&site, "Dana", "Osei", "dana.osei@harbourlane.test").await;
    search(&site).await;
    assert_eq!(
        pairs(&site).await,
        [
            "D.Whitlock@HarbourLane.test d.whitlock@harbourlane.test 85 same_email,same_names",
            "D.Whitlock@HarbourLane.test dwhitlock@elsewhere.test 60 same_local_part,names_swapped",
            "d.whitlock@harbourlane.test dwhitlock@elsewhere.test 60 same_local_part,names_swapped",
        ]
        .map(str::to_owned)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn logins_count_by_their_e_mails_and_by_themselves(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let one = person(&site, "Dana", "Whitlock", "one@harbourlane.test").await;
    let other = person(&site, "", "", "other@harbourlane.test").await;
    login(&site, one, "moved").await;
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;
    let moved = login(&site, other, "moved").await;
    search(&site).await;
    let found = "one@harbourlane.test other@harbourlane.test 110 same_login,same_email";
    assert_eq!(pairs(&site).await, [found.to_owned()]);
    // Each of the two alone.
    let change = format!("UPDATE identities SET email = NULL WHERE id = '{moved}'");
    sql(&site, &change).await;
    search(&site).await;
    let found = "one@harbourlane.test other@harbourlane.test 60 same_login";
    assert_eq!(pairs(&site).await, [found.to_owned()]);
    let change = format!(
        "UPDATE identities SET email = 'ONE@harbourlane.test', subject = 'x' WHERE id = '{moved}'"
    );
    sql(&site, &change).await;
    search(&site).await;
    search(&site).await;
    let found = "one@harbourlane.test other@harbourlane.test 50 same_email";
    assert_eq!(pairs(&site).await, [found.to_owned()]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_changes_whoever_changes_it_is_compared_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let one = person(&site, "Dana", "Whitlock", "one@harbourlane.test").await;
    let other = person(&site, "Dana", "Osei", "other@harbourlane.test").await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 0);
    let change = |set: &str| format!("UPDATE accounts SET {set} WHERE id = '{other}'");
    sql(&site, &change("last_name = 'Whitlock'")).await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 1);
    let found_at = "SELECT found_at::text FROM duplicate_candidates";
    let found = text(&site, found_at).await;
    sql(&site, &change("email = 'one@elsewhere.test'")).await;
    search(&site).await;
    assert_eq!(text(&site, found_at).await, found, "it stays the same pair");
    // Both come to be in use.
    for account in [one, other] {
        let session = format!(
            "INSERT INTO sessions (key_hash, account_id, expires_at)
             VALUES ('{account}'::text::bytea, '{account}', now() + '1 day')"
        );
        sql(&site, &session).await;
    }
    search(&site).await;
    assert_eq!(pairs(&site).await, [""; 0], "two people of one name");
    sql(&site, "DELETE FROM sessions").await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 1);
    sql(&site, &change("status = 'deleted'")).await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 0);
    let keys = format!("SELECT count(*) FROM duplicate_keys WHERE account_id = '{other}'");
    assert_eq!(number(&site, &keys).await, 0);
    sql(&site, &change("status = 'active'")).await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 1);
    sql(&site, &format!("DELETE FROM accounts WHERE id = '{other}'")).await;
    assert_eq!(pairs(&site).await.len(), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn three_hundred_people_of_one_name_are_no_pairs_and_the_page_says_so(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    crowd(&site, 300).await;
    person(&site, "Anna", "Müller", "anna.mueller@harbourlane.test").await;
    waiting(&site, "Anna", "Muller", "annamuller@elsewhere.test").await;
    assert!(search(&site).await > 1, "more than one turn");
    search(&site).await;
    let found =
        "anna.mueller@harbourlane.test annamuller@elsewhere.test 65 same_local_part,same_names";
    assert_eq!(pairs(&site).await, [found.to_owned()]);
    let admin = admin(&site).await;
    let page = admin.get("/admin/duplicates").await.body.replace("<!>", "");
    assert!(
        page.contains("shared by more than 20 accounts each"),
        "{page}"
    );

    // Fewer of them say something about each other again.
    sql(&site, "UPDATE accounts SET status = 'deleted' WHERE email LIKE 'number-%' AND email NOT LIKE 'number-1_@%'").await;
    search(&site).await;
    search(&site).await;
    assert_eq!(
        number(&site, "SELECT count(*) FROM duplicate_crowds").await,
        0
    );
    assert_eq!(pairs(&site).await.len(), 12 * 11 / 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_name_that_becomes_a_crowds_takes_its_pairs_along(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    crowd(&site, 20).await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 20 * 19 / 2);
    person(&site, "anna", "mueller", "one@elsewhere.test").await;
    search(&site).await;
    search(&site).await;
    assert_eq!(pairs(&site).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_search_goes_on_where_it_was_and_looks_at_nothing_twice(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    sql(
        &site,
        "INSERT INTO accounts (first_name, last_name, email)
         SELECT 'First' || number / 2, 'Last' || number / 2, 'mail' || number || '@harbourlane.test'
         FROM generate_series(0, 499) AS number",
    )
    .await;
    let first = finder::turn(&site.services).await.unwrap();
    assert_eq!(first, Turn::Compared);
    let looked = "SELECT count(*) FROM duplicate_looks";
    let after_one = number(&site, looked).await;
    assert!((1..500).contains(&after_one));
    // Another node goes on.
    let other = site.another_node().await;
    search(&other).await;
    assert_eq!(number(&site, looked).await, 500);
    assert_eq!(pairs(&site).await.len(), 250);
    assert_eq!(finder::turn(&site.services).await.unwrap(), Turn::Ended);
    let version = "SELECT string_agg(xmin::text, ',' ORDER BY account_id) FROM duplicate_looks";
    let before = text(&site, version).await;
    search(&site).await;
    assert_eq!(text(&site, version).await, before, "nothing had changed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_node_at_a_time_searches(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut other = site.pool.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(x'766573746475706c'::bigint)")
        .execute(&mut *other)
        .await
        .unwrap();
    assert_eq!(finder::turn(&site.services).await.unwrap(), Turn::Elsewhere);
    other.rollback().await.unwrap();
    assert_eq!(finder::turn(&site.services).await.unwrap(), Turn::Ended);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_name_and_no_e_mail_is_kept_for_comparing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    person(&site, "Dana", "Whitlock", "d.whitlock@harbourlane.test").await;
    person(&site, "Dana", "Whitlock", "d.whitlock@elsewhere.test").await;
    search(&site).await;
    let kept = text(
        &site,
        "SELECT string_agg(k::text, ' ') || (SELECT string_agg(l::text, ' ') FROM duplicate_looks l)
                || (SELECT string_agg(c::text, ' ') FROM duplicate_candidates c)
         FROM duplicate_keys k",
    )
    .await
    .unwrap()
    .to_lowercase();
    assert!(
        !kept.contains("whitlock") && !kept.contains("dana"),
        "{kept}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn odd_names_and_addresses_stop_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (number, odd) in [
        "",
        " ",
        "'",
        "\u{202e}",
        "👩‍⚖️",
        "İ",
        "ß",
        "{,}",
        "\\",
        "NULL",
        "%_",
    ]
    .into_iter()
    .enumerate()
    {
        person(&site, odd, odd, &format!("{number}{odd}@{odd}")).await;
    }
    person(
        &site,
        &"é".repeat(100),
        &"ß".repeat(100),
        &format!("{}@x.test", "ü".repeat(64)),
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET email = '' WHERE email LIKE '0%'",
    )
    .await;
    search(&site).await;
    let looked = number(&site, "SELECT count(*) FROM duplicate_looks").await;
    assert_eq!(looked, site.accounts().await);
    let admin = admin(&site).await;
    let page = admin.get("/admin/duplicates").await;
    assert_eq!(page.status, StatusCode::OK);
}
