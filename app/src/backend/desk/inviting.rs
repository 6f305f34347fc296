//! Invitations, one or many.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::{ImportReport, ImportSummary, Invitations, InvitationsQuery, ReportQuery},
};

/// Invitations, one or many. Reviewers see the list of invitations; all else is for those who decide.
#[async_trait]
pub trait Inviting: Send + Sync {
    /// A page of invitations.
    async fn invitations(&self, query: InvitationsQuery) -> Result<Invitations, Failure>;
    /// Invites one person.
    async fn invite(
        &self,
        email: String,
        first_name: String,
        last_name: String,
    ) -> Result<Destination, Failure>;
    /// Mails a new link.
    async fn resend_invitation(&self, invitation: String) -> Result<Destination, Failure>;
    /// Withdraws an invitation.
    async fn revoke_invitation(&self, invitation: String) -> Result<Destination, Failure>;
    /// Undoes a withdrawal.
    async fn restore_invitation(&self, invitation: String) -> Result<Destination, Failure>;

    /// The lists that this administrator had carried out, newest first.
    async fn imports(&self) -> Result<Vec<ImportSummary>, Failure>;
    /// What a list of this administrator's says; `None` when there is no such list.
    async fn import_report(
        &self,
        import: String,
        query: ReportQuery,
    ) -> Result<Option<ImportReport>, Failure>;
    /// Looks a list through, or carries one out. `apply` is the id of a list that was looked through, or
    /// says yes to what is sent along, or is empty.
    async fn import(&self, csv: String, apply: String) -> Result<Destination, Failure>;
}
