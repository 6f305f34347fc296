//! The door.

use async_trait::async_trait;

use super::{ClioAnswer, Destination, StartRequest};
use crate::{
    api::Failure,
    wire::{Notice, SentCode},
};

/// Signing in and out.
#[async_trait]
pub trait SigningIn: Send + Sync {
    /// Begins a sign-in with Clio: where to send the browser.
    async fn begin_sign_in(&self, request: StartRequest) -> Result<Destination, Failure>;
    /// Completes a sign-in with Clio's answer. Every outcome but an outage is a place to go.
    async fn complete_sign_in(&self, answer: ClioAnswer) -> Result<Destination, Failure>;
    /// Ends this session.
    async fn sign_out(&self) -> Result<Destination, Failure>;

    /// Signs in with an account's own e-mail and password. `return_to` is where the person wants to
    /// go afterwards, unchecked.
    async fn sign_in_by_password(
        &self,
        email: String,
        password: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure>;
    /// Mails a code to an address, if an account has it; goes to the page where it is typed.
    async fn send_sign_in_code(
        &self,
        email: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure>;
    /// The code that was asked for in this browser, if it can still be typed.
    async fn sent_sign_in_code(&self) -> Result<Option<SentCode>, Failure>;
    /// Signs in with the mailed code.
    async fn sign_in_by_code(
        &self,
        email: String,
        code: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure>;

    /// What a mail's "This wasn't me" is about; `None` when the link is unknown.
    async fn notice(&self, token: String) -> Result<Option<Notice>, Failure>;
    /// Unlinks what the mail was about, ends the account's sessions and opens a case.
    async fn not_me(&self, token: String) -> Result<Destination, Failure>;
}
