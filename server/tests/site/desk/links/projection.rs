//! The projection follows the tables, whoever writes them.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::reference::write;
use crate::harness::{Site, number, overtaken, sql};

/// How many links the list knows otherwise than the tables.
const DIFFERENCES: &str = "SELECT count(*)
    FROM desk_facts AS fact
    JOIN identities i ON i.id = fact.id
    FULL JOIN desk_links AS link ON link.id = fact.id
    LEFT JOIN desk_uses AS used ON used.n = link.n
    WHERE (fact.gone, fact.profile, fact.person, fact.email, fact.clio_email, fact.words, fact.linked_at,
           fact.reviewed_at)
        IS DISTINCT FROM (link.gone, link.profile, link.person, link.email, link.clio_email, link.words,
           link.linked_at, link.reviewed_at)
       OR (fact.gone, fact.profile, fact.words, fact.linked_at, greatest(i.last_used_at, i.linked_at))
        IS DISTINCT FROM (used.gone, used.profile, used.words, used.linked_at, used.last_used_at)
       OR NOT EXISTS (SELECT FROM desk_profiles WHERE profile = link.profile)";

async fn nothing_differs(site: &Site, after: &str) {
    assert_eq!(number(site, DIFFERENCES).await, 0, "after {after}");
    let links = number(site, "SELECT count(*) FROM desk_links").await;
    assert_eq!(links, site.identities().await, "after {after}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_sql_writes_the_list_knows_at_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    write(&site, 60, false).await;
    nothing_differs(&site, "sixty links").await;
    for change in [
        "UPDATE accounts SET last_name = 'Ångström' WHERE role = 'admin'",
        "UPDATE accounts SET email = upper(email)",
        "UPDATE accounts SET status = 'suspended' WHERE status = 'active'",
        "UPDATE accounts SET role = 'reviewer', origin = 'import'",
        "UPDATE identities SET email = 'new@firm.test' WHERE link_method = 'code'",
        "UPDATE identities SET email = NULL WHERE link_method = 'claim'",
        "UPDATE identities SET unlinked_at = now() WHERE unlinked_at IS NULL AND link_method = 'password'",
        "UPDATE identities SET unlinked_at = NULL",
        "UPDATE identities SET last_used_at = now()",
        "UPDATE identities SET last_used_at = linked_at - interval '1 day'",
        "UPDATE identities SET linked_at = now(), link_method = 'session'",
        "UPDATE link_reviews SET undone_at = now()",
        "UPDATE link_reviews SET undone_at = NULL, at = now()",
        "DELETE FROM link_reviews",
        "DELETE FROM identities WHERE subject LIKE '%7'",
        "SELECT desk_rebuild()",
        "UPDATE identities SET email = 'again@firm.test'",
        "DELETE FROM identities",
    ] {
        sql(&site, change).await;
        nothing_differs(&site, change).await;
    }
    write(&site, 10, false).await;
    nothing_differs(&site, "ten more").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn changes_of_account_and_login_at_the_same_moment_are_both_seen(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    write(&site, 1, false).await;
    let change_login = sql(&site, "UPDATE identities SET email = 'clio@firm.test'");
    overtaken(
        &site,
        "UPDATE accounts SET last_name = 'Other'",
        change_login,
    )
    .await;
    nothing_differs(&site, "both").await;
}
