//! The port through which pages and server functions reach the server.
//!
//! The server puts a [`Handle`] into the extensions of each request; it knows that request's
//! browser, session and address, so that no method here takes them as arguments.

mod account;
pub mod desk;
mod linking;
mod manage;
mod sign_in;

use std::sync::Arc;

use http::request::Parts;
use leptos::prelude::use_context;

pub use self::{
    account::{OwnAccess, OwnAccount},
    linking::{Linking, WaitingRoom},
    manage::{ConnectingManage, ManageAnswer, ManageStart},
    sign_in::SigningIn,
};
use crate::{api::Failure, wire::Viewer};

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

/// What a browser asks for when it begins a sign-in, unchecked.
#[derive(Clone, Debug, Default)]
pub struct StartRequest {
    /// Where the person wants to go afterwards.
    pub return_to: Option<String>,
    /// The token of a one-time link that an administrator handed over.
    pub claim: Option<String>,
    /// What the sign-in is for, beside signing in: `link` proves this browser's pending link with a
    /// login that is connected already, `confirm` shows that whoever is signed in is still there.
    pub purpose: Option<String>,
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

/// What the server does for pages and server functions: the frame of every page here, and a trait
/// for each room.
pub trait Backend:
    SigningIn + Linking + WaitingRoom + ConnectingManage + OwnAccount + OwnAccess + desk::Desk
{
    /// The firm's name.
    fn firm_name(&self) -> &str;
    /// The host that people type, for pages that name it.
    fn public_url(&self) -> &str;
    /// The person signed in in this browser.
    fn viewer(&self) -> Option<Viewer>;
    /// The script and style files, with their hashes, and the name of the islands' bundle.
    fn assets(&self) -> Assets;
}

/// The files a page refers to, as URL paths with the content's hash in their names.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// The stylesheet.
    pub style: &'static str,
    /// What the administrators' desk has besides.
    pub desk_style: &'static str,
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
