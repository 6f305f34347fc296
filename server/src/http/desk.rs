//! The downloads of the administrators' desk: what streams, and is no page.

use std::sync::Arc;

use app::ErrorPage;
use axum::{
    Router,
    extract::{Path, Request},
    response::Response,
    routing::get,
};

use super::{links, pages, record, review_pack};
use crate::{
    backend::RequestBackend,
    db::sessions::LiveSession,
    domain::{account::Status, desk::rules::Right},
    service::{Services, desk::record_export::Format},
};

/// The paths of all downloads.
pub const DOWNLOADS: [&str; 4] = [
    "/admin/links.csv",
    "/admin/audit.csv",
    "/admin/audit.jsonl",
    "/admin/reviews/{id}/pack",
];

/// The downloads, by path.
pub fn downloads(services: &Arc<Services>) -> Router {
    let [links_csv, audit_csv, audit_jsonl, pack] = DOWNLOADS;
    let links = Arc::clone(services);
    let reviews = Arc::clone(services);
    let audit = |format| {
        let services = Arc::clone(services);
        get(move |request| record::export(services, format, request))
    };
    Router::new()
        .route(links_csv, get(move |request| links::export(links, request)))
        .route(audit_csv, audit(Format::Csv))
        .route(audit_jsonl, audit(Format::Jsonl))
        .route(
            pack,
            get(move |path: Path<String>, request: Request| {
                review_pack::export(reviews, path, request)
            }),
        )
}

/// Whoever asks for a download, if their role has the right; else what to answer, as the pages of the
/// desk do: strangers sign in first, waiting people wait, members learn that it isn't theirs.
#[expect(clippy::result_large_err, reason = "the answer is sent as it is")]
pub(super) fn visitor(
    services: &Services,
    request: &Request,
    right: Right,
) -> Result<LiveSession, Response> {
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
