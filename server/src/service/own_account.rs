//! One's own account, held for a change that asks for a fresh sign-in.

use super::{ServiceError, Services, confirmation};
use crate::{
    db::{
        accounts::{self, AccountRow},
        pool::Transaction,
        sessions::{self, LiveSession},
    },
    domain::account::Status,
};

/// Why one's own account can't be changed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barred {
    /// The person has to show first that it is them.
    NotFresh,
    /// The session ended, or its account isn't active any more.
    SessionOver,
}

impl Barred {
    /// The word in the record.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::NotFresh => "not_fresh",
            Self::SessionOver => "session_over",
        }
    }
}

/// Begins a change of the session's account: its row is locked against others, the session against
/// being ended. Of two changes at once the second sees what the first did.
pub(super) async fn hold(
    services: &Services,
    session: &LiveSession,
) -> Result<Result<(Transaction, AccountRow), Barred>, ServiceError> {
    if !confirmation::is_fresh(services, session) {
        return Ok(Err(Barred::NotFresh));
    }
    let mut transaction = services.pool.begin().await?;
    let row = accounts::lock(&mut transaction, session.account).await?;
    let is_alive = sessions::lock_live(&mut transaction, session.id).await?;
    let Some(row) = row.filter(|row| is_alive && row.status == Status::Active) else {
        transaction.roll_back().await?;
        return Ok(Err(Barred::SessionOver));
    };
    Ok(Ok((transaction, row)))
}
