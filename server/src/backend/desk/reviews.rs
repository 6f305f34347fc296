//! Review campaigns.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{ReviewPart, ReviewPlan, ReviewSheet, Reviewing},
    },
    wire::desk::{
        ClosingReview, NewReview, Review, ReviewDecision, ReviewList, ReviewShow, Revocations,
        SaidOfLink, links::Listing,
    },
};
use async_trait::async_trait;
use time::{Duration, OffsetDateTime};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    barred, links,
    reviews_seen::{candidate, revocation},
};
use crate::{
    backend::{RequestBackend, to, to_the_end, unavailable},
    db::desk::review_campaigns::items::Shown,
    domain::{
        account::AccountId,
        desk::{
            reviews::{CampaignId, Decision, LONGEST},
            rules::Right,
        },
    },
    service::{
        confirmation,
        desk::{
            hold::{Barred, refuse},
            reviews::{
                beginning::{self, Plan},
                carrying, closing,
                deciding::{self, Said, Sheet},
                gathering,
                looking::{self, Part},
                scope,
            },
        },
    },
};

#[async_trait]
impl Reviewing for RequestBackend {
    async fn reviews(&self) -> Result<ReviewList, Failure> {
        let live = self.at_desk(Right::Look)?;
        let campaigns = looking::list(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(ReviewList {
            reviews: campaigns.iter().map(|one| self.review_line(one)).collect(),
            may_begin: Right::Decide.is_of(live.role),
        })
    }

    async fn new_review(&self, filter: Option<String>) -> Result<NewReview, Failure> {
        self.at_desk(Right::Decide)?;
        let people = looking::candidates(&self.0.services)
            .await
            .map_err(unavailable)?;
        let filter = Listing::read(&filter.unwrap_or_default()).to_review();
        let query = filter.query();
        let size = scope::size(&self.0.services, &query);
        let size = size.await.map_err(unavailable)?;
        let now = self.0.services.now();
        Ok(NewReview {
            filter,
            count: links::count(size),
            choices: people.iter().map(candidate).collect(),
            earliest_day: day(now),
            latest_day: day(now + LONGEST - Duration::DAY),
        })
    }

    async fn one_review(&self, id: String, part: ReviewPart) -> Result<Option<Review>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let Some(id) = campaign_id(&id) else {
            return Ok(None);
        };
        let part = Part {
            shown: part.show.map(shown),
            is_own_share: matches!(part.show, None | Some(ReviewShow::Yours)),
            after: part.after.unwrap_or(0),
        };
        let sight = looking::look(&self.0.services, live, id, part)
            .await
            .map_err(unavailable)?;
        let may_manage = Right::Decide.is_of(live.role);
        let is_later_page = part.after > 0;
        Ok(sight.map(|sight| self.review_seen(live.account, may_manage, is_later_page, sight)))
    }

    async fn revocations(&self, id: String) -> Result<Option<Revocations>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Some(id) = campaign_id(&id) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let preview = carrying::preview(services, id).await.map_err(unavailable)?;
        Ok(preview.map(|preview| Revocations {
            line: self.review_line(&preview.campaign),
            logins: preview.items.into_iter().map(revocation).collect(),
            count: u32::try_from(preview.count).unwrap_or(0),
            at_once: u32::try_from(carrying::ROUND).unwrap_or(0),
            is_fresh: confirmation::is_fresh(services, live),
        }))
    }

    async fn closing_review(&self, id: String) -> Result<Option<ClosingReview>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Some(id) = campaign_id(&id) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let preview = carrying::preview(services, id).await.map_err(unavailable)?;
        Ok(preview.map(|preview| ClosingReview {
            line: self.review_line(&preview.campaign),
            to_carry_out: u32::try_from(preview.count).unwrap_or(0),
            is_fresh: confirmation::is_fresh(services, live),
        }))
    }

    async fn begin_review(&self, plan: ReviewPlan) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?.clone();
        let reviewers: Option<Vec<AccountId>> = plan
            .reviewers
            .iter()
            .map(|id| id.parse().ok().map(AccountId))
            .collect();
        let plan = Plan {
            name: plan.name,
            filter: Listing::read(&plan.filter).to_review().query(),
            due: plan.due,
            // One that is no id is nobody's.
            reviewers: reviewers.unwrap_or_default(),
        };
        let services = Arc::clone(&self.0.services);
        let begun = to_the_end(async move { beginning::begin(&services, &live, &plan).await });
        let id = begun.await?.map_err(barred)?;
        let services = Arc::clone(&self.0.services);
        tokio::spawn(
            async move {
                if let Err(error) = gathering::gather(&services).await {
                    tracing::warn!(reason = %error, "gathering a review’s links will go on later");
                }
            }
            .in_current_span(),
        );
        Ok(to(format!("/admin/reviews/{}?done=begun", id.0)))
    }

    async fn decide_links(&self, sheet: ReviewSheet) -> Result<Destination, Failure> {
        let live = self.acting(Right::Attest).await?.clone();
        let id = self.wanted_review(&sheet.review).await?;
        let said = sheet.said.into_iter().map(said).collect();
        let (keep_rest, show) = (sheet.keep_rest, sheet.show);
        let sheet = Sheet {
            campaign: id,
            said,
            keep_rest,
        };
        let services = Arc::clone(&self.0.services);
        let decided = to_the_end(async move { deciding::decide(&services, &live, &sheet).await });
        let outcome = decided.await?.map_err(barred)?;
        let done = if outcome.overtaken > 0 {
            "decided_but"
        } else {
            "decided"
        };
        let show = show.map(|show| format!("show={}&", show.code()));
        let show = show.unwrap_or_default();
        Ok(to(format!("/admin/reviews/{}?{show}done={done}", id.0)))
    }

    async fn name_reviewer(&self, id: String, account: String) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?.clone();
        let id = self.wanted_review(&id).await?;
        let account = AccountId(account.parse().unwrap_or(Uuid::nil()));
        let services = Arc::clone(&self.0.services);
        let named =
            to_the_end(
                async move { beginning::name_reviewer(&services, &live, id, account).await },
            );
        named.await?.map_err(barred)?;
        Ok(to(format!("/admin/reviews/{}?done=named", id.0)))
    }

    async fn carry_out_review(&self, id: String) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?.clone();
        let id = self.wanted_review(&id).await?;
        let services = Arc::clone(&self.0.services);
        let done = to_the_end(async move { carrying::carry_out(&services, &live, id).await });
        let round = done.await?.map_err(barred)?;
        let done = if round.barred > 0 {
            "carried_out_but"
        } else {
            "carried_out"
        };
        Ok(to(format!("/admin/reviews/{}?done={done}", id.0)))
    }

    async fn close_review(&self, id: String) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?.clone();
        let id = self.wanted_review(&id).await?;
        let services = Arc::clone(&self.0.services);
        let closed = to_the_end(async move { closing::close(&services, &live, id).await });
        closed.await?.map_err(barred)?;
        Ok(to(format!("/admin/reviews/{}?done=closed", id.0)))
    }
}

impl RequestBackend {
    /// The review that a form is about. One that is no id is recorded as none.
    async fn wanted_review(&self, id: &str) -> Result<CampaignId, Failure> {
        if let Some(id) = campaign_id(id) {
            return Ok(id);
        }
        let live = self.active()?;
        let gone = refuse(&self.0.services, live, None, Barred::Gone).await;
        Err(barred(gone.map_err(unavailable)?))
    }
}

fn campaign_id(id: &str) -> Option<CampaignId> {
    id.parse().ok().map(CampaignId)
}

/// A day as date fields have it.
fn day(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).date().to_string()
}

const fn chosen(decision: ReviewDecision) -> Decision {
    match decision {
        ReviewDecision::Keep => Decision::Keep,
        ReviewDecision::Revoke => Decision::Revoke,
        ReviewDecision::Unsure => Decision::Unsure,
    }
}

const fn shown(show: ReviewShow) -> Shown {
    match show {
        ReviewShow::Yours | ReviewShow::Undecided => Shown::Undecided,
        ReviewShow::Decided(decision) => Shown::Decided(chosen(decision)),
        ReviewShow::All => Shown::All,
    }
}

fn said(said: SaidOfLink) -> Said {
    Said {
        place: said.place,
        version: said.version,
        decision: said.decision.map(chosen),
        note: said.note,
    }
}
