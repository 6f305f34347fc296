//! Connecting a login again as it was.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{
    ServiceError, Services, credentials,
    security_mail::{self, About},
    visit::Visit,
};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        identities, revoking,
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        not_me::Kind as NoticeKind,
    },
    mail::letters,
};

/// A login that is to be connected again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Restoration<'a> {
    /// The account that it opened, which the caller holds locked.
    pub(super) account: &'a AccountRow,
    /// The login.
    pub(super) identity: IdentityId,
    /// When it was disconnected.
    pub(super) unlinked_at: OffsetDateTime,
    /// The event that recorded it.
    pub(super) event: i64,
    /// Who undoes it.
    pub(super) actor: AccountId,
    /// The request, where the person does it; `None` when an administrator does.
    pub(super) visit: Option<&'a Visit>,
}

/// Connects a login again as it was, records it and writes to the person; gives the event. `None`, and
/// nothing written, when it wasn't disconnected at that moment or opens another account by now.
pub(super) async fn put_back(
    services: &Services,
    connection: &mut PgConnection,
    restoration: &Restoration<'_>,
) -> Result<Option<i64>, ServiceError> {
    let Restoration {
        account,
        identity,
        unlinked_at,
        event,
        actor,
        visit,
    } = *restoration;
    if !restore(services, connection, account.id, identity, unlinked_at).await? {
        return Ok(None);
    }
    credentials::changed(services, connection, account.id).await?;
    let event = NewEvent {
        action: "identity.restored",
        actor: Some(actor),
        account: Some(account.id),
        identity: Some(identity),
        detail: Some(serde_json::json!({ "undid": event })),
        ..NewEvent::default()
    };
    let event = audit::put(connection, &event, services.now()).await?;
    let about = About {
        kind: NoticeKind::Linked,
        account: account.id,
        identity: Some(identity),
        visit,
    };
    security_mail::put(services, connection, &about, &account.email, |security| {
        letters::linked(security, "as it was before")
    })
    .await?;
    Ok(Some(event))
}

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
