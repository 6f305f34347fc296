//! The port through which pages and server functions reach the server.
//!
//! The server puts a [`Handle`] into the extensions of each request; it knows that request's
//! browser, session and address, so that no method here takes them as arguments.

use std::sync::Arc;

use async_trait::async_trait;
use http::request::Parts;
use leptos::prelude::use_context;

use crate::{
    api::Failure,
    wire::{Account, PendingLink, ProfileField, Viewer, Waiting, Welcome},
};

/// Where a browser is sent. Only the server makes one: a path of this site that has been checked,
/// or Clio's authorization URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(String);

impl Destination {
    /// Vouches for a URL that the server composed or checked itself.
    pub fn vouched(url: String) -> Self {
        Self(url)
    }

    /// The URL for the `Location` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What Clio sends back to the redirect URI, unchecked.
#[derive(Clone, Debug, Default)]
pub struct ClioAnswer {
    /// The authorization code.
    pub code: Option<String>,
    /// The state of the attempt.
    pub state: Option<String>,
    /// The issuer, where the provider names it (RFC 9207).
    pub iss: Option<String>,
    /// The error code.
    pub error: Option<String>,
    /// The error in words; never shown.
    pub error_description: Option<String>,
    /// Clio's hint about an error: a JSON string; never shown.
    pub error_hint: Option<String>,
}

/// What the server does for pages and server functions.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The firm's name.
    fn firm_name(&self) -> &str;
    /// The host that people type, for pages that name it.
    fn public_url(&self) -> &str;
    /// The person signed in in this browser.
    fn viewer(&self) -> Option<Viewer>;
    /// The script and style files, with their hashes, and the name of the islands' bundle.
    fn assets(&self) -> Assets;

    /// Begins a sign-in: where to send the browser.
    async fn begin_sign_in(
        &self,
        return_to: Option<String>,
        claim: Option<String>,
    ) -> Result<Destination, Failure>;
    /// Completes a sign-in with Clio's answer. Every outcome but an outage is a place to go.
    async fn complete_sign_in(&self, answer: ClioAnswer) -> Result<Destination, Failure>;
    /// Ends this session.
    async fn sign_out(&self) -> Result<Destination, Failure>;

    /// The pending link of this browser, if one is alive.
    async fn pending_link(&self) -> Result<Option<PendingLink>, Failure>;
    /// Proves the pending link with the account's password, links and signs in.
    async fn link_by_password(&self, password: String) -> Result<Destination, Failure>;
    /// Drops the pending link.
    async fn cancel_link(&self) -> Result<Destination, Failure>;

    /// What this browser's pending person waits for; `None` once there is nothing to wait for.
    async fn waiting(&self) -> Result<Option<Waiting>, Failure>;
    /// Mails a code to the waiting person's mailbox.
    async fn send_admission_code(&self) -> Result<Destination, Failure>;
    /// Admits the waiting person by the mailed code.
    async fn admit_by_code(&self, code: String) -> Result<Destination, Failure>;

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
}

/// The files a page refers to, as URL paths with the content's hash in their names.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// The stylesheet.
    pub style: &'static str,
    /// The islands' JavaScript; `None` when this build has no islands' bundle.
    pub script: Option<&'static str>,
    /// The islands' WebAssembly; present when `script` is.
    pub wasm: Option<&'static str>,
}

/// The backend of one request, as it travels in the request's extensions.
#[derive(Clone)]
pub struct Handle(pub Arc<dyn Backend>);

/// The backend of the request that is being answered.
///
/// # Errors
/// [`Failure::Unavailable`] outside a request, which only a mistake in wiring can bring about.
pub fn backend() -> Result<Arc<dyn Backend>, Failure> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Handle>().cloned())
        .map(|handle| handle.0)
        .ok_or(Failure::Unavailable)
}
