//! The prompt to link, and the waiting room.

use async_trait::async_trait;

use super::Destination;
use crate::{api::Failure, wire};

/// Linking a Clio login to an account that exists.
#[async_trait]
pub trait Linking: Send + Sync {
    /// The pending link of this browser, if one is alive.
    async fn pending_link(&self) -> Result<Option<wire::PendingLink>, Failure>;
    /// Proves the account with its password.
    async fn prove_by_password(&self, password: String) -> Result<Destination, Failure>;
    /// Mails a code to the account's mailbox.
    async fn send_link_code(&self) -> Result<Destination, Failure>;
    /// Proves the account with the mailed code.
    async fn prove_by_code(&self, code: String) -> Result<Destination, Failure>;
    /// Puts the question to an administrator.
    async fn ask_administrator(&self, message: String) -> Result<Destination, Failure>;
    /// Links what was proved, and signs in. `name` is `clio` or `account`.
    async fn confirm_link(&self, name: Option<String>) -> Result<Destination, Failure>;
    /// Opens an account beside the one that is there, where policy allows.
    async fn keep_separate(&self) -> Result<Destination, Failure>;
    /// Drops the pending link.
    async fn cancel_link(&self) -> Result<Destination, Failure>;
}

/// Waiting to be admitted.
#[async_trait]
pub trait WaitingRoom: Send + Sync {
    /// What this browser's pending person waits for; `None` once there is nothing to wait for.
    async fn waiting(&self) -> Result<Option<wire::Waiting>, Failure>;
    /// Mails a code to the waiting person's mailbox.
    async fn send_admission_code(&self) -> Result<Destination, Failure>;
    /// Admits the waiting person by the mailed code.
    async fn admit_by_code(&self, code: String) -> Result<Destination, Failure>;
}
