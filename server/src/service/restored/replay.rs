//! Carrying out again what the lost record took away, an account at a time.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Since;
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        emails, identities, notices, passwords, roles as role_rows, standing as standings,
    },
    domain::{
        account::{AccountId, IdentityId, Role, Status},
        desk::undo::Standing,
        replay::{self, Look, Lost, Stood, Takings, There, Told},
    },
    service::{
        ServiceError, Services,
        audit::{Continuation, LostEvent},
        credentials, disconnecting, roles,
        standing::{self, By, Cause, Change},
    },
};

/// The word in the record for what was taken away again.
const REPLAYED: &str = "restored";

/// What was taken away again, and what is left to the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Events of the lost record that were gone through.
    pub events: usize,
    /// Accounts that were closed.
    pub closed: usize,
    /// Accounts whose role is lower now.
    pub demoted: usize,
    /// Logins that were disconnected.
    pub disconnected: usize,
    /// Passwords that were removed.
    pub passwords: usize,
    /// Accounts whose e-mail no longer counts as proved.
    pub mailboxes: usize,
    /// Accounts that the record tells of and this database doesn't have: made since.
    pub unknown: Vec<AccountId>,
    /// Those of them that were closed in the end.
    pub unknown_closed: Vec<AccountId>,
    /// Places of events that were held back, since the firm would have had no owner left who can get in.
    pub held_back: Vec<i64>,
    /// What is to be looked at, by the word of the record: how often, and what is to be done.
    pub looks: BTreeMap<String, Looked>,
}

/// An act that isn't carried out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// How often it is in the lost record.
    pub times: usize,
    /// What is to be done; `None` where somebody was given something, and asks for it again.
    pub hint: Option<&'static str>,
}

/// What is to be replayed, with the accounts that it is about locked.
pub(super) struct Plan {
    replayed: Replayed,
    accounts: Vec<(AccountRow, Lost)>,
}

/// Makes out what happened since, and locks the accounts in the order of their ids, before their sessions.
pub(super) async fn plan(
    connection: &mut PgConnection,
    proved: &Continuation,
    since: &Since,
) -> Result<Plan, ServiceError> {
    let told: Vec<Told> = proved
        .events
        .iter()
        .filter(|lost| lost.place > since.place || since.held_back.contains(&lost.place))
        .map(told)
        .collect();
    let mut replayed = Replayed {
        events: told.len(),
        ..Replayed::default()
    };
    for told in &told {
        replayed.look_at(told);
    }
    let mut rows = Vec::new();
    for (id, lost) in replay::lost(&told) {
        let id = AccountId(id);
        if let Some(row) = accounts::lock(connection, id).await? {
            rows.push((row, lost));
            continue;
        }
        replayed.unknown.push(id);
        if lost.is_closed() {
            replayed.unknown_closed.push(id);
        }
    }
    role_rows::lock(connection).await?;
    Ok(Plan {
        replayed,
        accounts: rows,
    })
}

impl Plan {
    /// Carries it out.
    pub(super) async fn carry_out(
        self,
        services: &Services,
        connection: &mut PgConnection,
    ) -> Result<Replayed, ServiceError> {
        let mut replayed = self.replayed;
        for (row, lost) in self.accounts {
            let mut account = Account {
                services,
                connection: &mut *connection,
                row,
            };
            let takings = account.takings(&lost).await?;
            account.take(&takings).await?;
            replayed.add(takings);
        }
        replayed.held_back.sort_unstable();
        Ok(replayed)
    }
}

impl Replayed {
    /// How much was taken away again.
    pub const fn taken(&self) -> usize {
        self.closed + self.demoted + self.disconnected + self.passwords + self.mailboxes
    }

    fn look_at(&mut self, told: &Told) {
        let hint = match replay::fate(&told.action).look {
            Look::Nothing => return,
            Look::Given => None,
            Look::Lost(hint) => Some(hint),
        };
        let looked = self.looks.entry(told.action.clone());
        looked.or_insert(Looked { times: 0, hint }).times += 1;
    }

    fn add(&mut self, takings: Takings) {
        self.closed += usize::from(takings.standing.is_some());
        self.demoted += usize::from(takings.role.is_some());
        self.disconnected += takings.logins.len();
        self.passwords += usize::from(takings.password.is_some());
        self.mailboxes += usize::from(takings.mailbox.is_some());
        self.held_back.extend(takings.held_back);
    }
}

/// An account, locked.
struct Account<'a> {
    services: &'a Services,
    connection: &'a mut PgConnection,
    row: AccountRow,
}

impl Account<'_> {
    /// What is to be taken away from it.
    async fn takings(&mut self, lost: &Lost) -> Result<Takings, ServiceError> {
        let (id, to) = (self.row.id, &mut *self.connection);
        let standing = standings::of(to, id).await?;
        let owners = role_rows::owners_in_use(to).await?;
        let there = There {
            status: self.row.status,
            until: standing.and_then(|standing| standing.until),
            role: self.row.role,
            logins: identities::live_of_account(to, id).await?,
            has_password: passwords::hash(to, id).await?.is_some(),
            email_verified: self.row.email_verified,
            is_last_owner: owners.as_slice() == [id],
        };
        Ok(replay::takings(lost, &there, self.services.now()))
    }

    /// Takes it away, each thing with its place in the record.
    async fn take(&mut self, takings: &Takings) -> Result<(), ServiceError> {
        if let Some(role) = takings.role {
            self.demote(role.what, role.place).await?;
        }
        for login in &takings.logins {
            self.disconnect(login.what, login.place).await?;
        }
        if let Some(place) = takings.password {
            self.remove_password(place).await?;
        }
        if let Some(place) = takings.mailbox {
            self.unprove(place).await?;
        }
        if let Some(stood) = takings.standing {
            self.close(stood.what, stood.place).await?;
        }
        Ok(())
    }

    async fn demote(&mut self, to: Role, place: i64) -> Result<(), ServiceError> {
        roles::set(self.services, self.connection, &self.row, to).await?;
        let mut detail = roles::detail(self.row.role, to);
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("replayed".to_owned(), place.into());
        }
        let event = NewEvent {
            action: roles::action(to),
            account: Some(self.row.id),
            reason: Some(to.as_str()),
            detail: Some(detail),
            ..NewEvent::default()
        };
        audit::record(self.connection, &event, self.services.now()).await?;
        self.row.role = to;
        Ok(())
    }

    async fn disconnect(&mut self, login: IdentityId, place: i64) -> Result<(), ServiceError> {
        let event = NewEvent {
            identity: Some(login),
            ..self.event("identity.unlinked", place)
        };
        let (services, id) = (self.services, self.row.id);
        disconnecting::cut(services, self.connection, id, login, &event).await?;
        Ok(())
    }

    async fn remove_password(&mut self, place: i64) -> Result<(), ServiceError> {
        let (id, now) = (self.row.id, self.services.now());
        passwords::set(self.connection, id, None, now).await?;
        credentials::changed(self.services, self.connection, id).await?;
        let event = self.event("account.password_removed", place);
        audit::record(self.connection, &event, now).await?;
        Ok(())
    }

    async fn unprove(&mut self, place: i64) -> Result<(), ServiceError> {
        let (id, now) = (self.row.id, self.services.now());
        emails::set(self.connection, id, &self.row.email, None).await?;
        credentials::changed(self.services, self.connection, id).await?;
        // Who reads the old mailbox has no more say.
        notices::close_of_account(self.connection, id, now).await?;
        let event = self.event("account.email_unverified", place);
        audit::record(self.connection, &event, now).await?;
        Ok(())
    }

    async fn close(&mut self, stood: Stood, place: i64) -> Result<(), ServiceError> {
        let (now, was) = (self.services.now(), self.row.status);
        let change = Change {
            action: match (stood.status, was) {
                (Status::Deleted, Status::Invited) => "invitation.revoked",
                (Status::Deleted, _) => "account.rejected",
                (Status::Pending, _) => "account.approved.undone",
                _ => "account.suspended",
            },
            to: Standing {
                status: stood.status,
                since: now,
                until: stood.until,
            },
            undid: None,
            letter: None,
            by: By::default(),
            cause: stood.unused_days.map(|days| Cause::Dormant { days }),
            replayed: Some(place),
        };
        let event = standing::set(self.services, self.connection, &self.row, &change).await?;
        // Only where an account opens can its e-mail be taken.
        event.map(|_| ()).ok_or(ServiceError::Overtaken)
    }

    fn event(&self, action: &'static str, place: i64) -> NewEvent<'static> {
        NewEvent {
            action,
            account: Some(self.row.id),
            reason: Some(REPLAYED),
            detail: Some(json!({ "replayed": place })),
            ..NewEvent::default()
        }
    }
}

/// What an event of the lost record says.
fn told(lost: &LostEvent) -> Told {
    let event = &lost.event;
    let detail: Option<Value> = event
        .detail
        .as_deref()
        .and_then(|detail| serde_json::from_str(detail).ok());
    let field = |name: &str| detail.as_ref().and_then(|detail| detail.get(name));
    let word = |name: &str| field(name).and_then(Value::as_str);
    let number = |name: &str| field(name).and_then(Value::as_i64);
    let role = word("to").or(event.reason.as_deref());
    Told {
        place: lost.place,
        action: event.action.clone(),
        account: event.account_id.map(AccountId),
        identity: event.identity_id.map(IdentityId),
        role: role.and_then(|role| role.parse().ok()),
        status: word("to").and_then(|status| status.parse().ok()),
        until: number("until").and_then(moment),
        unused_days: number("unused_days"),
        took_email: word("email") == Some("from"),
    }
}

/// A moment that the record keeps in microseconds.
fn moment(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok()
}
