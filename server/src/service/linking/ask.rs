//! The last rung: a person who can prove nothing has a case with an administrator.

use super::{is_still_located, pending, refused};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        cases::{self, Kind, NewCase},
    },
    mail::letters,
    random,
    service::{ServiceError, Services, guesses, mailer, visit::Visit},
};

/// The longest message to an administrator, in characters.
pub const MAX_MESSAGE_CHARS: usize = 500;

/// How asking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// The question is put, or was before.
    Put,
    /// Too many questions.
    TooMany,
    /// There is no pending link in this browser any more.
    Expired,
}

/// Puts the question whether a login belongs to an account to an administrator. Nothing of the
/// account is shown or changed by it.
pub async fn ask(
    services: &Services,
    visit: &Visit,
    message: &str,
) -> Result<Asking, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = pending(services, visit, &mut connection).await?;
    connection.give_back();
    let Some(link) = found else {
        return refused(services, None, "link_unknown", Asking::Expired).await;
    };
    let now = services.now();
    let message = readable(message);
    let reference = random::reference()?;
    let mut transaction = services.pool.begin().await?;
    let account = accounts::lock(&mut transaction, link.account).await?;
    let located = account.filter(|account| is_still_located(&link, account));
    let Some(account) = located.filter(|_| visit.session.is_none()) else {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "account_changed", Asking::Expired).await;
    };
    let case = NewCase {
        id: random::id(now)?,
        reference: &reference,
        kind: Kind::LinkAsked,
        account: link.account,
        identity: None,
        login: Some(&link.login),
        email: None,
        since: None,
        message: &message,
    };
    if !cases::open(&mut transaction, &case, now).await? {
        // Somebody asks already: one question is enough.
        transaction.roll_back().await?;
        return Ok(Asking::Put);
    }
    if !guesses::allow_case(services, visit, &mut transaction, &account.email).await? {
        transaction.roll_back().await?;
        return refused(services, Some(&link), "too_many_cases", Asking::TooMany).await;
    }
    let firm = &services.config.firm_name;
    let about = "whether a Clio login belongs to your account";
    let letter = letters::case_opened(firm, reference.as_str(), about);
    mailer::put(&mut transaction, account.id, &account.email, &letter, now).await?;
    let event = NewEvent {
        action: "link.asked",
        account: Some(link.account),
        reference: Some(&reference),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Asking::Put)
}

/// A message as it is stored: bounded, and without characters that hide or reorder text.
fn readable(message: &str) -> String {
    let cleaned: String = message
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .filter(|c| !crate::domain::name::is_unprintable(*c))
        .take(MAX_MESSAGE_CHARS)
        .collect();
    cleaned.trim().to_owned()
}
