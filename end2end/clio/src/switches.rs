//! The switches that make a sign-in end otherwise than well, for people at the demo and for tests.

use std::sync::Mutex;

use axum::http::StatusCode;
use serde_json::json;

use crate::people::{ClioLogin, Person};
use crate::protocol::error::{self, ProtocolError};
use crate::script::{Signing, TokenScript};
use crate::sync::lock;

/// How a sign-in ends. The errors are those that Clio's guide and Hydra name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    #[default]
    Normal,
    /// `access_denied`, as if the person had pressed Deny.
    AccessDenied,
    /// `invalid_credentials` with `"clio_connect": false`.
    NotReady,
    /// `invalid_credentials` with `"clio_connect": true`.
    ClientPortal,
    /// `server_error` on the redirect URI.
    ServerError,
    /// `temporarily_unavailable` on the redirect URI.
    TemporarilyUnavailable,
    /// The token endpoint answers 502.
    TokenBadGateway,
    /// The token endpoint never answers.
    TokenHangs,
    /// The ID token's signature is wrong.
    BadSignature,
}

impl Outcome {
    /// All of them, in the order of the switches page.
    pub const ALL: [Self; 9] = [
        Self::Normal,
        Self::AccessDenied,
        Self::NotReady,
        Self::ClientPortal,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::TokenBadGateway,
        Self::TokenHangs,
        Self::BadSignature,
    ];

    /// The name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::AccessDenied => "access_denied",
            Self::NotReady => "not_ready",
            Self::ClientPortal => "client_portal",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::TokenBadGateway => "token_bad_gateway",
            Self::TokenHangs => "token_hangs",
            Self::BadSignature => "bad_signature",
        }
    }

    /// The outcome with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// What the switches page says about it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Normal => "The sign-in ends well",
            Self::AccessDenied => "The person declines (access_denied)",
            Self::NotReady => {
                "A firm login that isn't ready (invalid_credentials, clio_connect false)"
            }
            Self::ClientPortal => "A client-portal login (invalid_credentials, clio_connect true)",
            Self::ServerError => "Clio fails (server_error)",
            Self::TemporarilyUnavailable => "Clio is busy (temporarily_unavailable)",
            Self::TokenBadGateway => "The token endpoint answers 502",
            Self::TokenHangs => "The token endpoint never answers",
            Self::BadSignature => "The ID token carries a wrong signature",
        }
    }

    /// The error that goes to the redirect URI in place of a code.
    pub(crate) fn authorization_error(self, person: &Person) -> Option<ProtocolError> {
        match self {
            Self::AccessDenied => Some(error::access_denied()),
            Self::NotReady => Some(invalid_credentials(person, false)),
            Self::ClientPortal => Some(invalid_credentials(person, true)),
            Self::ServerError => Some(error::server_error()),
            Self::TemporarilyUnavailable => Some(error::temporarily_unavailable()),
            Self::Normal | Self::TokenBadGateway | Self::TokenHangs | Self::BadSignature => None,
        }
    }

    /// Writes the outcome into the token answer.
    pub(crate) fn edit(self, token: &mut TokenScript) {
        match self {
            Self::TokenBadGateway => {
                token.answer_with(StatusCode::BAD_GATEWAY, "502 Bad Gateway");
            }
            Self::TokenHangs => token.answer.hang(),
            Self::BadSignature => token.sign_with(Signing::Corrupted),
            Self::Normal
            | Self::AccessDenied
            | Self::NotReady
            | Self::ClientPortal
            | Self::ServerError
            | Self::TemporarilyUnavailable => {}
        }
    }
}

/// `error_hint` is a JSON document in a string, as Clio's guide shows it.
fn invalid_credentials(person: &Person, clio_connect: bool) -> ProtocolError {
    let email = person.email.as_deref().unwrap_or_default();
    error::invalid_credentials()
        .hint(json!({ "email": email, "clio_connect": clio_connect }).to_string())
}

/// For how many sign-ins a switch stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// For this many, then back to normal.
    Next(u32),
    /// Until switched back.
    UntilSwitchedBack,
}

/// The switch: one outcome, and for how long.
#[derive(Debug, Default)]
pub(crate) struct Switches {
    set: Mutex<Option<(Outcome, Span)>>,
}

impl Switches {
    pub(crate) fn set(&self, outcome: Outcome, span: Span) {
        let idle = outcome == Outcome::Normal || span == Span::Next(0);
        *lock(&self.set) = (!idle).then_some((outcome, span));
    }

    pub(crate) fn get(&self) -> Option<(Outcome, Span)> {
        *lock(&self.set)
    }

    /// How the sign-in of `person` that is just happening ends. A person's own login comes first.
    pub(crate) fn outcome_for(&self, person: &Person) -> Outcome {
        match person.login {
            ClioLogin::NotReady => Outcome::NotReady,
            ClioLogin::ClientPortal => Outcome::ClientPortal,
            ClioLogin::Ready => self.take(),
        }
    }

    fn take(&self) -> Outcome {
        let mut set = lock(&self.set);
        let Some((outcome, span)) = *set else {
            return Outcome::Normal;
        };
        *set = match span {
            Span::UntilSwitchedBack => Some((outcome, span)),
            Span::Next(0 | 1) => None,
            Span::Next(left) => Some((outcome, Span::Next(left - 1))),
        };
        outcome
    }
}
