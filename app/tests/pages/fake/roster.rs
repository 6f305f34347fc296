//! The roster of the fake server.

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{RosterChoice, RosterOrder, RosterView, Rosters},
    },
    wire::desk::roster::{
        FirmPage, PeopleQuery, Roster, RosterDecision, RosterPeople, RosterRead, RosterVerdict,
    },
};
use async_trait::async_trait;

use super::Fake;

/// What the fake server knows of the roster.
#[derive(Clone, Default)]
pub struct Known {
    pub roster: Option<Roster>,
    pub read: Option<RosterRead>,
    pub people: Option<RosterPeople>,
    pub firm: Option<FirmPage>,
    pub decision: Option<RosterDecision>,
}

#[async_trait]
impl Rosters for Fake {
    async fn roster(&self, view: RosterView) -> Result<Roster, Failure> {
        let mut roster = self.answer(self.roster.roster.as_ref()).await?;
        if let Some(kind) = view.kind {
            roster.waiting.retain(|group| group.kind == kind);
        }
        Ok(roster)
    }

    async fn roster_read(
        &self,
        read: String,
        _: Option<String>,
    ) -> Result<Option<RosterRead>, Failure> {
        let known = self.roster.read.as_ref();
        self.look_up(known.filter(|known| known.read.id == read))
            .await
    }

    async fn roster_people(&self, _: PeopleQuery) -> Result<RosterPeople, Failure> {
        self.answer(self.roster.people.as_ref()).await
    }

    async fn roster_firm(&self, firm: String) -> Result<Option<FirmPage>, Failure> {
        let known = self.roster.firm.as_ref();
        self.look_up(known.filter(|known| known.firm.id == firm))
            .await
    }

    async fn roster_decision(&self, choice: RosterChoice) -> Result<RosterDecision, Failure> {
        let mut decision = self.answer(self.roster.decision.as_ref()).await?;
        if choice.all.is_none() {
            decision
                .differences
                .retain(|each| choice.differences.contains(&each.id));
        }
        Ok(decision)
    }

    async fn read_roster(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn stop_roster(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn change_roster_rule(&self, _: RosterOrder) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn undo_roster_rule(&self, _: String, _: i32) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn decide_roster(
        &self,
        _: Vec<String>,
        _: RosterVerdict,
        _: String,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn disconnect_firm(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
