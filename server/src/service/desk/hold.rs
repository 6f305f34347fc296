//! An account, held for a decision at the desk, together with the account of whoever decides.

use crate::{
    db::{
        accounts::{self, AccountRow},
        pool::Transaction,
        roles,
        sessions::{self, LiveSession},
    },
    domain::{
        account::{AccountId, Role, SessionId, Status},
        desk::rules::{self, Act, NotAllowed, Person, Right},
    },
    service::{
        ServiceError, Services, confirmation,
        refusals::{self, Refusal},
    },
};

/// Why somebody can't act at the desk now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The person has to show first that it is them.
    NotFresh,
    /// The session ended, or its account isn't active any more.
    SessionOver,
    /// The rules don't allow it.
    NotAllowed(NotAllowed),
    /// There is no such account.
    Gone,
    /// Somebody else has decided meanwhile, or it isn't in a state for that.
    Decided,
    /// A reason is asked for, and none was given.
    Reason,
    /// More text than is kept.
    TooLong,
    /// The day isn't one ahead.
    Day,
    /// A choice was left open.
    Choice,
    /// What is to be undone was changed again since.
    Changed,
    /// What is to be undone is too long ago.
    TooLate,
    /// A name that is no name.
    Name,
}

impl Barred {
    /// The word in the record.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotFresh => "not_fresh",
            Self::SessionOver => "session_over",
            Self::NotAllowed(rule) => rule.as_str(),
            Self::Gone => "gone",
            Self::Decided => "decided",
            Self::Reason => "reason",
            Self::TooLong => "too_long",
            Self::Day => "bad_day",
            Self::Choice => "choice_missing",
            Self::Changed => "changed",
            Self::TooLate => "too_late",
            Self::Name => "bad_name",
        }
    }
}

impl From<NotAllowed> for Barred {
    fn from(rule: NotAllowed) -> Self {
        Self::NotAllowed(rule)
    }
}

/// An account whose row is locked against others, in a transaction that acts on it.
pub struct Held {
    /// The transaction.
    pub transaction: Transaction,
    /// Whoever acts, as their account stands now.
    pub actor: AccountRow,
    /// The account that it is about.
    pub account: AccountRow,
    /// Whether no other owner's account is in use or will be.
    pub is_last_owner: bool,
}

impl Held {
    /// Whether the rules allow an act on the account.
    ///
    /// # Errors
    /// The rule that doesn't.
    pub fn may(&self, act: Act) -> Result<(), Barred> {
        rules::judge(
            person(&self.actor),
            person(&self.account),
            self.is_last_owner,
            act,
        )
        .map_err(Barred::NotAllowed)
    }
}

const fn person(account: &AccountRow) -> Person {
    Person {
        id: account.id,
        role: account.role,
    }
}

/// Begins an act on an account: the rows of both are locked, in the order of their ids, so that two
/// administrators who act on each other don't wait for each other; the session is locked against being
/// ended. Role and state are those under the lock, never those that a page was shown with.
///
/// # Errors
/// Why it can't be done now, in the inner result: nothing is held then.
pub async fn hold(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Result<Held, Barred>, ServiceError> {
    if let Err(barred) = may_begin(services, session) {
        return Ok(Err(barred));
    }
    let held = lock(services, session.into(), Right::Decide, [account]).await?;
    one(held).await
}

/// The same for what changes nobody's access, and asks for no fresh sign-in: to attest.
///
/// # Errors
/// Why it can't be done now, in the inner result: nothing is held then.
pub(in crate::service) async fn hold_to_attest(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Result<Held, Barred>, ServiceError> {
    let right = Right::Attest;
    if !right.is_of(session.role) {
        return Ok(Err(NotAllowed::Role.into()));
    }
    one(lock(services, session.into(), right, [account]).await?).await
}

/// The same for what somebody confirmed from a fresh session, and what is carried out behind the requests:
/// their account has to be in use and to have the right still.
///
/// # Errors
/// Why it can't be done now, in the inner result: nothing is held then.
pub(in crate::service) async fn hold_on_behalf(
    services: &Services,
    actor: AccountId,
    account: AccountId,
    right: Right,
) -> Result<Result<Held, Barred>, ServiceError> {
    let actor = Actor {
        account: actor,
        session: None,
    };
    one(lock(services, actor, right, [account]).await?).await
}

/// Begins an act on several accounts at once, as [`hold`] does on one.
///
/// # Errors
/// Why it can't be done now, in the inner result: nothing is held then.
pub async fn hold_several<const N: usize>(
    services: &Services,
    session: &LiveSession,
    accounts: [AccountId; N],
) -> Result<Result<HeldSeveral<N>, Barred>, ServiceError> {
    if let Err(barred) = may_begin(services, session) {
        return Ok(Err(barred));
    }
    lock(services, session.into(), Right::Decide, accounts).await
}

/// Whether a session may begin an act at the desk, as far as can be told without looking anything up.
///
/// # Errors
/// Why not.
pub fn may_begin(services: &Services, session: &LiveSession) -> Result<(), Barred> {
    if !Right::Decide.is_of(session.role) {
        return Err(NotAllowed::Role.into());
    }
    if !confirmation::is_fresh(services, session) {
        return Err(Barred::NotFresh);
    }
    Ok(())
}

/// Several accounts whose rows are locked against others, in a transaction that acts on them.
pub struct HeldSeveral<const N: usize> {
    /// The transaction.
    pub transaction: Transaction,
    /// Whoever acts, as their account stands now.
    pub actor: AccountRow,
    /// The accounts that it is about, in the order in which they were asked for.
    pub accounts: [AccountRow; N],
}

/// Who acts: in a session, or by what they confirmed in one before.
#[derive(Clone, Copy)]
struct Actor {
    account: AccountId,
    session: Option<SessionId>,
}

impl From<&LiveSession> for Actor {
    fn from(session: &LiveSession) -> Self {
        Self {
            account: session.account,
            session: Some(session.id),
        }
    }
}

async fn lock<const N: usize>(
    services: &Services,
    actor: Actor,
    right: Right,
    accounts: [AccountId; N],
) -> Result<Result<HeldSeveral<N>, Barred>, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let mut ids = Vec::from(accounts);
    ids.push(actor.account);
    ids.sort_by_key(|id| id.0);
    ids.dedup();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(accounts::lock(&mut transaction, id).await?);
    }
    let is_alive = match actor.session {
        Some(session) => sessions::lock_live(&mut transaction, session).await?,
        None => true,
    };
    let locked = |id: AccountId| rows.iter().find(|row| row.id == id).cloned();
    let found: Vec<AccountRow> = accounts.into_iter().filter_map(locked).collect();
    let barred = match (locked(actor.account), <[AccountRow; N]>::try_from(found)) {
        (Some(actor), _) if !right.is_of(actor.role) => Barred::from(NotAllowed::Role),
        (Some(actor), found) if is_alive && actor.status == Status::Active => match found {
            Ok(accounts) => {
                return Ok(Ok(HeldSeveral {
                    transaction,
                    actor,
                    accounts,
                }));
            }
            Err(_) => Barred::Gone,
        },
        _ => Barred::SessionOver,
    };
    transaction.roll_back().await?;
    Ok(Err(barred))
}

/// One account, with what the rules ask of it besides.
async fn one(held: Result<HeldSeveral<1>, Barred>) -> Result<Result<Held, Barred>, ServiceError> {
    let HeldSeveral {
        mut transaction,
        actor,
        accounts: [account],
    } = match held {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred)),
    };
    let is_last_owner = is_last_owner(&mut transaction, &account).await?;
    Ok(Ok(Held {
        transaction,
        actor,
        account,
        is_last_owner,
    }))
}

/// Whether an account, which the caller holds locked, is the last owner's. From here on no other
/// transaction changes who is an owner before this one ends.
async fn is_last_owner(
    connection: &mut sqlx::PgConnection,
    account: &AccountRow,
) -> Result<bool, ServiceError> {
    if account.role != Role::Owner {
        return Ok(false);
    }
    roles::lock(connection).await?;
    let owners = roles::owners_in_use(connection).await?;
    Ok(owners.as_slice() == [account.id])
}

/// Begins an act on an account as [`hold`] does, and records a refusal.
pub(in crate::service) async fn hold_or_refuse(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
) -> Result<Result<Held, Barred>, ServiceError> {
    match hold(services, session, account).await? {
        Ok(held) => Ok(Ok(held)),
        Err(barred) => Ok(Err(refuse(services, session, Some(account), barred).await?)),
    }
}

/// Records that an act at the desk was refused, and why.
pub async fn refuse(
    services: &Services,
    session: &LiveSession,
    account: Option<AccountId>,
    barred: Barred,
) -> Result<Barred, ServiceError> {
    // An id that somebody made up is no account's.
    let account = account.filter(|_| barred != Barred::Gone);
    refuse_for(services, session, account, barred.reason()).await?;
    Ok(barred)
}

/// The same, for a reason of the room's own.
pub async fn refuse_for(
    services: &Services,
    session: &LiveSession,
    account: Option<AccountId>,
    reason: &str,
) -> Result<(), ServiceError> {
    let refusal = Refusal {
        action: "desk.refused",
        actor: Some(session.account),
        account,
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(())
}
