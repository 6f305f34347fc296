//! Reads: what was asked of Clio Manage, and what came of it.

use super::{super::dormancy::Hand, Difference, DifferenceKind, RosterDoer};
use crate::wire::Moment;

/// How far a read is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterProgress {
    /// How many people it has read.
    pub people: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
    /// In how many of Clio's pages.
    pub pages: u32,
}

/// A read in the list of reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLine {
    /// Its id.
    pub id: String,
    /// The name of the firm.
    pub firm: String,
    /// When it began.
    pub began: Moment,
    /// How long it took, in words ("4 minutes"); `None` while it is under way.
    pub took: Option<String>,
    /// Who asked for it; `None`: it began by itself in the night.
    pub by: Option<RosterDoer>,
    /// How many people it read.
    pub people: u64,
    /// How it ended.
    pub outcome: ReadOutcome,
    /// How many differences it found, by kind; kinds of which there is none are left out.
    pub counts: Vec<(DifferenceKind, u64)>,
}

/// How a read ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    /// It hasn't ended.
    UnderWay,
    /// It read everybody.
    Whole,
    /// It ended before; nothing was done because of it.
    Failed(Trouble),
}

/// What keeps a read from its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Clio couldn't be reached, or was out of order, for too long.
    Unreachable,
    /// The connection doesn't include reading the firm's people.
    NotAllowed,
    /// Clio no longer takes the connection.
    ReconnectNeeded,
    /// The answer made no sense, or people were missing from it.
    Senseless,
    /// Somebody stopped it.
    Stopped {
        /// Who; `None` where the firm was disconnected by Clio, or nobody is known.
        by: Option<RosterDoer>,
    },
}

/// One read with what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRead {
    /// The read.
    pub read: ReadLine,
    /// A page of what it found, in the order of [`DifferenceKind::ALL`].
    pub differences: Vec<Difference>,
    /// Where the next page begins, as the page's `after`.
    pub next: Option<String>,
    /// Whether this isn't the first page.
    pub is_later: bool,
    /// What whoever looks may do.
    pub hand: Hand,
}
