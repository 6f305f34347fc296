//! The prompt to link: what it shows, its proofs, the question to an administrator, and linking.

mod ask;
mod confirm;
mod prove;
mod separate;

use sqlx::PgConnection;

pub(super) use self::prove::by_linked_sign_in;
pub use self::{
    ask::{Asking, MAX_MESSAGE_CHARS, ask},
    confirm::{Chosen, Linked, confirm},
    prove::{Proved, by_code, by_password, send_code},
    separate::{Separate, keep_separate, may_keep_separate},
};
use super::{
    ServiceError, Services,
    refusals::{self, Refusal},
    visit::Visit,
};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        links::{self, PendingLink},
        own_cases::{self, Asked},
    },
    domain::{email::Email, linking::is_open, name::Name, proof::Proof},
};

/// What the prompt shows.
#[derive(Debug)]
pub struct Prompt {
    /// The pending link.
    pub link: PendingLink,
    /// How far the person has got.
    pub step: Step,
}

/// How far the person has got.
#[derive(Debug)]
pub enum Step {
    /// Nothing is proved; what is shown is the same for every account.
    Prove {
        /// The question that was put to an administrator.
        asked: Option<Asked>,
    },
    /// The mailbox is proved, and the account asks for its own credential as well.
    ProveMore {
        /// The question that was put to an administrator.
        asked: Option<Asked>,
    },
    /// The account is proved.
    Confirm {
        /// By what.
        by: Proof,
        /// The account's first name.
        first_name: String,
        /// The account's last name.
        last_name: String,
        /// Whether the names differ, so that one is chosen.
        names_differ: bool,
    },
}

/// The pending link of this browser, if one is alive.
async fn pending(
    services: &Services,
    visit: &Visit,
    connection: &mut PgConnection,
) -> Result<Option<PendingLink>, ServiceError> {
    let Some(browser) = &visit.browser else {
        return Ok(None);
    };
    Ok(links::find(connection, &browser.hash(), services.now()).await?)
}

/// What the prompt of this browser shows.
pub async fn prompt(services: &Services, visit: &Visit) -> Result<Option<Prompt>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let prompt = prompt_over(services, visit, &mut connection).await?;
    connection.give_back();
    Ok(prompt)
}

async fn prompt_over(
    services: &Services,
    visit: &Visit,
    connection: &mut PgConnection,
) -> Result<Option<Prompt>, ServiceError> {
    let Some(link) = pending(services, visit, connection).await? else {
        return Ok(None);
    };
    if let Some(proved_then) = &link.credentials {
        let now = links::credentials(connection, link.account).await?;
        if now != *proved_then {
            return Ok(None);
        }
    }
    let Some(by) = link.proof else {
        let asked = own_cases::asked(connection, link.account, &link.login).await?;
        let step = if link.mailbox_proved {
            Step::ProveMore { asked }
        } else {
            Step::Prove { asked }
        };
        return Ok(Some(Prompt { link, step }));
    };
    let Some(account) = accounts::find(connection, link.account).await? else {
        return Ok(None);
    };
    let step = Step::Confirm {
        by,
        names_differ: names_differ(&link, &account),
        first_name: account.first_name,
        last_name: account.last_name,
    };
    Ok(Some(Prompt { link, step }))
}

/// Whether Clio's name and the account's differ, so that there is something to choose. A side without
/// a name leaves nothing to choose.
fn names_differ(link: &PendingLink, account: &AccountRow) -> bool {
    let clio = (&link.login.first_name, &link.login.last_name);
    let account = (
        &Name::from_provider(&account.first_name),
        &Name::from_provider(&account.last_name),
    );
    let is_empty =
        |(first, last): (&Name, &Name)| first.as_str().is_empty() && last.as_str().is_empty();
    clio != account && !is_empty(clio) && !is_empty(account)
}

/// Whether an account is still what the e-mail of a pending link located.
fn is_still_located(link: &PendingLink, account: &AccountRow) -> bool {
    is_open(account.status)
        && account.email_verified
        && link.login.email.as_ref().map(Email::key) == Some(account.email.to_ascii_lowercase())
}

/// Records a refusal, and gives what the person is told.
async fn refused<T>(
    services: &Services,
    link: Option<&PendingLink>,
    reason: &str,
    told: T,
) -> Result<T, ServiceError> {
    let refusal = Refusal {
        action: "link.refused",
        account: link.map(|link| link.account),
        reason,
        ..Refusal::default()
    };
    refusals::record(services, refusal).await?;
    Ok(told)
}

/// Drops the pending link of this browser.
pub async fn cancel(services: &Services, visit: &Visit) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if let Some(link) = pending(services, visit, &mut transaction).await?
        && links::close(&mut transaction, link.id, now).await?
    {
        let event = NewEvent {
            action: "link.cancelled",
            account: Some(link.account),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    services.recorded();
    Ok(())
}
