//! The downloads of the administrators' desk: what streams, and is no page.

use std::sync::Arc;

use axum::Router;

use crate::service::Services;

/// The downloads, by path.
pub fn downloads(_services: &Arc<Services>) -> Router {
    Router::new()
}
