//! One's own account.

use leptos::prelude::*;

use super::Failure;
use crate::wire::ProfileField;

/// Stores the names as mended on the welcome page, and goes on.
#[server(prefix = "/welcome", endpoint = "names")]
pub async fn finish_welcome(first_name: String, last_name: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(
        backend.finish_welcome(first_name, last_name).await,
        "/welcome",
    )
}

/// Settles a difference between Clio and the account: takes Clio's value (`take=true`) or keeps
/// ours.
#[server(prefix = "/account", endpoint = "suggestion")]
pub async fn settle_suggestion(field: ProfileField, take: bool) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.settle_suggestion(field, take).await, "/account")
}

/// Undoes what an event of the person's own record says.
#[server(prefix = "/account", endpoint = "undo")]
pub async fn undo(event: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.undo(event).await, "/account/activity")
}
