//! What opens one's own account, and who is in.

use leptos::prelude::*;

use super::Failure;

/// Begins to connect another Clio login.
#[server(prefix = "/account/connections", endpoint = "connect")]
pub async fn connect() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.connect().await, "/account/connections")
}

/// Disconnects a Clio login.
#[server(prefix = "/account/connections", endpoint = "disconnect")]
pub async fn disconnect(identity: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.disconnect(identity).await, "/account/connections")
}

/// Ends a session by its id, the `others` or `all`.
#[server(prefix = "/account/sessions", endpoint = "end")]
pub async fn end_sessions(session: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.end_sessions(session).await, "/account/sessions")
}

/// Sets or changes the password.
#[server(prefix = "/account", endpoint = "password")]
pub async fn set_password(password: String, again: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.set_password(password, again).await;
    crate::respond::answer(outcome, "/account/password")
}

/// Shows by the password that whoever is signed in is still there.
#[server(prefix = "/account/confirm", endpoint = "password")]
pub async fn confirm_by_password(password: String, then: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.confirm_by_password(password, then.clone()).await;
    crate::respond::answer_along(outcome, "/account/confirm", "then", then)
}

/// Mails a code for that.
#[server(prefix = "/account/confirm", endpoint = "code/send")]
pub async fn send_confirmation_code(then: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.send_confirmation_code(then.clone()).await;
    crate::respond::answer_along(outcome, "/account/confirm", "then", then)
}

/// Shows by the mailed code that whoever is signed in is still there.
#[server(prefix = "/account/confirm", endpoint = "code")]
pub async fn confirm_by_code(code: String, then: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.confirm_by_code(code, then.clone()).await;
    crate::respond::answer_along(outcome, "/account/confirm", "then", then)
}
