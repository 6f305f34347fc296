//! The administrators' desk, a file for each of its subjects.

mod bulk;
mod closing;
mod doors;
mod dormancy;
mod dossiers;
mod duplicates;
mod duplicates_search;
mod frame;
mod guards;
mod importing;
mod inviting;
mod links;
mod merge_races;
mod merge_refused;
mod merge_undone;
mod merging;
mod people;
mod promotion;
mod queue;
mod record;
mod record_export;
mod reviewing;
mod reviews;
mod roles;
mod undoing;
mod unlinking;

use crate::harness::{Browser, Site, signed_in, sql};

/// Somebody with a role, in a browser of their own.
async fn with_role(site: &Site, subject: &str, role: &str) -> Browser {
    let browser = signed_in(site, subject).await;
    let account = browser.account().await.unwrap();
    sql(
        site,
        &format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'"),
    )
    .await;
    browser
}

/// Dana, who administers.
async fn administrator(site: &Site) -> Browser {
    with_role(site, "dana", "admin").await
}
