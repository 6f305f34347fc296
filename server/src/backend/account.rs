//! What one's own account says, and its record.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, OwnAccount},
    wire::{self, FormProblem},
};
use async_trait::async_trait;

use super::{RequestBackend, form, or_account, to, to_the_end, unavailable, words};
use crate::{
    domain::{device, moment, name::Name, proof::UNDO_FOR},
    service::{
        account::{self, Settled},
        connections::{self, Changed, is_undoable},
    },
};

#[async_trait]
impl OwnAccount for RequestBackend {
    async fn welcome(&self) -> Result<wire::Welcome, Failure> {
        let live = self.active()?;
        let goes_on_to = account::goes_on_to(live);
        Ok(wire::Welcome {
            first_name: live.first_name.clone(),
            last_name: live.last_name.clone(),
            email: live.email.clone(),
            goes_on_to: goes_on_to.map(|path| path.as_str().to_owned()),
        })
    }

    async fn finish_welcome(
        &self,
        first_name: String,
        last_name: String,
    ) -> Result<Destination, Failure> {
        let live = self.active()?;
        if live.welcomed {
            return Err(form(FormProblem::Changed));
        }
        let bad_name = |_| form(FormProblem::BadName);
        let first_name = Name::parse(&first_name).map_err(bad_name)?;
        let last_name = Name::parse(&last_name).map_err(bad_name)?;
        let return_to = account::finish_welcome(&self.0.services, live, &first_name, &last_name)
            .await
            .map_err(unavailable)?;
        Ok(or_account(return_to))
    }

    async fn account(&self) -> Result<wire::Account, Failure> {
        let live = self.active()?;
        let facts = account::facts(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(wire::Account {
            first_name: live.first_name.clone(),
            last_name: live.last_name.clone(),
            email: live.email.clone(),
            role: words::role(live.role),
            created: self.moment(live.account_created_at),
            connections: facts
                .identities
                .into_iter()
                .map(|identity| self.connection(live, identity))
                .collect(),
            sign_ins: facts
                .sign_ins
                .into_iter()
                .map(|sign_in| wire::SignIn {
                    at: self.moment(sign_in.created_at),
                    device: device::in_words(&sign_in.user_agent),
                    address: sign_in.address,
                    current: sign_in.id == live.id.0,
                })
                .collect(),
            cases: facts
                .cases
                .into_iter()
                .map(|case| wire::OpenCase {
                    about: words::case_about(case.kind),
                    reference: case.reference,
                    since: self.moment(case.at),
                })
                .collect(),
            suggestions: facts
                .suggestions
                .into_iter()
                .map(|suggestion| wire::Suggestion {
                    field: words::field(suggestion.field),
                    ours: suggestion.ours,
                    theirs: suggestion.theirs,
                })
                .collect(),
        })
    }

    async fn settle_suggestion(
        &self,
        field: wire::ProfileField,
        take: bool,
    ) -> Result<Destination, Failure> {
        let live = self.active()?;
        let field = words::field_inward(field);
        let settled = account::settle(&self.0.services, live, field, take)
            .await
            .map_err(unavailable)?;
        match settled {
            Settled::Yes => Ok(to("/account")),
            Settled::Changed => Err(form(FormProblem::Changed)),
        }
    }

    async fn activity(&self, before: Option<String>) -> Result<wire::Activity, Failure> {
        let live = self.active()?;
        let before = before.and_then(|text| text.parse().ok());
        let record = account::record(&self.0.services, live, before)
            .await
            .map_err(unavailable)?;
        let now = self.0.services.now();
        let older = record.events.last().filter(|_| record.has_older);
        Ok(wire::Activity {
            older: older.map(|event| event.id.to_string()),
            is_later_page: before.is_some(),
            happenings: record
                .events
                .into_iter()
                .map(|event| wire::Happening {
                    event: event.id.to_string(),
                    at: self.moment(event.at),
                    method: event.method.as_deref().and_then(words::method),
                    by: words::doer(live.account, event.actor, &event.action),
                    reference: event.reference,
                    undo_until: is_undoable(event.is_undoable, event.at, now)
                        .then(|| moment::day(event.at + UNDO_FOR)),
                    action: event.action,
                })
                .collect(),
        })
    }

    async fn undo(&self, event: String) -> Result<Destination, Failure> {
        self.active()?;
        let event = event.parse().map_err(|_| Failure::Refused)?;
        let own = Arc::clone(&self.0);
        let undone = to_the_end(async move {
            let live = own.visit.session.as_ref();
            match live {
                Some(live) => connections::undo(&own.services, &own.visit, live, event).await,
                None => Ok(Changed::Gone),
            }
        })
        .await?;
        match undone {
            Changed::Yes | Changed::AndSignedOut => Ok(to("/account/connections?done=undone")),
            Changed::ConfirmFirst => Err(form(FormProblem::ConfirmFirst)),
            Changed::LastWayIn | Changed::Gone => Err(form(FormProblem::Changed)),
        }
    }
}
