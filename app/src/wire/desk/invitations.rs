//! The pages about invitations.

use crate::wire::Moment;

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// Its person hasn't come yet, and the link is good.
    Waiting,
    /// Its person hasn't come, and the link is over.
    Expired,
    /// Its person came.
    Accepted,
    /// It was withdrawn.
    Withdrawn,
}

impl InvitationState {
    /// All states, for filters and tests.
    pub const ALL: [Self; 4] = [
        Self::Waiting,
        Self::Expired,
        Self::Accepted,
        Self::Withdrawn,
    ];

    /// The word in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::Withdrawn => "revoked",
        }
    }

    /// The state with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Which invitations a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationsQuery {
    /// What became of them; `None` for whatever became of them.
    pub state: Option<InvitationState>,
    /// What stands in a name or the e-mail; empty for anything.
    pub search: String,
    /// The page below this invitation, by its id.
    pub below: Option<String>,
    /// The page above this invitation, by its id.
    pub above: Option<String>,
}

/// A page of invitations, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitations {
    /// The invitations.
    pub rows: Vec<Invitation>,
    /// How many there are, up to [`Invitations::MOST_COUNTED`], and one more where there are more.
    pub count: u32,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// Whether there are older ones.
    pub has_older: bool,
}

impl Invitations {
    /// How far is counted.
    pub const MOST_COUNTED: u32 = 10_000;
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: String,
    /// First and last name; empty where neither is known.
    pub name: String,
    /// The e-mail.
    pub email: String,
    /// What became of it.
    pub state: InvitationState,
    /// Who invited; `None` for the operator on the command line.
    pub invited_by: Option<String>,
    /// When.
    pub invited: Moment,
    /// When the newest mail was written; `None` when the link was handed over.
    pub sent: Option<Moment>,
    /// Until when the newest link is good, in words.
    pub good_until: String,
    /// When it was accepted or withdrawn.
    pub ended: Option<Moment>,
    /// Whether a new link can be mailed.
    pub can_resend: bool,
    /// Whether it can be withdrawn.
    pub can_revoke: bool,
    /// Whether the withdrawal can be undone.
    pub can_restore: bool,
}

/// A list of people, as its administrator sees it among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSummary {
    /// Its id.
    pub id: String,
    /// When it was sent.
    pub sent: Moment,
    /// How far it has come.
    pub state: ImportState,
    /// How many rows it has.
    pub rows: u32,
    /// How many of them were to invite somebody.
    pub to_invite: u32,
    /// How many of those are done with.
    pub done: u32,
    /// How many people were invited.
    pub invited: u32,
}

/// How far a list has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// It was looked through; nobody is invited.
    Checked,
    /// It is being carried out.
    Running,
    /// It was carried out.
    Finished,
    /// Its administrator may not invite any more.
    Stopped,
}

/// What a row of a list does, or what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A mistake.
    Mistake,
    /// It invites.
    Invite,
    /// It invites, though somebody signs in with that e-mail who hasn't proved it.
    InviteUnproved,
    /// An earlier row has the same e-mail.
    Repeated,
    /// The person is invited already.
    InvitedAlready,
    /// The person has an account.
    HasAccount,
    /// The person's account is closed.
    Closed,
}

impl RowKind {
    /// All kinds, in the order in which a report counts them.
    pub const ALL: [Self; 7] = [
        Self::Mistake,
        Self::Invite,
        Self::InviteUnproved,
        Self::Repeated,
        Self::InvitedAlready,
        Self::HasAccount,
        Self::Closed,
    ];

    /// The word in URLs and on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Invite => "invite",
            Self::InviteUnproved => "invite_unproved",
            Self::Repeated => "repeated",
            Self::InvitedAlready => "invited_already",
            Self::HasAccount => "has_account",
            Self::Closed => "closed",
        }
    }

    /// The kind with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What came of a row that was to invite somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowOutcome {
    /// The person is invited.
    Invited,
    /// Somebody else invited the person meanwhile.
    InvitedAlready,
    /// The person has got an account meanwhile.
    HasAccount,
    /// The person's account was closed meanwhile.
    Closed,
}

impl RowOutcome {
    /// The outcome with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "invited" => Self::Invited,
            "invited_already" => Self::InvitedAlready,
            "has_account" => Self::HasAccount,
            "closed" => Self::Closed,
            _ => return None,
        })
    }
}

/// What is wrong with a cell of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellMistake {
    /// No e-mail stands there.
    EmailMissing,
    /// It isn't an e-mail.
    EmailMalformed,
    /// It isn't a name.
    NameMalformed,
    /// It goes on in the next line.
    LineBreak,
    /// It holds characters that weren't stored as UTF-8.
    Undecodable,
    /// It stands beyond the columns that the first line names.
    CellTooMany,
}

impl CellMistake {
    /// All mistakes, for tests.
    pub const ALL: [Self; 6] = [
        Self::EmailMissing,
        Self::EmailMalformed,
        Self::NameMalformed,
        Self::LineBreak,
        Self::Undecodable,
        Self::CellTooMany,
    ];

    /// The mistake with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "email_missing" => Self::EmailMissing,
            "email_malformed" => Self::EmailMalformed,
            "name_malformed" => Self::NameMalformed,
            "line_break" => Self::LineBreak,
            "undecodable" => Self::Undecodable,
            "cell_too_many" => Self::CellTooMany,
            _ => return None,
        })
    }
}

/// A row of a list, or one of its mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The line that it begins on, from 1.
    pub line: u32,
    /// The column of a mistake, from 1; 0 for a row without one.
    pub column: u32,
    /// First and last name, as they stand there.
    pub name: String,
    /// The e-mail, as it stands there.
    pub email: String,
    /// What it does.
    pub kind: RowKind,
    /// What is wrong: the column's name, the mistake, and what stands there.
    pub mistake: Option<(String, CellMistake, String)>,
    /// The line that has the same e-mail already.
    pub same_as: Option<u32>,
    /// What came of it.
    pub outcome: Option<RowOutcome>,
}

/// Which rows of a list a page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowsShown {
    /// Those with mistakes; all where none has any.
    #[default]
    MistakesFirst,
    /// All.
    All,
    /// Those of a kind.
    Of(RowKind),
}

/// What a page shows of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportQuery {
    /// Which rows.
    pub rows: RowsShown,
    /// Below this line and column.
    pub below: Option<(u32, u32)>,
}

/// What a list says, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// The list.
    pub summary: ImportSummary,
    /// The names of columns that aren't read, with commas between; empty for none.
    pub ignored: String,
    /// How many rows are of which kind, in the order of [`RowKind::ALL`], without those that none is of.
    pub counts: Vec<(RowKind, u32)>,
    /// How many rows that were to invite somebody came to what else.
    pub overtaken: u32,
    /// Of which kind the rows are that are shown; `None` for all.
    pub shown: Option<RowKind>,
    /// The rows.
    pub rows: Vec<ImportRow>,
    /// Whether there are more below.
    pub has_more: bool,
}
