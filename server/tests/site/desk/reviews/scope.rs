//! Which links a review is about.

use std::collections::BTreeSet;

use sqlx::PgPool;
use vestibule::{
    db::{
        desk::review_campaigns::gathering::{lock, ungathered},
        migrations::MIGRATOR,
    },
    service::desk::reviews::gathering::gather,
};

use super::{Firm, begin_over, danas_review, day, firm, gathered, id, id_of, page_of};
use crate::{
    desk::links::reference::write,
    harness::{number, sql, text},
};

/// The links that the list shows, by its file.
async fn listed(firm: &Firm, query: &str) -> BTreeSet<String> {
    let file = firm.admin.get(&format!("/admin/links.csv?{query}")).await;
    let lines = file.body.lines().skip(1);
    let ids = lines.map(|line| line.rsplit(',').next().unwrap().to_owned());
    ids.collect()
}

/// The links that a review holds.
async fn held(firm: &Firm, page: &str) -> BTreeSet<String> {
    let query = format!(
        "SELECT coalesce(string_agg(identity_id::text, ' '), '') FROM review_items
         WHERE campaign_id = '{}'",
        id_of(page)
    );
    let ids = text(&firm.site, &query).await.unwrap();
    ids.split_whitespace().map(ToOwned::to_owned).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_review_holds_exactly_what_the_list_and_its_file_show(pool: PgPool) {
    let firm = firm(pool).await;
    write(&firm.site, 1_300, false).await;
    let reviewers = [id(&firm.reviewer).await, id(&firm.admin).await];
    for query in [
        "",
        "q=zoe",
        "q=harbourlane.test&status=active",
        "status=suspended&status=pending&role=admin",
        "proof=code&created_by=import&reviewed=no",
        "drift=yes&dormant=200",
        "linked_from=2023-01-31&linked_to=2024-02-01&sort=person&order=reversed",
        "q=nobody+is+called+that",
    ] {
        let reply = begin_over(&firm, query, 30, &reviewers).await;
        let page = page_of(&reply);
        gathered(&firm.site).await;
        let expected = listed(&firm, query).await;
        assert_eq!(held(&firm, &page).await, expected, "{query}");
        assert_eq!(
            expected.is_empty(),
            query.starts_with("q=nobody"),
            "{query}"
        );
        let counted = format!(
            "SELECT items FROM review_campaigns WHERE id = '{}'",
            id_of(&page)
        );
        let counted = number(&firm.site, &format!("SELECT ({counted})::bigint")).await;
        assert_eq!(usize::try_from(counted).unwrap(), expected.len(), "{query}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_connected_links_are_reviewed_whatever_the_list_shows(pool: PgPool) {
    let firm = firm(pool).await;
    write(&firm.site, 60, false).await;
    let reviewers = [id(&firm.reviewer).await];
    for connection in ["either", "disconnected"] {
        let query = format!("q=person&connection={connection}");
        let page = page_of(&begin_over(&firm, &query, 30, &reviewers).await);
        gathered(&firm.site).await;
        assert_eq!(
            held(&firm, &page).await,
            listed(&firm, "q=person").await,
            "{connection}"
        );
        let body = firm.admin.get(&page).await.body;
        assert!(body.contains("Connected links: “person”"), "{body}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_fits_all_the_while_is_gathered_once_whatever_happens_meanwhile(pool: PgPool) {
    let firm = firm(pool).await;
    write(&firm.site, 1_900, false).await;
    let query = "q=person&status=active";
    let reviewers = [id(&firm.reviewer).await, id(&firm.admin).await];
    let page = page_of(&begin_over(&firm, query, 30, &reviewers).await);
    gathered(&firm.site).await;
    let before = held(&firm, &page).await;
    // As after its first batch: where a node that is lost leaves it.
    let half = before.len() / 2;
    sql(
        &firm.site,
        &format!(
            "DELETE FROM review_items WHERE place > {half};
             UPDATE review_campaigns
             SET gathered_at = NULL,
                 items = {half},
                 gathered_to = (
                     SELECT '0.' || l.n || '.' || (extract(epoch FROM l.linked_at) * 1000000)::bigint
                     FROM review_items r
                     JOIN desk_links l ON l.id = r.identity_id
                     WHERE r.place = {half}
                 )"
        ),
    )
    .await;
    let passed = held(&firm, &page).await;
    assert_eq!(passed.len(), half);
    let to_come: Vec<&String> = before.difference(&passed).collect();
    let (unlinked, suspended) = (to_come[0], to_come[1]);
    let changed = passed.iter().next().unwrap();
    let fits_now = "SELECT i.id::text FROM identities i JOIN accounts a ON a.id = i.account_id
         WHERE a.status = 'suspended' AND i.unlinked_at IS NULL AND i.linked_at >= '2025-12-01'
         ORDER BY i.linked_at DESC LIMIT 1";
    let fits_now = text(&firm.site, fits_now).await.unwrap();
    let standing = |status: &str, link: &str| {
        format!(
            "UPDATE accounts SET status = '{status}'
             WHERE id = (SELECT account_id FROM identities WHERE id = '{link}')"
        )
    };
    for change in [
        format!("UPDATE identities SET unlinked_at = now() WHERE id = '{unlinked}'"),
        standing("suspended", suspended),
        standing("suspended", changed),
        standing("active", &fits_now),
    ] {
        sql(&firm.site, &change).await;
    }
    // A link that is made after the review began, and fits.
    let later = firm.site.services.now() + time::Duration::SECOND;
    sql(
        &firm.site,
        &format!(
            "WITH made AS (
                 INSERT INTO accounts (email) VALUES ('person-late@firm.test') RETURNING id
             )
             INSERT INTO identities (account_id, issuer, subject, email, linked_at, last_used_at)
             SELECT id, 'https://clio.test/', 'late', 'person-late@firm.test',
                    to_timestamp({0}), to_timestamp({0})
             FROM made",
            later.unix_timestamp() + 1
        ),
    )
    .await;
    let late = "SELECT id::text FROM identities WHERE subject = 'late'";
    let late = text(&firm.site, late).await.unwrap();
    assert!(listed(&firm, query).await.contains(&late));

    gather(&firm.site.services).await.unwrap();
    gathered(&firm.site).await;
    let mut expected = before.clone();
    expected.remove(unlinked);
    expected.remove(suspended);
    expected.insert(fits_now);
    assert_eq!(held(&firm, &page).await, expected);
    let counts = text(
        &firm.site,
        "SELECT concat_ws(' ', count(*), count(DISTINCT identity_id), max(place)) FROM review_items",
    );
    let all = expected.len();
    assert_eq!(
        counts.await.as_deref(),
        Some(format!("{all} {all} {all}").as_str())
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_node_that_comes_late_leaves_a_batch_to_the_one_that_was_quicker(pool: PgPool) {
    let firm = firm(pool).await;
    danas_review(&firm).await;
    let reset = "UPDATE review_campaigns SET gathered_at = NULL, gathered_to = NULL";
    let mut connection = firm.site.pool.acquire().await.unwrap();
    // Whoever still gathers behind the request takes it first, and has it done.
    let seen = loop {
        sql(&firm.site, reset).await;
        if let Some(seen) = ungathered(&mut connection, 1).await.unwrap().pop() {
            break seen;
        }
    };
    let items = lock(&mut connection, &seen).await.unwrap();
    assert_eq!(items, Some(4));
    // The other node is at it, then has moved on, then has come to the end.
    let mut other = firm.site.pool.begin().await.unwrap();
    assert_eq!(lock(&mut other, &seen).await.unwrap(), Some(4));
    assert_eq!(lock(&mut connection, &seen).await.unwrap(), None);
    other.rollback().await.unwrap();
    for moved in [
        "gathered_to = '0.1.1'",
        "gathered_to = NULL, gathered_at = now()",
    ] {
        sql(&firm.site, &format!("UPDATE review_campaigns SET {moved}")).await;
        assert_eq!(lock(&mut connection, &seen).await.unwrap(), None, "{moved}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn administrators_are_led_from_a_list_to_a_review_of_it_and_reviewers_are_not(pool: PgPool) {
    let firm = firm(pool).await;
    let list = "/admin/links?q=harbourlane&status=active&sort=person";
    let way = "/admin/reviews/new?filter=q%3Dharbourlane%26status%3Dactive";
    let body = firm.admin.get(list).await.body;
    assert!(body.contains(&format!("href=\"{way}\"")), "{body}");
    assert!(
        !firm
            .reviewer
            .get(list)
            .await
            .body
            .contains("/admin/reviews/new")
    );
    let nothing = firm.admin.get("/admin/links?q=nobodys").await.body;
    assert!(!nothing.contains("/admin/reviews/new"), "{nothing}");

    let body = firm.admin.get(way).await.body;
    assert!(
        body.contains("Connected links: “harbourlane” · Active"),
        "{body}"
    );
    assert!(
        body.contains("value=\"q=harbourlane&amp;status=active\""),
        "{body}"
    );
    assert!(body.contains("4 links"), "{body}");

    // What makes no review comes back to the same list.
    let fields = [("name", ""), ("due", ""), ("filter", "q=harbourlane")];
    let reply = firm.admin.post_form("/admin/reviews/begin", &fields).await;
    assert!(
        reply.location().contains("filter=q%3Dharbourlane"),
        "{reply:?}"
    );
    let due = day(&firm.site, 30);
    let dana = id(&firm.reviewer).await.to_string();
    let long = format!("q={}", "status=active&".repeat(200));
    let fields = [
        ("name", "Q4"),
        ("due", due.as_str()),
        ("filter", &long),
        ("reviewers[]", &dana),
    ];
    let reply = firm.admin.post_form("/admin/reviews/begin", &fields).await;
    assert!(reply.location().ends_with("?done=begun"), "{reply:?}");
}
