//! Saying of links whether they stay. It changes nothing by itself, and can be said otherwise until the
//! campaign is closed.

use std::collections::HashMap;

use super::{Acting, act, give_up, refused};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::{
            review_campaigns::{
                campaigns::{self, Campaign, Tally},
                items::{self, Decided, Item},
                reviewers, verdicts,
            },
            reviews as link_reviews,
        },
        sessions::LiveSession,
    },
    domain::desk::{
        reviews::{CampaignId, Decision, Facts, NotDecidable, Note, may_decide},
        rules::{NotAllowed, Right},
    },
    service::{
        ServiceError, Services,
        desk::hold::{Barred, refuse},
        in_turns,
    },
};

/// How many items a sheet has at most.
pub const SHEET: usize = 25;

/// What is said of an item, unchecked.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its place.
    pub place: i32,
    /// The version that was seen.
    pub version: i32,
    /// The decision, if one was chosen.
    pub decision: Option<Decision>,
    /// The remark.
    pub note: String,
}

/// What is said of a page of items.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The campaign.
    pub campaign: CampaignId,
    /// What is said of each.
    pub said: Vec<Said>,
    /// Whether those of which nothing was said are kept.
    pub keep_rest: bool,
}

/// What came of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many decisions were written.
    pub written: usize,
    /// How many weren't, because somebody else had decided since the page was shown.
    pub overtaken: usize,
}

/// Writes what a reviewer says of a page of items.
pub async fn decide(
    services: &Services,
    session: &LiveSession,
    sheet: &Sheet,
) -> Result<Result<Outcome, Barred>, ServiceError> {
    let notes = match notes(sheet) {
        Ok(notes) => notes,
        Err(barred) => return refused(services, session, barred).await,
    };
    in_turns(|| try_decide(services, session, sheet, &notes)).await
}

/// What was remarked, by place. A sheet that is larger than a page is nobody's.
fn notes(sheet: &Sheet) -> Result<HashMap<i32, Note>, Barred> {
    if sheet.said.len() > SHEET {
        return Err(Barred::TooLong);
    }
    let noted = sheet.said.iter().map(|said| {
        let note = Note::parse(&said.note).map_err(|_| Barred::TooLong)?;
        Ok((said.place, note))
    });
    noted.collect()
}

async fn try_decide(
    services: &Services,
    session: &LiveSession,
    sheet: &Sheet,
    notes: &HashMap<i32, Note>,
) -> Result<Result<Outcome, Barred>, ServiceError> {
    let mut acting = match act(services, session, Right::Attest).await? {
        Ok(acting) => acting,
        Err(barred) => return refused(services, session, barred).await,
    };
    match write(services, &mut acting, sheet, notes).await? {
        Ok(outcome) => {
            acting.transaction.commit().await?;
            services.recorded();
            if outcome.overtaken > 0 {
                refuse(services, session, None, Barred::Decided).await?;
            }
            Ok(Ok(outcome))
        }
        Err(barred) => give_up(services, session, acting, barred).await,
    }
}

async fn write(
    services: &Services,
    acting: &mut Acting,
    sheet: &Sheet,
    notes: &HashMap<i32, Note>,
) -> Result<Result<Outcome, Barred>, ServiceError> {
    let reviewer = acting.actor.id;
    let to = &mut acting.transaction;
    let Some(campaign) = campaigns::lock(to, sheet.campaign).await? else {
        return Ok(Err(Barred::Gone));
    };
    let is_named = reviewers::is_named(to, campaign.id, reviewer).await?;
    let places: Vec<i32> = sheet.said.iter().map(|said| said.place).collect();
    let seen: HashMap<i32, &Said> = sheet.said.iter().map(|said| (said.place, said)).collect();
    let mut outcome = Outcome::default();
    let mut tally = campaign.tally;
    for item in items::at(to, campaign.id, &places).await? {
        let (Some(said), Some(note)) = (seen.get(&item.place), notes.get(&item.place)) else {
            continue;
        };
        let Some(decision) = wanted(said, &item, note, sheet.keep_rest && !item.is_of(reviewer))
        else {
            continue;
        };
        let facts = Facts {
            phase: campaign.phase(),
            is_named,
            is_own: item.is_of(reviewer),
        };
        if let Err(why) = may_decide(&facts) {
            return Ok(Err(why.into()));
        }
        if said.version != item.version {
            outcome.overtaken += 1;
            continue;
        }
        let decided = Decided {
            decision,
            note: note.as_str().to_owned(),
            by: reviewer,
            at: services.now(),
        };
        put(to, &campaign, &item, &decided).await?;
        tally = moved(
            tally,
            item.decided.as_ref().map(|was| was.decision),
            decision,
        );
        outcome.written += 1;
    }
    // A sheet that says nothing is refused where nobody may say anything.
    let nobodys = Facts {
        phase: campaign.phase(),
        is_named,
        is_own: false,
    };
    if let Err(why) = may_decide(&nobodys) {
        return Ok(Err(why.into()));
    }
    campaigns::count(to, campaign.id, tally).await?;
    Ok(Ok(outcome))
}

/// What is to be written of an item: nothing where nothing was said, or the same as before. A remark
/// without a decision is an open question.
fn wanted(said: &Said, item: &Item, note: &Note, keep_rest: bool) -> Option<Decision> {
    let was = item.decided.as_ref();
    let is_new_note = was.map_or("", |was| was.note.as_str()) != note.as_str();
    let decision = match (said.decision, was) {
        (Some(decision), _) => decision,
        (None, None) if is_new_note => Decision::Unsure,
        (None, None) if keep_rest => Decision::Keep,
        (None, _) => return None,
    };
    let is_same = was.is_some_and(|was| was.decision == decision) && !is_new_note;
    (!is_same).then_some(decision)
}

async fn put(
    connection: &mut sqlx::PgConnection,
    campaign: &Campaign,
    item: &Item,
    decided: &Decided,
) -> Result<(), ServiceError> {
    verdicts::decide(connection, campaign.id, item.place, decided).await?;
    let was = item.decided.as_ref();
    let event = NewEvent {
        action: "review.decided",
        actor: Some(decided.by),
        account: Some(item.account),
        identity: Some(item.identity),
        reason: Some(decided.decision.as_str()),
        detail: Some(serde_json::json!({
            "campaign": campaign.id.0,
            "place": item.place,
            "was": was.map_or("none", |was| was.decision.as_str()),
        })),
        ..NewEvent::default()
    };
    audit::record(connection, &event, decided.at).await?;
    mark(connection, item, decided).await
}

/// Marks the link as reviewed where it is kept; takes the mark of before back.
async fn mark(
    connection: &mut sqlx::PgConnection,
    item: &Item,
    decided: &Decided,
) -> Result<(), ServiceError> {
    let was = item.decided.as_ref();
    if let Some(was) = was.filter(|was| was.decision == Decision::Keep) {
        // Somebody may have taken it back at the desk meanwhile.
        link_reviews::take_back(connection, item.identity, was.at, decided.at).await?;
    }
    if decided.decision == Decision::Keep && item.is_connected {
        let (reviewer, note) = (decided.by, decided.note.as_str());
        link_reviews::put(connection, item.identity, reviewer, note, decided.at).await?;
    }
    Ok(())
}

const fn moved(mut tally: Tally, from: Option<Decision>, to: Decision) -> Tally {
    match from {
        Some(Decision::Keep) => tally.kept -= 1,
        Some(Decision::Revoke) => tally.revoked -= 1,
        Some(Decision::Unsure) => tally.unsure -= 1,
        None => {}
    }
    match to {
        Decision::Keep => tally.kept += 1,
        Decision::Revoke => tally.revoked += 1,
        Decision::Unsure => tally.unsure += 1,
    }
    tally
}

impl From<NotDecidable> for Barred {
    fn from(why: NotDecidable) -> Self {
        match why {
            // Whoever isn't named doesn't learn that there is such a campaign.
            NotDecidable::Unnamed => Self::Gone,
            NotDecidable::NotRunning => Self::Decided,
            NotDecidable::Oneself => NotAllowed::Oneself.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_follow_each_change_of_mind() {
        let tally = Tally {
            items: 3,
            kept: 1,
            ..Tally::default()
        };
        let tally = moved(tally, None, Decision::Unsure);
        let tally = moved(tally, Some(Decision::Keep), Decision::Revoke);
        let expected = Tally {
            items: 3,
            kept: 0,
            revoked: 1,
            unsure: 1,
        };
        assert_eq!(tally, expected);
        assert_eq!(tally.undecided(), 1);
    }
}
