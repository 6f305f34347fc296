//! Undoing a merge: both accounts are as they were, as long as what it changed is still so.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::merge::{Changed, Facts};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        desk::{
            merges::{self, Lately, Merge},
            merging,
        },
        emails, revoking,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId, Role, Status},
        email::Email,
        name::Name,
        proof::UNDO_FOR,
    },
    mail::letters,
    service::{
        ServiceError, Services, cases, credentials,
        desk::hold::{self, Barred, HeldSeveral},
        in_turns, mailer,
    },
};

/// How many merges are listed.
const MOST_LISTED: i64 = 20;

/// The merges that can still be undone as far as their age goes, the last one first.
pub async fn lately(services: &Services) -> Result<Vec<Lately>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let since = services.now() - UNDO_FOR;
    let lately = merges::lately(&mut connection, since, MOST_LISTED).await?;
    connection.give_back();
    Ok(lately)
}

/// Why a merge stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// Whoever asked can't act at the desk now.
    Barred(Barred),
    /// There is no such merge, or it was undone.
    NoMerge,
    /// It is too long ago.
    TooLate,
    /// One of the accounts was opened, closed or given another role since.
    AccountChanged,
    /// A name or the e-mail that it set was changed since.
    FactsChanged,
    /// One of the logins that it moved doesn't open the account any more.
    LoginGone,
    /// Another account has an e-mail by now that would have to come back.
    EmailTaken,
}

impl Stays {
    const fn reason(self) -> &'static str {
        match self {
            Self::Barred(barred) => barred.reason(),
            Self::NoMerge => "no_merge",
            Self::TooLate => "too_late",
            Self::AccountChanged => "account_changed",
            Self::FactsChanged => "facts_changed",
            Self::LoginGone => "login_gone",
            Self::EmailTaken => "email_taken",
        }
    }
}

/// Undoes the merge that an event recorded, `account.merged` or `account.merged_away`.
///
/// # Errors
/// Why it stays, in the inner result: it is recorded then, and nothing is changed.
pub async fn undo_merge(
    services: &Services,
    session: &LiveSession,
    event: i64,
) -> Result<Result<(), Stays>, ServiceError> {
    let (stays, account) = match in_turns(|| try_undo(services, session, event)).await? {
        Ok(()) => return Ok(Ok(())),
        Err(refused) => refused,
    };
    hold::refuse_for(services, session, account, stays.reason()).await?;
    Ok(Err(stays))
}

/// Why it stays, and the account that would have given back what it took in.
type Refused = (Stays, Option<AccountId>);

async fn try_undo(
    services: &Services,
    session: &LiveSession,
    event: i64,
) -> Result<Result<(), Refused>, ServiceError> {
    if let Err(barred) = hold::may_begin(services, session) {
        return Ok(Err((Stays::Barred(barred), None)));
    }
    let mut connection = services.pool.acquire().await?;
    let merge = merges::find(&mut connection, event).await?;
    connection.give_back();
    let Some(merge) = merge else {
        return Ok(Err((Stays::NoMerge, None)));
    };
    let refused = |stays| Ok(Err((stays, Some(merge.into))));
    let held = hold::hold_several(services, session, [merge.into, merge.from]).await?;
    let HeldSeveral {
        mut transaction,
        actor,
        accounts: [into, from],
    } = match held {
        Ok(held) => held,
        Err(barred) => return refused(Stays::Barred(barred)),
    };
    let now = services.now();
    // Under the lock: of two administrators at once, the second one finds it undone.
    if !merges::undone(&mut transaction, merge.id, now).await? {
        transaction.roll_back().await?;
        return refused(Stays::NoMerge);
    }
    let undoing = Undoing {
        services,
        actor: actor.id,
        merge: &merge,
        into: &into,
        from: &from,
        now,
    };
    if let Err(stays) = undoing.carry_out(&mut transaction, event).await? {
        transaction.roll_back().await?;
        return refused(stays);
    }
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Ok(()))
}

/// An undoing under way: both accounts are held locked.
struct Undoing<'a> {
    services: &'a Services,
    actor: AccountId,
    merge: &'a Merge,
    into: &'a AccountRow,
    from: &'a AccountRow,
    now: OffsetDateTime,
}

/// That it is done, or why it can't be: what was written is rolled back then.
type Done = Result<Result<(), Stays>, ServiceError>;

impl Undoing<'_> {
    async fn carry_out(&self, connection: &mut PgConnection, event: i64) -> Done {
        let changed = match self.still_so(connection).await? {
            Ok(changed) => changed,
            Err(stays) => return Ok(Err(stays)),
        };
        let (into, from) = (self.into.id, self.from.id);
        let logins = &changed.logins;
        if !merging::move_logins_back(connection, logins, into, from).await? {
            return Ok(Err(Stays::LoginGone));
        }
        if let Err(stays) = self.restore_facts(connection, &changed).await? {
            return Ok(Err(stays));
        }
        let status: Status = match changed.from_status.parse() {
            Ok(status) => status,
            Err(_) => return Ok(Err(Stays::AccountChanged)),
        };
        let back = (status, changed.from_since);
        if !merging::reopen(connection, from, back, self.merge.merged_at).await? {
            return Ok(Err(Stays::AccountChanged));
        }
        let cases = (changed.moved_cases.as_slice(), logins.as_slice());
        merging::move_cases_back(connection, cases, into, from).await?;
        let withdrawn = &changed.withdrawn_cases;
        merging::ask_again(connection, withdrawn, self.merge.merged_at).await?;
        for account in [into, from] {
            revoking::of_account(connection, account, self.now).await?;
            credentials::changed(self.services, connection, account).await?;
        }
        self.record(connection, event, &changed).await?;
        self.tell(connection, &changed).await?;
        Ok(Ok(()))
    }

    /// What the merge changed, if the accounts are still as it left them.
    async fn still_so(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Result<Changed, Stays>, ServiceError> {
        if self.now - self.merge.merged_at >= UNDO_FOR {
            return Ok(Err(Stays::TooLate));
        }
        let changed = self.merge.changed.clone();
        let changed: Option<Changed> =
            changed.and_then(|changed| serde_json::from_value(changed).ok());
        let Some(changed) = changed else {
            return Ok(Err(Stays::TooLate));
        };
        let (into, from) = (self.into, self.from);
        let since = merging::since(connection, into.id).await?;
        let is_untouched = into.status == Status::Active
            && since.status_changed_at == changed.into_since
            && [into.role, from.role]
                .iter()
                .all(|role| matches!(role, Role::Member | Role::Reviewer));
        if !is_untouched {
            return Ok(Err(Stays::AccountChanged));
        }
        let is_now = Facts {
            first_name: into.first_name.clone(),
            last_name: into.last_name.clone(),
            email: into.email.clone(),
            email_verified_at: since.email_verified_at,
        };
        if !has_stayed(&changed, &is_now) {
            return Ok(Err(Stays::FactsChanged));
        }
        Ok(Ok(changed))
    }

    /// Puts back what the merge set. What it left as it was may have been changed since, and stays so.
    async fn restore_facts(&self, connection: &mut PgConnection, changed: &Changed) -> Done {
        let Changed { before, after, .. } = changed;
        let into = self.into;
        let back = |was: &String, became: &String, is: &String| {
            Name::from_provider(if was == became { is } else { was })
        };
        let first_name = back(&before.first_name, &after.first_name, &into.first_name);
        let last_name = back(&before.last_name, &after.last_name, &into.last_name);
        accounts::set_names(connection, into.id, &first_name, &last_name).await?;
        if before.email != after.email {
            let Ok(email) = Email::parse(&before.email) else {
                return Ok(Err(Stays::FactsChanged));
            };
            if emails::is_taken(connection, &email, into.id, false).await? {
                return Ok(Err(Stays::EmailTaken));
            }
            let (services, verified) = (self.services, before.email_verified_at);
            cases::change_email(services, connection, into, &email, verified, None).await?;
        }
        if self.from.email_verified
            && let Ok(email) = Email::parse(&self.from.email)
            && emails::is_taken(connection, &email, self.from.id, false).await?
        {
            return Ok(Err(Stays::EmailTaken));
        }
        Ok(Ok(()))
    }

    async fn record(
        &self,
        connection: &mut PgConnection,
        undoes: i64,
        changed: &Changed,
    ) -> Result<(), ServiceError> {
        let (into, from) = (self.into.id, self.from.id);
        let event = |action, account: AccountId, other: AccountId| NewEvent {
            action,
            actor: Some(self.actor),
            account: Some(account),
            detail: Some(serde_json::json!({ "undoes": undoes, "other": other.0 })),
            ..NewEvent::default()
        };
        let undone = event("account.merge_undone", into, from);
        audit::record(connection, &undone, self.now).await?;
        let came_back = event("account.came_back", from, into);
        audit::record(connection, &came_back, self.now).await?;
        for login in &changed.logins {
            let moved = NewEvent {
                identity: Some(IdentityId(*login)),
                ..event("identity.moved_back", from, into)
            };
            audit::record(connection, &moved, self.now).await?;
        }
        Ok(())
    }

    async fn tell(
        &self,
        connection: &mut PgConnection,
        changed: &Changed,
    ) -> Result<(), ServiceError> {
        let config = &self.services.config;
        let sign_in = config.web.public_url.join("/sign-in");
        let into_email = if changed.before.email == changed.after.email {
            &self.into.email
        } else {
            &changed.before.email
        };
        for (account, email) in [(self.into.id, into_email), (self.from.id, &self.from.email)] {
            let letter = letters::merge_undone(&config.firm_name, &sign_in);
            mailer::put(connection, account, email, &letter, self.now).await?;
        }
        Ok(())
    }
}

/// Whether each fact that a merge set is still as it set it.
fn has_stayed(changed: &Changed, now: &Facts) -> bool {
    let Changed { before, after, .. } = changed;
    let stays = |was: &String, became: &String, is: &String| was == became || became == is;
    stays(&before.first_name, &after.first_name, &now.first_name)
        && stays(&before.last_name, &after.last_name, &now.last_name)
        && stays(&before.email, &after.email, &now.email)
        && (before.email == after.email || after.email_verified_at == now.email_verified_at)
}
