//! The HTTP side: routes and handlers. Rules live in `protocol`, HTML in `pages`.

mod authorize;
pub(crate) mod cookies;
mod log;
mod login;
mod mailbox;
mod simulation;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use crate::pages;
use crate::provider::Provider;

/// Shared by all handlers.
type Shared = axum::extract::State<Arc<Provider>>;

/// Nothing that is posted here is larger.
const LARGEST_BODY: usize = 64 * 1024;

/// Everything that the simulated Clio answers.
pub(crate) fn router(provider: Arc<Provider>) -> Router {
    let log = middleware::from_fn_with_state(Arc::clone(&provider), log::requests);
    Router::new()
        .route("/", get(simulation::home))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/oauth2/auth", get(authorize::authorize))
        .route("/oauth2/token", post(token::token))
        .route("/.well-known/jwks.json", get(token::jwks))
        .route("/.well-known/openid-configuration", get(token::discovery))
        .route("/login", get(login::email_page).post(login::email))
        .route(
            "/login/password",
            get(login::password_page).post(login::password),
        )
        .route("/login/code", get(login::code_page).post(login::code))
        .route("/consent", get(login::consent_page).post(login::consent))
        .merge(simulation::routes())
        .merge(crate::manage::routes())
        .route("/mailbox", get(mailbox::list))
        .route("/mailbox/{id}", get(mailbox::one))
        .route("/mailbox.json", get(mailbox::json))
        .fallback(|| async { pages::problem::not_found() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(log)
        .with_state(provider)
}
