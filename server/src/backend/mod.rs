//! The port that the pages call, for one request: guards, hands over to a service, and turns what
//! comes back into a page's words or a place to go.

mod access;
mod account;
pub(crate) mod desk;
mod linking;
mod manage;
mod sign_in;
mod words;

use std::{net::IpAddr, sync::Arc};

use app::{
    api::Failure,
    backend::{Assets, Backend, Destination},
    wire::{self, FormProblem},
};
use time::OffsetDateTime;
use tracing::Instrument;

use crate::{
    db::{identities::IdentityRow, pool, sessions::LiveSession},
    domain::{account::Status, moment, name::full_name, return_to::ReturnTo},
    error_chain::error_chain,
    http::{assets, cookie_changes::CookieChanges, limits::FlowLimits, session::BroughtSession},
    service::{ServiceError, Services, visit::Visit},
};

/// The backend of one request.
#[derive(Clone)]
pub struct RequestBackend(Arc<Parts>);

/// What the backend of a request works with.
pub struct Parts {
    /// The services.
    pub services: Arc<Services>,
    /// The flow's limits, for what is given back when a sign-in succeeds.
    pub limits: Arc<FlowLimits>,
    /// What the limits count the client by.
    pub client: IpAddr,
    /// Who is asking.
    pub visit: Visit,
    /// The session that the browser brought, alive or not.
    pub brought: Option<BroughtSession>,
    /// What becomes of the browser's cookies.
    pub cookies: CookieChanges,
}

impl RequestBackend {
    /// The backend of a request.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The live session of the browser.
    pub fn session(&self) -> Option<&LiveSession> {
        self.0.visit.session.as_ref()
    }

    fn active(&self) -> Result<&LiveSession, Failure> {
        self.session()
            .filter(|live| live.status == Status::Active)
            .ok_or(Failure::SignInRequired)
    }

    fn pending(&self) -> Result<&LiveSession, Failure> {
        self.session()
            .filter(|live| live.status == Status::Pending)
            .ok_or(Failure::SignInRequired)
    }

    /// A login that opens the account of a session.
    fn connection(&self, live: &LiveSession, identity: IdentityRow) -> wire::Connection {
        wire::Connection {
            current: live.identity.is_some_and(|own| own.0 == identity.id),
            id: identity.id.to_string(),
            clio_email: identity.email,
            method: words::link_method(&identity.link_method),
            linked: self.moment(identity.linked_at),
            last_used: self.moment(identity.last_used_at),
        }
    }

    fn moment(&self, at: OffsetDateTime) -> wire::Moment {
        wire::Moment {
            iso: moment::iso(at),
            full: moment::full(at),
            ago: moment::ago(at, self.0.services.now()),
        }
    }
}

/// The log has the chain of causes, once; people get a sentence.
#[expect(clippy::needless_pass_by_value, reason = "it ends the error's way")]
fn unavailable(error: ServiceError) -> Failure {
    pool::suspect();
    tracing::error!(
        reason = error_chain(&error),
        "the request can't be carried out"
    );
    Failure::Unavailable
}

/// Lets work that takes several steps come to its end, also when the browser goes away meanwhile:
/// what was consumed gets its outcome and its place in the audit.
fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> impl Future<Output = Result<T, Failure>> + Send {
    let running = tokio::spawn(work.in_current_span());
    async move {
        match running.await {
            Ok(outcome) => outcome.map_err(unavailable),
            Err(_) => Err(Failure::Unavailable),
        }
    }
}

const fn form(problem: FormProblem) -> Failure {
    Failure::Form(problem)
}

fn to(path: impl Into<String>) -> Destination {
    Destination::vouched(path.into())
}

fn or_account(return_to: Option<ReturnTo>) -> Destination {
    return_to.map_or_else(|| to("/account"), |path| to(path.as_str()))
}

impl Backend for RequestBackend {
    fn firm_name(&self) -> &str {
        &self.0.services.config.firm_name
    }

    fn public_url(&self) -> &str {
        self.0.services.config.web.public_url.origin()
    }

    fn viewer(&self) -> Option<wire::Viewer> {
        self.session().map(|live| wire::Viewer {
            name: full_name(&live.first_name, &live.last_name, &live.email),
            email: live.email.clone(),
            role: words::role(live.role),
            status: words::status(live.status),
            welcomed: live.welcomed,
        })
    }

    fn assets(&self) -> Assets {
        assets::names()
    }
}
