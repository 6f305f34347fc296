//! The list of invitations.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::LIST;
use crate::desk::{administrator, with_role};
use crate::harness::{Site, account, sql};

/// The link with this name on a page.
fn link(page: &str, name: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!(">{name}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.split_once('"')?.0.replace("&amp;", "&"))
}

/// The e-mails on a page of the list.
fn emails(page: &str) -> Vec<String> {
    let cells = page.split("<th scope=\"row\">").skip(1);
    cells
        .map(|cell| {
            let (cell, _) = cell.split_once("</a>").unwrap();
            cell.rsplit_once('>').unwrap().1.to_owned()
        })
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_is_invited_by_other_means_is_in_the_list_with_what_became_of_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "reviewer").await;
    for status in ["active", "suspended", "deleted", "invited"] {
        account(&site, &format!("{status}@firm.test"), "invited").await;
        sql(
            &site,
            &format!("UPDATE accounts SET status = '{status}' WHERE email = '{status}@firm.test'"),
        )
        .await;
    }
    for (show, emails) in [
        ("accepted", vec!["active@firm.test"]),
        ("revoked", vec!["suspended@firm.test", "deleted@firm.test"]),
        ("waiting", vec!["invited@firm.test"]),
        ("expired", vec![]),
    ] {
        let page = browser.get(&format!("{LIST}?show={show}")).await.body;
        assert_eq!(
            page.matches("@firm.test</span>").count() + page.matches("@firm.test</a>").count(),
            emails.len(),
            "{show}"
        );
        for email in emails {
            assert!(page.contains(email), "{show} {email}");
        }
        assert!(
            !page.contains("action=\"/admin/invitations/"),
            "reviewers press nothing"
        );
    }
    // An act on a pending e-mail reopens the invitation in the same row.
    sql(
        &site,
        "UPDATE accounts SET status = 'invited' WHERE email = 'deleted@firm.test'",
    )
    .await;
    assert!(
        browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains("deleted@firm.test")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_list_is_paged_both_ways_and_counted(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    // Three of them share each moment.
    sql(
        &site,
        "INSERT INTO accounts (email, email_verified_at, status, created_at)
         SELECT 'p' || lpad(n::text, 3, '0') || '@firm.test', now(), 'invited', now() - n / 3 * interval '1 minute'
         FROM generate_series(1, 120) AS n",
    )
    .await;
    let all: Vec<String> = sqlx::query_scalar(
        "SELECT email FROM invitations JOIN accounts ON id = account_id
         ORDER BY invitations.created_at DESC, account_id DESC",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap();
    let first = browser
        .get("/admin/invitations?q=FIRM.test&show=waiting")
        .await
        .body;
    assert!(first.contains("120 invitations"));
    assert_eq!(link(&first, "Newer"), None);
    let second = browser.get(&link(&first, "Older").unwrap()).await.body;
    let third = browser.get(&link(&second, "Older").unwrap()).await.body;
    assert_eq!(link(&third, "Older"), None);
    let pages = [emails(&first), emails(&second), emails(&third)];
    assert_eq!(pages.concat(), all);
    let back = browser.get(&link(&third, "Newer").unwrap()).await.body;
    assert_eq!(emails(&back), pages[1]);
    let back = browser.get(&link(&back, "Newer").unwrap()).await.body;
    assert_eq!(emails(&back), pages[0]);
    assert_eq!(link(&back, "Newer"), None);
    // What is searched for is meant as it stands there.
    for (q, count) in [("p007@", 1), ("p%25", 0), ("P_0", 0), ("P00", 9)] {
        let page = browser.get(&format!("/admin/invitations?q={q}")).await.body;
        assert_eq!(emails(&page).len(), count, "{q}");
    }
}
