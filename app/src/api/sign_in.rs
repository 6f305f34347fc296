//! Sign-in with Clio, and sign-out.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::Failure;

/// Begins a sign-in: sends the browser to Clio.
///
/// `return_to` is where the person wants to go afterwards; `claim` comes from the one-time link an
/// administrator handed over. Both are checked by the backend.
#[server(prefix = "/auth/clio", endpoint = "start", input = GetUrl)]
pub async fn begin_sign_in(
    return_to: Option<String>,
    claim: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.begin_sign_in(return_to, claim).await, "/sign-in")
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
