//! SQL: functions over a connection, one file per table or per question. Row structs are private.
//!
//! Nothing here begins or commits a transaction; services do.
//!
//! A plan is kept as long as its connection, also one that was made while its tables were empty. So what is
//! deleted by the thousand is found once, and then deleted where it lies: `ctid = ANY (ARRAY(SELECT ctid …))`.
//! With `id IN (SELECT id …)` such a plan would ask anew for each row. `FOR UPDATE SKIP LOCKED` leaves out
//! what somebody changes meanwhile.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod audit_chain;
pub mod audit_export;
pub mod audit_months;
pub mod audit_reading;
pub mod binding;
pub mod case_effects;
pub mod cases;
pub mod claims;
pub mod codes;
pub mod desk;
pub mod email_changes;
pub mod emails;
pub mod guesses;
pub mod identities;
pub mod import_rows;
pub mod imports;
pub mod invitations;
pub mod links;
pub mod manage;
pub mod migrations;
pub mod notices;
pub mod outbox;
pub mod own_cases;
pub mod own_sessions;
pub mod passwords;
pub mod pool;
pub mod restored;
pub mod revoking;
pub mod roles;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_codes;
pub mod standing;

/// What the database says when it doesn't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It is away, too slow, or refuses: try again later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Another transaction was quicker; the same work may succeed when it is done again.
    #[error("the transaction must be repeated")]
    Conflict(#[source] sqlx::Error),
    /// The connection broke before it was said whether a change is done: it is, or it isn't.
    #[error("the database did not say whether it is done")]
    InDoubt(#[source] sqlx::Error),
    /// What was sent or what is stored breaks a rule.
    #[error("the database refuses or holds what makes no sense")]
    Broken(#[source] sqlx::Error),
    /// A stored word that this release doesn't know.
    #[error("a stored value is unknown to this release")]
    Unknown(#[from] crate::domain::account::Unknown),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        match code.as_deref() {
            // serialization_failure, deadlock_detected, unique_violation
            Some("40001" | "40P01" | "23505") => Self::Conflict(error),
            _ if is_outage(&error) => Self::Unavailable(error),
            _ => Self::Broken(error),
        }
    }
}

impl DbError {
    /// Whether the connection broke: what was not committed is undone, and the same work may be done
    /// again on another connection.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Unavailable(error) if breaks_connection(error))
    }

    /// This error where a change may have been committed already: [`Self::InDoubt`] when the
    /// connection broke.
    #[must_use]
    pub fn at_the_commit(self) -> Self {
        match self {
            Self::Unavailable(error) if breaks_connection(&error) => Self::InDoubt(error),
            other => other,
        }
    }
}

/// Whether an error says that the connection is gone.
fn breaks_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            // admin_shutdown, crash_shutdown
            matches!(error.code().as_deref(), Some("57P01" | "57P02"))
        }
        _ => false,
    }
}

/// Whether an error says that the database is away, starting, stopping, full or read-only, rather
/// than that something about the question is wrong.
pub fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            // connection, resources, operator intervention, system error, invalid transaction state,
            // object not in prerequisite state
            let classes = ["08", "53", "57", "58", "25", "55"];
            let code = error.code().unwrap_or_default();
            classes.iter().any(|class| code.starts_with(class))
        }
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::RowNotFound
        | sqlx::Error::ColumnNotFound(_) => false,
        _ => true,
    }
}

/// The result of a query.
pub type DbResult<T> = Result<T, DbError>;
