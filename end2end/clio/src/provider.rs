//! The provider itself: its state, and the acts that pages and tests share.

use std::sync::Mutex;

use crate::clock::Clock;
use crate::expiring::Expiring;
use crate::login::{CHALLENGE_LIFE, CODE_LIFE, Challenge, Grant, Login, SignedIn, Step};
use crate::manage::Branches;
use crate::options::Options;
use crate::people::{Directory, Person};
use crate::protocol::authorize::AuthorizationRequest;
use crate::protocol::keys::{KeyError, Keys};
use crate::protocol::{callback, error};
use crate::random;
use crate::records::Records;
use crate::script::{Answer, Edits, TokenScript};
use crate::smtp::mailbox::Mailbox;
use crate::switches::Switches;
use crate::sync::lock;

/// One simulated Clio, without its listeners.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    /// Where browsers and programs come, with a trailing slash.
    pub(crate) base: String,
    pub(crate) client: Client,
    pub(crate) manage: Branches,
    pub(crate) any_subject: bool,
    pub(crate) log_requests: bool,
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) people: Directory,
    pub(crate) switches: Switches,
    pub(crate) token_edits: Edits<TokenScript>,
    pub(crate) jwks_edits: Edits<Answer>,
    pub(crate) records: Records,
    pub(crate) mailbox: Mailbox,
    challenges: Mutex<Expiring<Challenge>>,
    logins: Mutex<Expiring<Login>>,
    grants: Mutex<Expiring<Grant>>,
}

/// The one registered application.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) name: String,
    redirect_uris: Mutex<Vec<String>>,
}

impl Client {
    /// Redirect URIs are compared byte for byte.
    pub(crate) fn has_redirect_uri(&self, uri: &str) -> bool {
        lock(&self.redirect_uris).iter().any(|own| own == uri)
    }

    pub(crate) fn allow_redirect_uri(&self, uri: String) {
        lock(&self.redirect_uris).push(uri);
    }
}

impl Provider {
    /// A provider whose issuer is `issuer` and which is at `base`, both with a trailing slash. Making the keys blocks.
    pub(crate) fn new(issuer: String, base: String, options: Options) -> Result<Self, KeyError> {
        Ok(Self {
            issuer,
            base,
            manage: Branches::new(&options),
            client: Client {
                id: options.client_id,
                secret: options.client_secret,
                name: options.application_name,
                redirect_uris: Mutex::new(options.redirect_uris),
            },
            any_subject: options.any_subject,
            log_requests: options.log_requests,
            clock: Clock::default(),
            keys: Keys::new()?,
            people: Directory::new(options.people),
            switches: Switches::default(),
            token_edits: Edits::default(),
            jwks_edits: Edits::default(),
            records: Records::default(),
            mailbox: Mailbox::default(),
            challenges: Mutex::default(),
            logins: Mutex::default(),
            grants: Mutex::default(),
        })
    }

    /// Begins the way through the pages, and returns the id that they carry.
    pub(crate) fn begin(&self, request: AuthorizationRequest) -> String {
        let id = random::secret();
        let step = Step::Email;
        let challenge = Challenge { request, step };
        let now = self.clock.now();
        lock(&self.challenges).insert(id.clone(), challenge, now, CHALLENGE_LIFE);
        id
    }

    pub(crate) fn challenge(&self, id: &str) -> Option<Challenge> {
        let now = self.clock.now();
        lock(&self.challenges).get(id, now).cloned()
    }

    /// Moves a challenge to another step; one that has ended stays ended.
    pub(crate) fn set_step(&self, id: &str, step: Step) {
        let now = self.clock.now();
        if let Some(challenge) = lock(&self.challenges).get_mut(id, now) {
            challenge.step = step;
        }
    }

    /// Ends a challenge: whoever takes it answers the authorization request.
    pub(crate) fn take_challenge(&self, id: &str) -> Option<Challenge> {
        let now = self.clock.now();
        lock(&self.challenges).take(id, now)
    }

    /// A login of `person`, who typed the password just now.
    pub(crate) fn new_login(&self, person: &Person) -> Login {
        Login {
            subject: person.subject.clone(),
            auth_time: self.clock.now(),
            sid: random::uuid(),
        }
    }

    /// Keeps a login for a browser and returns its cookie's value.
    pub(crate) fn keep_login(&self, login: Login, life: time::Duration) -> String {
        let cookie = random::secret();
        lock(&self.logins).insert(cookie.clone(), login, self.clock.now(), life);
        cookie
    }

    /// Who is logged in with this cookie, if they still exist.
    pub(crate) fn logged_in(&self, cookie: &str) -> Option<(Person, Login)> {
        let login = lock(&self.logins).get(cookie, self.clock.now()).cloned()?;
        let person = self.people.by_subject(&login.subject)?;
        Some((person, login))
    }

    /// Where a request goes that ends before the consent page, if the switches say so.
    pub(crate) fn admit(
        &self,
        request: &AuthorizationRequest,
        person: Person,
        login: Login,
    ) -> Result<SignedIn, String> {
        let outcome = self.switches.outcome_for(&person);
        match outcome.authorization_error(&person) {
            Some(error) => Err(request.callback_with_error(&error)),
            None => Ok(SignedIn {
                person,
                login,
                outcome,
            }),
        }
    }

    /// The consent page's Allow: the callback URL with a code.
    pub(crate) fn allow(&self, request: AuthorizationRequest, signed_in: SignedIn) -> String {
        let code = format!("ory_ac_{}", random::secret());
        let callback = callback::with_code(&request.redirect_uri, &code, &request.state);
        let grant = Grant {
            request,
            person: signed_in.person,
            auth_time: signed_in.login.auth_time,
            sid: signed_in.login.sid,
            outcome: signed_in.outcome,
        };
        lock(&self.grants).insert(code, grant, self.clock.now(), CODE_LIFE);
        callback
    }

    /// The consent page's Deny: the callback URL with `access_denied`.
    pub(crate) fn deny(request: &AuthorizationRequest) -> String {
        request.callback_with_error(&error::access_denied())
    }

    /// All pages at once: `person` logs in and allows, unless the switches say otherwise.
    pub(crate) fn sign_in(&self, request: AuthorizationRequest, person: Person) -> String {
        let login = self.new_login(&person);
        match self.admit(&request, person, login) {
            Ok(signed_in) => self.allow(request, signed_in),
            Err(callback) => callback,
        }
    }

    /// Takes the grant of `code` if `check` accepts it, as one step. `None` if there is no such code any more.
    pub(crate) fn take_grant<E>(
        &self,
        code: &str,
        check: impl FnOnce(&Grant) -> Result<(), E>,
    ) -> Option<Result<Grant, E>> {
        let now = self.clock.now();
        let mut grants = lock(&self.grants);
        match check(grants.get(code, now)?) {
            Ok(()) => grants.take(code, now).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }

    /// The person with this subject; with the any-subject option, a synthetic one if need be.
    pub(crate) fn person_or_synthetic(&self, subject: &str) -> Option<Person> {
        let well_formed = (1..=64).contains(&subject.len())
            && subject
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        self.people.by_subject(subject).or_else(|| {
            (self.any_subject && well_formed).then(|| {
                Person::new(subject, format!("{subject}@harbourlane.test")).named("Bench", subject)
            })
        })
    }

    /// Back to the start: people, switches, scripts and the published key set. Logins, mails and records stay.
    pub(crate) fn reset(&self) {
        self.people.reset();
        self.switches
            .set(crate::Outcome::Normal, crate::Span::UntilSwitchedBack);
        self.token_edits.clear();
        self.jwks_edits.clear();
        self.keys.publish_instead(None);
        for branch in self.manage.all() {
            branch.reset();
        }
    }
}
