//! Connecting a login again as it was.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{ServiceError, Services};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        identities, revoking,
    },
    domain::account::{AccountId, IdentityId, Status},
};

/// Connects a login again that was disconnected at that very moment; `false`, and nothing written, when
/// it opens another account by now. The caller holds the account locked, and records it.
///
/// Whoever signs in with a disconnected login meanwhile gets an account that waits for an administrator.
/// Nobody has let it in, so it gives way.
pub(super) async fn restore(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    unlinked_at: OffsetDateTime,
) -> Result<bool, ServiceError> {
    let now = services.now();
    if let Some((waiting, opener)) = identities::waiting_instead(connection, identity).await? {
        identities::unlink(connection, waiting, opener, now).await?;
        accounts::set_status(connection, waiting, Status::Deleted, now).await?;
        revoking::of_account(connection, waiting, now).await?;
        let event = NewEvent {
            action: "account.gave_way",
            account: Some(waiting),
            identity: Some(opener),
            ..NewEvent::default()
        };
        audit::record(connection, &event, now).await?;
    }
    Ok(identities::restore(connection, account, identity, unlinked_at).await?)
}
