//! What was refused: recorded with a reason and a reference that the person can name.

use super::{ServiceError, Services};
use crate::{
    db::{
        DbError,
        audit::{self, NewEvent},
    },
    domain::{account::AccountId, reference::Reference},
    random,
};

/// A refusal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Refusal<'a> {
    /// What was refused, such as `link.refused`.
    pub(super) action: &'a str,
    /// Who asked for it, if somebody is signed in.
    pub(super) actor: Option<AccountId>,
    /// Whom it is about, as far as that is known.
    pub(super) account: Option<AccountId>,
    /// Why, in a fixed word.
    pub(super) reason: &'a str,
}

/// Records a refusal on a connection of its own: what was refused is undone before. One that may be
/// recorded already isn't recorded again.
pub(super) async fn record(
    services: &Services,
    refusal: Refusal<'_>,
) -> Result<Reference, ServiceError> {
    let reference = random::reference()?;
    let Refusal {
        action,
        actor,
        account,
        reason,
    } = refusal;
    tracing::info!(%action, %reason, %reference, "refused");
    let event = NewEvent {
        action,
        actor,
        account,
        reference: Some(&reference),
        reason: Some(reason),
        ..NewEvent::default()
    };
    let mut connection = services.pool.acquire().await?;
    let recorded = audit::record(&mut connection, &event, services.now()).await;
    recorded.map_err(DbError::at_the_commit)?;
    connection.give_back();
    services.recorded();
    Ok(reference)
}
