//! What administrators and reviewers write about an account or a link for others at the desk.

use super::{
    acts::{Acted, commit},
    hold::{Barred, hold_to_attest, refuse},
};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::notes::{self, Kind, NewNote},
        identities,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId},
        desk::remark::Remark,
    },
    service::{ServiceError, Services},
};

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An account.
    Account(AccountId),
    /// A link, and so its account.
    Link(IdentityId),
}

/// Keeps a note.
pub async fn add(
    services: &Services,
    session: &LiveSession,
    about: About,
    text: Option<&Remark>,
) -> Acted {
    let (account, identity) = match about {
        About::Account(account) => (Some(account), None),
        About::Link(identity) => (owner(services, identity).await?, Some(identity)),
    };
    let held = match account {
        Some(account) => hold_to_attest(services, session, account).await?,
        None => Err(Barred::Gone),
    };
    let (mut held, text) = match (held, text) {
        (Ok(held), Some(text)) => (held, text),
        (Ok(held), None) => {
            held.transaction.roll_back().await?;
            return Ok(Err(
                refuse(services, session, account, Barred::Reason).await?
            ));
        }
        (Err(barred), _) => {
            return Ok(Err(refuse(services, session, account, barred).await?));
        }
    };
    let now = services.now();
    let event = NewEvent {
        action: "account.noted",
        actor: Some(held.actor.id),
        account: Some(held.account.id),
        identity,
        ..NewEvent::default()
    };
    let event = audit::put(&mut held.transaction, &event, now).await?;
    let note = NewNote {
        event,
        account: held.account.id,
        identity,
        author: Some(held.actor.id),
        kind: Kind::Note,
        text,
    };
    notes::put(&mut held.transaction, &note, now).await?;
    commit(services, held).await
}

async fn owner(
    services: &Services,
    identity: IdentityId,
) -> Result<Option<AccountId>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let owner = identities::owner(&mut connection, identity).await?;
    connection.give_back();
    Ok(owner)
}
