//! The sign-in: begin at the button, complete at the callback.

mod claimed;
mod drift;
mod first;
mod refusal;
mod returning;
mod settle;

use std::time::Duration;

use uuid::Uuid;

use self::{
    refusal::refuse,
    settle::{Arrival, settle},
};
use super::{
    ServiceError, Services, confirmation, in_turns,
    refusals::{self, Refusal},
    visit::{BrowserSecret, Opening, SessionKey, Visit},
};
use crate::{
    clio::ExchangeError,
    db::{
        attempts::{self, Attempt, NewAttempt, Purpose},
        links,
    },
    domain::{
        account::{AccountId, SessionId, Status},
        clio_error::ClioError,
        reference::Reference,
        return_to::ReturnTo,
    },
    secrets::digest,
};

pub use self::refusal::Cause;

/// Bounds of what Clio sends back, in bytes: generous, and far from harm.
const MAX_STATE: usize = 512;
const MAX_CODE: usize = 4096;

/// How long the database may take to give the attempt out: Clio is asked after it, and the person
/// waits for both.
const PATIENCE: Duration = Duration::from_secs(4);

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
    /// The person is asked to prove an account, or has just done so.
    Prompt,
    /// The login is connected to the account of the person who is signed in.
    Connected,
    /// Refused.
    Refused {
        /// Why.
        cause: Cause,
        /// What finds the event.
        reference: Reference,
    },
}

impl Outcome {
    fn signed_in(opening: Opening<'_>, to: Landing) -> Self {
        Self::SignedIn {
            key: opening.key,
            to,
        }
    }
}

/// The first page after a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// The welcome page.
    Welcome,
    /// The waiting room.
    Pending,
    /// Clio Manage, where the person of this new account and session shows that they belong to the firm.
    Membership(AccountId, SessionId),
    /// Where the person was going.
    ReturnTo(ReturnTo),
    /// The account page.
    Account,
}

/// What a sign-in is begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To sign in.
    SignIn,
    /// To prove this browser's pending link with a login that is connected already.
    Link,
    /// To connect another login to the account that is signed in.
    Connect,
    /// To show that whoever is signed in is still there.
    Confirm,
}

/// How beginning ended.
#[derive(Debug)]
pub enum Beginning {
    /// To Clio.
    Begun(Begun),
    /// There is no pending link, or somebody is signed in: nothing to prove.
    NothingToProve,
    /// Nobody is signed in, or not as somebody who may do that.
    SignInRequired,
    /// The person has to show first that it is them.
    ConfirmFirst,
}

/// Begins a sign-in: stores the attempt, bound to this browser, and to the session or the pending link
/// that it is for.
pub async fn begin(
    services: &Services,
    visit: &Visit,
    intent: Intent,
    return_to: Option<&str>,
    claim: Option<&str>,
) -> Result<Beginning, ServiceError> {
    let purpose = match intent {
        Intent::SignIn => Purpose::SignIn,
        Intent::Link => match pending_link(services, visit).await? {
            Some((account, link)) => Purpose::Link { account, link },
            None => return Ok(Beginning::NothingToProve),
        },
        Intent::Connect | Intent::Confirm => {
            let live = visit.session.as_ref();
            let Some(live) = live.filter(|live| live.status == Status::Active) else {
                return Ok(Beginning::SignInRequired);
            };
            let (account, session) = (live.account, live.id);
            if intent == Intent::Confirm {
                Purpose::Confirm { account, session }
            } else if confirmation::is_fresh(services, live) {
                Purpose::Connect { account, session }
            } else {
                let refusal = Refusal {
                    action: "connection.refused",
                    actor: Some(account),
                    account: Some(account),
                    reason: "not_fresh",
                };
                refusals::record(services, refusal).await?;
                return Ok(Beginning::ConfirmFirst);
            }
        }
    };
    let browser = match visit.browser.clone() {
        Some(browser) => browser,
        None => BrowserSecret::generate()?,
    };
    let return_to = return_to.and_then(ReturnTo::parse);
    let claim_hash = claim.filter(|_| intent == Intent::SignIn).map(digest);
    let url = in_turns(async || {
        let authorization = services.clio.authorize(purpose != Purpose::SignIn)?;
        let attempt = NewAttempt {
            state_hash: &digest(&authorization.state),
            browser_hash: &browser.hash(),
            nonce: &authorization.nonce,
            pkce_verifier: &authorization.pkce_verifier,
            return_to: return_to.as_ref().map(ReturnTo::as_str),
            claim_hash: claim_hash.as_ref().map(<[u8; 32]>::as_slice),
            purpose,
            now: services.now(),
        };
        let mut connection = services.pool.acquire().await?;
        attempts::insert(&mut connection, &attempt).await?;
        connection.give_back();
        Ok(authorization.url)
    })
    .await?;
    Ok(Beginning::Begun(Begun { url, browser }))
}

/// The pending link of this browser and its account, if nobody is signed in.
async fn pending_link(
    services: &Services,
    visit: &Visit,
) -> Result<Option<(AccountId, Uuid)>, ServiceError> {
    let Some(browser) = visit.browser.as_ref().filter(|_| visit.session.is_none()) else {
        return Ok(None);
    };
    let mut connection = services.pool.acquire().await?;
    let link = links::find(&mut connection, &browser.hash(), services.now()).await?;
    connection.give_back();
    Ok(link.map(|link| (link.account, link.id)))
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
        Ok(login) => {
            let arrival = Arrival {
                services,
                visit,
                attempt: &attempt,
                login: &login,
            };
            settle(&arrival).await
        }
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
///
/// When the connection broke, the attempt may be used up without anybody having it. Whether it is
/// still there is asked once more; if it isn't, the person is told to try again, not that somebody
/// else's attempt was theirs.
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
    let take = async || -> Result<Option<Attempt>, ServiceError> {
        let mut connection = services.pool.acquire().await?;
        let (state, browser) = (digest(state), browser.hash());
        let attempt = attempts::consume(&mut connection, &state, &browser, services.now()).await?;
        connection.give_back();
        Ok(attempt)
    };
    match take().await {
        Ok(attempt) => Ok(attempt.ok_or("attempt_unknown")),
        Err(error) if error.is_undone() => match take().await? {
            Some(attempt) => Ok(Ok(attempt)),
            None => Err(error),
        },
        Err(error) => Err(error),
    }
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
