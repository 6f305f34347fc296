//! Clio says another e-mail than before: written down, and treated as policy says. The sign-in goes on
//! in every case.

use sqlx::PgConnection;

use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        cases::{self, Kind, NewCase},
        email_changes::{self, NewChange},
        emails,
        sign_in::Profile,
    },
    domain::{
        account::IdentityId,
        email::Email,
        login::Login,
        profile::{Drift, EmailPolicy, drift, is_another_email},
    },
    mail::letters,
    random,
    service::{ServiceError, Services, cases as decisions, mailer},
};

/// The e-mail that Clio says now, if it is another one than at the last sign-in.
pub(super) fn new_email<'a>(profile: &Profile, login: &'a Login) -> Option<&'a Email> {
    login
        .email
        .as_ref()
        .filter(|email| is_another_email(email, profile.clio_email.as_deref(), &profile.email))
}

/// Writes a change down, and does what policy says. The caller holds the account locked.
pub(super) async fn record(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    identity: IdentityId,
    before: Option<&str>,
    login: &Login,
    email: &Email,
) -> Result<(), ServiceError> {
    let now = services.now();
    cases::withdraw_email(connection, identity, now).await?;
    // Back to what the account says: nothing is left to decide.
    let is_ours = account.email.eq_ignore_ascii_case(email.as_str());
    // What follows by itself mustn't be anybody else's, proved or not.
    let policy = services.config.profile.email;
    let even_unverified = policy == EmailPolicy::Follow;
    let taken = emails::is_taken(connection, email, account.id, even_unverified).await?;
    let drift = drift(policy, is_ours, taken);
    let change = NewChange {
        id: random::id(now)?,
        account: account.id,
        identity,
        old_email: before,
        new_email: email.as_str(),
        outcome: drift.as_str(),
    };
    email_changes::put(connection, &change, now).await?;
    let event = NewEvent {
        action: "identity.email_changed",
        actor: Some(account.id),
        account: Some(account.id),
        identity: Some(identity),
        reason: Some(drift.as_str()),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    match drift {
        Drift::Kept => Ok(()),
        Drift::Asked => {
            let kind = Kind::EmailChange;
            open_case(services, connection, account, identity, login, kind).await
        }
        Drift::Collided => {
            let kind = Kind::EmailCollision;
            open_case(services, connection, account, identity, login, kind).await
        }
        // Clio doesn't say that anybody proved the new mailbox, so it locates nothing yet.
        Drift::Followed => {
            let about = Some(identity);
            decisions::change_email(services, connection, account, email, None, about).await
        }
    }
}

async fn open_case(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    identity: IdentityId,
    login: &Login,
    kind: Kind,
) -> Result<(), ServiceError> {
    let now = services.now();
    let reference = random::reference()?;
    let case = NewCase {
        id: random::id(now)?,
        reference: &reference,
        kind,
        account: account.id,
        identity: Some(identity),
        login: Some(login),
        email: None,
        since: None,
        message: "",
    };
    if !cases::open(connection, &case, now).await? {
        return Ok(());
    }
    let event = NewEvent {
        action: "case.opened",
        account: Some(account.id),
        identity: Some(identity),
        reference: Some(&reference),
        reason: Some(kind.as_str()),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    let firm = &services.config.firm_name;
    let about = decisions::in_words(kind);
    let letter = letters::case_opened(firm, reference.as_str(), about);
    mailer::put(connection, account.id, &account.email, &letter, now).await
}
