//! Setting and changing one's own password.

use super::{
    ServiceError, Services, confirmation, credentials,
    own_account::{self, Barred},
    refusals::{self, Refusal},
    security_mail::{self, About},
    visit::{SessionKey, Visit},
};
use crate::{
    db::{
        audit::{self, NewEvent},
        passwords, revoking,
        sessions::{self, LiveSession},
    },
    domain::not_me::Kind as NoticeKind,
    domain::password::{PersonalWords, Weakness},
    mail::letters,
    secrets::Secret,
};

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// Done; the session has a new key.
    Yes(SessionKey),
    /// The person has to show first that it is them.
    ConfirmFirst,
    /// The two don't say the same.
    Differ,
    /// The password is refused.
    Weak(Weakness),
    /// The account or the session changed meanwhile.
    Changed,
}

impl From<Barred> for Set {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::NotFresh => Self::ConfirmFirst,
            Barred::SessionOver => Self::Changed,
        }
    }
}

/// Whether the account of a session has a password.
pub async fn has_one(services: &Services, session: &LiveSession) -> Result<bool, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let hash = passwords::hash(&mut connection, session.account).await?;
    connection.give_back();
    Ok(hash.is_some())
}

/// Sets or changes the password. Other sessions end, and proofs that were under way die.
pub async fn set(
    services: &Services,
    visit: &Visit,
    session: &LiveSession,
    password: Secret,
    again: &Secret,
) -> Result<Set, ServiceError> {
    let barred_by = |barred: Barred| refused(services, session, barred.reason(), barred.into());
    if !confirmation::is_fresh(services, session) {
        return barred_by(Barred::NotFresh).await;
    }
    if password != *again {
        return refused(services, session, "differ", Set::Differ).await;
    }
    let names = [session.first_name.as_str(), session.last_name.as_str()];
    let words = PersonalWords::new(&names, &session.email, &services.config.firm_name);
    if let Err(weakness) = services.passwords.judge(&password, &words).await {
        return refused(services, session, "weak", Set::Weak(weakness)).await;
    }
    let hash = services.passwords.hash(password).await?;

    let (mut transaction, row) = match own_account::hold(services, session).await? {
        Ok(held) => held,
        Err(barred) => return barred_by(barred).await,
    };
    let now = services.now();
    let account = session.account;
    let key = SessionKey::generate()?;
    sessions::rekey(&mut transaction, session.id, &key.hash(), session.fresh_at).await?;
    let had_one = passwords::hash(&mut transaction, account).await?.is_some();
    passwords::set(&mut transaction, account, Some(&hash), now).await?;
    revoking::others(&mut transaction, account, session.id, now).await?;
    credentials::changed(services, &mut transaction, account).await?;
    let event = NewEvent {
        action: if had_one {
            "account.password_changed"
        } else {
            "account.password_set"
        },
        actor: Some(account),
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let about = About {
        kind: NoticeKind::PasswordChanged,
        account,
        identity: None,
        visit: Some(visit),
    };
    security_mail::put(services, &mut transaction, &about, &row.email, |security| {
        letters::password_changed(security, !had_one)
    })
    .await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Set::Yes(key))
}

async fn refused(
    services: &Services,
    session: &LiveSession,
    reason: &str,
    told: Set,
) -> Result<Set, ServiceError> {
    let refusal = Refusal {
        action: "password.refused",
        actor: Some(session.account),
        account: Some(session.account),
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(told)
}
