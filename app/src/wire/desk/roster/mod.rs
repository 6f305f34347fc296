//! What the roster's room shows: the firm's people as Clio Manage says, and where accounts here differ.
//!
//! Moments that are ahead come as text ("24 November 2026, 02:10 UTC"), because nothing is "ago" there.

mod difference;
mod firm;
mod people;
mod read;

use super::dormancy::Hand;
use crate::wire::Region;

pub use self::{
    difference::{
        Became, Difference, DifferenceKind, Group, Obstacle, RosterAccount, RosterDecision,
        RosterUndo, RosterVerdict, What, Why,
    },
    firm::{
        ClioUser, Firm, FirmPage, Leavers, RosterRule, RosterRuleChange, RosterState, TooMany,
        WholeRead,
    },
    people::{AccountFilter, ClioLogin, PeopleQuery, RosterPeople, RosterPerson},
    read::{ReadLine, ReadOutcome, RosterProgress, RosterRead, Trouble},
};

/// The roster's room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The regions in which a firm can be connected, the likeliest first; never empty.
    pub regions: Vec<Region>,
    /// The firms that are connected, by name. Where there is none, nothing below is shown.
    pub firms: Vec<Firm>,
    /// What waits for a decision, by kind in the order of [`DifferenceKind::ALL`]; kinds of which nothing
    /// waits are left out. Limited to one kind where the page asks for one.
    pub waiting: Vec<Group>,
    /// The latest reads, the newest first, of all firms.
    pub reads: Vec<ReadLine>,
    /// Where the page of older reads begins, as the page's `before`.
    pub older_reads: Option<String>,
    /// What whoever looks may do. Reading and stopping needs no fresh proof; the rule, decisions and
    /// disconnecting do.
    pub hand: Hand,
}

/// Somebody who did something at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterDoer {
    /// Their account.
    pub account: String,
    /// Their name, or e-mail where there is none.
    pub name: String,
}
