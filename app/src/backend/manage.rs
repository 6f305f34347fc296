//! Clio Manage.

use async_trait::async_trait;

use super::Destination;
use crate::{api::Failure, wire::OwnManage};

/// What a browser asks for when it begins, unchecked.
#[derive(Clone, Debug, Default)]
pub struct ManageStart {
    /// The region of the person's firm.
    pub region: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Where the person wants to go afterwards.
    pub return_to: Option<String>,
}

/// What Clio Manage sends back to the redirect URI, unchecked.
#[derive(Clone, Debug, Default)]
pub struct ManageAnswer {
    /// The authorization code.
    pub code: Option<String>,
    /// The state of the attempt.
    pub state: Option<String>,
    /// The error code.
    pub error: Option<String>,
}

/// Connecting Clio Manage.
#[async_trait]
pub trait ConnectingManage: Send + Sync {
    /// What the person sees of Clio Manage; `None` when this installation has nothing to do with it.
    async fn own_manage(&self) -> Result<Option<OwnManage>, Failure>;
    /// Whether this installation has to do with Clio Manage at all.
    fn has_manage(&self) -> bool;
    /// Begins: where to send the browser.
    async fn begin_manage(&self, start: ManageStart) -> Result<Destination, Failure>;
    /// Completes with Clio's answer. Every outcome but an outage is a place to go.
    async fn complete_manage(&self, answer: ManageAnswer) -> Result<Destination, Failure>;
    /// Ends what was granted.
    async fn disconnect_manage(&self, connection: String) -> Result<Destination, Failure>;
    /// Leaves it to an administrator whether the waiting person is let in.
    async fn ask_to_be_admitted(&self) -> Result<Destination, Failure>;
}
