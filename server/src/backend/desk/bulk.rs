//! One decision about many.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, desk::Bulk},
    wire::desk::{self as wire, BulkLine, BulkPage, BulkStage, Confirming},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::barred;
use crate::{
    backend::{RequestBackend, to, to_the_end, unavailable},
    db::desk::{bulk as rows, bulk::BulkId, bulk_items::Listed},
    domain::{
        account::IdentityId,
        desk::{
            bulk::{Deed, Skip, Stage},
            remark::{LONGEST_REASON, Remark},
            rules::{NotAllowed, Right},
            term,
        },
        moment,
        name::full_name,
    },
    service::{
        confirmation,
        desk::{
            bulk::{self, Selection, Yes},
            hold::Barred,
        },
    },
};

/// How many links can be ticked, at most: those of one page.
const MOST_TICKED: usize = 200;

#[async_trait]
impl Bulk for RequestBackend {
    async fn bulks(&self) -> Result<Vec<BulkLine>, Failure> {
        self.at_desk(Right::Look)?;
        let acts = bulk::newest(&self.0.services).await.map_err(unavailable)?;
        Ok(acts.iter().map(|act| self.bulk_line(act)).collect())
    }

    async fn bulk(&self, id: String, after: Option<String>) -> Result<Option<BulkPage>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let Ok(id) = Uuid::parse_str(&id) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let after: i32 = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let seen = bulk::see(services, BulkId(id), after)
            .await
            .map_err(unavailable)?;
        Ok(seen.map(|seen| {
            let act = self.bulk_line(&seen.bulk);
            let day = |at| moment::day(at);
            let id = |id: BulkId| id.0.to_string();
            BulkPage {
                act,
                reason: seen.bulk.reason.clone(),
                until: seen.bulk.until.map(day),
                list: seen.bulk.filter.clone(),
                waiting: unsigned(seen.tally.waiting),
                done: unsigned(seen.tally.done),
                skipped: seen
                    .tally
                    .skipped
                    .iter()
                    .map(|(why, count)| (skip(*why), unsigned(*count)))
                    .collect(),
                items: seen.items.into_iter().map(item).collect(),
                next: seen.next.map(|place| place.to_string()),
                is_later_page: after > 0,
                confirming: if seen.bulk.actor != live.account {
                    Confirming::Others
                } else if confirmation::is_fresh(services, live) {
                    Confirming::Open
                } else {
                    Confirming::NotFresh
                },
                may_stop: bulk::may_stop(&seen.bulk, live.account, live.role),
                undo_until: seen.undo_until.map(day),
                undone_by: seen.bulk.undone_by.map(id),
                undoes: seen.bulk.undoes.map(id),
            }
        }))
    }

    async fn prepare_bulk(
        &self,
        deed: String,
        links: Vec<String>,
        all: bool,
        filter: String,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Attest).await?;
        let deed: Deed = deed.parse().map_err(|_| Failure::Refused)?;
        if deed == Deed::Undo || links.len() > MOST_TICKED || filter.len() > 4_000 {
            return Err(Failure::Refused);
        }
        let selection = if all {
            Selection::All(filter)
        } else {
            let ticked = links
                .iter()
                .map(|link| Uuid::parse_str(link).map(IdentityId))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| Failure::Refused)?;
            if ticked.is_empty() {
                return Err(barred(Barred::Choice));
            }
            Selection::Ticked(ticked)
        };
        self.bulk_act(move |own, live| async move {
            bulk::prepare(&own.services, &live, deed, &selection).await
        })
        .await
    }

    async fn confirm_bulk(
        &self,
        id: String,
        reason: String,
        until: String,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Attest).await?;
        let id = BulkId(Uuid::parse_str(&id).map_err(|_| Failure::Refused)?);
        let yes = Yes {
            reason: Remark::parse(&reason, LONGEST_REASON).map_err(|_| barred(Barred::TooLong))?,
            until: term::parse(&until, self.0.services.now()).map_err(|_| barred(Barred::Day))?,
        };
        self.bulk_act(move |own, live| async move {
            bulk::confirm(&own.services, &live, id, &yes).await
        })
        .await
    }

    async fn cancel_bulk(&self, id: String) -> Result<Destination, Failure> {
        self.acting(Right::Attest).await?;
        let id = BulkId(Uuid::parse_str(&id).map_err(|_| Failure::Refused)?);
        self.bulk_act(move |own, live| async move { bulk::cancel(&own.services, &live, id).await })
            .await
    }

    async fn undo_bulk(&self, id: String) -> Result<Destination, Failure> {
        self.acting(Right::Attest).await?;
        let id = BulkId(Uuid::parse_str(&id).map_err(|_| Failure::Refused)?);
        self.bulk_act(move |own, live| async move { bulk::undo(&own.services, &live, id).await })
            .await
    }
}

impl RequestBackend {
    /// Does something about an act, and goes to its page.
    async fn bulk_act<Acting>(
        &self,
        act: impl FnOnce(Arc<crate::backend::Parts>, crate::db::sessions::LiveSession) -> Acting
        + Send
        + 'static,
    ) -> Result<Destination, Failure>
    where
        Acting: Future<Output = bulk::Outcome> + Send,
    {
        let live = self.active()?.clone();
        let own = Arc::clone(&self.0);
        match to_the_end(async move { act(own, live).await }).await? {
            Ok(id) => Ok(to(format!("/admin/bulk/{}", id.0))),
            Err(why) => Err(barred(why)),
        }
    }

    fn bulk_line(&self, act: &rows::Bulk) -> BulkLine {
        let [first_name, last_name, email] = &act.actor_name;
        BulkLine {
            id: act.id.0.to_string(),
            deed: deed(act.deed),
            stage: match (act.stage, act.stopped.as_deref()) {
                (Stage::Gathering, _) => BulkStage::Gathering,
                (Stage::Ready, _) => BulkStage::Ready,
                (Stage::Running, _) => BulkStage::Running,
                (Stage::Finished, None) => BulkStage::Finished,
                (Stage::Finished, Some("too_many")) => BulkStage::TooMany,
                (Stage::Finished, Some(_)) if act.confirmed_at.is_some() => BulkStage::Stopped,
                (Stage::Finished, Some(_)) => BulkStage::GivenUp,
            },
            by: full_name(first_name, last_name, email),
            at: self.moment(act.created_at),
        }
    }
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn item(listed: Listed) -> wire::BulkItem {
    let [first_name, last_name, email] = &listed.name;
    wire::BulkItem {
        name: full_name(first_name, last_name, email),
        account: match listed.identity {
            Some(link) => format!("/admin/links/{}", link.0),
            None => format!("/admin/accounts/{}", listed.account),
        },
        clio_email: listed.clio_email,
        is_done: listed.is_done,
        skip: listed.why.map(skip),
        email: email.clone(),
    }
}

const fn deed(deed: Deed) -> wire::Deed {
    match deed {
        Deed::Review => wire::Deed::Review,
        Deed::Approve => wire::Deed::Approve,
        Deed::Reject => wire::Deed::Reject,
        Deed::Suspend => wire::Deed::Suspend,
        Deed::Reactivate => wire::Deed::Reactivate,
        Deed::Unlink => wire::Deed::Unlink,
        Deed::EndSessions => wire::Deed::EndSessions,
        Deed::Undo => wire::Deed::Undo,
    }
}

const fn skip(skip: Skip) -> wire::Skip {
    match skip {
        Skip::State => wire::Skip::State,
        Skip::Unlinked => wire::Skip::Unlinked,
        Skip::Nothing => wire::Skip::Nothing,
        Skip::Rule(NotAllowed::Role) => wire::Skip::Role,
        Skip::Rule(NotAllowed::OwnersOnly) => wire::Skip::OwnersOnly,
        Skip::Rule(NotAllowed::Oneself) => wire::Skip::Oneself,
        Skip::Rule(NotAllowed::LastOwner) => wire::Skip::LastOwner,
        Skip::NotUndoable => wire::Skip::NotUndoable,
        Skip::Changed => wire::Skip::Changed,
        Skip::Failed => wire::Skip::Failed,
    }
}
