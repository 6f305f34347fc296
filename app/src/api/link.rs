//! The prompt to link a Clio login to an account that exists.

use leptos::prelude::*;

use super::Failure;

/// Proves the account with its password.
#[server(prefix = "/link", endpoint = "password")]
pub async fn prove_by_password(password: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.prove_by_password(password).await, "/link")
}

/// Mails a code to the account's mailbox.
#[server(prefix = "/link", endpoint = "code/send")]
pub async fn send_link_code() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.send_link_code().await, "/link")
}

/// Proves the account with the mailed code.
#[server(prefix = "/link", endpoint = "code")]
pub async fn prove_by_code(code: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.prove_by_code(code).await, "/link")
}

/// Puts the question to an administrator.
#[server(prefix = "/link", endpoint = "ask")]
pub async fn ask_administrator(message: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.ask_administrator(message.unwrap_or_default()).await;
    crate::respond::answer(outcome, "/link")
}

/// Links what was proved, and signs in. `name` is `clio` or `account`, where the names differ.
#[server(prefix = "/link", endpoint = "confirm")]
pub async fn confirm_link(name: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.confirm_link(name).await, "/link")
}

/// Opens an account beside the one that is there, where policy allows.
#[server(prefix = "/link", endpoint = "separate")]
pub async fn keep_separate() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.keep_separate().await, "/link")
}

/// Drops the pending link, so that another Clio login can be used.
#[server(prefix = "/link", endpoint = "cancel")]
pub async fn cancel_link() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.cancel_link().await, "/link")
}
