//! What stands around every page of the desk.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::administrator;
use crate::harness::{Site, all_do_at_once};

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_that_are_asked_for_at_once_have_the_desks_stylesheet_and_their_names(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let rooms = [
        ("/admin/links", "Linked accounts"),
        ("/admin/queue", "Queue"),
        ("/admin/bulk", "Many at once"),
        ("/admin/audit", "Audit"),
    ];
    let visits = (0..60).map(|n| {
        let (path, name) = rooms[n % rooms.len()];
        let browser = browser.copied();
        async move { (path, name, browser.get(path).await.body) }
    });
    for (path, name, page) in all_do_at_once(visits).await {
        let (head, body) = page.split_once("</head>").unwrap();
        assert!(head.contains("/assets/desk-"), "{path}: {head}");
        assert!(head.contains(&format!("<title>{name}")), "{path}: {head}");
        assert!(!body.contains("rel=\"stylesheet\""), "{path}");
    }
    let page = browser.get("/account").await.body;
    assert!(!page.contains("/assets/desk-"), "only the desk loads it");
}
