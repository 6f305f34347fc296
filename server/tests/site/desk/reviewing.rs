//! Attesting links.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, Reply, Site, empty_outbox, form_refused, last_event, mailed, number, only_event_after,
    overtaken, sql, text, undo_at_desk, undo_refused, with_role,
};

const REVIEWED: &str = "/admin/links/reviewed";

async fn review(browser: &Browser, link: Uuid, note: &str) -> Reply {
    let link = link.to_string();
    let fields = [("link", link.as_str()), ("note", note)];
    browser.post_form(REVIEWED, &fields).await
}

async fn review_refused(
    site: &Site,
    browser: &Browser,
    (link, note): (Uuid, &str),
    (problem, word): (&str, &str),
) {
    let id = link.to_string();
    let fields = [("link", id.as_str()), ("note", note)];
    let place = format!("/admin/links/{link}?problem={problem}");
    let event = form_refused(site, browser, (REVIEWED, &fields), &place).await;
    assert_eq!(event.reason.as_deref(), Some(word));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reviewer_attests_a_link_and_takes_it_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let other = with_role(&site, "tomas", "reviewer").await;
    empty_outbox(&site).await;
    let here = format!("/admin/links/{link}");
    assert!(
        reviewer
            .get(&here)
            .await
            .body
            .contains("Nobody has reviewed it yet.")
    );
    // It changes nobody's access, so that no fresh sign-in is asked for.
    site.advance(std::time::Duration::from_secs(301));
    let before = last_event(&site).await;

    review(&reviewer, link, "Met them.")
        .await
        .leads_to(&format!("{here}?done=reviewed"));

    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "identity.reviewed");
    assert_eq!(event.actor_account_id, reviewer.account().await);
    assert_eq!(event.account_id, Some(account));
    let kept = "SELECT note FROM link_reviews WHERE undone_at IS NULL";
    assert_eq!(text(&site, kept).await.as_deref(), Some("Met them."));
    let page = reviewer.get(&here).await.body;
    for words in ["Found right", "Met them.", "action=\"/admin/undo\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Another reviewer doesn't take it back.
    assert_eq!(undo_at_desk(&other, event.id).await.status, 403);
    assert!(
        !other
            .get(&here)
            .await
            .body
            .contains("action=\"/admin/undo\"")
    );

    undo_at_desk(&reviewer, event.id)
        .await
        .leads_to(&format!("/admin/accounts/{account}?done=undone"));

    assert_eq!(text(&site, kept).await, None);
    assert!(
        reviewer
            .get(&here)
            .await
            .body
            .contains("Nobody has reviewed it yet.")
    );
    undo_refused(&site, &reviewer, event.id, ("decided", "decided")).await;
    assert!(mailed(&site).await.is_empty(), "nobody’s access changed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reviewer_who_is_one_no_more_by_the_time_attests_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    let own = reviewer.account().await.unwrap();
    site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let before = last_event(&site).await;
    let demotion = format!("UPDATE accounts SET role = 'member' WHERE id = '{own}'");
    let reply = overtaken(&site, &demotion, review(&reviewer, link, "Met them.")).await;
    assert_eq!(reply.status, 403, "{reply:?}");
    assert_eq!(site.count("SELECT count(*) FROM link_reviews").await, 0);
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "desk.refused");

    sql(
        &site,
        "UPDATE accounts SET role = 'reviewer' WHERE role = 'member'",
    )
    .await;
    review(&reviewer, link, "Met them.")
        .await
        .leads_to(&format!("/admin/links/{link}?done=reviewed"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_takes_a_review_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    let admin = with_role(&site, "tomas", "admin").await;
    site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    review(&reviewer, link, "").await;
    let first = last_event(&site).await;
    review(&reviewer, link, "").await;
    assert!(
        undo_at_desk(&admin, first)
            .await
            .location()
            .contains("done=undone")
    );
    let standing = "SELECT count(*) FROM link_reviews WHERE undone_at IS NULL";
    assert_eq!(number(&site, standing).await, 1, "the other one stands");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_attests_what_is_their_own_over_or_not_there(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    site.linked("ikram", "ikram@harbourlane.test").await;
    let (own, link) = (
        site.identity_of("dana").await,
        site.identity_of("ikram").await,
    );
    review_refused(&site, &reviewer, (own, ""), ("oneself", "oneself")).await;
    assert!(
        !reviewer
            .get(&format!("/admin/links/{own}"))
            .await
            .body
            .contains(REVIEWED)
    );
    let long = "x".repeat(501);
    review_refused(&site, &reviewer, (link, &long), ("too_long", "too_long")).await;
    review_refused(&site, &reviewer, (Uuid::max(), ""), ("decided", "gone")).await;
    sql(
        &site,
        &format!("UPDATE identities SET unlinked_at = now() WHERE id = '{link}'"),
    )
    .await;
    review_refused(&site, &reviewer, (link, ""), ("decided", "decided")).await;
    let member = with_role(&site, "tomas", "member").await;
    assert_eq!(review(&member, link, "").await.status, 403);
}
