//! The firm's people, as Clio Manage says.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::roster::{
        DifferenceKind, FirmPage, Leavers, PeopleQuery, Roster, RosterDecision, RosterPeople,
        RosterRead, RosterVerdict,
    },
};

/// What somebody looks at in the roster's room, unchecked.
#[derive(Clone, Debug, Default)]
pub struct RosterView {
    /// Only what waits of this kind.
    pub kind: Option<DifferenceKind>,
    /// What the page of those begins after; without meaning where no kind is named.
    pub after: Option<String>,
    /// What the page of reads begins before.
    pub before: Option<String>,
}

/// What somebody wants to decide about, unchecked.
#[derive(Clone, Debug, Default)]
pub struct RosterChoice {
    /// The ids of differences.
    pub differences: Vec<String>,
    /// All that wait of this kind, in the place of those; the oldest, as many as one decision takes.
    pub all: Option<DifferenceKind>,
}

/// The rule that is to be in force for a firm, unchecked.
#[derive(Clone, Debug)]
pub struct RosterOrder {
    /// The firm.
    pub firm: String,
    /// The revision that they have seen.
    pub seen: i32,
    /// What becomes of leavers.
    pub leavers: Leavers,
    /// The percentage from 1 to 100 above which an administrator decides, as it was typed.
    pub threshold: String,
    /// Why.
    pub reason: String,
}

/// The firm's people, as Clio Manage says: the firms that are read, the reads, and the differences.
///
/// Reviewers look; administrators and owners act. The pages ask for nothing of this while
/// [`Frame::roster`](crate::wire::desk::Frame::roster) says that there is no roster. Where the acts lead
/// to is `/admin/roster` with a code that `words::roster::done` knows, or a read's page.
#[async_trait]
pub trait Rosters: Send + Sync {
    /// What `/admin/roster` shows.
    async fn roster(&self, view: RosterView) -> Result<Roster, Failure>;
    /// What `/admin/roster/reads/{id}` shows, from a place on; `None` when there is no such read.
    async fn roster_read(
        &self,
        read: String,
        after: Option<String>,
    ) -> Result<Option<RosterRead>, Failure>;
    /// What `/admin/roster/people` shows.
    async fn roster_people(&self, query: PeopleQuery) -> Result<RosterPeople, Failure>;
    /// What the pages say on which a firm's rule is changed, or the firm disconnected; `None` when no such
    /// firm is connected.
    async fn roster_firm(&self, firm: String) -> Result<Option<FirmPage>, Failure>;
    /// What a decision about these would do.
    async fn roster_decision(&self, choice: RosterChoice) -> Result<RosterDecision, Failure>;

    /// Begins to read a firm's people.
    async fn read_roster(&self, firm: String) -> Result<Destination, Failure>;
    /// Stops the read of a firm that is under way.
    async fn stop_roster(&self, firm: String) -> Result<Destination, Failure>;
    /// Puts a rule in force.
    async fn change_roster_rule(&self, order: RosterOrder) -> Result<Destination, Failure>;
    /// Puts the rule back that was in force for a firm before the one of this revision.
    async fn undo_roster_rule(&self, firm: String, revision: i32) -> Result<Destination, Failure>;
    /// Decides about differences. Those that can't be carried out any more are left alone.
    async fn decide_roster(
        &self,
        differences: Vec<String>,
        verdict: RosterVerdict,
        reason: String,
    ) -> Result<Destination, Failure>;
    /// Disconnects a firm.
    async fn disconnect_firm(&self, firm: String, reason: String) -> Result<Destination, Failure>;
}
