//! Showing again that whoever is signed in is still there, for what asks for a fresh sign-in. With
//! Clio, that is a sign-in of its own; by password and by mailed code it is here.

use super::{
    ServiceError, Services, guesses,
    own_code::{self, NotGuessed},
    refusals::{self, Refusal},
    visit::{SessionKey, Visit},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        codes::{self, Purpose},
        emails, identities, passwords,
        sessions::{self, LiveSession},
    },
    domain::{
        account::AccountId,
        proof::{self, code_is_enough_for},
    },
    secrets::Secret,
};

/// Whether the person has shown recently enough that it is them.
pub fn is_fresh(services: &Services, session: &LiveSession) -> bool {
    proof::is_fresh(session.fresh_at, services.now())
}

/// The ways a person has.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// The account's password.
    pub by_password: bool,
    /// A Clio login that opens the account.
    pub by_clio: bool,
    /// A code by mail: whether one can be typed now; `None` where a code isn't enough.
    pub by_code: Option<bool>,
}

/// The ways this person has.
pub async fn ways(services: &Services, session: &LiveSession) -> Result<Ways, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let account = session.account;
    let password = passwords::hash(&mut connection, account).await?;
    let linked = identities::live_of_account(&mut connection, account).await?;
    let now = services.now();
    let sent = codes::is_waiting(&mut connection, account, Purpose::Confirm, now).await?;
    connection.give_back();
    Ok(Ways {
        by_password: password.is_some(),
        by_clio: !linked.is_empty(),
        by_code: code_is_enough_for(session.role).then_some(sent),
    })
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It is them; the session has a new key.
    Yes(SessionKey),
    /// The password or the code doesn't fit, whatever the reason.
    Wrong,
    /// Too many guesses.
    TooMany,
    /// The session has ended meanwhile.
    Changed,
}

impl From<NotGuessed> for Confirmed {
    fn from(wrong: NotGuessed) -> Self {
        match wrong {
            NotGuessed::TooMany => Self::TooMany,
            NotGuessed::NoCode | NotGuessed::Wrong => Self::Wrong,
        }
    }
}

/// Shows it by the account's password.
pub async fn by_password(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    password: Secret,
) -> Result<Confirmed, ServiceError> {
    let account = session.account;
    if !guesses::allow_in(services, visit, session.id).await? {
        refused(services, account, "too_many").await?;
        return Ok(Confirmed::TooMany);
    }
    let mut connection = services.pool.acquire().await?;
    let stored = passwords::hash(&mut connection, account).await?;
    connection.give_back();
    if !services.passwords.verify(password, stored.clone()).await {
        refused(services, account, "wrong_password").await?;
        return Ok(Confirmed::Wrong);
    }
    let mut transaction = services.pool.begin().await?;
    accounts::lock(&mut transaction, account).await?;
    let still = passwords::hash(&mut transaction, account).await?;
    if still != stored {
        transaction.roll_back().await?;
        refused(services, account, "password_changed").await?;
        return Ok(Confirmed::Wrong);
    }
    freshen(services, transaction, session, "password").await
}

/// How asking for a code ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A code is on its way.
    Yes,
    /// One was asked for a moment ago, or too many altogether.
    TooMany,
    /// A code isn't enough for this account.
    NotEnough,
}

/// Mails a code to the account's mailbox.
pub async fn send_code(services: &Services, session: &LiveSession) -> Result<Sent, ServiceError> {
    let account = session.account;
    if !code_is_enough_for(session.role) {
        refused(services, account, "code_not_enough").await?;
        return Ok(Sent::NotEnough);
    }
    if let Err(barred) = own_code::mail(services, session, Purpose::Confirm).await? {
        refused(services, account, barred.reason()).await?;
        return Ok(Sent::TooMany);
    }
    Ok(Sent::Yes)
}

/// Shows it by the mailed code.
pub async fn by_code(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    typed: &str,
) -> Result<Confirmed, ServiceError> {
    let account = session.account;
    let now = services.now();
    if !code_is_enough_for(session.role) {
        refused(services, account, "code_not_enough").await?;
        return Ok(Confirmed::Wrong);
    }
    let stored = match own_code::guess(services, visit, session, Purpose::Confirm, typed).await? {
        Ok(stored) => stored,
        Err(wrong) => {
            refused(services, account, wrong.reason()).await?;
            return Ok(wrong.into());
        }
    };
    let mut transaction = services.pool.begin().await?;
    let locked = accounts::lock(&mut transaction, account).await?;
    let unchanged = locked.filter(|row| row.email == stored.email && code_is_enough_for(row.role));
    let hash = &stored.code_hash;
    let consumed = codes::consume(&mut transaction, account, Purpose::Confirm, hash).await?;
    let Some(row) = unchanged.filter(|_| consumed) else {
        transaction.roll_back().await?;
        refused(services, account, "account_changed").await?;
        return Ok(Confirmed::Wrong);
    };
    // Whoever reads the code has shown that the mailbox is theirs.
    if !emails::verify(&mut transaction, account, now).await? {
        transaction.roll_back().await?;
        refused(services, account, "mailbox_of_another").await?;
        return Ok(Confirmed::Changed);
    }
    if !row.email_verified {
        let event = NewEvent {
            action: "account.email_verified",
            actor: Some(account),
            account: Some(account),
            reason: Some("mailbox_proved"),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    freshen(services, transaction, session, "code").await
}

/// The session counts as fresh from now on, under a new key: whoever may have seen the old one gains
/// nothing by it.
async fn freshen(
    services: &Services,
    mut transaction: crate::db::pool::Transaction,
    session: &LiveSession,
    method: &str,
) -> Result<Confirmed, ServiceError> {
    let now = services.now();
    let key = SessionKey::generate()?;
    if !sessions::rekey(&mut transaction, session.id, &key.hash(), now).await? {
        transaction.roll_back().await?;
        refused(services, session.account, "session_over").await?;
        return Ok(Confirmed::Changed);
    }
    let event = NewEvent {
        action: "session.confirmed",
        actor: Some(session.account),
        account: Some(session.account),
        detail: Some(serde_json::json!({ "method": method })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Confirmed::Yes(key))
}

async fn refused(
    services: &Services,
    account: AccountId,
    reason: &str,
) -> Result<(), ServiceError> {
    let refusal = Refusal {
        action: "confirm.refused",
        actor: Some(account),
        account: Some(account),
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(())
}
