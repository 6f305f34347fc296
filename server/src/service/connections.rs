//! What opens one's own account: the list, connecting, disconnecting, and undoing that.

use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

use super::{
    ServiceError, Services,
    binding::{self, Binding},
    disconnecting::{self, Disconnection},
    in_turns,
    own_account::{self, Barred},
    refusals::{self, Refusal},
    restoring::{self, Restoration},
    visit::Visit,
};
use crate::{
    db::{
        accounts, audit,
        binding::Method,
        desk::undone,
        identities::{self, FormerRow, IdentityRow},
        passwords,
        sessions::{self, LiveSession},
    },
    domain::{
        account::{AccountId, IdentityId, SessionId, Status},
        login::Login,
        proof::{UNDO_FOR, may_disconnect},
    },
};

/// What the page shows.
#[derive(Debug)]
pub struct Connections {
    /// What opens the account, newest first.
    pub live: Vec<IdentityRow>,
    /// What its person disconnected and can connect again.
    pub former: Vec<FormerRow>,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Whether one of the logins may go.
    pub may_disconnect: bool,
}

/// What opens the account of a session.
pub async fn list(services: &Services, session: &LiveSession) -> Result<Connections, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let account = session.account;
    let live = identities::of_account(&mut connection, account).await?;
    let since = services.now() - UNDO_FOR;
    let former = identities::former_of_account(&mut connection, account, since).await?;
    let password = passwords::hash(&mut connection, account).await?;
    let row = accounts::find(&mut connection, account).await?;
    connection.give_back();
    let is_verified = row.is_some_and(|row| row.email_verified);
    Ok(Connections {
        may_disconnect: may_disconnect(live.len(), password.is_some(), is_verified),
        has_password: password.is_some(),
        live,
        former,
    })
}

/// How connecting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connecting {
    /// Done.
    Done,
    /// The session ended, or its account was closed; nothing is written.
    SessionOver,
    /// The login opens an account by now; nothing is written.
    Overtaken,
}

/// Connects a login to the account of the session that the attempt began in.
pub(super) async fn connect(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    login: &Login,
    account: AccountId,
    session: SessionId,
) -> Result<Connecting, ServiceError> {
    let mut transaction = connection.begin().await?;
    let row = accounts::lock(&mut transaction, account).await?;
    let Some(row) = row.filter(|row| row.status == Status::Active) else {
        return Ok(Connecting::SessionOver);
    };
    if !sessions::lock_live(&mut transaction, session).await? {
        return Ok(Connecting::SessionOver);
    }
    let binding = Binding {
        login,
        account: &row,
        method: Method::Session,
        visit: Some(visit),
    };
    if binding::bind(services, &mut transaction, &binding)
        .await?
        .is_none()
    {
        return Ok(Connecting::Overtaken);
    }
    transaction.commit().await?;
    services.mail_wake.notify_one();
    Ok(Connecting::Done)
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Done.
    Yes,
    /// Done, and the session that did it ended with it.
    AndSignedOut,
    /// The person has to show first that it is them.
    ConfirmFirst,
    /// The last way in stays.
    LastWayIn,
    /// It isn't there any more, or can't be done any more.
    Gone,
}

impl From<Barred> for Changed {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::NotFresh => Self::ConfirmFirst,
            Barred::SessionOver => Self::Gone,
        }
    }
}

/// Disconnects a login, and ends the sessions that it opened. The account is locked, so that two at
/// once can't leave it without a way in.
pub async fn disconnect(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    identity: IdentityId,
) -> Result<Changed, ServiceError> {
    let (mut transaction, row) = match own_account::hold(services, session).await? {
        Ok(held) => held,
        Err(barred) => return refused(services, session, barred.reason(), barred.into()).await,
    };
    let account = session.account;
    let live = identities::live_of_account(&mut transaction, account).await?;
    let password = passwords::hash(&mut transaction, account).await?;
    if !live.contains(&identity) {
        transaction.roll_back().await?;
        return refused(services, session, "not_connected", Changed::Gone).await;
    }
    if !may_disconnect(live.len(), password.is_some(), row.email_verified) {
        transaction.roll_back().await?;
        return refused(services, session, "last_way_in", Changed::LastWayIn).await;
    }
    let disconnection = Disconnection {
        account: &row,
        identity,
        actor: account,
        visit: Some(visit),
    };
    disconnecting::disconnect(services, &mut transaction, &disconnection).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(if session.identity == Some(identity) {
        Changed::AndSignedOut
    } else {
        Changed::Yes
    })
}

/// Undoes what an event of the person's own record says: connects a login again as it was.
pub async fn undo(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    event: i64,
) -> Result<Changed, ServiceError> {
    in_turns(|| try_undo(services, visit, session, event)).await
}

async fn try_undo(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    event: i64,
) -> Result<Changed, ServiceError> {
    let (mut transaction, row) = match own_account::hold(services, session).await? {
        Ok(held) => held,
        Err(barred) => return refused(services, session, barred.reason(), barred.into()).await,
    };
    let now = services.now();
    let account = session.account;
    let found = audit::find_of_account(&mut transaction, account, event).await?;
    let undoable = found
        .filter(|event| is_undoable(event.is_undoable, event.at, now))
        .and_then(|event| Some((event.identity?, event.at)));
    let restored = match undoable {
        Some((identity, unlinked_at)) => {
            let restoration = Restoration {
                account: &row,
                identity,
                unlinked_at,
                event,
                actor: account,
                visit: Some(visit),
            };
            restoring::put_back(services, &mut transaction, &restoration).await?
        }
        None => None,
    };
    let Some(restored) = restored else {
        transaction.roll_back().await?;
        return refused(services, session, "not_undoable", Changed::Gone).await;
    };
    undone::put(&mut transaction, event, restored, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Changed::Yes)
}

/// Whether an event that can be undone as such still can now.
pub fn is_undoable(as_such: bool, at: OffsetDateTime, now: OffsetDateTime) -> bool {
    as_such && now - at < UNDO_FOR
}

async fn refused(
    services: &Services,
    session: &LiveSession,
    reason: &str,
    told: Changed,
) -> Result<Changed, ServiceError> {
    let refusal = Refusal {
        action: "connection.refused",
        actor: Some(session.account),
        account: Some(session.account),
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(told)
}
