//! What the page foretells, and what then happens.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{PAGE, ago, daily, in_force, owner, policy, signed_in_as, still_site, unused};
use crate::harness::{Browser, Site, number, sql};

/// The numbers of the page: over, soon, told.
async fn figures(browser: &Browser, path: &str) -> Vec<u32> {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let body = page.body.replace("<!>", "");
    let (_, figures) = body.split_once("class=\"figures\"").unwrap();
    let (figures, _) = figures.split_once("</dl>").unwrap();
    figures
        .split("<dd>")
        .skip(1)
        .map(|rest| rest.split_once("</dd>").unwrap().0.parse().unwrap())
        .collect()
}

/// Accounts that were last used on each of the last 200 days.
async fn crowd(site: &Site) {
    let now = site.services.now().unix_timestamp();
    sql(
        site,
        &format!(
            "INSERT INTO accounts (email, email_verified_at, status, created_at, status_changed_at)
             SELECT
                 'p' || n || '@harbourlane.test',
                 now(),
                 'active',
                 to_timestamp({now}) - n * interval '1 day',
                 to_timestamp({now}) - n * interval '1 day'
             FROM generate_series(1, 200) AS n"
        ),
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_foretold_before_saving_is_what_happens_within_the_fortnight(pool: PgPool) {
    let site = still_site(pool).await;
    crowd(&site).await;
    let exempt = unused(&site, "una@harbourlane.test", 300).await;
    let browser = owner(&site).await;
    sql(
        &site,
        &format!(
            "INSERT INTO dormancy_exemptions (id, account_id, reason, granted_by, granted_at)
             VALUES (gen_random_uuid(), '{exempt}', 'On leave.', '{exempt}', now())"
        ),
    )
    .await;
    for foretold in [
        figures(
            &browser,
            "/admin/dormancy?days=100&first=10&second=4&third=",
        )
        .await,
        figures(&browser, "/admin/dormancy?rule=100,10,4").await,
    ] {
        assert_eq!(foretold, [101, 14, 125]);
    }
    policy::save(&browser, 0, "100", &["10", "4"]).await;
    assert_eq!(figures(&browser, PAGE).await, [101, 14, 125]);
    daily(&site, 14).await;
    let closed = "SELECT count(*) FROM accounts WHERE status = 'suspended'";
    assert_eq!(number(&site, closed).await, 115);
    let told = "SELECT count(DISTINCT account_id) FROM dormancy_reminders";
    assert_eq!(number(&site, told).await, 125);
    let browser = owner(&site).await;
    assert_eq!(figures(&browser, PAGE).await, [0, 14, 24]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_list_comes_in_pages_that_hold_each_account_once_and_say_when_it_is_closed(
    pool: PgPool,
) {
    let site = still_site(pool).await;
    in_force(&site).await;
    crowd(&site).await;
    let browser = owner(&site).await;
    let mut path = format!("{PAGE}?rule=90,14,3");
    let mut seen = Vec::new();
    for _ in 0..20 {
        let body = browser.get(&path).await.body;
        let (_, list) = body.split_once("class=\"table\"").unwrap();
        let (list, after) = list.split_once("</table>").unwrap();
        let names = list.split("@harbourlane.test</span>").count() - 1;
        let rows = list.matches("<tr data-row").count();
        assert!(rows <= 25 && names <= rows, "{list}");
        seen.extend(
            list.split("/admin/accounts/")
                .skip(1)
                .map(|rest| rest[..36].to_owned()),
        );
        let Some((_, next)) = after.split_once("after=") else {
            break;
        };
        let next = next.split_once('"').unwrap().0;
        path = format!("{PAGE}?rule=90%2C14%2C3&after={next}");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (201 - 62, 201 - 62));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_owner_is_listed_as_staying_and_not_counted(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let reviewer = signed_in_as(&site, "dana", crate::harness::DANA, "reviewer").await;
    let una = unused(&site, "una@harbourlane.test", 400).await;
    sql(
        &site,
        &format!("UPDATE accounts SET role = 'owner' WHERE id = '{una}'"),
    )
    .await;
    assert_eq!(figures(&reviewer, PAGE).await, [0, 0, 0]);
    let page = reviewer.get(PAGE).await.body;
    assert!(page.contains("Never: the firm’s last owner"), "{page}");
    unused(&site, "ula@harbourlane.test", 300).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'ula%'",
    )
    .await;
    assert_eq!(figures(&reviewer, PAGE).await, [1, 0, 1]);
    let before = number(
        &site,
        "SELECT count(*) FROM accounts WHERE status = 'suspended'",
    )
    .await;
    daily(&site, 14).await;
    let after = number(
        &site,
        "SELECT count(*) FROM accounts WHERE status = 'suspended'",
    )
    .await;
    assert_eq!(after - before, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_look_and_get_no_form_that_changes_anything(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, "una@harbourlane.test", 85).await;
    let reviewer = signed_in_as(&site, "dana", crate::harness::DANA, "reviewer").await;
    for path in [
        PAGE.to_owned(),
        format!("/admin/dormancy/exempt?account={una}"),
    ] {
        let page = reviewer.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Una"), "{}", page.body);
        let (_, contents) = page.body.split_once("<main").unwrap();
        assert!(!contents.contains("method=\"post\""), "{contents}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_spread_counts_every_active_account_in_its_group(pool: PgPool) {
    let site = still_site(pool).await;
    crowd(&site).await;
    unused(&site, "una@harbourlane.test", 800).await;
    sql(
        &site,
        &format!(
            "INSERT INTO accounts (email, status, status_changed_at)
             VALUES ('gone@harbourlane.test', 'suspended', {})",
            ago(&site, 90)
        ),
    )
    .await;
    let browser = owner(&site).await;
    let body = browser.get(PAGE).await.body.replace("<!>", "");
    let (_, spread) = body.split_once("<tbody>").unwrap();
    let counts: Vec<u32> = spread
        .split("class=\"spread-count\">")
        .skip(1)
        .map(|rest| rest.split([' ', '<']).next().unwrap().parse().unwrap())
        .collect();
    // Days on the edge belong to the shorter group: they are 7 days old, not older.
    assert_eq!(counts, [1 + 7, 7, 16, 30, 30, 90, 20, 1]);
    assert!(body.contains("of 202 in use"), "{body}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn odd_questions_get_a_page_or_a_clean_refusal(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    crowd(&site).await;
    let browser = owner(&site).await;
    let before = number(&site, "SELECT count(*) FROM audit_events").await;
    for odd in [
        "days=",
        "days=29",
        "days=90",
        "days=90&first=x",
        "rule=%27",
        "rule=90,14&after=x",
        "rule=90,14&after=-9223372036854775808.00000000-0000-7000-8000-00000000000a",
        "after=9223372036854775807.00000000-0000-7000-8000-00000000000a",
        "rule=%00",
        "rule=%FF",
        "rule=1&rule=2",
    ] {
        let page = browser.get(&format!("{PAGE}?{odd}")).await;
        let fine = page.status == StatusCode::OK || page.status == StatusCode::BAD_REQUEST;
        assert!(fine, "{odd}: {page:?}");
    }
    let asked = number(&site, "SELECT count(*) FROM audit_events").await;
    assert_eq!(asked, before, "looking changes nothing");
    let page = browser.get(&format!("{PAGE}?days=29&first=14")).await.body;
    assert!(page.contains("30 to 730 days"), "{page}");
}
