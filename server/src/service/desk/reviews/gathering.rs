//! Gathering the links of campaigns, behind the requests: in batches, each with the place where to go on,
//! so that it can stop anywhere. One node at a time is at a campaign.

use super::beginning::tell_begun;
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::review_campaigns::{
            campaigns,
            gathering::{self, Progress, Ungathered},
            reviewers,
        },
    },
    domain::{account::AccountId, desk::reviews::MOST_ITEMS},
    service::{ServiceError, Services, desk::links, in_turns},
};

/// How many campaigns are gathered side by side.
const SIDE_BY_SIDE: i64 = 10;

/// Gathers what is to be gathered, until there is nothing left to do for this node.
pub async fn gather(services: &Services) -> Result<(), ServiceError> {
    loop {
        let mut connection = services.pool.acquire().await?;
        let waiting = gathering::ungathered(&mut connection, SIDE_BY_SIDE).await?;
        connection.give_back();
        let mut has_moved = false;
        for campaign in &waiting {
            has_moved |= in_turns(|| batch(services, campaign)).await?;
        }
        if !has_moved {
            return Ok(());
        }
    }
}

/// Gathers a batch; `false` when another node was quicker.
async fn batch(services: &Services, seen: &Ungathered) -> Result<bool, ServiceError> {
    let after = seen.to.as_deref();
    let stretch = links::stretch(services, &seen.filter, after, seen.begun).await?;
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let Some(before) = gathering::lock(&mut transaction, seen).await? else {
        transaction.roll_back().await?;
        return Ok(false);
    };
    let named = reviewers::of(&mut transaction, seen.id).await?;
    let named: Vec<AccountId> = named.iter().map(|person| person.id).collect();
    let room = usize::try_from(MOST_ITEMS - before).unwrap_or(0);
    let is_cut =
        stretch.links.len() > room || (stretch.links.len() == room && stretch.to.is_some());
    let links = stretch.links.get(..room).unwrap_or(&stretch.links);
    let added = gathering::put(&mut transaction, seen.id, before + 1, links, &named).await?;
    let is_done = is_cut || stretch.to.is_none();
    let progress = Progress {
        to: stretch.to.as_deref(),
        items: before + added,
        done: is_done.then_some(now),
        is_cut,
    };
    gathering::moved(&mut transaction, seen.id, progress).await?;
    if is_done {
        let event = NewEvent {
            action: "review.gathered",
            detail: Some(serde_json::json!({ "campaign": seen.id.0, "links": before + added })),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
        if let Some(campaign) = campaigns::find(&mut transaction, seen.id).await? {
            tell_begun(services, &mut transaction, &campaign, &named).await?;
        }
    }
    transaction.commit().await?;
    if is_done {
        services.recorded();
        services.mail_wake.notify_one();
    }
    Ok(true)
}
