//! The page of the list, over HTTP.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::reference::write;
use crate::harness::{Browser, Site, number, sql, with_role};

/// The links of a page, in their order.
fn shown(body: &str) -> Vec<String> {
    let rows = body.split("<tr data-row").skip(1);
    rows.map(|row| {
        let (_, rest) = row.split_once("/admin/links/").unwrap();
        rest.chars().take(36).collect()
    })
    .collect()
}

/// Where a page's link of this name leads.
fn way(body: &str, name: &str) -> Option<String> {
    let (before, _) = body.split_once(&format!(">{name}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    let (href, _) = href.split_once('"')?;
    Some(href.replace("&amp;", "&"))
}

/// Turns pages by the links of this name until there are none.
async fn turn(browser: &Browser, mut path: String, name: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    loop {
        let reply = browser.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        pages.push(shown(&reply.body));
        match way(&reply.body, name) {
            Some(next) => path = next,
            None => return pages,
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_are_turned_to_the_end_and_back_in_every_order(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "reviewer").await;
    write(&site, 170, false).await;
    let all = number(&site, "SELECT count(*) FROM desk_links").await;
    for sort in [
        "person",
        "clio_email",
        "status",
        "linked",
        "used",
        "drift",
        "reviewed",
    ] {
        let list = format!("/admin/links?connection=either&sort={sort}");
        let forth = turn(&browser, list.clone(), "Next page").await;
        let first = browser.get(&list).await;
        let last = way(&first.body, "Last page").unwrap();
        let mut back = turn(&browser, last, "Previous page").await;
        back.reverse();
        let (forth, back): (Vec<_>, Vec<_>) = (forth.concat(), back.concat());
        assert_eq!(i64::try_from(forth.len()).unwrap(), all, "{sort}");
        assert_eq!(forth, back, "{sort}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_place_that_makes_no_sense_is_the_first_page(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "admin").await;
    write(&site, 60, false).await;
    let first = shown(&browser.get("/admin/links").await.body);
    assert_eq!(first.len(), 50);
    for place in [
        "",
        "x",
        "0.1.~text",
        "0.1.99999999999999999999",
        "%00",
        "0.1.",
    ] {
        let reply = browser.get(&format!("/admin/links?after={place}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{place}");
        assert_eq!(shown(&reply.body), first, "{place}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_and_searches_stay_text(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "admin").await;
    let hostile = "<script>alert(1)</script>";
    sql(
        &site,
        &format!("UPDATE accounts SET last_name = '{hostile}'"),
    )
    .await;
    let found = browser.get("/admin/links?q=%3Cscript%3E").await;
    assert_eq!(shown(&found.body).len(), 1);
    assert!(!found.body.contains(hostile));
    let wildcard = browser.get("/admin/links?q=%25%25%25").await;
    assert_eq!(shown(&wildcard.body).len(), 0, "nobody has percent signs");
    assert!(wildcard.body.contains("No link is like that"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_sql_writes_shows_at_the_next_request_on_every_node(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "admin").await;
    write(&site, 10, false).await;
    let other = site.another_node().await;
    let before = shown(&browser.get("/admin/links?status=suspended").await.body).len();
    sql(
        &other,
        "UPDATE accounts SET status = 'suspended' WHERE role = 'member'",
    )
    .await;
    let after = shown(&browser.get("/admin/links?status=suspended").await.body).len();
    assert!(after > before, "{after} > {before}");
}
