//! One log line per request, if the options ask for it.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::provider::Provider;

/// Logs method, path, status and duration; never a query, a header or a body, which hold codes and passwords.
pub(crate) async fn requests(
    State(provider): State<Arc<Provider>>,
    request: Request,
    next: Next,
) -> Response {
    if !provider.log_requests {
        return next.run(request).await;
    }
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    tracing::info!(
        http.method = %method,
        http.path = path,
        http.status = response.status().as_u16(),
        http.milliseconds = started.elapsed().as_secs_f64() * 1000.0,
        "request answered"
    );
    response
}
