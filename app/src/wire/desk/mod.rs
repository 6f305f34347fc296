//! The pages of the administrators' desk.

mod act;
mod dossier;
mod invitations;
pub mod queue;
mod timeline;

pub use self::{
    act::{AccountAct, ActPage, UndoPage, UnlinkPage},
    dossier::{AccountDossier, Link, LinkDossier, Openers, Person},
    timeline::{Change, DoneBy, Entry, Timeline, Undoing},
};

pub use self::invitations::{
    CellMistake, ImportReport, ImportRow, ImportState, ImportSummary, Invitation, InvitationState,
    Invitations, InvitationsQuery, ReportQuery, RowKind, RowOutcome, RowsShown,
mod duplicates;

pub use self::duplicates::{
    Comparison, Confidence, Deciding, DoneMerge, Duplicates, DuplicatesQuery, Half, Likeness,
    LikenessReason, MergeForm, MergeObstacle, Pair, Side,
};

/// What stands around every page of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// How many people and questions wait for a decision; counted up to [`Frame::MOST_WAITING`].
    pub waiting: u32,
}

impl Frame {
    /// From here on, it is "more than".
    pub const MOST_WAITING: u32 = 999;
}
