//! Whether the process is alive, and whether it can serve.

use std::{sync::Arc, time::Duration};

use axum::extract::State;
use http::StatusCode;

use crate::{db::pool, service::Services};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: alive.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database can be reached and has all migrations. Clio doesn't matter here: an
/// outage of Clio must not take the whole site out of a load balancer.
pub async fn ready(State(services): State<Arc<Services>>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, pool::is_migrated(&services.pool)).await {
        Ok(Ok(true)) => (StatusCode::OK, "ready\n"),
        Ok(Ok(false)) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are pending\n"),
        Ok(Err(_)) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is not available\n",
        ),
    }
}
