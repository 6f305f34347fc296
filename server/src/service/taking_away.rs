//! Taking away what somebody may have put in place, when a person says "This wasn't me".

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::ServiceError;
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        cases, emails, identities, passwords,
    },
    domain::{
        account::IdentityId,
        not_me::{Facts, Fall, Kind, all_stays, decide},
        reference::Reference,
    },
};

/// What a person said wasn't them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// What the mail was about.
    pub(super) kind: Kind,
    /// When it was written.
    pub(super) at: OffsetDateTime,
    /// The login that it names.
    pub(super) named: Option<IdentityId>,
    /// Logins that stay: those that are connected again in the same turn.
    pub(super) kept: &'a [IdentityId],
    /// The code that the person is shown now; `None` when an administrator decides about it.
    pub(super) reference: Option<&'a Reference>,
}

/// What was taken away.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    /// The logins.
    pub(super) logins: Vec<IdentityId>,
    /// Whether the account's e-mail was verified, and isn't any more.
    pub(super) email: bool,
    /// Whether everything stays, because nothing else would open an administrator's account.
    pub(super) all_stays: bool,
}

/// Takes away what falls (see [`decide`]), each with its place in the record. The caller holds the account
/// locked, and writes its own part of the record at the same moment, by which the logins can be restored.
pub(super) async fn take_away(
    connection: &mut PgConnection,
    said: &Said<'_>,
    account: &AccountRow,
    now: OffsetDateTime,
) -> Result<Taken, ServiceError> {
    let (fall, falling) = falling(connection, said, account).await?;
    let live = identities::live_of_account(connection, account.id).await?;
    let has_password = passwords::hash(connection, account.id).await?.is_some();
    let password_opens =
        has_password && !fall.password && account.email_verified && !fall.verified_email;
    if all_stays(account.role, live.len() > falling.len() || password_opens) {
        return Ok(Taken {
            all_stays: true,
            ..Taken::default()
        });
    }
    let event = |action, identity| NewEvent {
        action,
        account: Some(account.id),
        identity,
        reference: said.reference,
        reason: Some("not_me"),
        ..NewEvent::default()
    };
    for identity in &falling {
        identities::unlink(connection, account.id, *identity, now).await?;
        cases::withdraw_email(connection, *identity, now).await?;
        let event = event("identity.unlinked", Some(*identity));
        audit::record(connection, &event, now).await?;
    }
    if fall.password {
        passwords::set(connection, account.id, None, now).await?;
        let event = event("account.password_removed", None);
        audit::record(connection, &event, now).await?;
    }
    let email = fall.verified_email && account.email_verified;
    if email {
        emails::set(connection, account.id, &account.email, None).await?;
        let event = event("account.email_unverified", None);
        audit::record(connection, &event, now).await?;
    }
    Ok(Taken {
        logins: falling,
        email,
        all_stays: false,
    })
}

/// What falls, and which logins of those that open the account now.
pub(super) async fn falling(
    connection: &mut PgConnection,
    said: &Said<'_>,
    account: &AccountRow,
) -> Result<(Fall, Vec<IdentityId>), ServiceError> {
    let fall = decide(&Facts {
        kind: said.kind,
        at: said.at,
        names_a_login: said.named.is_some(),
        password_set_at: passwords::set_at(connection, account.id).await?,
    });
    let live = identities::live_of_account(connection, account.id).await?;
    let mut falling = identities::linked_since(connection, account.id, fall.logins_since).await?;
    falling.extend(
        said.named
            .filter(|named| fall.named_login && live.contains(named) && !falling.contains(named)),
    );
    falling.retain(|login| !said.kept.contains(login));
    Ok((fall, falling))
}
