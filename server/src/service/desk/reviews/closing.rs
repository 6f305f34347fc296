//! Closing a campaign: from then on nothing in it changes.

use super::{Acting, act, give_up, refused};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::review_campaigns::{campaigns, verdicts},
        sessions::LiveSession,
    },
    domain::desk::{
        reviews::{CampaignId, Phase},
        rules::Right,
    },
    service::{ServiceError, Services, confirmation, desk::hold::Barred, in_turns},
};

/// Closes a campaign. What isn't decided stays so.
pub async fn close(
    services: &Services,
    session: &LiveSession,
    campaign: CampaignId,
) -> Result<Result<(), Barred>, ServiceError> {
    if !confirmation::is_fresh(services, session) {
        return refused(services, session, Barred::NotFresh).await;
    }
    in_turns(|| async {
        let mut acting = match act(services, session, Right::Decide).await? {
            Ok(acting) => acting,
            Err(barred) => return refused(services, session, barred).await,
        };
        match close_held(services, &mut acting, campaign).await? {
            Ok(()) => {
                acting.transaction.commit().await?;
                services.recorded();
                Ok(Ok(()))
            }
            Err(barred) => give_up(services, session, acting, barred).await,
        }
    })
    .await
}

async fn close_held(
    services: &Services,
    acting: &mut Acting,
    campaign: CampaignId,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let to = &mut acting.transaction;
    let Some(campaign) = campaigns::lock(to, campaign).await? else {
        return Ok(Err(Barred::Gone));
    };
    if campaign.phase() != Phase::Running {
        return Ok(Err(Barred::Decided));
    }
    verdicts::freeze(to, campaign.id).await?;
    campaigns::close(to, campaign.id, acting.actor.id, now).await?;
    let tally = campaign.tally;
    let event = NewEvent {
        action: "review.closed",
        actor: Some(acting.actor.id),
        detail: Some(serde_json::json!({
            "campaign": campaign.id.0,
            "links": tally.items,
            "kept": tally.kept,
            "revoked": tally.revoked,
            "unsure": tally.unsure,
            "undecided": tally.undecided(),
        })),
        ..NewEvent::default()
    };
    audit::record(to, &event, now).await?;
    Ok(Ok(()))
}
