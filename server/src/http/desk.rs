//! The downloads of the administrators' desk: what streams, and is no page.

use std::sync::Arc;

use app::ErrorPage;
use axum::{Router, extract::Request, response::Response};

use super::pages;
use crate::{
    backend::RequestBackend,
    db::sessions::LiveSession,
    domain::{account::Status, desk::rules::Right},
    service::Services,
};

/// The paths of all downloads.
pub const DOWNLOADS: [&str; 0] = [];

/// The downloads, by path.
pub fn downloads(_services: &Arc<Services>) -> Router {
    Router::new()
}

/// Whoever asks for a download, if their role has the right; else what to answer, as the pages of the
/// desk do: strangers sign in first, waiting people wait, members learn that it isn't theirs.
#[expect(dead_code, clippy::result_large_err, reason = "the downloads call it")]
fn visitor(services: &Services, request: &Request, right: Right) -> Result<LiveSession, Response> {
    let session = request
        .extensions()
        .get::<RequestBackend>()
        .and_then(RequestBackend::session);
    match session {
        Some(live) if live.status != Status::Active => Err(pages::see_other("/pending")),
        Some(live) if right.is_of(live.role) => Ok(live.clone()),
        Some(_) => Err(pages::problem(
            &services.config,
            request.headers(),
            ErrorPage::Forbidden,
        )),
        None => Err(pages::see_other(&format!(
            "/sign-in?return_to={}",
            request.uri().path()
        ))),
    }
}
