//! Lists that are kept by name.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Site, number, text, with_role};

async fn keep(browser: &Browser, name: &str, query: &str, shared: bool) -> String {
    let mut fields = vec![("name", name), ("query", query)];
    if shared {
        fields.push(("shared", "true"));
    }
    let reply = browser.post_form("/admin/links/views/keep", &fields).await;
    reply.location().to_owned()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_kept_list_is_ones_own_unless_it_is_shared(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "reviewer").await;
    let tomas = with_role(&site, "tomas", "owner").await;
    let to = keep(&dana, "Quiet", "dormant=90&after=0.1.1&nonsense=1", false).await;
    assert_eq!(to, "/admin/links?dormant=90", "the filter, and no page");
    keep(&dana, "Everybody", "reviewed=no", true).await;
    let own = dana.get("/admin/links").await.body;
    assert!(own.contains("Quiet") && own.contains("Everybody"));
    let others = tomas.get("/admin/links").await.body;
    assert!(!others.contains("Quiet") && others.contains("Everybody"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_of_the_same_name_gives_way_and_each_change_is_on_record(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "admin").await;
    keep(&dana, "Mine", "reviewed=no", false).await;
    keep(&dana, "Mine", "reviewed=yes", false).await;
    let kept = text(&site, "SELECT string_agg(query, ' ') FROM desk_views").await;
    assert_eq!(kept.as_deref(), Some("reviewed=yes"));
    let events = "SELECT count(*) FROM audit_events WHERE action = 'desk.view_kept'";
    assert_eq!(number(&site, events).await, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_forgets_the_list_of_somebody_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "reviewer").await;
    let tomas = with_role(&site, "tomas", "owner").await;
    keep(&dana, "Shared", "reviewed=no", true).await;
    let id = text(&site, "SELECT id::text FROM desk_views")
        .await
        .unwrap();
    let path = "/admin/links/views/forget";
    let refused = tomas.post_form(path, &[("view", &id)]).await;
    assert!(refused.location().contains("problem=decided"));
    assert_eq!(number(&site, "SELECT count(*) FROM desk_views").await, 1);
    dana.post_form(path, &[("view", &id)])
        .await
        .leads_to("/admin/links");
    assert_eq!(number(&site, "SELECT count(*) FROM desk_views").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_without_a_usable_name_isnt_kept(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = with_role(&site, "dana", "reviewer").await;
    for name in ["", "   ", "two\nlines", &"x".repeat(61)] {
        assert!(
            keep(&dana, name, "", false)
                .await
                .contains("problem=bad_name"),
            "{name:?}"
        );
    }
    assert_eq!(number(&site, "SELECT count(*) FROM desk_views").await, 0);
}
