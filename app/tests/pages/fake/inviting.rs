//! Invitations of the fake server.

use app::{
    api::Failure,
    backend::{Destination, desk::Inviting},
    wire::desk::{ImportReport, ImportSummary, Invitations, InvitationsQuery, ReportQuery},
};
use async_trait::async_trait;

use super::Fake;

#[async_trait]
impl Inviting for Fake {
    async fn invitations(&self, _: InvitationsQuery) -> Result<Invitations, Failure> {
        self.answer(self.invitations.as_ref()).await
    }

    async fn invite(&self, _: String, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn resend_invitation(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn revoke_invitation(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn restore_invitation(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn imports(&self) -> Result<Vec<ImportSummary>, Failure> {
        self.answer(self.imports.as_ref()).await
    }

    async fn import_report(
        &self,
        _: String,
        _: ReportQuery,
    ) -> Result<Option<ImportReport>, Failure> {
        self.look_up(self.import_report.as_ref()).await
    }

    async fn import(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
