//! Whether the process is alive, and whether it can serve.

use std::{sync::Arc, time::Duration};

use axum::extract::State;
use http::StatusCode;

use crate::{db::migrations, service::Services};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: alive.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database can be reached and has all migrations. Clio doesn't matter here: an
/// outage of Clio must not take the whole site out of a load balancer.
pub async fn ready(State(services): State<Arc<Services>>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, is_migrated(&services)).await {
        Ok(Ok(true)) => (StatusCode::OK, "ready\n"),
        Ok(Ok(false)) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are pending\n"),
        Ok(Err(_)) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is not available\n",
        ),
    }
}

async fn is_migrated(services: &Services) -> Result<bool, sqlx::Error> {
    let mut connection = services.pool.acquire().await?;
    let applied = migrations::are_applied(&mut connection).await?;
    connection.give_back();
    Ok(applied)
}
