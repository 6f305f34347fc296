//! The port that the pages call, for one request: guards, hands over to a service, and turns what
//! comes back into a page's words or a place to go.

mod words;

use std::{net::IpAddr, sync::Arc};

use app::{
    api::Failure,
    backend::{Assets, Backend, ClioAnswer, Destination},
    wire::{self, FormProblem},
};
use async_trait::async_trait;
use time::OffsetDateTime;
use tracing::Instrument;

use crate::{
    db::{pool, sessions::LiveSession},
    domain::{
        account::Status,
        device, moment,
        name::{Name, full_name},
        return_to::ReturnTo,
    },
    error_chain::error_chain,
    http::{assets, cookie_changes::CookieChanges, limits::FlowLimits, session::BroughtSession},
    secrets::Secret,
    service::{
        ServiceError, Services,
        account::{self, Settled},
        admission::{self, Admitted, Sent},
        linking::{self, Proof},
        sign_in::{self, Answer, Landing, Outcome},
        visit::Visit,
    },
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
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::spawn(work.in_current_span()).await {
        Ok(outcome) => outcome.map_err(unavailable),
        Err(_) => Err(Failure::Unavailable),
    }
}

fn to(path: impl Into<String>) -> Destination {
    Destination::vouched(path.into())
}

fn or_account(return_to: Option<ReturnTo>) -> Destination {
    return_to.map_or_else(|| to("/account"), |path| to(path.as_str()))
}

#[async_trait]
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

    async fn begin_sign_in(
        &self,
        return_to: Option<String>,
        claim: Option<String>,
    ) -> Result<Destination, Failure> {
        let inner = &self.0;
        let begun = sign_in::begin(
            &inner.services,
            &inner.visit,
            return_to.as_deref(),
            claim.as_deref(),
        )
        .await
        .map_err(unavailable)?;
        inner.cookies.set_browser(&begun.browser);
        Ok(to(begun.url))
    }

    async fn complete_sign_in(&self, answer: ClioAnswer) -> Result<Destination, Failure> {
        let inner = &self.0;
        let answer = Answer {
            code: answer.code,
            state: answer.state,
            iss: answer.iss,
            error: answer.error,
            error_description: answer.error_description,
            error_hint: answer.error_hint,
        };
        let own = Arc::clone(inner);
        let outcome =
            to_the_end(async move { sign_in::complete(&own.services, &own.visit, answer).await })
                .await?;
        if !matches!(outcome, Outcome::Refused { .. }) {
            inner.limits.starts.give_back(inner.client);
            inner.limits.callbacks.give_back(inner.client);
        }
        Ok(match outcome {
            Outcome::SignedIn { key, to: landing } => {
                inner.cookies.set_session(&key);
                match landing {
                    Landing::Welcome => to("/welcome"),
                    Landing::Pending => to("/pending"),
                    Landing::ReturnTo(path) => to(path.as_str()),
                    Landing::Account => to("/account"),
                }
            }
            Outcome::Prompt => to("/link"),
            Outcome::Refused { cause, reference } => to(format!(
                "/sign-in?problem={}&ref={reference}",
                words::problem(cause).code()
            )),
        })
    }

    async fn sign_out(&self) -> Result<Destination, Failure> {
        if let (Some(brought), Some(_)) = (&self.0.brought, self.session()) {
            brought.end().await.map_err(|error| {
                tracing::error!(reason = %error, "the session can't be ended");
                Failure::Unavailable
            })?;
        }
        self.0.cookies.clear_session();
        Ok(to("/sign-in"))
    }

    async fn pending_link(&self) -> Result<Option<wire::PendingLink>, Failure> {
        let link = linking::pending(&self.0.services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        Ok(link.map(|link| wire::PendingLink {
            clio_name: full_name(
                link.login.first_name.as_str(),
                link.login.last_name.as_str(),
                "",
            ),
            clio_email: link
                .login
                .email
                .map(|email| email.as_str().to_owned())
                .unwrap_or_default(),
            tries_left: link.tries_left,
        }))
    }

    async fn link_by_password(&self, password: String) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let proof = to_the_end(async move {
            linking::by_password(&own.services, &own.visit, Secret::new(password)).await
        })
        .await?;
        match proof {
            Proof::Linked { key, return_to } => {
                self.0.cookies.set_session(&key);
                Ok(or_account(return_to))
            }
            Proof::Wrong => Err(Failure::Form(FormProblem::WrongPassword)),
            Proof::TooMany => Err(Failure::Form(FormProblem::TooMany)),
            Proof::Expired => Err(Failure::Form(FormProblem::Expired)),
            Proof::Changed => Err(Failure::Form(FormProblem::Changed)),
        }
    }

    async fn cancel_link(&self) -> Result<Destination, Failure> {
        linking::cancel(&self.0.services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        Ok(to("/sign-in"))
    }

    async fn waiting(&self) -> Result<Option<wire::Waiting>, Failure> {
        let live = self.pending()?;
        let waiting = admission::waiting(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(waiting.map(|waiting| match waiting {
            admission::Waiting::Approval { since } => wire::Waiting::ForApproval {
                email: live.email.clone(),
                since: self.moment(since),
            },
            admission::Waiting::Mailbox { code_sent } => wire::Waiting::ForMailbox {
                email: live.email.clone(),
                code_sent,
            },
        }))
    }

    async fn send_admission_code(&self) -> Result<Destination, Failure> {
        let sent = admission::send_code(&self.0.services, self.pending()?)
            .await
            .map_err(unavailable)?;
        match sent {
            Sent::Yes | Sent::NotWaiting => Ok(to("/pending")),
            Sent::TooMany => Err(Failure::Form(FormProblem::TooMany)),
        }
    }

    async fn admit_by_code(&self, code: String) -> Result<Destination, Failure> {
        let live = self.pending()?;
        let admitted = admission::admit_by_code(&self.0.services, &self.0.visit, live, &code)
            .await
            .map_err(unavailable)?;
        match admitted {
            Admitted::Yes(key) => {
                self.0.cookies.set_session(&key);
                Ok(to("/welcome"))
            }
            Admitted::Wrong => Err(Failure::Form(FormProblem::WrongCode)),
            Admitted::TooMany => Err(Failure::Form(FormProblem::TooMany)),
            Admitted::Changed => Err(Failure::Form(FormProblem::Changed)),
        }
    }

    async fn welcome(&self) -> Result<wire::Welcome, Failure> {
        let live = self.active()?;
        let goes_on_to = account::goes_on_to(live);
        Ok(wire::Welcome {
            first_name: live.first_name.clone(),
            last_name: live.last_name.clone(),
            email: live.email.clone(),
            goes_on_to: goes_on_to.map(|path| path.as_str().to_owned()),
        })
    }

    async fn finish_welcome(
        &self,
        first_name: String,
        last_name: String,
    ) -> Result<Destination, Failure> {
        let live = self.active()?;
        if live.welcomed {
            return Err(Failure::Form(FormProblem::Changed));
        }
        let bad_name = |_| Failure::Form(FormProblem::BadName);
        let first_name = Name::parse(&first_name).map_err(bad_name)?;
        let last_name = Name::parse(&last_name).map_err(bad_name)?;
        let return_to = account::finish_welcome(&self.0.services, live, &first_name, &last_name)
            .await
            .map_err(unavailable)?;
        Ok(or_account(return_to))
    }

    async fn account(&self) -> Result<wire::Account, Failure> {
        let live = self.active()?;
        let facts = account::facts(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(wire::Account {
            first_name: live.first_name.clone(),
            last_name: live.last_name.clone(),
            email: live.email.clone(),
            role: words::role(live.role),
            created: self.moment(live.account_created_at),
            connections: facts
                .identities
                .into_iter()
                .map(|identity| wire::Connection {
                    clio_email: identity.email,
                    method: words::link_method(&identity.link_method),
                    linked: self.moment(identity.linked_at),
                    last_used: self.moment(identity.last_used_at),
                })
                .collect(),
            sign_ins: facts
                .sign_ins
                .into_iter()
                .map(|sign_in| wire::SignIn {
                    at: self.moment(sign_in.created_at),
                    device: device::in_words(&sign_in.user_agent),
                    address: sign_in.address,
                    current: sign_in.id == live.id.0,
                })
                .collect(),
            suggestions: facts
                .suggestions
                .into_iter()
                .map(|suggestion| wire::Suggestion {
                    field: words::field(suggestion.field),
                    ours: suggestion.ours,
                    theirs: suggestion.theirs,
                })
                .collect(),
        })
    }

    async fn settle_suggestion(
        &self,
        field: wire::ProfileField,
        take: bool,
    ) -> Result<Destination, Failure> {
        let live = self.active()?;
        let field = words::field_inward(field);
        let settled = account::settle(&self.0.services, live, field, take)
            .await
            .map_err(unavailable)?;
        match settled {
            Settled::Yes => Ok(to("/account")),
            Settled::Changed => Err(Failure::Form(FormProblem::Changed)),
        }
    }
}
