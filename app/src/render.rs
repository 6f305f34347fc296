//! How a request becomes a page.

use std::future::Future;

use any_spawner::Executor;
use axum::{body::Body, extract::Request, response::Response};
use futures::{StreamExt as _, stream};
use leptos::prelude::*;

use crate::shell;

/// Answers a request with the page at its path, or with the page that says there is none.
///
/// The page is complete before its first byte leaves, so status, redirects and headers are settled.
/// Leptos' own handlers append scripts that carry resources into the browser; no island here reads a
/// resource, and a page that needs no script holds none.
pub fn page(request: Request) -> impl Future<Output = Response<Body>> + Send {
    // Fails when it was done before, by an earlier request or by the server.
    let _ = Executor::init_tokio();
    leptos_axum::handle_response_inner(
        || {},
        shell,
        request,
        |document, _resources, _| {
            Box::pin(async move {
                let html: String = document.to_html_stream_in_order().collect().await;
                Box::pin(stream::once(async { html })) as _
            })
        },
    )
}
