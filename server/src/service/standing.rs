//! Whether an account can be used: every change of that, with the sessions that end, the place in the
//! record and the mail that go with it.

use serde_json::{Map, Value};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{ServiceError, Services, mailer};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        desk::notes::{self, NewNote},
        revoking, standing,
    },
    domain::{
        account::{AccountId, Status},
        desk::{decision::Decision, remark::Remark, undo::Standing},
        moment,
    },
    mail::letters::{self, Letter},
};

/// The word in the record for what is done because an account lies unused.
pub(super) const DORMANT: &str = "dormant";
/// The word in the record for what is done because its person left the firm in Clio.
const LEFT_FIRM: &str = "left_firm";

/// Why the program changes something by what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The account had lain unused for so many days.
    Dormant {
        /// How many.
        days: i64,
    },
    /// Its person left the firm in Clio.
    LeftFirm,
}

impl Cause {
    /// The word in the record.
    const fn reason(self) -> &'static str {
        match self {
            Self::Dormant { .. } => DORMANT,
            Self::LeftFirm => LEFT_FIRM,
        }
    }
}

/// Who changes something, and why.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct By<'a> {
    /// The administrator; `None` for the operator, and for the program itself.
    pub(super) actor: Option<AccountId>,
    /// In their words.
    pub(super) reason: Option<&'a Remark>,
}

/// A change to be carried out.
pub(super) struct Change<'a> {
    /// The word in the record.
    pub(super) action: &'a str,
    /// How the account stands afterwards.
    pub(super) to: Standing,
    /// The event that it undoes.
    pub(super) undid: Option<i64>,
    /// What the person is told; `None` when they have been.
    pub(super) letter: Option<&'a Letter>,
    /// Who, and why.
    pub(super) by: By<'a>,
    /// Why, where it isn't in somebody's words alone.
    pub(super) cause: Option<Cause>,
    /// The place in the lost chain of the event that is carried out again.
    pub(super) replayed: Option<i64>,
}

/// Carries a decision out. The caller holds the account locked, and has seen that it is in the state that
/// the decision is about.
pub(super) async fn decide(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    decision: Decision,
    until: Option<OffsetDateTime>,
    by: By<'_>,
) -> Result<i64, ServiceError> {
    let to = Standing {
        status: decision.to(),
        since: services.now(),
        until: until.filter(|_| decision == Decision::Suspend),
    };
    let letter = match decision {
        Decision::Approve => letters::approved(&services.config.firm_name, &sign_in_url(services)),
        Decision::Reject => letters::rejected(&services.config.firm_name),
        Decision::Suspend | Decision::Reactivate => letter(services, to),
    };
    let change = Change {
        action: decision.action(),
        to,
        undid: None,
        letter: Some(&letter),
        by,
        cause: None,
        replayed: None,
    };
    let event = set(services, connection, account, &change).await?;
    // Only a deleted account can find its e-mail taken, and none is decided about.
    event.ok_or(ServiceError::Overtaken)
}

/// Carries a change out, and gives the event that records it; `None`, and the transaction is over, when
/// another account has the account's verified e-mail by now.
pub(super) async fn set(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    change: &Change<'_>,
) -> Result<Option<i64>, ServiceError> {
    let now = services.now();
    let was = standing::of(connection, account.id).await?;
    let Some(was) = was else {
        return Ok(None);
    };
    if !standing::set(connection, account.id, change.to).await? {
        return Ok(None);
    }
    let ended = match change.to.status {
        Status::Suspended | Status::Deleted => {
            revoking::of_account(connection, account.id, now).await?
        }
        // Whoever waits sees so in the browser where they wait.
        Status::Invited | Status::Pending | Status::Active => 0,
    };
    let event = NewEvent {
        action: change.action,
        actor: change.by.actor,
        account: Some(account.id),
        reason: change.cause.map(Cause::reason),
        detail: Some(detail(was, change, ended, now)),
        ..NewEvent::default()
    };
    let event = audit::put(connection, &event, now).await?;
    if let Some(text) = change.by.reason {
        let note = NewNote {
            event,
            account: account.id,
            identity: None,
            author: change.by.actor,
            kind: notes::Kind::Reason,
            text,
        };
        notes::put(connection, &note, now).await?;
    }
    if let Some(letter) = change.letter {
        mailer::put(connection, account.id, &account.email, letter, now).await?;
    }
    Ok(Some(event))
}

/// What the record keeps, so that the change can be shown and undone: fixed words and moments.
fn detail(was: Standing, change: &Change<'_>, ended: u64, now: OffsetDateTime) -> Value {
    let mut detail = Map::new();
    let mut put = |name: &str, value: Value| detail.insert(name.to_owned(), value);
    put("from", was.status.as_str().into());
    put("to", change.to.status.as_str().into());
    put("since", micros(was.since));
    if change.to.since != now {
        put("is_since", micros(change.to.since));
    }
    if let Some(until) = was.until {
        put("was_until", micros(until));
    }
    if let Some(until) = change.to.until {
        put("until", micros(until));
    }
    if let Some(event) = change.undid {
        put("undid", event.into());
    }
    if let Some(Cause::Dormant { days }) = change.cause {
        put("unused_days", days.into());
    }
    if let Some(place) = change.replayed {
        put("replayed", place.into());
    }
    put("sessions_ended", ended.into());
    Value::Object(detail)
}

/// Microseconds, as the database keeps moments.
fn micros(at: OffsetDateTime) -> Value {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000))
        .unwrap_or_default()
        .into()
}

/// What a person is told who finds their account in that state again.
pub(super) fn letter(services: &Services, to: Standing) -> Letter {
    let firm = &services.config.firm_name;
    match to.status {
        Status::Active | Status::Invited => letters::reactivated(firm, &sign_in_url(services)),
        Status::Pending => letters::waits_again(firm),
        Status::Suspended => letters::suspended(firm, to.until.map(moment::day).as_deref()),
        Status::Deleted => letters::rejected(firm),
    }
}

fn sign_in_url(services: &Services) -> String {
    services.config.web.public_url.join("/sign-in")
}
