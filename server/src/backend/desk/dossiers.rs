//! One link, one account, and what can be done about either.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{AccountOrder, Dossiers},
    },
    wire::desk::{AccountAct, AccountDossier, ActPage, LinkDossier, UndoPage, UnlinkPage},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{barred, orders::Wanted};
use crate::{
    backend::{RequestBackend, to, to_the_end, unavailable},
    domain::{
        account::{AccountId, IdentityId},
        desk::{
            remark::{LONGEST_NOTE, LONGEST_REASON, Remark},
            rules::{NotAllowed, Right},
        },
        moment,
        proof::UNDO_FOR,
    },
    service::{
        confirmation,
        desk::{
            acts::{self, Acted},
            dossiers,
            hold::{self, Barred},
            notes::{self, About},
            reviewing, undoing,
        },
    },
};

#[async_trait]
impl Dossiers for RequestBackend {
    async fn account_dossier(
        &self,
        account: String,
        before: Option<String>,
    ) -> Result<Option<AccountDossier>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let Some(id) = account_id(&account) else {
            return Ok(None);
        };
        let dossier = dossiers::account(services, id).await.map_err(unavailable)?;
        let Some(dossier) = dossier else {
            return Ok(None);
        };
        let before = before.and_then(|text| text.parse().ok());
        let happened = dossiers::happened_to_account(services, id, before)
            .await
            .map_err(unavailable)?;
        let timeline = self.timeline(live, &dossier, happened, before.is_some());
        Ok(Some(self.account_as_seen(live, dossier, timeline)))
    }

    async fn link_dossier(
        &self,
        link: String,
        before: Option<String>,
    ) -> Result<Option<LinkDossier>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let Some(id) = link_id(&link) else {
            return Ok(None);
        };
        let found = dossiers::link(services, id).await.map_err(unavailable)?;
        let Some(found) = found else {
            return Ok(None);
        };
        let before = before.and_then(|text| text.parse().ok());
        let happened = dossiers::happened_to_link(services, id, before)
            .await
            .map_err(unavailable)?;
        let timeline = self.timeline(live, &found.dossier, happened, before.is_some());
        Ok(Some(self.link_as_seen(live, found, timeline)))
    }

    async fn act_page(&self, account: String, act: AccountAct) -> Result<Option<ActPage>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Some(id) = account_id(&account) else {
            return Ok(None);
        };
        let dossier = dossiers::account(&self.0.services, id)
            .await
            .map_err(unavailable)?;
        Ok(dossier.map(|dossier| self.before_act(live, &dossier, act)))
    }

    async fn unlink_page(&self, link: String) -> Result<Option<UnlinkPage>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Some(id) = link_id(&link) else {
            return Ok(None);
        };
        let found = dossiers::link(&self.0.services, id)
            .await
            .map_err(unavailable)?;
        Ok(found.map(|found| self.before_unlinking(live, found)))
    }

    async fn undo_page(&self, event: String) -> Result<Option<UndoPage>, Failure> {
        let live = self.at_desk(Right::Attest)?;
        let services = &self.0.services;
        let Ok(id) = event.parse() else {
            return Ok(None);
        };
        let Some(found) = dossiers::event(services, id).await.map_err(unavailable)? else {
            return Ok(None);
        };
        let Some(account) = found.account else {
            return Ok(None);
        };
        let dossier = dossiers::account(services, account)
            .await
            .map_err(unavailable)?;
        let now = services.now();
        Ok(dossier.map(|dossier| UndoPage {
            event,
            until: dossier
                .may_undo(live, &found, now)
                .then(|| moment::day(found.at + UNDO_FOR)),
            change: found.change.as_ref().and_then(super::seen::change),
            person: super::seen::person(&dossier.account),
            action: found.action,
            is_fresh: confirmation::is_fresh(services, live),
        }))
    }

    async fn act_on_account(&self, wanted: AccountOrder) -> Result<Destination, Failure> {
        self.active()?;
        let account = account_id(&wanted.account).ok_or(Failure::Refused)?;
        let order = Wanted::parse(&wanted, self.0.services.now());
        self.at_the_desk(Right::Decide, Some(account), order, move |own, live, order| async move {
            order.carry_out(&own.services, &live, account).await
        })
        .await?;
        let done = super::orders::done(wanted.act);
        Ok(to(format!("/admin/accounts/{}?done={done}", account.0)))
    }

    async fn unlink(&self, link: String, reason: Option<String>) -> Result<Destination, Failure> {
        self.active()?;
        let link = link_id(&link).ok_or(Failure::Refused)?;
        let reason = Remark::parse(&reason.unwrap_or_default(), LONGEST_REASON);
        let reason = reason.map_err(|_| Barred::TooLong);
        self.at_the_desk(
            Right::Decide,
            None,
            reason,
            move |own, live, reason| async move {
                acts::unlink(&own.services, &live, link, reason.as_ref()).await
            },
        )
        .await?;
        Ok(to(format!("/admin/links/{}?done=unlinked", link.0)))
    }

    async fn undo_at_desk(&self, event: String) -> Result<Destination, Failure> {
        self.active()?;
        let event: i64 = event.parse().map_err(|_| Failure::Refused)?;
        // What was attested is taken back by whoever attests; the rest asks for more.
        self.at_the_desk(
            Right::Attest,
            None,
            Ok(()),
            move |own, live, ()| async move { undoing::undo(&own.services, &live, event).await },
        )
        .await?;
        let account = undoing::account_of(&self.0.services, event)
            .await
            .map_err(unavailable)?;
        Ok(to(account.map_or_else(
            || "/admin/links".to_owned(),
            |account| format!("/admin/accounts/{}?done=undone", account.0),
        )))
    }

    async fn review(&self, link: String, note: Option<String>) -> Result<Destination, Failure> {
        self.active()?;
        let link = link_id(&link).ok_or(Failure::Refused)?;
        let note = Remark::parse(&note.unwrap_or_default(), LONGEST_REASON);
        let note = note.map_err(|_| Barred::TooLong);
        self.at_the_desk(
            Right::Attest,
            None,
            note,
            move |own, live, note| async move {
                reviewing::review(&own.services, &live, link, note.as_ref()).await
            },
        )
        .await?;
        Ok(to(format!("/admin/links/{}?done=reviewed", link.0)))
    }

    async fn note_account(&self, account: String, note: String) -> Result<Destination, Failure> {
        let account = account_id(&account).ok_or(Failure::Refused)?;
        self.note(About::Account(account), &note).await?;
        Ok(to(format!("/admin/accounts/{}?done=noted", account.0)))
    }

    async fn note_link(&self, link: String, note: String) -> Result<Destination, Failure> {
        let link = link_id(&link).ok_or(Failure::Refused)?;
        self.note(About::Link(link), &note).await?;
        Ok(to(format!("/admin/links/{}?done=noted", link.0)))
    }
}

impl RequestBackend {
    async fn note(&self, about: About, note: &str) -> Result<(), Failure> {
        self.active()?;
        let account = match about {
            About::Account(account) => Some(account),
            About::Link(_) => None,
        };
        let note = Remark::parse(note, LONGEST_NOTE).map_err(|_| Barred::TooLong);
        self.at_the_desk(
            Right::Attest,
            account,
            note,
            move |own, live, note| async move {
                notes::add(&own.services, &live, about, note.as_ref()).await
            },
        )
        .await
    }

    /// Carries an act out to its end. What couldn't be read of its form is refused, and recorded as
    /// such; whoever may not act at all hears only that.
    async fn at_the_desk<T, Acting>(
        &self,
        right: Right,
        account: Option<AccountId>,
        asked: Result<T, Barred>,
        act: impl FnOnce(Arc<crate::backend::Parts>, crate::db::sessions::LiveSession, T) -> Acting
        + Send
        + 'static,
    ) -> Result<(), Failure>
    where
        T: Send + 'static,
        Acting: Future<Output = Acted> + Send,
    {
        let live = self.active()?.clone();
        let own = Arc::clone(&self.0);
        let acted = to_the_end(async move {
            let asked = if right.is_of(live.role) {
                asked
            } else {
                Err(NotAllowed::Role.into())
            };
            match asked {
                Ok(asked) => act(own, live, asked).await,
                Err(why) => Ok(Err(hold::refuse(&own.services, &live, account, why).await?)),
            }
        })
        .await?;
        acted.map_err(barred)
    }
}

fn account_id(text: &str) -> Option<AccountId> {
    Uuid::try_parse(text).ok().map(AccountId)
}

fn link_id(text: &str) -> Option<IdentityId> {
    Uuid::try_parse(text).ok().map(IdentityId)
}
