//! A sign-in that gets nothing: why, recorded with a reference that the person can name.

use sqlx::PgConnection;

use super::Outcome;
use crate::{
    clio::ExchangeError,
    db::{
        DbError,
        audit::{self, NewEvent},
        sign_in::Known,
    },
    domain::{
        account::{AccountId, IdentityId},
        clio_error::ClioError,
        linking::{Identity, Refusal},
    },
    random,
    service::{ServiceError, Services, visit::Visit},
};

/// Why a sign-in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The attempt is unknown, used, too old or not this browser's.
    Attempt(&'static str),
    /// Clio names an error.
    Clio(ClioError),
    /// The answer isn't from our issuer, or holds no usable code.
    Answer(&'static str),
    /// The code gave no login.
    Exchange(ExchangeError),
    /// The login gets nothing here.
    Login(Refusal),
}

impl Cause {
    /// The word for the audit.
    fn reason(self) -> String {
        match self {
            Self::Attempt(reason) | Self::Answer(reason) => reason.to_owned(),
            Self::Clio(error) => error.reason().to_owned(),
            Self::Exchange(error) => error.to_string(),
            Self::Login(refusal) => refusal.reason().to_owned(),
        }
    }
}

/// Whom a refusal is about, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    account: Option<AccountId>,
    identity: Option<IdentityId>,
}

impl About {
    /// The account that the login opens, or else the one that its e-mail located.
    pub(super) fn of(known: &Known) -> Self {
        match known.identity {
            Identity::Linked { identity, holder } => Self {
                account: Some(holder.account),
                identity: Some(identity),
            },
            Identity::Unknown | Identity::Unlinked => Self {
                account: known.located.map(|holder| holder.account),
                identity: None,
            },
        }
    }
}

/// Refuses before anything is known of the login.
pub(super) async fn refuse(
    services: &Services,
    visit: &Visit,
    cause: Cause,
) -> Result<Outcome, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let outcome = record(services, &mut connection, visit, cause, About::default()).await?;
    connection.give_back();
    Ok(outcome)
}

/// Records a refusal, and gives it a reference.
pub(super) async fn record(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    cause: Cause,
    about: About,
) -> Result<Outcome, ServiceError> {
    let reference = random::reference()?;
    let reason = cause.reason();
    tracing::info!(%reason, %reference, "sign-in refused");
    let event = NewEvent {
        action: "sign_in.refused",
        actor: visit.account(),
        account: about.account,
        identity: about.identity,
        reference: Some(&reference),
        reason: Some(&reason),
        detail: None,
    };
    let recorded = audit::record(connection, &event, services.now()).await;
    recorded.map_err(DbError::at_the_commit)?;
    services.recorded();
    Ok(Outcome::Refused { cause, reference })
}
