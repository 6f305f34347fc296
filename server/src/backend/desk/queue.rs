//! What waits for a decision.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, desk::Queue},
    wire::{
        self, FormProblem,
        desk::queue::{self as page, QueueAct},
    },
};
use async_trait::async_trait;

use super::{barred, queue_words as words};
use crate::{
    backend::{RequestBackend, form, to, to_the_end, unavailable},
    db::desk::queue::From,
    domain::{
        desk::{
            queue::{Act, Item, Kind, MOST, Place},
            remark::{LONGEST_REASON, Remark},
            rules::Right,
        },
        name::full_name,
    },
    service::{
        confirmation,
        desk::{
            hold::{self, Barred},
            queue::{self, Entry, Skip, Verdict},
        },
    },
};

#[async_trait]
impl Queue for RequestBackend {
    async fn queue(
        &self,
        kind: Option<String>,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<page::Queue, Failure> {
        let live = self.at_desk(Right::Look)?;
        let kind = kind.as_deref().and_then(Kind::from_word);
        let place = |text: Option<String>| text.and_then(|text| text.parse::<Place>().ok());
        let from = match (place(after), place(before)) {
            (Some(place), _) => From::After(place),
            (None, Some(place)) => From::Before(place),
            (None, None) => From::After(Place::BEGINNING),
        };
        let found = queue::page(&self.0.services, kind, from)
            .await
            .map_err(unavailable)?;
        Ok(page::Queue {
            kind: kind.map(words::kind),
            counts: self.counts(&found.standing),
            earlier: found.earlier.map(|place| place.to_string()),
            later: found.later.map(|place| place.to_string()),
            may_decide: Right::Decide.is_of(live.role),
            entries: found
                .entries
                .into_iter()
                .map(|entry| self.entry(entry))
                .collect(),
        })
    }

    async fn decision(
        &self,
        act: QueueAct,
        items: Vec<String>,
    ) -> Result<Option<page::Decision>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Some(items) = Item::parse_all(&items.join(".")) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let planned = queue::preview(services, live, &items, words::act(act))
            .await
            .map_err(unavailable)?;
        Ok(Some(page::Decision {
            act,
            item: joined(&items),
            is_fresh: confirmation::is_fresh(services, live),
            planned: planned
                .into_iter()
                .map(|planned| page::Planned {
                    entry: planned.waiting.map(|waiting| {
                        self.entry(Entry {
                            waiting,
                            candidates: Vec::new(),
                        })
                    }),
                    skip: planned.skip.map(|skip| match skip {
                        Skip::Barred(barred) => barred.reason().to_owned(),
                        Skip::Impossible(obstacle) => obstacle.as_str().to_owned(),
                    }),
                })
                .collect(),
        }))
    }

    async fn decide(
        &self,
        act: QueueAct,
        item: &str,
        reason: Option<String>,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        let items = Item::parse_all(item).filter(|items| !items.is_empty());
        let items = items.ok_or(Failure::Refused)?;
        let own = Arc::clone(&self.0);
        let parsed = Remark::parse(reason.as_deref().unwrap_or_default(), LONGEST_REASON);
        to_the_end(async move {
            let services = &own.services;
            let Some(live) = own.visit.session.as_ref() else {
                return Ok(Err(barred(Barred::SessionOver)));
            };
            let Ok(reason) = parsed else {
                let why = hold::refuse(services, live, None, Barred::TooLong).await?;
                return Ok(Err(barred(why)));
            };
            let act_here = words::act(act);
            if let [item] = items.as_slice() {
                let verdict =
                    queue::decide(services, live, *item, act_here, reason.as_ref()).await?;
                return Ok(one_decided(act_here, verdict));
            }
            let batch =
                queue::decide_all(services, live, &items, act_here, reason.as_ref()).await?;
            Ok(batch
                .map(|batch| to(format!("/admin/queue/reports/{}", batch.simple())))
                .map_err(barred))
        })
        .await?
    }

    async fn decided(&self, batch: String) -> Result<Option<page::Report>, Failure> {
        self.at_desk(Right::Look)?;
        let Ok(batch) = batch.parse() else {
            return Ok(None);
        };
        let report = queue::report(&self.0.services, batch)
            .await
            .map_err(unavailable)?;
        Ok(report.map(|report| page::Report {
            act: words::act_outward(report.act),
            at: self.moment(report.at),
            items: report
                .items
                .into_iter()
                .map(|item| page::Reported {
                    who: item.account.map(|(id, email, first, last)| {
                        (id.to_string(), full_name(&first, &last, &email))
                    }),
                    reference: item.reference,
                    outcome: item.outcome,
                })
                .collect(),
        }))
    }
}

/// Where a decision about one item leads.
fn one_decided(act: Act, verdict: Verdict) -> Result<Destination, Failure> {
    match verdict {
        Verdict::Done => Ok(to(match act {
            Act::Approve => "/admin/queue?done=approved",
            Act::Decline => "/admin/queue?done=declined",
            Act::Ask => "/admin/queue?done=asked",
        })),
        Verdict::Barred(why) => Err(barred(why)),
        // The page that comes back says what stands in the way.
        Verdict::Impossible(_) => Err(form(FormProblem::Changed)),
    }
}

fn joined(items: &[Item]) -> String {
    let texts: Vec<String> = items.iter().take(MOST).map(Item::to_string).collect();
    texts.join(".")
}

impl RequestBackend {
    fn counts(
        &self,
        standing: &crate::db::desk::waiting::Standing,
    ) -> Vec<(page::QueueKind, Option<u32>)> {
        let counted = |count: i64| Some(u32::try_from(count).unwrap_or(u32::MAX));
        let mut counts = vec![
            (page::QueueKind::Accounts, counted(standing.accounts)),
            (page::QueueKind::Links, counted(standing.links)),
            (page::QueueKind::Emails, counted(standing.emails)),
            (page::QueueKind::NotMe, counted(standing.not_me)),
        ];
        if !self.0.services.config.admission.by_themselves().is_empty() {
            counts.push((page::QueueKind::Mailbox, None));
        }
        counts
    }

    fn entry(&self, entry: Entry) -> page::QueueEntry {
        let Entry {
            waiting,
            candidates,
        } = entry;
        let obstacle = |act| queue::obstacle(&waiting, act);
        page::QueueEntry {
            item: waiting.item().to_string(),
            since: self.moment(waiting.since()),
            who: words::card(waiting.who()),
            question: self.question(&waiting),
            asked: waiting.asked().map(|asked| page::ProofRequest {
                at: self.moment(asked.at),
                note: asked.note.clone(),
                is_given: waiting.is_mailbox_proved(),
            }),
            obstacle: obstacle(Act::Approve).map(|obstacle| obstacle.as_str().to_owned()),
            may_ask: obstacle(Act::Ask).is_none(),
            candidates: candidates
                .iter()
                .map(|candidate| words::candidate(waiting.who(), candidate))
                .collect(),
        }
    }

    fn question(&self, waiting: &queue::Waiting) -> page::Question {
        match waiting {
            queue::Waiting::Account(account) => words::new_account(account),
            queue::Waiting::Case(case) => {
                let at = |at: Option<_>| -> Option<wire::Moment> { at.map(|at| self.moment(at)) };
                words::case(case, at(case.suspect_since), at(case.mailbox_proved_at))
            }
        }
    }
}
