//! What the product does: each service reads facts, has the domain decide, writes, and records.
//!
//! Services own transactions. None is open while Clio or a mail server is being asked.

pub mod account;
pub mod accounts;
pub mod admission;
pub mod audit;
pub mod background;
mod binding;
pub mod cases;
pub mod confirmation;
pub mod connections;
mod credentials;
pub mod desk;
mod disconnecting;
pub mod guesses;
pub mod importing;
pub mod invitations;
pub mod linking;
pub mod local;
mod mailed_code;
pub mod mailer;
pub mod manage;
pub mod not_me;
mod not_me_cases;
pub mod obstacles;
mod own_account;
mod own_code;
pub mod own_password;
pub mod pace;
pub mod passwords;
mod refusals;
mod reopening;
pub mod restored;
mod restoring;
pub mod roles;
mod security_mail;
pub mod sessions;
pub mod sign_in;
mod standing;
mod taking_away;
mod taking_back;
pub mod visit;

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::sync::Notify;

use crate::{
    clio::{Provider, manage::Manage},
    clock::SharedClock,
    config::Config,
    db::{
        DbError,
        pool::{self, Pool},
    },
    domain::desk::links::Filter,
    random::NoRandomness,
    service::{desk::links::KeptSample, passwords::PasswordHasher},
    vault::{NotSealed, Vault},
};

/// Everything the services need; shared by all requests.
pub struct Services {
    /// Connections to PostgreSQL.
    pub pool: Pool,
    /// The clock.
    pub clock: SharedClock,
    /// Reads the filter of a list of links from its query string, as the list itself does.
    pub read_filter: fn(&str) -> Filter,
    /// The settings.
    pub config: Arc<Config>,
    /// Clio Identity.
    pub clio: Provider,
    /// Clio Manage.
    pub manage: Manage,
    /// Seals what must be stored and read again.
    pub vault: Vault,
    /// Checks passwords, a few at a time.
    pub passwords: PasswordHasher,
    /// A sample of the links, from which the list of links is planned.
    pub links_sample: KeptSample,
    /// Wakes who seals the audit.
    pub audit_wake: Notify,
    /// Wakes who sends mail.
    pub mail_wake: Notify,
    /// Wakes who carries lists of invitations out.
    pub import_wake: Notify,
    /// Wakes who carries decisions about many out.
    pub bulk_wake: Notify,
    /// Wakes who looks after what Clio Manage granted.
    pub manage_wake: Notify,
}

impl Services {
    /// The time now.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Something was recorded and waits to be sealed.
    fn recorded(&self) {
        self.audit_wake.notify_one();
    }
}

/// Why a service couldn't do its work.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The system's generator of random numbers.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Sealing a text.
    #[error(transparent)]
    NotSealed(#[from] NotSealed),
    /// Hashing a password.
    #[error(transparent)]
    Hashing(#[from] passwords::HashingFailed),
    /// The audit was tampered with: nothing more is sealed until somebody has looked.
    #[error("the audit is broken, see `vestibule audit verify`: {0}")]
    AuditBroken(audit::Break),
    /// The database takes too long.
    #[error("the database takes too long")]
    Slow,
    /// The work was overtaken by others again and again.
    #[error("overtaken too often")]
    Overtaken,
}

impl From<sqlx::Error> for ServiceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// How often work is done that others overtake, or whose connection breaks.
const MAX_TURNS: usize = 5;

/// Does work that may meet others who hold what it needs, and need what it holds: the database lets
/// one of them go on and undoes what the other wrote, which then takes another turn. So does work
/// whose connection to the database broke before it was committed.
async fn in_turns<T, Working>(work: impl Fn() -> Working) -> Result<T, ServiceError>
where
    Working: Future<Output = Result<T, ServiceError>>,
{
    for _ in 1..MAX_TURNS {
        match work().await {
            Err(error) if error.is_undone() => {}
            outcome => return outcome,
        }
    }
    work().await
}

impl ServiceError {
    /// Whether nothing was written, and doing the same work again may succeed at once. After a broken
    /// connection the others are asked before they are used.
    fn is_undone(&self) -> bool {
        match self {
            Self::Db(DbError::Conflict(_)) => true,
            Self::Db(error) if error.is_lost() => {
                pool::suspect();
                true
            }
            _ => false,
        }
    }
}
