//! One decision about many.

use leptos::prelude::*;

use crate::api::Failure;

/// Prepares an act about the ticked links, or with `all` about everything that matches the list's
/// filter; leads to its preview.
#[server(prefix = "/admin/bulk", endpoint = "prepare")]
pub async fn prepare_bulk(
    deed: String,
    #[server(default)] links: Vec<String>,
    #[server(default)] all: bool,
    #[server(default)] filter: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::wire::desk::links::Listing::read(&filter).path();
    let prepared = backend.prepare_bulk(deed, links, all, filter).await;
    crate::respond::answer(prepared, &page)
}

/// Says yes to what a prepared act would do.
#[server(prefix = "/admin/bulk", endpoint = "confirm")]
pub async fn confirm_bulk(
    bulk: String,
    #[server(default)] reason: String,
    #[server(default)] until: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::respond::page_of("/admin/bulk", &bulk);
    crate::respond::answer(backend.confirm_bulk(bulk, reason, until).await, &page)
}

/// Gives a prepared act up, or stops one that is being carried out.
#[server(prefix = "/admin/bulk", endpoint = "cancel")]
pub async fn cancel_bulk(bulk: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::respond::page_of("/admin/bulk", &bulk);
    crate::respond::answer(backend.cancel_bulk(bulk).await, &page)
}

/// Prepares an act that undoes what another did.
#[server(prefix = "/admin/bulk", endpoint = "undo")]
pub async fn undo_bulk(bulk: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::respond::page_of("/admin/bulk", &bulk);
    crate::respond::answer(backend.undo_bulk(bulk).await, &page)
}
