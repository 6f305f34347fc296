//! One's own account.

use async_trait::async_trait;

use super::Destination;
use crate::{
    api::Failure,
    wire::{
        Account, Activity, Confirmation, Connections, OpenSession, PasswordPage, ProfileField,
        Welcome,
    },
};

/// What the account says.
#[async_trait]
pub trait OwnAccount: Send + Sync {
    /// What `/welcome` shows.
    async fn welcome(&self) -> Result<Welcome, Failure>;
    /// Stores the names as mended by the person, and goes on.
    async fn finish_welcome(
        &self,
        first_name: String,
        last_name: String,
    ) -> Result<Destination, Failure>;

    /// What `/account` shows.
    async fn account(&self) -> Result<Account, Failure>;
    /// Settles a difference between Clio and the account: takes Clio's value or keeps ours.
    async fn settle_suggestion(
        &self,
        field: ProfileField,
        take: bool,
    ) -> Result<Destination, Failure>;

    /// What `/account/activity` shows: a page of events before one, or the newest.
    async fn activity(&self, before: Option<String>) -> Result<Activity, Failure>;
    /// Undoes what an event recorded.
    async fn undo(&self, event: String) -> Result<Destination, Failure>;
}

/// What opens the account, and who is in.
#[async_trait]
pub trait OwnAccess: Send + Sync {
    /// What `/account/connections` shows.
    async fn connections(&self) -> Result<Connections, Failure>;
    /// Begins to connect another Clio login: where to send the browser.
    async fn connect(&self) -> Result<Destination, Failure>;
    /// Disconnects a Clio login.
    async fn disconnect(&self, identity: String) -> Result<Destination, Failure>;

    /// What `/account/sessions` shows, the newest first.
    async fn sessions(&self) -> Result<Vec<OpenSession>, Failure>;
    /// Ends a session by its id, the `others` or `all`.
    async fn end_sessions(&self, session: String) -> Result<Destination, Failure>;

    /// What `/account/password` shows.
    async fn password_page(&self) -> Result<PasswordPage, Failure>;
    /// Sets or changes the password.
    async fn set_password(&self, password: String, again: String) -> Result<Destination, Failure>;

    /// What `/account/confirm` shows; `then` is where the person wants to go, unchecked.
    async fn confirmation(&self, then: Option<String>) -> Result<Confirmation, Failure>;
    /// Shows by the password that the person is still there.
    async fn confirm_by_password(
        &self,
        password: String,
        then: Option<String>,
    ) -> Result<Destination, Failure>;
    /// Mails a code for that.
    async fn send_confirmation_code(&self, then: Option<String>) -> Result<Destination, Failure>;
    /// Shows it by the mailed code.
    async fn confirm_by_code(
        &self,
        code: String,
        then: Option<String>,
    ) -> Result<Destination, Failure>;
}
