//! Accounts that may be one person's: looking at them, and merging them.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, desk::Merging},
    wire::{
        FormProblem,
        desk::{
            Comparison, Confidence, Deciding, DoneMerge, Duplicates, DuplicatesQuery, Half,
            Likeness, LikenessReason, MergeForm, MergeObstacle, Pair, Side,
        },
    },
};
use async_trait::async_trait;
use uuid::Uuid;

use super::barred;
use crate::{
    backend::{Parts, RequestBackend, form, to, to_the_end, unavailable, words},
    db::{
        desk::duplicates::pairs::{self, Place},
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{
            duplicates::{Confidence as Sureness, MOST_ALIKE, Reason},
            merging::{Obstacle, Source},
            rules::Right,
        },
        moment,
        name::full_name,
        proof::UNDO_FOR,
    },
    service::{
        ServiceError, confirmation,
        desk::duplicates::{
            apart, compare,
            list::{self, Wanted},
            merge::{self, NotMerged, Order},
            undo::{self, Stays},
        },
    },
};

const PAGE: &str = "/admin/duplicates";

#[async_trait]
impl Merging for RequestBackend {
    async fn duplicates(&self, query: DuplicatesQuery) -> Result<Duplicates, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let wanted = Wanted {
            confidence: query.confidence.map(inward),
            aside: query.aside,
            after: query.after.as_deref().and_then(place),
        };
        let page = list::page(services, wanted).await.map_err(unavailable)?;
        let merges = undo::lately(services).await.map_err(unavailable)?;
        Ok(Duplicates {
            pairs: page
                .pairs
                .into_iter()
                .filter_map(|pair| self.pair(pair))
                .collect(),
            next: page.next.map(place_in_words),
            crowds: u32::try_from(page.crowds).unwrap_or(u32::MAX),
            most_alike: u32::try_from(MOST_ALIKE).unwrap_or(u32::MAX),
            searched: page.ended_at.map(|at| self.moment(at)),
            merges: merges
                .into_iter()
                .map(|merge| DoneMerge {
                    event: merge.event.to_string(),
                    into: full_name(&merge.first_name, &merge.last_name, &merge.email),
                    from_email: merge.from_email,
                    merged: self.moment(merge.merged_at),
                    until: moment::day(merge.merged_at + UNDO_FOR),
                })
                .collect(),
            deciding: self.deciding(live),
        })
    }

    async fn comparison(&self, a: String, b: String) -> Result<Option<Comparison>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let (Ok(a), Ok(b)) = (Uuid::parse_str(&a), Uuid::parse_str(&b)) else {
            return Ok(None);
        };
        let compared = compare::compare(&self.0.services, AccountId(a), AccountId(b))
            .await
            .map_err(unavailable)?;
        Ok(compared.map(|compared| Comparison {
            a: self.side(live, compared.a),
            b: self.side(live, compared.b),
            is_aside: compared
                .finding
                .as_ref()
                .is_some_and(|finding| finding.is_aside),
            likeness: compared
                .finding
                .and_then(|finding| likeness(finding.score, &finding.reasons)),
            seen: compared.seen,
            deciding: self.deciding(live),
        }))
    }

    async fn merge_accounts(&self, merge: MergeForm) -> Result<Destination, Failure> {
        let order = order(&merge)?;
        let merged = self
            .decide(|own, live| async move { merge::merge(&own.services, &live, &order).await })
            .await?;
        match merged {
            Ok(()) => Ok(to(format!("{PAGE}?done=merged"))),
            Err(NotMerged::Barred(why)) => Err(barred(why)),
            Err(NotMerged::Obstacle(Obstacle::Deleted)) => Err(form(FormProblem::Decided)),
            Err(NotMerged::Obstacle(_)) => Err(form(FormProblem::NotMergeable)),
            Err(NotMerged::Changed) => Err(form(FormProblem::Changed)),
            Err(NotMerged::EmailNotProved) => Err(form(FormProblem::EmailNotProved)),
        }
    }

    async fn undo_merge(&self, event: String) -> Result<Destination, Failure> {
        let event = event.parse().map_err(|_| Failure::Refused)?;
        let undone = self
            .decide(|own, live| async move { undo::undo_merge(&own.services, &live, event).await })
            .await?;
        match undone {
            Ok(()) => Ok(to(format!("{PAGE}?done=merge_undone"))),
            Err(Stays::Barred(why)) => Err(barred(why)),
            Err(_) => Err(form(FormProblem::MergeStays)),
        }
    }

    async fn set_pair_aside(
        &self,
        a: String,
        b: String,
        aside: bool,
    ) -> Result<Destination, Failure> {
        let pair = (account(&a)?, account(&b)?);
        let done = self
            .decide(|own, live| async move { apart::put(&own.services, &live, pair, aside).await })
            .await?;
        match done {
            Ok(()) if aside => Ok(to(format!("{PAGE}?done=set_aside"))),
            Ok(()) => Ok(to(format!("{PAGE}?aside=true&done=reconsidered"))),
            Err(why) => Err(barred(why)),
        }
    }
}

impl RequestBackend {
    /// Lets whoever is signed in decide something, to its end; whether they may is judged, and recorded, by
    /// the service.
    async fn decide<T, Working>(
        &self,
        work: impl FnOnce(Arc<Parts>, LiveSession) -> Working,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        Working: Future<Output = Result<T, ServiceError>> + Send + 'static,
    {
        let live = self.active()?.clone();
        to_the_end(work(Arc::clone(&self.0), live)).await
    }

    fn deciding(&self, live: &LiveSession) -> Deciding {
        if !Right::Decide.is_of(live.role) {
            Deciding::No
        } else if confirmation::is_fresh(&self.0.services, live) {
            Deciding::Yes
        } else {
            Deciding::ConfirmFirst
        }
    }

    /// A pair; `None` when rules of another release found it, which gave more for less.
    fn pair(&self, pair: pairs::Pair) -> Option<Pair> {
        Some(Pair {
            likeness: likeness(pair.score, &pair.reasons)?,
            a: half(pair.a),
            b: half(pair.b),
            found: self.moment(pair.found_at),
        })
    }

    fn side(&self, live: &LiveSession, side: compare::Side) -> Side {
        let account = side.account;
        Side {
            id: account.id.to_string(),
            first_name: account.first_name,
            last_name: account.last_name,
            email: account.email,
            email_verified: account.email_verified,
            role: words::role(account.role),
            status: words::status(account.status),
            created: self.moment(account.created_at),
            last_sign_in: side.last_sign_in.map(|at| self.moment(at)),
            logins: side
                .logins
                .into_iter()
                .map(|login| self.connection(live, login))
                .collect(),
            has_password: side.has_password,
            sessions: u32::try_from(side.sessions).unwrap_or(u32::MAX),
            cannot_take_in: side.take_in.err().map(obstacle),
            cannot_be_taken_in: side.be_taken_in.err().map(obstacle),
        }
    }
}

fn account(id: &str) -> Result<AccountId, Failure> {
    Uuid::parse_str(id)
        .map(AccountId)
        .map_err(|_| Failure::Refused)
}

/// What a form asks to be merged.
fn order(merge: &MergeForm) -> Result<Order, Failure> {
    let (a, b) = (account(&merge.a)?, account(&merge.b)?);
    let one_of_them = |choice: &Option<String>| -> Result<AccountId, Failure> {
        let choice = choice.as_deref().unwrap_or_default();
        if choice.is_empty() {
            return Err(form(FormProblem::ChoiceMissing));
        }
        let id = account(choice)?;
        if id == a || id == b {
            Ok(id)
        } else {
            Err(Failure::Refused)
        }
    };
    let into = one_of_them(&merge.into)?;
    let source = |choice: &Option<String>| -> Result<Source, Failure> {
        Ok(if one_of_them(choice)? == into {
            Source::Into
        } else {
            Source::From
        })
    };
    if a == b {
        return Err(Failure::Refused);
    }
    Ok(Order {
        into,
        from: if into == a { b } else { a },
        first_name: source(&merge.first_name_of)?,
        last_name: source(&merge.last_name_of)?,
        email: source(&merge.email_of)?,
        seen: merge.seen.clone(),
    })
}

/// A place as a page's address has it.
fn place_in_words(place: Place) -> String {
    format!("{}.{}.{}", place.score, place.a, place.b)
}

fn place(words: &str) -> Option<Place> {
    let mut parts = words.splitn(3, '.');
    Some(Place {
        score: parts.next()?.parse().ok()?,
        a: Uuid::parse_str(parts.next()?).ok()?,
        b: Uuid::parse_str(parts.next()?).ok()?,
    })
}

fn half(half: pairs::Half) -> Half {
    Half {
        id: half.id.to_string(),
        name: full_name(&half.first_name, &half.last_name, &half.email),
        email: half.email,
        role: words::role(half.role),
        status: words::status(half.status),
    }
}

fn likeness(score: i16, reasons: &[Reason]) -> Option<Likeness> {
    Some(Likeness {
        confidence: match Sureness::of(score)? {
            Sureness::Sure => Confidence::Sure,
            Sureness::Likely => Confidence::Likely,
            Sureness::Possible => Confidence::Possible,
        },
        reasons: reasons.iter().copied().map(reason).collect(),
    })
}

const fn inward(confidence: Confidence) -> Sureness {
    match confidence {
        Confidence::Sure => Sureness::Sure,
        Confidence::Likely => Sureness::Likely,
        Confidence::Possible => Sureness::Possible,
    }
}

const fn reason(reason: Reason) -> LikenessReason {
    match reason {
        Reason::SameLogin => LikenessReason::SameLogin,
        Reason::SameEmail => LikenessReason::SameEmail,
        Reason::SameLocalPart => LikenessReason::SameLocalPart,
        Reason::LocalPartContained => LikenessReason::LocalPartContained,
        Reason::SameNames => LikenessReason::SameNames,
        Reason::NamesSwapped => LikenessReason::NamesSwapped,
        Reason::Initial => LikenessReason::Initial,
        Reason::SimilarNames => LikenessReason::SimilarNames,
        Reason::DifferentFirstNames => LikenessReason::DifferentFirstNames,
        Reason::DifferentLastNames => LikenessReason::DifferentLastNames,
        Reason::BothInUse => LikenessReason::BothInUse,
    }
}

const fn obstacle(obstacle: Obstacle) -> MergeObstacle {
    match obstacle {
        Obstacle::Administrator => MergeObstacle::Administrator,
        Obstacle::Suspended => MergeObstacle::Suspended,
        Obstacle::Deleted => MergeObstacle::Deleted,
        Obstacle::NotActive => MergeObstacle::NotActive,
        Obstacle::Unproved => MergeObstacle::Unproved,
        Obstacle::Disputed => MergeObstacle::Disputed,
    }
}
