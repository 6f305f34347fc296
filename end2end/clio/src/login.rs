//! What a person goes through between the authorization request and the code: challenge, login, consent, grant.

use time::{Duration, OffsetDateTime};

use crate::people::Person;
use crate::protocol::authorize::AuthorizationRequest;
use crate::switches::Outcome;

/// A login challenge lives this long. It carries one authorization request through the pages, so that two tabs work.
pub(crate) const CHALLENGE_LIFE: Duration = Duration::minutes(10);

/// Clio's codes live this long.
pub(crate) const CODE_LIFE: Duration = Duration::minutes(10);

/// An ordinary login ends by itself after this long.
pub(crate) const LOGIN_LIFE: Duration = Duration::hours(12);

/// A login kept with "Keep me logged in for one week".
pub(crate) const KEPT_LOGIN_LIFE: Duration = Duration::weeks(1);

/// One authorization request on its way through the pages.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) request: AuthorizationRequest,
    pub(crate) step: Step,
}

/// How far the person got.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Nobody was named yet.
    Email,
    /// Somebody was named; `person` is absent if nobody has that e-mail.
    Password {
        shown: String,
        person: Option<Person>,
    },
    /// The password was right, the digits are still asked for.
    Code(Person),
    /// Logged in; the application still needs the person's consent.
    Consent(SignedIn),
}

/// Somebody who is logged in and was asked for consent, with how it will end.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) login: Login,
    pub(crate) outcome: Outcome,
}

/// A login at the simulated Clio, behind its cookie.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) subject: String,
    /// When the password was typed.
    pub(crate) auth_time: OffsetDateTime,
    /// The `sid` of every ID token that comes of it.
    pub(crate) sid: String,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) request: AuthorizationRequest,
    pub(crate) person: Person,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) sid: String,
    pub(crate) outcome: Outcome,
}
