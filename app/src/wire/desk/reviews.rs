//! Review campaigns.

use super::{
    ReviewDecision,
    links::{Count, Listing},
};
use crate::wire::{LinkMethod, Moment, Role, Status};

/// Where a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Its links are being gathered.
    Gathering,
    /// Its links are being decided about.
    Running,
    /// The same, and its last day is over.
    Overdue,
    /// Nothing in it changes any more.
    Closed,
}

/// How many links a review has, and how many of each decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewTally {
    /// All of them.
    pub links: u32,
    /// Kept.
    pub kept: u32,
    /// To go.
    pub revoked: u32,
    /// Open questions.
    pub unsure: u32,
}

impl ReviewTally {
    /// How many are decided.
    pub const fn decided(self) -> u32 {
        self.kept + self.revoked + self.unsure
    }

    /// How many aren't.
    pub const fn undecided(self) -> u32 {
        self.links.saturating_sub(self.decided())
    }
}

/// A review in the list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: ReviewState,
    /// How far it has come.
    pub tally: ReviewTally,
    /// Its last day, in words.
    pub last_day: String,
    /// When it was begun.
    pub begun: Moment,
    /// When it was closed.
    pub closed: Option<Moment>,
}

/// The list of reviews, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewList {
    /// The reviews.
    pub reviews: Vec<ReviewLine>,
    /// Whether whoever looks may begin one.
    pub may_begin: bool,
}

/// Somebody who may be asked to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewerChoice {
    /// Their account.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// Their role.
    pub role: Role,
}

/// What the page shows on which a review is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReview {
    /// The list of links that is reviewed.
    pub filter: Listing,
    /// How many links it has.
    pub count: Count,
    /// Who may be asked.
    pub choices: Vec<ReviewerChoice>,
    /// The first day that it can be due, for date fields.
    pub earliest_day: String,
    /// The last one.
    pub latest_day: String,
}

/// Which links of a review are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewShow {
    /// Those that whoever looks is meant to decide and hasn't.
    Yours,
    /// Those that nobody has decided.
    Undecided,
    /// Those decided so.
    Decided(ReviewDecision),
    /// All of them.
    All,
}

impl ReviewShow {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Yours,
        Self::Undecided,
        Self::Decided(ReviewDecision::Keep),
        Self::Decided(ReviewDecision::Revoke),
        Self::Decided(ReviewDecision::Unsure),
        Self::All,
    ];

    /// The value in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Undecided => "undecided",
            Self::Decided(decision) => decision.code(),
            Self::All => "all",
        }
    }

    /// The one with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.code() == code)
    }
}

/// How far a reviewer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewShare {
    /// Their name; `None` where the only reviewer would decide about their own link.
    pub name: Option<String>,
    /// How many links they are meant to decide.
    pub links: u32,
    /// How many of them nobody has decided.
    pub undecided: u32,
    /// Whether their account can still be used to decide.
    pub can_decide: bool,
}

/// What was said of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidBefore {
    /// The decision.
    pub decision: ReviewDecision,
    /// The remark.
    pub note: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Whether the login of a link under review is still connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewedLogin {
    /// It is.
    Connected,
    /// This review disconnected it, and that was undone.
    ConnectedAgain,
    /// This review disconnected it.
    Disconnected(Moment),
    /// It was disconnected by something else meanwhile.
    Gone,
}

/// A link under review, as it was when the review began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItem {
    /// Its place.
    pub place: i32,
    /// How often it was decided.
    pub version: i32,
    /// The id of the link.
    pub link: String,
    /// Whose it is.
    pub name: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// The account's role.
    pub role: Role,
    /// The account's state.
    pub status: Status,
    /// How it was proved.
    pub method: LinkMethod,
    /// Since when.
    pub linked: Moment,
    /// When it was last used.
    pub last_used: Moment,
    /// Who is meant to decide and hasn't, if it is somebody else than whoever looks.
    pub reviewer: Option<String>,
    /// Whether it is the link of whoever looks.
    pub is_own: bool,
    /// Whether the login is still connected.
    pub login: ReviewedLogin,
    /// What was said.
    pub said: Option<SaidBefore>,
}

/// Which links a review is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewScope {
    /// The list of links that it was begun over.
    pub list: Listing,
    /// Whether there were more than one review takes.
    pub is_cut: bool,
}

/// A review and a page of its links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What the list says of it.
    pub line: ReviewLine,
    /// Which links it is about.
    pub scope: ReviewScope,
    /// Who began it.
    pub begun_by: String,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// Whether whoever looks decides in it.
    pub may_decide: bool,
    /// Whether they carry out, name reviewers and close.
    pub may_manage: bool,
    /// How far each reviewer has come.
    pub shares: Vec<ReviewShare>,
    /// What is shown.
    pub show: ReviewShow,
    /// The links.
    pub items: Vec<ReviewItem>,
    /// Where the next page begins, if there is one.
    pub next: Option<i32>,
    /// Whether it isn't the first page.
    pub is_later_page: bool,
    /// How many logins wait to be disconnected.
    pub to_carry_out: u32,
    /// Who may be asked besides.
    pub choices: Vec<ReviewerChoice>,
}

/// What will be disconnected, before it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocations {
    /// The review.
    pub line: ReviewLine,
    /// The first of them: whose login it is, its e-mail, and the remark.
    pub logins: Vec<Revocation>,
    /// How many there are in all.
    pub count: u32,
    /// How many are disconnected in one go.
    pub at_once: u32,
    /// Whether whoever looks has shown a moment ago that it is them.
    pub is_fresh: bool,
}

/// A login that will be disconnected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whose it is.
    pub name: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// The remark of whoever said that it should go.
    pub note: String,
}

/// A review that is about to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingReview {
    /// The review.
    pub line: ReviewLine,
    /// How many logins wait to be disconnected.
    pub to_carry_out: u32,
    /// Whether whoever looks has shown a moment ago that it is them.
    pub is_fresh: bool,
}
