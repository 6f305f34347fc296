//! The handle that starts a simulated Clio and that tests hold.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::manage::{Manage, Region};
use crate::options::Options;
use crate::people::{Person, UnknownPerson};
use crate::protocol::authorize::{AuthorizationRequest, Refused};
use crate::protocol::keys::{KeyError, OldKey};
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
use crate::records::{ReceivedAuthorization, ReceivedTokenRequest};
use crate::script::{Answer, TokenScript};
use crate::smtp::mailbox::{Mail, NoMail};
use crate::switches::{Outcome, Span};
use crate::sync::lock;
use crate::{serve, smtp, web};

/// Why a simulated Clio couldn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address couldn't be listened on.
    #[error("can't listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The signing key couldn't be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why [`SimulatedClio::authorize`] has no callback URL to return.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The URL isn't this provider's authorization endpoint with a query.
    #[error("not a URL of this provider's authorization endpoint: {0}")]
    NotTheEndpoint(String),
    /// Client or redirect URI is wrong: a browser would see an error page instead of being sent back.
    #[error("refused on an error page: {error} ({hint})")]
    ErrorPage {
        /// The OAuth error.
        error: &'static str,
        /// What is wrong in particular.
        hint: String,
    },
    /// Nobody has that subject.
    #[error(transparent)]
    UnknownPerson(#[from] UnknownPerson),
}

/// A running simulated Clio. It stops when dropped.
pub struct SimulatedClio {
    provider: Arc<Provider>,
    address: SocketAddr,
    smtp_address: Option<SocketAddr>,
    /// The listeners; dropping the set ends them and their connections.
    _listeners: JoinSet<()>,
}

impl SimulatedClio {
    /// Starts one in the background of the current runtime.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let (listener, address) = listen(options.address).await?;
        let smtp = match options.smtp_address {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let mut issuer = options
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}/"));
        if !issuer.ends_with('/') {
            issuer.push('/');
        }
        let base = format!("http://{address}/");
        let provider = tokio::task::spawn_blocking(move || Provider::new(issuer, base, options))
            .await
            .map_err(KeyError::new)??;
        let provider = Arc::new(provider);
        let mut listeners = JoinSet::new();
        listeners.spawn(serve::serve(listener, web::router(Arc::clone(&provider))));
        let smtp_address = smtp.map(|(listener, address)| {
            listeners.spawn(smtp::serve(listener, Arc::clone(&provider)));
            address
        });
        Ok(Self {
            provider,
            address,
            smtp_address,
            _listeners: listeners,
        })
    }

    /// The address that HTTP is served on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The issuer, with a trailing slash.
    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// The authorization endpoint.
    pub fn authorization_url(&self) -> String {
        format!("{}oauth2/auth", self.provider.issuer)
    }

    /// The token endpoint.
    pub fn token_url(&self) -> String {
        format!("{}oauth2/token", self.provider.issuer)
    }

    /// The key set.
    pub fn jwks_url(&self) -> String {
        format!("{}.well-known/jwks.json", self.provider.issuer)
    }

    /// Where to send mail, `smtp://HOST:PORT`; `None` if it takes none.
    pub fn smtp_url(&self) -> Option<String> {
        self.smtp_address.map(|address| format!("smtp://{address}"))
    }

    /// Registers one more redirect URI.
    pub fn allow_redirect_uri(&self, uri: impl Into<String>) {
        self.provider.client.allow_redirect_uri(uri.into());
    }

    /// What a browser does at `authorization_url` when `subject` logs in and presses Allow: returns the URL that it is
    /// sent back to, with a code or with the error that the request or the switches call for.
    pub fn authorize(
        &self,
        authorization_url: &str,
        subject: &str,
    ) -> Result<String, AuthorizeError> {
        let person = self.provider.person_or_synthetic(subject);
        let person = person.ok_or_else(|| UnknownPerson(subject.to_owned()))?;
        self.answer(authorization_url, |request| {
            self.provider.sign_in(request, person)
        })
    }

    /// What a browser does at `authorization_url` when somebody presses Deny.
    pub fn decline(&self, authorization_url: &str) -> Result<String, AuthorizeError> {
        self.answer(authorization_url, |request| Provider::deny(&request))
    }

    fn answer(
        &self,
        authorization_url: &str,
        act: impl FnOnce(AuthorizationRequest) -> String,
    ) -> Result<String, AuthorizeError> {
        let query = authorization_url
            .strip_prefix(&self.authorization_url())
            .and_then(|rest| rest.strip_prefix('?'))
            .ok_or_else(|| AuthorizeError::NotTheEndpoint(authorization_url.to_owned()))?;
        let parameters = Parameters::parse(query.as_bytes());
        self.provider.records.authorization(ReceivedAuthorization {
            at: self.provider.clock.now(),
            headers: Vec::new(),
            parameters: parameters.pairs().to_vec(),
        });
        match AuthorizationRequest::read(&self.provider, &parameters) {
            Ok(request) => Ok(act(request)),
            Err(Refused::AtTheClient(callback)) => Ok(callback),
            Err(Refused::OnOurPage(error)) => Err(AuthorizeError::ErrorPage {
                error: error.name,
                hint: error.hint.unwrap_or_default(),
            }),
        }
    }
}

/// Clio Manage.
impl SimulatedClio {
    /// A region of the simulated Clio Manage.
    pub fn manage(&self, region: Region) -> Manage<'_> {
        // There is a branch for each region, in their order.
        let branch = &self.provider.manage.all()[region as usize];
        Manage {
            provider: &self.provider,
            branch,
        }
    }

    /// Where it is told from now on that somebody revoked what they granted.
    pub fn tell_deauthorizations(&self, url: impl Into<String>) {
        *lock(&self.provider.manage.callback_url) = Some(url.into());
    }

    /// What came of telling it: the status of each answer, 0 without one.
    pub fn deauthorizations_told(&self) -> Vec<u16> {
        lock(&self.provider.manage.callbacks).clone()
    }
}

/// Scripts: what the next answers are.
impl SimulatedClio {
    /// Bends the answer to the next good token request; calls queue up.
    pub fn next_token(&self, edit: impl FnOnce(&mut TokenScript) + Send + 'static) {
        self.provider.token_edits.push_next(edit);
    }

    /// Bends the answer to every good token request, until [`Self::honest_tokens`].
    pub fn every_token(&self, edit: impl Fn(&mut TokenScript) + Send + Sync + 'static) {
        self.provider.token_edits.set_every(edit);
    }

    /// Forgets every script for token answers.
    pub fn honest_tokens(&self) {
        self.provider.token_edits.clear();
    }

    /// Bends the answer to the next fetch of the key set; calls queue up.
    pub fn next_jwks(&self, edit: impl FnOnce(&mut Answer) + Send + 'static) {
        self.provider.jwks_edits.push_next(edit);
    }

    /// Bends the answer to every fetch of the key set, until [`Self::honest_jwks`].
    pub fn every_jwks(&self, edit: impl Fn(&mut Answer) + Send + Sync + 'static) {
        self.provider.jwks_edits.set_every(edit);
    }

    /// Every fetch of the key set fails with this status, until [`Self::honest_jwks`].
    pub fn fail_jwks(&self, status: StatusCode) {
        self.every_jwks(move |answer| answer.replace(status, Vec::new()));
    }

    /// Publishes this key set, whatever it is, until [`Self::honest_jwks`].
    pub fn set_jwks(&self, set: Value) {
        self.provider.keys.publish_instead(Some(set));
    }

    /// The key set as it is published now.
    pub fn jwks(&self) -> Value {
        self.provider.keys.set()
    }

    /// Forgets every script for the key set and publishes the keys again.
    pub fn honest_jwks(&self) {
        self.provider.jwks_edits.clear();
        self.provider.keys.publish_instead(None);
    }

    /// Signs with another key from now on, under a new `kid`.
    pub fn rotate_key(&self, old: OldKey) -> Result<(), KeyError> {
        self.provider.keys.rotate(old)
    }

    /// Signs with a 1024-bit key from now on, which replaces the others in the key set.
    pub fn rotate_to_weak_key(&self) -> Result<(), KeyError> {
        self.provider.keys.rotate_to_weak()
    }

    /// How the next sign-in ends.
    pub fn next_sign_in(&self, outcome: Outcome) {
        self.switch(outcome, Span::Next(1));
    }

    /// How sign-ins end, and for how long.
    pub fn switch(&self, outcome: Outcome, span: Span) {
        self.provider.switches.set(outcome, span);
    }

    /// Moves the provider's clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.provider.clock.advance(by);
    }

    /// Undoes scripts, switches and changes to people; logins, mails and records stay.
    pub fn reset(&self) {
        self.provider.reset();
    }
}

/// People.
impl SimulatedClio {
    /// Adds a person, in place of one with the same subject.
    pub fn add_person(&self, person: Person) {
        self.provider.people.put(person);
    }

    /// Everybody who can sign in.
    pub fn people(&self) -> Vec<Person> {
        self.provider.people.all()
    }

    /// Changes a person's login e-mail, as people and firm administrators can.
    pub fn change_email(&self, subject: &str, email: &str) -> Result<(), UnknownPerson> {
        let change = |person: &mut Person| person.email = Some(email.to_owned());
        self.provider.people.change(subject, change)
    }

    /// Leaves a person's names out of ID tokens.
    pub fn remove_names(&self, subject: &str) -> Result<(), UnknownPerson> {
        self.provider.people.change(subject, |person| {
            person.first_name = None;
            person.last_name = None;
        })
    }

    /// Deletes a person's Clio login and makes a new one: another subject, everything else the same.
    pub fn recreate(&self, subject: &str, new_subject: &str) -> Result<(), UnknownPerson> {
        let change = |person: &mut Person| new_subject.clone_into(&mut person.subject);
        self.provider.people.change(subject, change)
    }
}

/// What was received.
impl SimulatedClio {
    /// The authorization requests, oldest first, refused ones included. Only the latest 10,000 are kept.
    pub fn authorization_requests(&self) -> Vec<ReceivedAuthorization> {
        self.provider.records.authorizations()
    }

    /// The token requests, oldest first, refused ones included. Only the latest 10,000 are kept.
    pub fn token_requests(&self) -> Vec<ReceivedTokenRequest> {
        self.provider.records.token_requests()
    }

    /// How often the key set was fetched, failures included.
    pub fn jwks_fetches(&self) -> u64 {
        self.provider.records.jwks_fetches()
    }

    /// The mails in the mailbox, oldest first.
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.provider.mailbox.all()
    }

    /// The oldest mail to `to` that no call has returned before, waiting up to ten seconds for one to come.
    pub async fn wait_for_mail(&self, to: &str) -> Result<Arc<Mail>, NoMail> {
        self.provider.mailbox.wait_for(to).await
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(address, error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
