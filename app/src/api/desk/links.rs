//! The lists of links that are kept by name.

use leptos::prelude::*;

use crate::api::Failure;

/// Keeps a list of links by a name: its query string. `shared` shows it to everybody at the desk.
#[server(prefix = "/admin/links/views", endpoint = "keep")]
pub async fn keep_links_view(
    name: String,
    query: String,
    shared: Option<bool>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::wire::desk::links::Listing::read(&query).path();
    let outcome = backend.keep_view(name, query, shared.unwrap_or_default());
    crate::respond::answer(outcome.await, &page)
}

/// Forgets a list of one's own.
#[server(prefix = "/admin/links/views", endpoint = "forget")]
pub async fn forget_links_view(view: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.forget_view(view).await, "/admin/links")
}
