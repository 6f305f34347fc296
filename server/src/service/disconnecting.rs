//! Disconnecting a login from an account, with all that goes with it.

use sqlx::PgConnection;

use super::{
    ServiceError, Services, credentials,
    security_mail::{self, About},
    visit::Visit,
};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        cases, identities, revoking,
    },
    domain::{
        account::{AccountId, IdentityId},
        not_me::Kind as NoticeKind,
    },
    mail::letters,
};

/// A login that is to be disconnected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disconnection<'a> {
    /// The account that it opens, which the caller holds locked.
    pub(super) account: &'a AccountRow,
    /// The login, which the caller has seen connected to it.
    pub(super) identity: IdentityId,
    /// Who does it.
    pub(super) actor: AccountId,
    /// The request, where the person does it; `None` when an administrator does.
    pub(super) visit: Option<&'a Visit>,
}

/// Disconnects the login, ends the sessions that it opened and every proof under way, records it and
/// writes to the person. Gives the event.
pub(super) async fn disconnect(
    services: &Services,
    connection: &mut PgConnection,
    disconnection: &Disconnection<'_>,
) -> Result<i64, ServiceError> {
    let Disconnection {
        account,
        identity,
        actor,
        visit,
    } = *disconnection;
    let event = NewEvent {
        action: "identity.unlinked",
        actor: Some(actor),
        account: Some(account.id),
        identity: Some(identity),
        ..NewEvent::default()
    };
    let event = cut(services, connection, account.id, identity, &event).await?;
    let about = About {
        kind: NoticeKind::Unlinked,
        account: account.id,
        identity: Some(identity),
        visit,
    };
    let undo = services.config.web.public_url.join("/account/connections");
    security_mail::put(services, connection, &about, &account.email, |security| {
        if visit.is_some() {
            letters::unlinked(security, &undo)
        } else {
            letters::unlinked_by_administrator(security)
        }
    })
    .await?;
    Ok(event)
}

/// The same without the mail, recorded as this event. The caller holds the account locked.
pub(super) async fn cut(
    services: &Services,
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    event: &NewEvent<'_>,
) -> Result<i64, ServiceError> {
    let now = services.now();
    identities::unlink(connection, account, identity, now).await?;
    revoking::of_identity(connection, account, identity, now).await?;
    credentials::changed(services, connection, account).await?;
    cases::withdraw_email(connection, identity, now).await?;
    Ok(audit::put(connection, event, now).await?)
}
