//! Signing in with Clio and without, signing out, and "This wasn't me".

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::Failure;

/// Begins a sign-in: sends the browser to Clio.
///
/// `return_to` is where the person wants to go afterwards; `claim` comes from the one-time link an
/// administrator handed over; `purpose` is `link` or `confirm` where the sign-in proves something.
/// All are checked by the backend.
#[server(prefix = "/auth/clio", endpoint = "start", input = GetUrl)]
pub async fn begin_sign_in(
    return_to: Option<String>,
    claim: Option<String>,
    purpose: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let request = crate::backend::StartRequest {
        return_to,
        claim,
        purpose,
    };
    crate::respond::answer(backend.begin_sign_in(request).await, "/sign-in")
}

/// Completes a sign-in: the redirect URI.
#[server(prefix = "/auth/clio", endpoint = "callback", input = GetUrl)]
pub async fn complete_sign_in(
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    error_hint: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let answer = crate::backend::ClioAnswer {
        code,
        state,
        iss,
        error,
        error_description,
        error_hint,
    };
    crate::respond::answer(backend.complete_sign_in(answer).await, "/sign-in")
}

/// Ends this session.
#[server(prefix = "/auth", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.sign_out().await, "/sign-in")
}

/// Signs in with an account's own e-mail and password.
#[server(prefix = "/auth/local", endpoint = "password")]
pub async fn sign_in_by_password(
    email: String,
    password: String,
    return_to: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend
        .sign_in_by_password(email, password, return_to.clone())
        .await;
    crate::respond::answer_along(outcome, "/sign-in", "return_to", return_to)
}

/// Mails a code to an address, if an account has it.
#[server(prefix = "/auth/local", endpoint = "code/send")]
pub async fn send_sign_in_code(email: String, return_to: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.send_sign_in_code(email, return_to.clone()).await;
    crate::respond::answer_along(outcome, "/sign-in", "return_to", return_to)
}

/// Signs in with the mailed code.
#[server(prefix = "/auth/local", endpoint = "code")]
pub async fn sign_in_by_code(
    email: String,
    code: String,
    return_to: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend
        .sign_in_by_code(email, code, return_to.clone())
        .await;
    crate::respond::answer_along(outcome, "/sign-in/code", "return_to", return_to)
}

/// Acts on a mail's "This wasn't me".
#[server(prefix = "/not-me", endpoint = "act")]
pub async fn not_me(token: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.not_me(token.clone()).await;
    crate::respond::answer_along(outcome, "/not-me", "token", Some(token))
}
