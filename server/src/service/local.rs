//! Signing in without Clio: with the account's e-mail and password, or with a mailed code.
//!
//! What is answered, and how long it takes, is the same whether an account exists or not, until its
//! credential has been shown.

use super::{
    ServiceError, Services,
    guesses::{self, CodesOf, Door},
    mailed_code::{MailedCode, Opens},
    mailer,
    refusals::{self, Refusal},
    security_mail::{self, About},
    visit::{BrowserSecret, Opening, SessionKey, Visit},
};
use crate::{
    db::{
        accounts::{self, LocalAccount},
        audit::{self, NewEvent},
        claims, passwords, revoking,
        sessions::{self, Opener},
        sign_in_codes::{self, NewCode},
    },
    domain::not_me::Kind as NoticeKind,
    domain::{
        account::{AccountId, Status},
        email::Email,
        linking::is_open,
        proof::code_is_enough_for,
        reference::Reference,
    },
    mail::letters,
    random,
    secrets::Secret,
};

/// How a sign-in ended.
#[derive(Debug)]
pub enum SignedIn {
    /// Signed in: the key for the session's cookie, and the account's state.
    Yes {
        /// The key.
        key: SessionKey,
        /// Active or pending.
        status: Status,
        /// Whether the account was an invitation until now.
        is_new: bool,
    },
    /// E-mail and credential don't fit together, whatever the reason.
    Wrong,
    /// Too many guesses.
    TooMany,
    /// The credential fits, and the account is closed.
    Closed(Reference),
    /// The credential fits, and somebody else is signed in in this browser.
    OtherPerson(Reference),
}

/// Signs in with e-mail and password.
pub async fn by_password(
    services: &Services,
    visit: &Visit,
    email: &Email,
    password: Secret,
) -> Result<SignedIn, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let account = accounts::local(&mut connection, email).await?;
    connection.give_back();
    let id = account.as_ref().map(|account| account.id);
    if !guesses::allow_at_email(services, visit, email.as_str()).await? {
        refused(services, visit, id, "too_many").await?;
        return Ok(SignedIn::TooMany);
    }
    let stored = account.as_ref().and_then(|one| one.password_hash.clone());
    let fits = services.passwords.verify(password, stored.clone()).await;
    let Some(account) = account.filter(|_| fits) else {
        refused(services, visit, id, "wrong_password").await?;
        return Ok(SignedIn::Wrong);
    };
    open(services, visit, email, &account, Opener::Password, None).await
}

/// How asking for a code ended.
#[derive(Debug)]
pub enum Sent {
    /// If an account has the address, a code is on its way. The secret of this browser is to be kept
    /// in its cookie.
    Yes(BrowserSecret),
    /// One was asked for a moment ago, or too many altogether.
    TooMany,
}

/// Mails a code to an address, if an account has it that may be opened so.
pub async fn send_code(
    services: &Services,
    visit: &Visit,
    email: &Email,
) -> Result<Sent, ServiceError> {
    if !guesses::allow_code_from(services, visit).await? {
        refused(services, visit, None, "too_many_codes").await?;
        return Ok(Sent::TooMany);
    }
    let now = services.now();
    let browser = match visit.browser.clone() {
        Some(browser) => browser,
        None => BrowserSecret::generate()?,
    };
    let browser_hash = browser.hash();
    let code = random::code()?;
    let mut transaction = services.pool.begin().await?;
    let account = accounts::local(&mut transaction, email).await?;
    let account = account.filter(|account| is_open(account.status));
    let opens = account
        .as_ref()
        .filter(|account| code_is_enough_for(account.role))
        .map(|account| account.id);
    let stored = sign_in_codes::put(
        &mut transaction,
        &NewCode {
            browser_hash: &browser_hash,
            email: email.as_str(),
            account: opens,
            code_hash: &mailed(&browser_hash, email.as_str()).hash(services, &code),
        },
        now,
    )
    .await?;
    if !stored {
        transaction.roll_back().await?;
        refused(services, visit, None, "code_asked_a_moment_ago").await?;
        return Ok(Sent::TooMany);
    }
    let (to, door) = (&mut *transaction, Door::Local);
    if !guesses::allow_code_to(services, visit, to, door, email.as_str()).await? {
        transaction.roll_back().await?;
        refused(services, visit, None, "too_many_codes").await?;
        return Ok(Sent::TooMany);
    }
    if let Some(account) = &account {
        let firm = &services.config.firm_name;
        let letter = if opens.is_some() {
            letters::sign_in_code(firm, code.as_str())
        } else {
            let sign_in = services.config.web.public_url.join("/sign-in");
            letters::sign_in_code_refused(firm, &sign_in)
        };
        mailer::put(&mut transaction, account.id, email.as_str(), &letter, now).await?;
    }
    let event = NewEvent {
        action: "sign_in.code_sent",
        account: account.as_ref().map(|account| account.id),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Sent::Yes(browser))
}

/// The address that this browser's live code was asked for.
pub async fn sent_to(services: &Services, visit: &Visit) -> Result<Option<String>, ServiceError> {
    let Some(browser) = &visit.browser else {
        return Ok(None);
    };
    let mut connection = services.pool.acquire().await?;
    let email = sign_in_codes::sent_to(&mut connection, &browser.hash(), services.now()).await?;
    connection.give_back();
    Ok(email)
}

/// Signs in with the mailed code, in the browser that asked for it.
pub async fn by_code(
    services: &Services,
    visit: &Visit,
    email: &Email,
    typed: &str,
) -> Result<SignedIn, ServiceError> {
    let Some(browser) = &visit.browser else {
        refused(services, visit, None, "browser_unknown").await?;
        return Ok(SignedIn::Wrong);
    };
    let now = services.now();
    let browser_hash = browser.hash();
    let mut connection = services.pool.acquire().await?;
    let stored = sign_in_codes::take_guess(&mut connection, &browser_hash, now).await?;
    let account = accounts::local(&mut connection, email).await?;
    connection.give_back();
    let id = account.as_ref().map(|account| account.id);
    // Only who asked for a code can guess at one, so only that counts.
    let stored = stored.filter(|stored| stored.email.eq_ignore_ascii_case(email.as_str()));
    let Some(stored) = stored else {
        refused(services, visit, id, "no_code").await?;
        return Ok(SignedIn::Wrong);
    };
    let codes = CodesOf::Mailbox(Door::Local, email.as_str());
    if !guesses::allow_at_email(services, visit, email.as_str()).await?
        || !guesses::allow_at_code(services, codes).await?
    {
        refused(services, visit, id, "too_many").await?;
        return Ok(SignedIn::TooMany);
    }
    let code = mailed(&browser_hash, &stored.email);
    let fits = code.fits(services, typed, &stored.code_hash);
    let meant = account.filter(|account| {
        fits && stored.account_id == Some(account.id.0) && code_is_enough_for(account.role)
    });
    let Some(account) = meant else {
        refused(services, visit, id, "wrong_code").await?;
        return Ok(SignedIn::Wrong);
    };
    let used = Some((browser, stored.code_hash.as_slice()));
    open(services, visit, email, &account, Opener::Code, used).await
}

/// Opens a session for whoever has shown the credential, if the account is still as it was.
async fn open(
    services: &Services,
    visit: &Visit,
    email: &Email,
    shown: &LocalAccount,
    opener: Opener,
    code: Option<(&BrowserSecret, &[u8])>,
) -> Result<SignedIn, ServiceError> {
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let mut transaction = services.pool.begin().await?;
    let locked = accounts::lock(&mut transaction, shown.id).await?;
    let password = passwords::hash(&mut transaction, shown.id).await?;
    let unchanged = locked.filter(|account| {
        account.email_verified
            && account.email.eq_ignore_ascii_case(email.as_str())
            && account.role == shown.role
            && (opener != Opener::Password || password == shown.password_hash)
    });
    let used = match code {
        Some((browser, hash)) => {
            sign_in_codes::consume(&mut transaction, &browser.hash(), hash).await?
        }
        None => true,
    };
    let Some(account) = unchanged.filter(|_| used) else {
        transaction.roll_back().await?;
        refused(services, visit, Some(shown.id), "account_changed").await?;
        return Ok(SignedIn::Wrong);
    };
    if !is_open(account.status) {
        transaction.roll_back().await?;
        let reference = refused(services, visit, Some(account.id), "account_closed").await?;
        return Ok(SignedIn::Closed(reference));
    }
    if visit.account().is_some_and(|other| other != account.id) {
        transaction.roll_back().await?;
        let reference = refused(services, visit, Some(account.id), "browser_of_another").await?;
        return Ok(SignedIn::OtherPerson(reference));
    }
    let is_new = account.status == Status::Invited;
    if is_new {
        accounts::set_status(&mut transaction, account.id, Status::Active, now).await?;
        // Nobody else opens it with the link of the invitation.
        claims::forget_of_account(&mut transaction, account.id).await?;
        let event = NewEvent {
            action: "account.admitted",
            actor: Some(account.id),
            account: Some(account.id),
            reason: Some("invited"),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    if sessions::is_new_device(&mut transaction, account.id, &visit.device()).await? {
        let about = About {
            kind: NoticeKind::NewDevice,
            account: account.id,
            identity: None,
            visit: Some(visit),
        };
        let to = &mut *transaction;
        security_mail::put(services, to, &about, &account.email, letters::new_device).await?;
    }
    if let Some(replaced) = visit.session_id() {
        revoking::one(&mut transaction, account.id, replaced, now).await?;
    }
    let (to, row) = (&mut *transaction, opening.row());
    sessions::insert(to, account.id, None, opener, &row, now).await?;
    let event = NewEvent {
        action: "session.opened_locally",
        actor: Some(account.id),
        account: Some(account.id),
        detail: Some(serde_json::json!({ "method": opener.as_str() })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    let status = if is_new {
        Status::Active
    } else {
        account.status
    };
    Ok(SignedIn::Yes {
        key: opening.key,
        status,
        is_new,
    })
}

async fn refused(
    services: &Services,
    visit: &Visit,
    account: Option<AccountId>,
    reason: &str,
) -> Result<Reference, ServiceError> {
    let refusal = Refusal {
        action: "local.refused",
        actor: visit.account(),
        account,
        reason,
    };
    refusals::record(services, refusal).await
}

/// A code that signs in, in the browser that asked for it.
const fn mailed<'a>(browser_hash: &'a [u8], mailbox: &'a str) -> MailedCode<'a> {
    MailedCode {
        opens: Opens::SignIn,
        place: browser_hash,
        mailbox,
    }
}
