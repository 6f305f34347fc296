//! Carrying a list out: in batches behind the requests, each a transaction of its own that notes how far
//! it came. Whatever ends in the middle, the next one goes on where the last complete one ended.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        claims,
        import_rows::{self, Settled, Waiting},
        imports::{self, GOOD_FOR, ImportRow, State},
        invitations::{self, MadeBy, Making, NewInvitation},
        pool::Transaction,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, Status},
        desk::{
            import::{Verdict, judge},
            rules::Right,
        },
    },
    random,
    service::{
        ServiceError, Services,
        desk::hold::{Barred, hold},
        in_turns,
        invitations::make,
        refusals::{self, Refusal},
    },
};

/// How many people are invited in one transaction: few enough that nobody waits long for what it locks.
const BATCH: i64 = 250;

/// What came of a row that invited somebody.
const INVITED: &str = "invited";

/// How beginning ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is being carried out from now on.
    Yes,
    /// Whoever wants to can't, or can't now.
    Barred(Barred),
    /// There is no such list any more, or it was begun already.
    Gone,
}

/// Begins to carry a list out, for the administrator who sent it.
pub async fn begin(
    services: &Services,
    session: &LiveSession,
    id: Uuid,
) -> Result<Begun, ServiceError> {
    let (told, reason) = match hold(services, session, session.account).await? {
        Err(barred) => (Begun::Barred(barred), barred.reason()),
        Ok(mut held) => {
            let now = services.now();
            let own = |import: &ImportRow| {
                import.account == session.account
                    && import.state == State::Checked
                    && now - import.created_at < GOOD_FOR
            };
            let import = imports::lock(&mut held.transaction, id).await?.filter(own);
            if let Some(import) = import {
                imports::begin(&mut held.transaction, id, now).await?;
                let event = about(&import, "import.begun", None);
                audit::record(&mut held.transaction, &event, now).await?;
                held.transaction.commit().await?;
                services.recorded();
                services.import_wake.notify_one();
                return Ok(Begun::Yes);
            }
            held.transaction.roll_back().await?;
            (Begun::Gone, "import_gone")
        }
    };
    let refusal = Refusal {
        action: "desk.refused",
        actor: Some(session.account),
        account: None,
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(told)
}

/// What happens to a list, for the record.
fn about<'a>(import: &ImportRow, action: &'a str, reason: Option<&'a str>) -> NewEvent<'a> {
    NewEvent {
        action,
        actor: Some(import.account),
        reason,
        detail: Some(serde_json::json!({
            "import": import.id,
            "to_invite": import.to_invite,
            "invited": import.invited,
        })),
        ..NewEvent::default()
    }
}

/// Carries out the next batch of the list whose turn it is; `false` when none is left.
pub async fn step(services: &Services) -> Result<bool, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let next = imports::next(&mut connection).await?;
    connection.give_back();
    let Some(import) = next else {
        return Ok(false);
    };
    in_turns(|| batch(services, &import)).await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(true)
}

async fn batch(services: &Services, seen: &ImportRow) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let actor = accounts::lock(&mut transaction, seen.account).await?;
    let import = imports::lock(&mut transaction, seen.id).await?;
    let Some(mut import) = import.filter(|import| import.state == State::Running) else {
        // Another node ended it meanwhile.
        transaction.roll_back().await?;
        return Ok(());
    };
    let may_invite = actor
        .is_some_and(|actor| actor.status == Status::Active && Right::Decide.is_of(actor.role));
    if !may_invite {
        imports::end(&mut transaction, import.id, State::Stopped, now).await?;
        let event = about(&import, "import.stopped", Some("role"));
        audit::record(&mut transaction, &event, now).await?;
        transaction.commit().await?;
        return Ok(());
    }
    let people = import_rows::waiting(&mut transaction, import.id, import.done_line, BATCH).await?;
    if let Some(last) = people.last() {
        let invited = invite(services, &mut transaction, &import, &people).await?;
        let done = i32::try_from(people.len()).unwrap_or(i32::MAX);
        imports::advance(&mut transaction, import.id, last.line, done, invited).await?;
        import.invited = import.invited.saturating_add(invited);
        import.done = import.done.saturating_add(done);
    }
    if people.is_empty() || import.done >= import.to_invite {
        imports::end(&mut transaction, import.id, State::Finished, now).await?;
        let event = about(&import, "import.finished", None);
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Invites people, and notes what came of each of their rows. Gives how many are invited.
async fn invite(
    services: &Services,
    transaction: &mut Transaction,
    import: &ImportRow,
    people: &[Waiting],
) -> Result<i32, ServiceError> {
    let now = services.now();
    let mut guests = Vec::with_capacity(people.len());
    for person in people {
        guests.push(NewInvitation {
            account: AccountId(random::id(now)?),
            email: &person.email,
            first_name: &person.first_name,
            last_name: &person.last_name,
        });
    }
    let making = Making {
        by: Some(import.account),
        how: MadeBy::Import,
        beside_closed: false,
        lifetime: claims::INVITATION_LIFETIME,
    };
    let made = make(services, transaction, &guests, making, Some(import.id)).await?;
    // Whoever wasn't invited has been overtaken since the list was looked through.
    let made: Vec<AccountId> = made.into_iter().map(|one| one.account).collect();
    let is_made = |guest: &NewInvitation<'_>| made.contains(&guest.account);
    let keys: Vec<String> = guests
        .iter()
        .filter(|guest| !is_made(guest))
        .map(|guest| guest.email.to_ascii_lowercase())
        .collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let found: HashMap<_, _> = invitations::standings(transaction, &keys)
        .await?
        .into_iter()
        .collect();
    let mut settled = Vec::with_capacity(people.len());
    for (person, guest) in people.iter().zip(&guests) {
        let is_made = is_made(guest);
        let met = found.get(&guest.email.to_ascii_lowercase()).copied();
        settled.push(Settled {
            line: person.line,
            outcome: if is_made {
                INVITED
            } else {
                overtaken(judge(met))?
            },
            account: is_made.then_some(guest.account),
        });
    }
    import_rows::settle(transaction, import.id, &settled).await?;
    Ok(i32::try_from(made.len()).unwrap_or(i32::MAX))
}

/// What came of a row that invited nobody: what stands in its way by now. When that is gone again, the
/// batch takes another turn.
const fn overtaken(verdict: Verdict) -> Result<&'static str, ServiceError> {
    match verdict {
        Verdict::InvitedAlready | Verdict::HasAccount | Verdict::Closed => Ok(verdict.as_str()),
        Verdict::Invite | Verdict::InviteUnproved | Verdict::Repeated { .. } => {
            Err(ServiceError::Overtaken)
        }
    }
}
