//! SQL: functions over a connection, one file per table or per question. Row structs are private.
//!
//! Nothing here begins or commits a transaction; services do.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod claims;
pub mod codes;
pub mod guesses;
pub mod identities;
pub mod links;
pub mod outbox;
pub mod pool;
pub mod sessions;
pub mod sign_in;

/// What the database says when it doesn't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It is away, too slow, or refuses: try again later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Another transaction was quicker; the same work may succeed when it is done again.
    #[error("the transaction must be repeated")]
    Conflict(#[source] sqlx::Error),
    /// What was sent or what is stored breaks a rule.
    #[error("the database refuses or holds what makes no sense")]
    Broken(#[source] sqlx::Error),
    /// A stored word that this release doesn't know.
    #[error("a stored value is unknown to this release")]
    Unknown(#[from] crate::domain::account::Unknown),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .as_deref()
        {
            // serialization_failure, deadlock_detected
            Some("40001" | "40P01") => Self::Conflict(error),
            // connection, resources, operator intervention, read-only, lock not available
            Some(code)
                if ["08", "53", "57", "58", "25", "55"]
                    .iter()
                    .any(|class| code.starts_with(class)) =>
            {
                Self::Unavailable(error)
            }
            Some(_) => Self::Broken(error),
            None => match error {
                sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::RowNotFound
                | sqlx::Error::ColumnNotFound(_) => Self::Broken(error),
                _ => Self::Unavailable(error),
            },
        }
    }
}

/// The result of a query.
pub type DbResult<T> = Result<T, DbError>;
