//! The prompt to link a Clio login to an account that exists.

use leptos::prelude::*;

use super::Failure;

/// Proves the pending link with the account's password, links and signs in.
#[server(prefix = "/link", endpoint = "password")]
pub async fn link_by_password(password: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.link_by_password(password).await, "/link")
}

/// Drops the pending link, so that another Clio login can be used.
#[server(prefix = "/link", endpoint = "cancel")]
pub async fn cancel_link() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.cancel_link().await, "/link")
}
