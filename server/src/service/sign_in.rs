//! The sign-in: begin at the button, complete at the callback.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::{
    ServiceError, Services,
    visit::{BrowserSecret, Opening, SessionKey, Visit},
};
use crate::{
    clio::ExchangeError,
    db::{
        accounts, attempts,
        attempts::{Attempt, NewAttempt},
        audit::{self, NewEvent},
        claims, identities,
        identities::Settle,
        links,
        sign_in::{self, Awaits, Known, Method, NewAccount, Profile},
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        clio_error::ClioError,
        linking::{Claim, Decision, Facts, Holder, Identity, Refusal, Standing, decide, is_open},
        login::Login,
        name::Name,
        profile::{Field, Refresh, refresh},
        reference::Reference,
        return_to::ReturnTo,
    },
    random,
    secrets::digest,
};

/// Bounds of what Clio sends back, in bytes: generous, and far from harm.
const MAX_STATE: usize = 512;
const MAX_CODE: usize = 4096;

/// How long the database may take to give the attempt out: Clio is asked after it, and the person
/// waits for both.
const PATIENCE: Duration = Duration::from_secs(4);

/// How often a decision is made anew when the facts changed under it.
const MAX_DECISIONS: usize = 5;

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Clio's authorization URL.
    pub url: String,
    /// The secret of this browser, to be kept in its cookie.
    pub browser: BrowserSecret,
}

/// What Clio sent back, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The authorization code.
    pub code: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// The issuer (RFC 9207).
    pub iss: Option<String>,
    /// The error code.
    pub error: Option<String>,
    /// The error in words.
    pub error_description: Option<String>,
    /// Clio's hint.
    pub error_hint: Option<String>,
}

/// How a sign-in ended.
#[derive(Debug)]
pub enum Outcome {
    /// Signed in: the key for the session's cookie, and where to go.
    SignedIn {
        /// The key.
        key: SessionKey,
        /// The page.
        to: Landing,
    },
    /// The person is asked to prove an account.
    Prompt,
    /// Refused.
    Refused {
        /// Why.
        cause: Cause,
        /// What finds the event.
        reference: Reference,
    },
}

/// The first page after a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// The welcome page.
    Welcome,
    /// The waiting room.
    Pending,
    /// Where the person was going.
    ReturnTo(ReturnTo),
    /// The account page.
    Account,
}

/// Why a sign-in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The attempt is unknown, used, too old or not this browser's.
    Attempt(&'static str),
    /// Clio names an error.
    Clio(ClioError),
    /// The answer isn't from our issuer, or holds no usable code.
    Answer(&'static str),
    /// The code gave no login.
    Exchange(ExchangeError),
    /// The login gets nothing here.
    Login(Refusal),
}

impl Cause {
    /// The word for the audit.
    fn reason(self) -> String {
        match self {
            Self::Attempt(reason) | Self::Answer(reason) => reason.to_owned(),
            Self::Clio(error) => error.reason().to_owned(),
            Self::Exchange(error) => error.to_string(),
            Self::Login(refusal) => refusal.reason().to_owned(),
        }
    }
}

/// Begins a sign-in: stores the attempt, bound to this browser.
pub async fn begin(
    services: &Services,
    visit: &Visit,
    return_to: Option<&str>,
    claim: Option<&str>,
) -> Result<Begun, ServiceError> {
    let authorization = services.clio.authorize()?;
    let known = visit.browser.clone();
    let is_new = known.is_none();
    let browser = match known {
        Some(browser) => browser,
        None => BrowserSecret::generate()?,
    };
    let browser_hash = browser.hash();
    let return_to = return_to.and_then(ReturnTo::parse);
    let claim_hash = claim.map(digest);
    let attempt = NewAttempt {
        state_hash: &digest(&authorization.state),
        browser_hash: &browser_hash,
        nonce: &authorization.nonce,
        pkce_verifier: &authorization.pkce_verifier,
        return_to: return_to.as_ref().map(ReturnTo::as_str),
        claim_hash: claim_hash.as_ref().map(<[u8; 32]>::as_slice),
        now: services.now(),
    };
    let mut connection = services.pool.acquire().await?;
    attempts::insert(&mut connection, &attempt).await?;
    if !is_new {
        attempts::trim(&mut connection, &browser_hash).await?;
    }
    Ok(Begun {
        url: authorization.url,
        browser,
    })
}

/// Completes a sign-in with what Clio sent back.
pub async fn complete(
    services: &Services,
    visit: &Visit,
    answer: Answer,
) -> Result<Outcome, ServiceError> {
    let consumed =
        tokio::time::timeout(PATIENCE, consume(services, visit, answer.state.as_deref()));
    let attempt = match consumed.await.map_err(|_| ServiceError::Slow)?? {
        Ok(attempt) => attempt,
        Err(reason) => {
            return refuse(services, visit, Cause::Attempt(reason)).await;
        }
    };
    let code = match usable_code(services, answer) {
        Ok(code) => code,
        Err(cause) => return refuse(services, visit, cause).await,
    };
    let exchanged = services
        .clio
        .exchange(code, &attempt.nonce, attempt.pkce_verifier.clone())
        .await;
    match exchanged {
        Ok(login) => settle(services, visit, &attempt, &login).await,
        Err(error) => {
            if error == ExchangeError::InvalidClient {
                tracing::error!(
                    "Clio refuses our application key or secret: check CLIO_IDENTITY_APP_KEY and CLIO_IDENTITY_APP_SECRET"
                );
            }
            refuse(services, visit, Cause::Exchange(error)).await
        }
    }
}

/// Consumes the attempt, before anything is sent to Clio: a state works once.
async fn consume(
    services: &Services,
    visit: &Visit,
    state: Option<&str>,
) -> Result<Result<Attempt, &'static str>, ServiceError> {
    let Some(state) = state.filter(|state| (1..=MAX_STATE).contains(&state.len())) else {
        return Ok(Err("state_missing"));
    };
    let Some(browser) = &visit.browser else {
        return Ok(Err("browser_unknown"));
    };
    let mut connection = services.pool.acquire().await?;
    let attempt = attempts::consume(
        &mut connection,
        &digest(state),
        &browser.hash(),
        services.now(),
    )
    .await?;
    Ok(attempt.ok_or("attempt_unknown"))
}

/// The code, if the answer is from our issuer and holds one.
fn usable_code(services: &Services, answer: Answer) -> Result<String, Cause> {
    if answer.iss.is_some_and(|iss| iss != services.clio.issuer()) {
        return Err(Cause::Answer("iss_mismatch"));
    }
    if let Some(error) = answer.error {
        return Err(Cause::Clio(ClioError::classify(
            &error,
            answer.error_description.as_deref(),
            answer.error_hint.as_deref(),
        )));
    }
    // RFC 6749, appendix A.11: a code is printable ASCII.
    answer
        .code
        .filter(|code| (1..=MAX_CODE).contains(&code.len()))
        .filter(|code| code.bytes().all(|b| matches!(b, 0x20..=0x7e)))
        .ok_or(Cause::Answer("code_missing"))
}

/// Decides what a verified login means, and does it; decides anew when the facts changed meanwhile.
async fn settle(
    services: &Services,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
) -> Result<Outcome, ServiceError> {
    for _ in 0..MAX_DECISIONS {
        match try_settle(services, visit, attempt, login).await {
            Ok(Some(outcome)) => {
                services.recorded();
                return Ok(outcome);
            }
            Ok(None) => {}
            // A conflict means that nothing was written.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Err(ServiceError::Overtaken)
}

async fn try_settle(
    services: &Services,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
) -> Result<Option<Outcome>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let known = sign_in::look_up(&mut connection, login).await?;
    let claim = match &attempt.claim_hash {
        Some(hash) => claims::find(&mut connection, hash, services.now()).await?,
        None => Claim::Absent,
    };
    let decision = decide(&Facts {
        signed_in: visit.account(),
        identity: known.identity,
        email: login.email.as_ref(),
        located: known.located,
        claim,
        admission: &services.config.admission,
    });
    match decision {
        Decision::SignIn { identity, holder } => {
            let link = (identity, holder);
            sign_in_known(
                services,
                &mut connection,
                visit,
                attempt,
                login,
                &known,
                link,
            )
            .await
        }
        Decision::Create(standing) => {
            create(services, &mut connection, visit, attempt, login, standing).await
        }
        Decision::Prompt(account) => {
            prompt(services, &mut connection, visit, attempt, login, account).await
        }
        Decision::BindClaimed(account) => {
            bind_claimed(services, &mut connection, visit, attempt, login, account).await
        }
        Decision::Refuse(refusal) => {
            let about = About::of(&known);
            record_refusal(
                services,
                &mut connection,
                visit,
                Cause::Login(refusal),
                about,
            )
            .await
            .map(Some)
        }
    }
}

async fn sign_in_known(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
    known: &Known,
    (identity, holder): (IdentityId, Holder),
) -> Result<Option<Outcome>, ServiceError> {
    let opening = Opening::prepare(services, visit)?;
    let now = services.now();
    let followed = known
        .profile
        .as_ref()
        .and_then(|profile| followed(services, profile, login));
    let (row, replaces) = (opening.row(), visit.session_id());
    let opened = match followed {
        None => {
            sign_in::open_session(connection, login, identity, holder, &row, replaces, now).await?
        }
        // A change of the account's names commits together with the sign-in that brings it.
        Some(followed) => {
            let mut transaction = connection.begin().await?;
            // The account first: the lock that the sign-in takes on it would have to grow otherwise.
            accounts::lock(&mut transaction, holder.account).await?;
            let to = &mut *transaction;
            let opened =
                sign_in::open_session(to, login, identity, holder, &row, replaces, now).await?;
            if opened {
                follow(&mut transaction, holder.account, identity, &followed, now).await?;
                transaction.commit().await?;
            }
            opened
        }
    };
    if !opened {
        return Ok(None);
    }
    let to = match holder.status {
        Status::Pending => Landing::Pending,
        _ => landing(attempt),
    };
    Ok(Some(Outcome::SignedIn {
        key: opening.key,
        to,
    }))
}

/// What the account's names become where policy lets them follow Clio.
struct Followed {
    first_name: Name,
    last_name: Name,
    settle: Settle,
}

fn followed(services: &Services, profile: &Profile, login: &Login) -> Option<Followed> {
    let policy = services.config.profile;
    let first = Field {
        ours: &profile.first_name,
        theirs: login.first_name.as_str(),
        settled: &profile.settled_first_name,
    };
    let last = Field {
        ours: &profile.last_name,
        theirs: login.last_name.as_str(),
        settled: &profile.settled_last_name,
    };
    let takes_first = refresh(policy.first_name, first) == Refresh::Take;
    let takes_last = refresh(policy.last_name, last) == Refresh::Take;
    let pick = |takes: bool, field: Field<'_>| {
        Name::from_provider(if takes { field.theirs } else { field.ours })
    };
    (takes_first || takes_last).then(|| Followed {
        first_name: pick(takes_first, first),
        last_name: pick(takes_last, last),
        settle: Settle {
            first_name: takes_first,
            last_name: takes_last,
            email: false,
        },
    })
}

async fn follow(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    followed: &Followed,
    now: time::OffsetDateTime,
) -> Result<(), ServiceError> {
    accounts::set_names(
        connection,
        account,
        &followed.first_name,
        &followed.last_name,
    )
    .await?;
    identities::settle(connection, identity, followed.settle).await?;
    let event = NewEvent {
        action: "account.names_followed_clio",
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    Ok(())
}

async fn create(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
    standing: Standing,
) -> Result<Option<Outcome>, ServiceError> {
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let (status, awaits, to) = match standing {
        Standing::Active => (Status::Active, Awaits::Approval, Landing::Welcome),
        Standing::AwaitsMailbox => (Status::Pending, Awaits::Mailbox, Landing::Pending),
        Standing::AwaitsApproval => (Status::Pending, Awaits::Approval, Landing::Pending),
    };
    let new = NewAccount {
        account: AccountId(random::id(now)?),
        identity: IdentityId(random::id(now)?),
        status,
        awaits,
        return_to: attempt.return_to.as_deref(),
    };
    let created = sign_in::create_account(connection, login, &new, &opening.row(), now).await?;
    Ok(created.then_some(Outcome::SignedIn {
        key: opening.key,
        to,
    }))
}

async fn prompt(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
    account: AccountId,
) -> Result<Option<Outcome>, ServiceError> {
    let Some(browser) = &visit.browser else {
        return Ok(None);
    };
    let now = services.now();
    let mut transaction = connection.begin().await?;
    links::open(
        &mut transaction,
        random::id(now)?,
        &browser.hash(),
        account,
        login,
        attempt.return_to.as_deref(),
        now,
    )
    .await?;
    let event = NewEvent {
        action: "link.prompted",
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    Ok(Some(Outcome::Prompt))
}

async fn bind_claimed(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    attempt: &Attempt,
    login: &Login,
    account: AccountId,
) -> Result<Option<Outcome>, ServiceError> {
    let Some(claim_hash) = &attempt.claim_hash else {
        return Ok(None);
    };
    let now = services.now();
    let opening = Opening::prepare(services, visit)?;
    let mut transaction = connection.begin().await?;
    let claimed = accounts::lock(&mut transaction, account).await?;
    let Some(claimed) = claimed.filter(|claimed| is_open(claimed.status)) else {
        return Ok(None);
    };
    if !claims::consume(&mut transaction, claim_hash, account, now).await? {
        return Ok(None);
    }
    let identity = IdentityId(random::id(now)?);
    let row = opening.row();
    let linked = sign_in::link(
        &mut transaction,
        login,
        account,
        identity,
        Method::Claim,
        &row,
        now,
    )
    .await?;
    if !linked {
        return Ok(None);
    }
    links::close_related(&mut transaction, account, login, now).await?;
    if let Some(return_to) = &attempt.return_to {
        accounts::set_return_to(&mut transaction, account, return_to).await?;
    }
    super::mailer::put_linked(services, &mut transaction, &claimed, now).await?;
    transaction.commit().await?;
    services.mail_wake.notify_one();
    let to = match claimed.status {
        Status::Invited => Landing::Welcome,
        Status::Pending => Landing::Pending,
        _ => landing(attempt),
    };
    Ok(Some(Outcome::SignedIn {
        key: opening.key,
        to,
    }))
}

/// Where a person goes who has been here before.
fn landing(attempt: &Attempt) -> Landing {
    attempt
        .return_to
        .as_deref()
        .and_then(ReturnTo::parse)
        .map_or(Landing::Account, Landing::ReturnTo)
}

/// Whom a refusal is about, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
struct About {
    account: Option<AccountId>,
    identity: Option<IdentityId>,
}

impl About {
    /// The account that the login opens, or else the one that its e-mail located.
    fn of(known: &Known) -> Self {
        match known.identity {
            Identity::Linked { identity, holder } => Self {
                account: Some(holder.account),
                identity: Some(identity),
            },
            Identity::Unknown | Identity::Unlinked => Self {
                account: known.located.map(|holder| holder.account),
                identity: None,
            },
        }
    }
}

/// Refuses before anything is known of the login.
async fn refuse(services: &Services, visit: &Visit, cause: Cause) -> Result<Outcome, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    record_refusal(services, &mut connection, visit, cause, About::default()).await
}

/// Records a refusal, and gives it a reference.
async fn record_refusal(
    services: &Services,
    connection: &mut PgConnection,
    visit: &Visit,
    cause: Cause,
    about: About,
) -> Result<Outcome, ServiceError> {
    let reference = random::reference()?;
    let reason = cause.reason();
    tracing::info!(%reason, %reference, "sign-in refused");
    let event = NewEvent {
        action: "sign_in.refused",
        actor: visit.account(),
        account: about.account,
        identity: about.identity,
        reference: Some(&reference),
        reason: Some(&reason),
        detail: None,
    };
    audit::record(connection, &event, services.now()).await?;
    services.recorded();
    Ok(Outcome::Refused { cause, reference })
}
