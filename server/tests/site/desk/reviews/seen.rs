//! Who sees which review, and what of it.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{begin, danas_review, day, firm, id, said, with_role};
use crate::harness::{sql, text};

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_see_the_reviews_that_name_them_and_administrators_all(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    let other = with_role(&firm.site, "tomas", "reviewer").await;
    for (browser, sees) in [(&firm.admin, true), (&firm.reviewer, true), (&other, false)] {
        let list = browser.get("/admin/reviews").await;
        assert_eq!(list.status, StatusCode::OK);
        assert_eq!(list.body.contains("Fourth quarter"), sees);
        let expected = if sees {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(browser.get(&page).await.status, expected);
        if !sees {
            assert_eq!(browser.get(&format!("{page}/pack")).await.status, expected);
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_show_what_waits_first_and_what_was_said_behind_its_tab(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    said(&firm, &page, firm.ada, "revoke", "left in May").await;
    let waiting = firm.reviewer.get(&page).await.body;
    assert!(!waiting.contains("ada@harbourlane.test") && waiting.contains("bo@harbourlane.test"));
    assert!(waiting.contains("1 of 4 links decided"), "{waiting}");
    let said = firm.reviewer.get(&format!("{page}?show=revoke")).await.body;
    assert!(said.contains("ada@harbourlane.test") && said.contains("left in May"));
    assert!(!said.contains("bo@harbourlane.test"));
    let all = firm.reviewer.get(&format!("{page}?show=all")).await.body;
    assert!(all.contains("ada@harbourlane.test") && all.contains("bo@harbourlane.test"));
    assert!(all.contains("This is your own link"), "{all}");
    // Whoever isn't named looks, and isn't asked.
    let looking = firm.admin.get(&format!("{page}?show=all")).await.body;
    assert!(!looking.contains("/admin/reviews/decide"));
    assert!(
        looking.contains("Disconnect <!>1 login") || looking.contains("1 login"),
        "{looking}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_of_links_follow_each_other(pool: PgPool) {
    let firm = firm(pool).await;
    sql(
        &firm.site,
        "WITH made AS (
             INSERT INTO accounts (email, first_name)
             SELECT 'p' || lpad(n::text, 3, '0') || '@harbourlane.test', 'P' || n
             FROM generate_series(1, 60) AS n
             RETURNING id, email
         )
         INSERT INTO identities (account_id, issuer, subject, email)
         SELECT id, 'https://account.clio.com/', email, email FROM made",
    )
    .await;
    let page = danas_review(&firm).await;
    let mut seen = 0;
    let mut next = Some(format!("{page}?show=all"));
    while let Some(path) = next {
        let body = firm.reviewer.get(&path).await.body;
        seen += body.matches("class=\"review-item\"").count();
        next = body
            .split("rel=\"next\"")
            .next()
            .filter(|_| body.contains("rel=\"next\""))
            .and_then(|before| before.rsplit("&amp;after=").next())
            .and_then(|rest| rest.split('"').next())
            .map(|after| format!("{page}?show=all&after={after}"));
    }
    assert_eq!(seen, 64);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_review_that_is_being_prepared_says_so(pool: PgPool) {
    let firm = firm(pool).await;
    let page = danas_review(&firm).await;
    sql(
        &firm.site,
        "UPDATE review_campaigns SET gathered_at = NULL, gathered_to = 'elsewhere'",
    )
    .await;
    let body = firm.admin.get(&page).await.body;
    assert!(body.contains("The links are being gathered."), "{body}");
    assert!(!body.contains("Close the review"), "{body}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn names_that_want_to_be_scripts_are_text(pool: PgPool) {
    let firm = firm(pool).await;
    let due = day(&firm.site, 30);
    let dana = id(&firm.reviewer).await;
    sql(
        &firm.site,
        &format!(
            "UPDATE accounts SET first_name = '<script>alert(1)</script>' WHERE id = '{}'",
            firm.ada
        ),
    )
    .await;
    begin(&firm, 30, &[dana]).await;
    let fields = [
        ("name", "<script>alert(2)</script>"),
        ("due", due.as_str()),
        ("reviewers[]", &dana.to_string()),
    ];
    firm.admin.post_form("/admin/reviews/begin", &fields).await;
    super::gathered(&firm.site).await;
    let newest = text(
        &firm.site,
        "SELECT '/admin/reviews/' || id FROM review_campaigns ORDER BY created_at DESC LIMIT 1",
    );
    let page = newest.await.unwrap();
    for path in [
        "/admin/reviews".to_owned(),
        page.clone(),
        format!("{page}/close"),
    ] {
        let body = firm.admin.get(&path).await.body;
        assert!(body.contains("&lt;script&gt;alert("), "{path}");
        assert!(!body.contains("<script>alert("), "{path}");
    }
}
