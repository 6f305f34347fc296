//! Invitations, one or many.

use leptos::prelude::*;

use crate::api::Failure;

#[cfg(feature = "ssr")]
const PAGE: &str = "/admin/invitations";

/// Invites one person.
#[server(prefix = "/admin/invitations", endpoint = "create")]
pub async fn create_invitation(
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let (first_name, last_name) = (
        first_name.unwrap_or_default(),
        last_name.unwrap_or_default(),
    );
    let outcome = backend.invite(email, first_name, last_name).await;
    crate::respond::answer(outcome, PAGE)
}

/// Mails a new link to somebody who is invited.
#[server(prefix = "/admin/invitations", endpoint = "resend")]
pub async fn resend_invitation(invitation: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.resend_invitation(invitation).await, PAGE)
}

/// Withdraws an invitation.
#[server(prefix = "/admin/invitations", endpoint = "revoke")]
pub async fn revoke_invitation(invitation: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.revoke_invitation(invitation).await, PAGE)
}

/// Undoes a withdrawal.
#[server(prefix = "/admin/invitations", endpoint = "restore")]
pub async fn restore_invitation(invitation: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.restore_invitation(invitation).await, PAGE)
}

/// Looks a list of people through, or carries one out.
#[server(prefix = "/admin/invitations", endpoint = "import")]
pub async fn import_invitations(csv: Option<String>, apply: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let (csv, apply) = (csv.unwrap_or_default(), apply.unwrap_or_default());
    let outcome = backend.import(csv, apply).await;
    crate::respond::answer(outcome, "/admin/invitations/import")
}
