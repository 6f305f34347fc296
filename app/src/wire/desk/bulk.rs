//! One decision about many.

use crate::wire::Moment;

/// What is done to each of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Attests that the link is right.
    Review,
    /// Lets waiting people in.
    Approve,
    /// Turns waiting people down.
    Reject,
    /// Closes accounts for now.
    Suspend,
    /// Opens closed accounts again.
    Reactivate,
    /// Disconnects logins.
    Unlink,
    /// Signs people out everywhere.
    EndSessions,
    /// Undoes what an earlier act did.
    Undo,
}

impl Deed {
    /// Those that a list of links offers.
    pub const OFFERED: [Self; 5] = [
        Self::Review,
        Self::EndSessions,
        Self::Suspend,
        Self::Reactivate,
        Self::Unlink,
    ];

    /// Those of [`OFFERED`](Self::OFFERED) that change nobody's access.
    pub const ATTESTING: [Self; 1] = [Self::Review];

    /// The word that forms send.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Reactivate => "reactivate",
            Self::Unlink => "unlink",
            Self::EndSessions => "end_sessions",
            Self::Undo => "undo",
        }
    }

    /// Whether it takes something away, so that the record has to say why.
    pub const fn asks_why(self) -> bool {
        matches!(self, Self::Reject | Self::Suspend | Self::Unlink)
    }
}

/// Why one of many is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Skip {
    /// The account isn't in a state for it.
    State,
    /// The login is disconnected already.
    Unlinked,
    /// There is nothing to do.
    Nothing,
    /// Whoever decides may not decide about anybody any more.
    Role,
    /// Only owners do that.
    OwnersOnly,
    /// Nobody does that to themselves.
    Oneself,
    /// The firm would have no owner left.
    LastOwner,
    /// It can't be undone any more.
    NotUndoable,
    /// Something changed between the preview and the deed.
    Changed,
    /// Something went wrong on our side.
    Failed,
}

/// How far an act has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkStage {
    /// What it is about is being gathered.
    Gathering,
    /// It shows what would happen, and waits for a yes.
    Ready,
    /// It is carried out.
    Running,
    /// It is over.
    Finished,
    /// It was given up before anything was done, or never confirmed.
    GivenUp,
    /// More match than one act takes; nothing was done.
    TooMany,
    /// It ended in the middle: it was stopped, or whoever confirmed it may not
    /// decide about people any more.
    Stopped,
}

/// Whether somebody may confirm an act that is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirming {
    /// They prepared it, and have shown recently enough that it's them.
    Open,
    /// They prepared it, and have to show that it's them.
    NotFresh,
    /// Somebody else prepared it.
    Others,
}

/// The page of one decision about many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkPage {
    /// The facts that the list of acts shows, too.
    pub act: BulkLine,
    /// Why, in the administrator's own words.
    pub reason: Option<String>,
    /// Until when accounts are suspended, in words.
    pub until: Option<String>,
    /// The query string of the list that it was begun from, where it is about all that match.
    pub list: Option<String>,
    /// Those that wait to be done, or would be done.
    pub waiting: u64,
    /// Those that are done.
    pub done: u64,
    /// Those that are or would be left alone, by why, the most first.
    pub skipped: Vec<(Skip, u64)>,
    /// A part of them, in their order.
    pub items: Vec<BulkItem>,
    /// Where the next part begins, as the page's `after` parameter.
    pub next: Option<String>,
    /// Whether this isn't the first part.
    pub is_later_page: bool,
    /// Whether whoever looks may confirm it.
    pub confirming: Confirming,
    /// Whether they may give it up, or stop it.
    pub may_stop: bool,
    /// Until when it can be undone, in words; `None` when it can't.
    pub undo_until: Option<String>,
    /// The act that undid it.
    pub undone_by: Option<String>,
    /// The act that it undoes.
    pub undoes: Option<String>,
}

impl BulkPage {
    /// Those that are or would be left alone.
    pub fn left_alone(&self) -> u64 {
        self.skipped.iter().map(|(_, count)| count).sum()
    }
}

/// An act in the list of acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkLine {
    /// Its id.
    pub id: String,
    /// What is done.
    pub deed: Deed,
    /// How far it has got.
    pub stage: BulkStage,
    /// Who prepared it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// One of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkItem {
    /// Whose account it is.
    pub name: String,
    /// The account's e-mail.
    pub email: String,
    /// The account's page: a path of this site.
    pub account: String,
    /// The e-mail of the login at Clio, for an act about links.
    pub clio_email: Option<String>,
    /// Whether it is done.
    pub is_done: bool,
    /// Why it is, or would be, left alone.
    pub skip: Option<Skip>,
}
