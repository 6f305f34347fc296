//! Merging one account into another.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::compare;
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        desk::{
            duplicates::pairs,
            merges::{self, NewMerge},
            merging,
        },
        notices, revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        desk::merging::{Obstacle, Source, may_be_taken_in, may_take_in},
        email::Email,
        name::Name,
        not_me::Kind as NoticeKind,
    },
    mail::letters,
    random,
    service::{
        ServiceError, Services, cases, credentials,
        desk::hold::{self, Barred, HeldSeveral},
        in_turns, mailer,
        security_mail::{self, About},
    },
};

/// What is to be merged into what, and which facts are taken from where.
#[derive(Clone, Debug)]
pub struct Order {
    /// The account that stays.
    pub into: AccountId,
    /// The account that goes.
    pub from: AccountId,
    /// Whose first name it has afterwards.
    pub first_name: Source,
    /// Whose last name.
    pub last_name: Source,
    /// Whose e-mail.
    pub email: Source,
    /// What both were like when somebody looked; see [`compare::seen`].
    pub seen: String,
}

/// Why nothing was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMerged {
    /// Whoever asked can't act at the desk now.
    Barred(Barred),
    /// One of the accounts can't be merged.
    Obstacle(Obstacle),
    /// One of them is not as it was when somebody looked.
    Changed,
    /// The e-mail that is to be kept was never proved.
    EmailNotProved,
}

impl NotMerged {
    const fn reason(self) -> &'static str {
        match self {
            Self::Barred(barred) => barred.reason(),
            Self::Obstacle(obstacle) => obstacle.as_str(),
            Self::Changed => "changed",
            Self::EmailNotProved => "email_not_proved",
        }
    }
}

impl From<Barred> for NotMerged {
    fn from(barred: Barred) -> Self {
        Self::Barred(barred)
    }
}

impl From<Obstacle> for NotMerged {
    fn from(obstacle: Obstacle) -> Self {
        Self::Obstacle(obstacle)
    }
}

/// The facts of the account that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) email_verified_at: Option<OffsetDateTime>,
}

/// What a merge changed, for undoing it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Changed {
    /// The account that stayed, before and after.
    pub(super) before: Facts,
    pub(super) after: Facts,
    /// Since when it was active.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) into_since: OffsetDateTime,
    /// The state of the account that went, and since when it had it.
    pub(super) from_status: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) from_since: OffsetDateTime,
    /// The logins, by their links.
    pub(super) logins: Vec<Uuid>,
    /// The questions that wait about the account that stayed since.
    pub(super) moved_cases: Vec<Uuid>,
    /// The questions that were withdrawn.
    pub(super) withdrawn_cases: Vec<Uuid>,
}

/// Merges one account into another.
///
/// # Errors
/// Why nothing was merged, in the inner result: it is recorded then.
pub async fn merge(
    services: &Services,
    session: &LiveSession,
    order: &Order,
) -> Result<Result<(), NotMerged>, ServiceError> {
    let refused = match in_turns(|| try_merge(services, session, order)).await? {
        Ok(()) => return Ok(Ok(())),
        Err(refused) => refused,
    };
    hold::refuse_for(services, session, Some(order.into), refused.reason()).await?;
    Ok(Err(refused))
}

async fn try_merge(
    services: &Services,
    session: &LiveSession,
    order: &Order,
) -> Result<Result<(), NotMerged>, ServiceError> {
    let held = hold::hold_several(services, session, [order.into, order.from]).await?;
    let HeldSeveral {
        mut transaction,
        actor,
        accounts: [into, from],
    } = match held {
        Ok(held) => held,
        Err(barred) => return Ok(Err(barred.into())),
    };
    if let Err(refused) = may_merge(&mut transaction, &into, &from, order).await? {
        transaction.roll_back().await?;
        return Ok(Err(refused));
    }
    let merge = Merging {
        services,
        actor: actor.id,
        into: &into,
        from: &from,
        now: services.now(),
    };
    merge.carry_out(&mut transaction, order).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// Whether it may be done to the accounts as they stand under the lock.
async fn may_merge(
    connection: &mut PgConnection,
    into: &AccountRow,
    from: &AccountRow,
    order: &Order,
) -> Result<Result<(), NotMerged>, ServiceError> {
    if let Err(obstacle) = may_take_in(compare::party(connection, into).await?) {
        return Ok(Err(obstacle.into()));
    }
    if let Err(obstacle) = may_be_taken_in(compare::party(connection, from).await?) {
        return Ok(Err(obstacle.into()));
    }
    if order.email == Source::From && !from.email_verified {
        return Ok(Err(NotMerged::EmailNotProved));
    }
    if compare::seen(connection, [into, from]).await? != order.seen {
        return Ok(Err(NotMerged::Changed));
    }
    Ok(Ok(()))
}

/// A merge under way: both accounts are held locked.
struct Merging<'a> {
    services: &'a Services,
    actor: AccountId,
    into: &'a AccountRow,
    from: &'a AccountRow,
    now: OffsetDateTime,
}

impl Merging<'_> {
    async fn carry_out(
        &self,
        connection: &mut PgConnection,
        order: &Order,
    ) -> Result<(), ServiceError> {
        let (services, now) = (self.services, self.now);
        let (into, from) = (self.into.id, self.from.id);
        let into_since = merging::since(connection, into).await?;
        let from_since = merging::since(connection, from).await?;
        // First of all: from here on the e-mail is free for the other one.
        accounts::set_status(connection, from, Status::Deleted, now).await?;
        let logins = merging::move_logins(connection, from, into).await?;
        let ids: Vec<Uuid> = logins.iter().map(|login| login.0).collect();
        let mut withdrawn_cases = merging::withdraw_cases(connection, from, &ids, now).await?;
        let (moved_cases, doubled) = merging::move_cases(connection, from, into, now).await?;
        withdrawn_cases.extend(doubled);
        for account in [into, from] {
            revoking::of_account(connection, account, now).await?;
            credentials::changed(services, connection, account).await?;
        }
        notices::close_of_account(connection, from, now).await?;
        pairs::forget(connection, from).await?;

        let before = Facts {
            first_name: self.into.first_name.clone(),
            last_name: self.into.last_name.clone(),
            email: self.into.email.clone(),
            email_verified_at: into_since.email_verified_at,
        };
        let after = self.facts_after(order, &before, from_since.email_verified_at);
        if (&after.first_name, &after.last_name) != (&before.first_name, &before.last_name) {
            let first_name = Name::from_provider(&after.first_name);
            let last_name = Name::from_provider(&after.last_name);
            accounts::set_names(connection, into, &first_name, &last_name).await?;
        }
        if after.email != before.email
            && let Ok(email) = Email::parse(&after.email)
        {
            let (account, verified) = (self.into, after.email_verified_at);
            cases::change_email(services, connection, account, &email, verified, None).await?;
        }
        let changed = Changed {
            before,
            after,
            into_since: into_since.status_changed_at,
            from_status: self.from.status.as_str().to_owned(),
            from_since: from_since.status_changed_at,
            logins: ids,
            moved_cases,
            withdrawn_cases,
        };
        self.record(connection, order, &logins, &changed).await?;
        self.tell(connection, &logins).await
    }

    /// What the account that stays says afterwards.
    fn facts_after(
        &self,
        order: &Order,
        before: &Facts,
        from_verified_at: Option<OffsetDateTime>,
    ) -> Facts {
        let (into, from) = (self.into, self.from);
        let pick = |source, ours: &String, theirs: &String| match source {
            Source::Into => ours.clone(),
            Source::From => theirs.clone(),
        };
        Facts {
            first_name: pick(order.first_name, &into.first_name, &from.first_name),
            last_name: pick(order.last_name, &into.last_name, &from.last_name),
            email: pick(order.email, &into.email, &from.email),
            email_verified_at: match order.email {
                Source::Into => before.email_verified_at,
                Source::From => from_verified_at,
            },
        }
    }

    /// The merge's own row, and its place in the record: about the one, about the other, about each login.
    async fn record(
        &self,
        connection: &mut PgConnection,
        order: &Order,
        logins: &[IdentityId],
        changed: &Changed,
    ) -> Result<(), ServiceError> {
        let (into, from, now) = (self.into.id, self.from.id, self.now);
        let event = |action, account: AccountId, detail| NewEvent {
            action,
            actor: Some(self.actor),
            account: Some(account),
            detail: Some(detail),
            ..NewEvent::default()
        };
        let merged = serde_json::json!({
            "from": from.0,
            "first_name": in_words(order.first_name),
            "last_name": in_words(order.last_name),
            "email": in_words(order.email),
        });
        let into_event = event("account.merged", into, merged);
        let into_event = audit::put(connection, &into_event, now).await?;
        let from_event = event(
            "account.merged_away",
            from,
            serde_json::json!({ "into": into.0 }),
        );
        let from_event = audit::put(connection, &from_event, now).await?;
        for login in logins {
            let moved = NewEvent {
                identity: Some(*login),
                ..event(
                    "identity.moved",
                    into,
                    serde_json::json!({ "from": from.0 }),
                )
            };
            audit::record(connection, &moved, now).await?;
        }
        let merge = NewMerge {
            id: random::id(now)?,
            into,
            from,
            into_event,
            from_event,
            changed: serde_json::to_value(changed).unwrap_or_default(),
        };
        merges::insert(connection, &merge, now).await?;
        Ok(())
    }

    /// Both mailboxes are told. The person of the one that stays can say of each login that it isn't theirs.
    async fn tell(
        &self,
        connection: &mut PgConnection,
        logins: &[IdentityId],
    ) -> Result<(), ServiceError> {
        let services = self.services;
        let (into, from) = (self.into, self.from);
        let about = |account: AccountId, kind, identity| About {
            kind,
            account,
            identity,
            visit: None,
        };
        let first = about(into.id, NoticeKind::Linked, logins.first().copied());
        security_mail::put(
            services,
            connection,
            &first,
            &into.email,
            letters::merged_into,
        )
        .await?;
        for login in logins.iter().skip(1) {
            let about = about(into.id, NoticeKind::Linked, Some(*login));
            security_mail::put(services, connection, &about, &into.email, |security| {
                letters::linked(
                    security,
                    "by an administrator, who merged two accounts of yours",
                )
            })
            .await?;
        }
        if from.email_verified {
            let about = about(from.id, NoticeKind::Unlinked, None);
            let to = &from.email;
            return security_mail::put(services, connection, &about, to, letters::merged_away)
                .await;
        }
        let letter = letters::merged_away_unproved(&services.config.firm_name);
        mailer::put(connection, from.id, &from.email, &letter, self.now).await
    }
}

const fn in_words(source: Source) -> &'static str {
    match source {
        Source::Into => "into",
        Source::From => "from",
    }
}
