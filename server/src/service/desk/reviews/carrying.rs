//! Carrying out what reviewers want to go: an administrator's act, each login as at the desk, undoable as
//! there.

use super::refused;
use crate::{
    db::{
        desk::review_campaigns::{
            campaigns::{self, Campaign},
            items::{self, Item},
            verdicts,
        },
        sessions::LiveSession,
    },
    domain::desk::{
        remark::{LONGEST_REASON, Remark},
        reviews::{CampaignId, Phase},
    },
    service::{
        ServiceError, Services, confirmation,
        desk::{
            acts,
            hold::{Barred, Held, hold, refuse},
        },
        in_turns,
    },
};

/// How many logins are disconnected in one go, so that the answer comes soon.
pub const ROUND: i64 = 100;

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many logins were disconnected.
    pub done: usize,
    /// How many can't be by this person: each is on record with its reason.
    pub barred: usize,
}

/// Disconnects the logins that reviewers want to go, in the order of their places, up to [`ROUND`] of
/// them. What this person may not do is passed over.
pub async fn carry_out(
    services: &Services,
    session: &LiveSession,
    campaign: CampaignId,
) -> Result<Result<Round, Barred>, ServiceError> {
    if !confirmation::is_fresh(services, session) {
        return refused(services, session, Barred::NotFresh).await;
    }
    let mut round = Round::default();
    let mut after = 0;
    loop {
        let mut connection = services.pool.acquire().await?;
        let found = campaigns::find(&mut connection, campaign).await?;
        let waiting = items::to_carry_out(&mut connection, campaign, after, ROUND).await?;
        connection.give_back();
        let campaign = match found {
            None => return refused(services, session, Barred::Gone).await,
            Some(campaign) if campaign.phase() != Phase::Running => {
                return refused(services, session, Barred::Decided).await;
            }
            Some(campaign) => campaign,
        };
        let is_last = waiting.len() < usize::try_from(ROUND).unwrap_or(usize::MAX);
        for item in waiting {
            after = item.place;
            match in_turns(|| unlink(services, session, &campaign, &item)).await? {
                Ok(()) => round.done += 1,
                Err(stop @ (Barred::NotFresh | Barred::SessionOver)) => return Ok(Err(stop)),
                Err(_) => round.barred += 1,
            }
            if i64::try_from(round.done).unwrap_or(ROUND) >= ROUND {
                return Ok(Ok(round));
            }
        }
        if is_last {
            return Ok(Ok(round));
        }
    }
}

/// Disconnects the login of an item, and notes in the same transaction that the campaign did.
async fn unlink(
    services: &Services,
    session: &LiveSession,
    campaign: &Campaign,
    item: &Item,
) -> Result<Result<(), Barred>, ServiceError> {
    let barred = match hold(services, session, item.account).await? {
        Ok(mut held) => match unlink_held(services, &mut held, campaign, item).await? {
            Ok(()) => {
                return acts::commit(services, held).await;
            }
            Err(barred) => {
                held.transaction.roll_back().await?;
                barred
            }
        },
        Err(barred) => barred,
    };
    Ok(Err(
        refuse(services, session, Some(item.account), barred).await?
    ))
}

async fn unlink_held(
    services: &Services,
    held: &mut Held,
    campaign: &Campaign,
    item: &Item,
) -> Result<Result<(), Barred>, ServiceError> {
    let to = &mut held.transaction;
    // Whoever closes the campaign, or says otherwise of the item, is waited for.
    let still = campaigns::lock(to, campaign.id).await?;
    let is_running = still.is_some_and(|campaign| campaign.phase() == Phase::Running);
    let said_now = items::at(to, campaign.id, &[item.place]).await?;
    let is_same = said_now
        .first()
        .is_some_and(|now| now.version == item.version && now.carried_out.is_none());
    if !is_running || !is_same {
        return Ok(Err(Barred::Decided));
    }
    let reason = reason(campaign, item);
    if let Err(barred) = acts::unlink_held(services, held, item.identity, reason.as_ref()).await? {
        return Ok(Err(barred));
    }
    verdicts::carried_out(
        &mut held.transaction,
        campaign.id,
        item.place,
        services.now(),
    )
    .await?;
    Ok(Ok(()))
}

/// Why, as the account's timeline says it: the campaign, and what the reviewer remarked.
fn reason(campaign: &Campaign, item: &Item) -> Option<Remark> {
    let remark = item.decided.as_ref().map(|said| said.note.as_str());
    let text = match remark.unwrap_or_default() {
        "" => format!("Review “{}”", campaign.name),
        note => format!("Review “{}”: {note}", campaign.name),
    };
    // A name and a note together are shorter than the longest reason.
    Remark::parse(&text, LONGEST_REASON).ok().flatten()
}

/// What would be disconnected.
#[derive(Debug)]
pub struct Preview {
    /// The campaign.
    pub campaign: Campaign,
    /// The first of the items.
    pub items: Vec<Item>,
    /// How many there are, counted up to [`MOST_COUNTED`].
    pub count: i64,
}

/// How far what waits to be carried out is counted.
pub const MOST_COUNTED: i64 = 10_000;

/// What would be disconnected now; `None` when there is no such campaign, or it is closed.
pub async fn preview(
    services: &Services,
    campaign: CampaignId,
) -> Result<Option<Preview>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = campaigns::find(&mut connection, campaign).await?;
    let items = items::to_carry_out(&mut connection, campaign, 0, ROUND).await?;
    let count = items::count_to_carry_out(&mut connection, campaign, MOST_COUNTED).await?;
    connection.give_back();
    let open = found.filter(|campaign| campaign.phase() == Phase::Running);
    Ok(open.map(|campaign| Preview {
        campaign,
        items,
        count,
    }))
}
