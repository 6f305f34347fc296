//! Pages in place of a page.

use http::StatusCode;
use leptos::prelude::*;

use crate::{
    backend::backend,
    components::Page,
    errors::{ErrorPage, error_text},
    respond::set_status,
};

/// No page stands at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    set_status(StatusCode::NOT_FOUND);
    view! { <InPlace error=ErrorPage::NotFound/> }
}

/// The person's role doesn't include the page.
#[component]
pub fn Forbidden() -> impl IntoView {
    set_status(StatusCode::FORBIDDEN);
    view! { <InPlace error=ErrorPage::Forbidden/> }
}

/// The server can't give the page its contents.
#[component]
pub fn Unavailable() -> impl IntoView {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
    view! { <InPlace error=ErrorPage::Unavailable/> }
}

#[component]
fn InPlace(error: ErrorPage) -> impl IntoView {
    let public_url = backend()
        .map(|backend| backend.public_url().to_owned())
        .unwrap_or_default();
    view! { <Page title=error.title()>{error_text(error, &public_url, None)}</Page> }
}
