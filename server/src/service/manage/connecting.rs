//! From the button to Clio Manage and back: an attempt is stored, bound to the browser, the account and
//! its session; the callback uses it up before anything is sent to Clio, and asks who granted.

use super::settling::{self, Arrival};
use crate::{
    clio::manage::ManageError,
    db::manage::attempts::{self, Attempt, NewAttempt, Purpose},
    domain::{
        account::{AccountId, SessionId, Status},
        manage::{membership::Membership, region::Region},
        reference::Reference,
        return_to::ReturnTo,
    },
    random,
    secrets::digest,
    service::{
        ServiceError, Services, in_turns,
        refusals::{self, Refusal},
        visit::{BrowserSecret, SessionKey, Visit},
    },
};

/// The longest state and code that are looked at, in bytes.
const MAX_STATE: usize = 256;
const MAX_CODE: usize = 2048;

/// Who begins, and what for.
#[derive(Clone, Debug)]
pub struct Start {
    /// Whose session.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// Where at Clio.
    pub region: Region,
    /// What for.
    pub purpose: Purpose,
    /// Where the person wants to go afterwards.
    pub return_to: Option<ReturnTo>,
}

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What ties the attempt to it.
    pub browser: BrowserSecret,
}

/// Begins: stores the attempt; `None` when the product has nothing to do with the region.
pub async fn begin(
    services: &Services,
    browser: Option<&BrowserSecret>,
    start: &Start,
) -> Result<Option<Begun>, ServiceError> {
    let browser = match browser {
        Some(browser) => browser.clone(),
        None => BrowserSecret::generate()?,
    };
    let url = in_turns(async || {
        let state = random::secret()?;
        let Some(url) = services.manage.authorize(start.region, &state) else {
            return Ok(None);
        };
        let attempt = NewAttempt {
            state_hash: &digest(&state),
            browser_hash: &browser.hash(),
            account: start.account,
            session: start.session,
            region: start.region,
            purpose: start.purpose,
            return_to: start.return_to.as_ref().map(ReturnTo::as_str),
        };
        let mut connection = services.pool.acquire().await?;
        attempts::insert(&mut connection, &attempt, services.now()).await?;
        connection.give_back();
        Ok(Some(url))
    })
    .await?;
    Ok(url.map(|url| Begun { url, browser }))
}

/// What Clio sent back, unchecked.
#[derive(Debug, Default)]
pub struct Answer {
    /// The code.
    pub code: Option<String>,
    /// The state of the attempt.
    pub state: Option<String>,
    /// The error.
    pub error: Option<String>,
}

/// How it ended.
#[derive(Debug)]
pub enum Completion {
    /// The person belongs to the firm, and is in.
    Admitted(SessionKey),
    /// An administrator decides.
    Queued,
    /// Access is granted.
    Connected {
        /// The firm whose people are read with it, where it is for that.
        firm: Option<FirmConnection>,
        /// Whether the user who granted has the e-mail of the person who is signed in.
        is_same_person: bool,
        /// Where the person wants to go.
        to: Option<ReturnTo>,
    },
    /// Access is granted, and Clio's page waits for the browser there.
    Added(String),
    /// Nothing is granted.
    Refused {
        /// Why.
        why: Why,
        /// What finds the event.
        reference: Reference,
    },
}

/// What it means for the roster that access was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirmConnection {
    /// The firm wasn't read before.
    First,
    /// It was, and goes on with this grant.
    Again,
}

/// Why nothing is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The attempt is unknown, used, too old, or not this browser's or session's.
    Attempt(&'static str),
    /// The person declined at Clio.
    Declined,
    /// Clio names another error.
    Clio,
    /// The answer holds no code.
    CodeMissing,
    /// Clio Manage couldn't be asked, or doesn't say.
    Asked(ManageError),
    /// The user isn't taken for a member.
    NotAMember(Membership),
    /// The user has granted for another account here.
    UserOfAnother,
    /// The firm whose people are to be read isn't one whose members are admitted.
    FirmNotOurs,
}

impl Why {
    /// The word in the record.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Attempt(reason) => reason,
            Self::Declined => "declined",
            Self::Clio => "clio_error",
            Self::CodeMissing => "code_missing",
            Self::Asked(error) => error.reason(),
            Self::NotAMember(membership) => membership.as_str(),
            Self::UserOfAnother => "user_of_another",
            Self::FirmNotOurs => "firm_not_ours",
        }
    }
}

/// Completes with what Clio sent back; says what it was for, where that is known.
pub async fn complete(
    services: &Services,
    visit: &Visit,
    answer: Answer,
) -> Result<(Option<Purpose>, Completion), ServiceError> {
    let attempt = match consume(services, visit, answer.state.as_deref()).await? {
        Ok(attempt) => attempt,
        Err(reason) => {
            let refused = refuse(services, visit, Why::Attempt(reason)).await?;
            return Ok((None, refused));
        }
    };
    let completion = granted(services, visit, &attempt, answer).await?;
    Ok((Some(attempt.purpose), completion))
}

/// The same for an attempt that is used up now.
async fn granted(
    services: &Services,
    visit: &Visit,
    attempt: &Attempt,
    answer: Answer,
) -> Result<Completion, ServiceError> {
    let region = attempt.region;
    let code = match usable_code(answer) {
        Ok(code) => code,
        Err(why) => return refuse(services, visit, why).await,
    };
    let tokens = match services.manage.exchange(region, &code).await {
        Ok(tokens) => tokens,
        Err(error) => return asked(services, visit, region, error).await,
    };
    match services.manage.who_am_i(region, &tokens.access).await {
        Ok(user) => {
            let arrival = Arrival {
                services,
                visit,
                attempt,
                user: &user,
                tokens: &tokens,
            };
            settling::settle(&arrival).await
        }
        Err(error) => {
            settling::give_back(services, region, &tokens).await;
            asked(services, visit, region, error).await
        }
    }
}

/// Uses the attempt up, in the session that it began in only.
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
    let (state, browser) = (digest(state), browser.hash());
    let attempt = attempts::consume(&mut connection, &state, &browser, services.now()).await?;
    connection.give_back();
    let Some(attempt) = attempt else {
        return Ok(Err("attempt_unknown"));
    };
    let Some(live) = &visit.session else {
        return Ok(Err("session_over"));
    };
    if live.account != attempt.account {
        return Ok(Err("browser_of_another"));
    }
    if live.id != attempt.session {
        return Ok(Err("session_over"));
    }
    let fits = match attempt.purpose {
        Purpose::Admission => live.status == Status::Pending,
        Purpose::Connect | Purpose::Roster | Purpose::Add => live.status == Status::Active,
    };
    Ok(if fits {
        Ok(attempt)
    } else {
        Err("standing_changed")
    })
}

fn usable_code(answer: Answer) -> Result<String, Why> {
    match answer.error.as_deref() {
        None => {}
        Some("access_denied") => return Err(Why::Declined),
        Some(_) => return Err(Why::Clio),
    }
    // RFC 6749, appendix A.11: a code is printable ASCII.
    answer
        .code
        .filter(|code| (1..=MAX_CODE).contains(&code.len()))
        .filter(|code| code.bytes().all(|b| matches!(b, 0x20..=0x7e)))
        .ok_or(Why::CodeMissing)
}

/// Refuses because of what Clio Manage says, or doesn't; tells the operator what is theirs to mend.
async fn asked(
    services: &Services,
    visit: &Visit,
    region: Region,
    error: ManageError,
) -> Result<Completion, ServiceError> {
    tell_operator(region, error);
    refuse(services, visit, Why::Asked(error)).await
}

/// Tells the operator what nobody else can mend.
pub(super) fn tell_operator(region: Region, error: ManageError) {
    let advice = match error {
        ManageError::InvalidClient => {
            "Clio Manage refuses our application key or secret: check CLIO_MANAGE_<REGION>_APP_KEY and _APP_SECRET"
        }
        ManageError::Forbidden => {
            "Clio Manage forbids to read users: give the application the Users permission at Clio"
        }
        ManageError::VersionRetired => {
            "Clio Manage has retired the version of its API that is asked for: check CLIO_MANAGE_API_VERSION"
        }
        _ => return,
    };
    tracing::error!(manage.region = %region, "{advice}");
}

async fn refuse(services: &Services, visit: &Visit, why: Why) -> Result<Completion, ServiceError> {
    let refusal = Refusal {
        action: "manage.refused",
        actor: visit.account(),
        account: visit.account(),
        reason: why.reason(),
    };
    let reference = refusals::record(services, refusal).await?;
    Ok(Completion::Refused { why, reference })
}
