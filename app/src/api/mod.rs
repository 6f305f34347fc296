//! Server functions, by room. Each takes what the form sends, and hands over to the backend.
//!
//! They are plain same-origin form posts at the URLs of the interface, so every one of them works
//! without JavaScript. The two steps of the sign-in flow are GET, because browsers arrive there by
//! navigation; `state` protects them.

#![expect(
    missing_docs,
    reason = "the arguments become fields; each function says what they mean"
)]

mod access;
mod account;
pub mod desk;
mod link;
mod manage;
mod pending;
mod sign_in;

use leptos::{prelude::FromServerFnError, server_fn::codec::JsonEncoding};
use serde::{Deserialize, Serialize};

pub use self::{
    access::{
        ConfirmByCode, ConfirmByPassword, Connect, Disconnect, EndSessions, SendConfirmationCode,
        SetPassword, confirm_by_code, confirm_by_password, connect, disconnect, end_sessions,
        send_confirmation_code, set_password,
    },
    account::{FinishWelcome, SettleSuggestion, Undo, finish_welcome, settle_suggestion, undo},
    desk::*,
    link::{
        AskAdministrator, CancelLink, ConfirmLink, KeepSeparate, ProveByCode, ProveByPassword,
        SendLinkCode, ask_administrator, cancel_link, confirm_link, keep_separate, prove_by_code,
        prove_by_password, send_link_code,
    },
    manage::{
        AskToBeAdmitted, BeginManage, CompleteManage, DisconnectManage, ask_to_be_admitted,
        begin_manage, complete_manage, disconnect_manage,
    },
    pending::{AdmitByCode, SendAdmissionCode, admit_by_code, send_admission_code},
    sign_in::{
        BeginSignIn, CompleteSignIn, NotMe, SendSignInCode, SignInByCode, SignInByPassword,
        SignOut, begin_sign_in, complete_sign_in, not_me, send_sign_in_code, sign_in_by_code,
        sign_in_by_password, sign_out,
    },
};
use crate::wire::FormProblem;

/// Why the server didn't do what a page or a form asked for.
///
/// Carries no text: what people read is composed by the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Failure {
    /// Nobody is signed in, or not as somebody who may be here.
    #[error("sign in required")]
    SignInRequired,
    /// The person's role doesn't include it.
    #[error("forbidden")]
    Forbidden,
    /// The form can't be carried out; its page says why.
    #[error("form refused")]
    Form(FormProblem),
    /// What was asked for makes no sense.
    #[error("refused")]
    Refused,
    /// The database is away, or something is wrong on our side.
    #[error("unavailable")]
    Unavailable,
}

#[cfg(feature = "ssr")]
impl Failure {
    /// The HTTP status that says the same.
    pub const fn status(self) -> http::StatusCode {
        match self {
            Self::SignInRequired => http::StatusCode::UNAUTHORIZED,
            Self::Forbidden => http::StatusCode::FORBIDDEN,
            Self::Form(_) => http::StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused => http::StatusCode::BAD_REQUEST,
            Self::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    /// Transport errors name internals; people and logs of the browser get none of it.
    fn from_server_fn_error(error: leptos::prelude::ServerFnErrorErr) -> Self {
        use leptos::prelude::ServerFnErrorErr as Transport;
        let failure = match error {
            Transport::Args(_) | Transport::MissingArg(_) | Transport::Deserialization(_) => {
                Self::Refused
            }
            _ => Self::Unavailable,
        };
        // What can't be read never reaches the server function, and would be answered with 500.
        #[cfg(feature = "ssr")]
        crate::respond::set_status(failure.status());
        failure
    }
}
