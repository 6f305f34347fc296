//! Accounts that may be one person's, side by side.

use serde::{Deserialize, Serialize};

use crate::wire::{Connection, Moment, Role, Status};

/// How sure it is that two accounts are one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Hardly a doubt.
    Sure,
    /// It probably is.
    Likely,
    /// It may be.
    Possible,
}

impl Confidence {
    /// All of them, the surest first.
    pub const ALL: [Self; 3] = [Self::Sure, Self::Likely, Self::Possible];

    /// The word in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// The confidence with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Why two accounts may be one person's, or may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikenessReason {
    /// One Clio login opens the one and opened the other.
    SameLogin,
    /// They have an e-mail in common.
    SameEmail,
    /// Their e-mails begin alike, at two domains.
    SameLocalPart,
    /// The beginning of one's e-mail is part of the other's.
    LocalPartContained,
    /// The same names, accents and case aside.
    SameNames,
    /// The same names, first and last exchanged.
    NamesSwapped,
    /// The same last name, and one's first name is the other's initial.
    Initial,
    /// Names that differ by a letter or two.
    SimilarNames,
    /// The first names differ.
    DifferentFirstNames,
    /// The last names differ.
    DifferentLastNames,
    /// Both were used in the last week.
    BothInUse,
}

/// How alike two accounts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// How sure it is.
    pub confidence: Confidence,
    /// Why, the strongest first.
    pub reasons: Vec<LikenessReason>,
}

/// Which pairs are asked for, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DuplicatesQuery {
    /// Only those of this confidence.
    pub confidence: Option<Confidence>,
    /// Those that were put aside.
    pub aside: bool,
    /// Those behind this place, as a page gave it.
    pub after: Option<String>,
}

/// The page of pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// The pairs, the surest first.
    pub pairs: Vec<Pair>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<String>,
    /// How many names and beginnings of e-mails are shared by so many that nobody is compared by them;
    /// counted up to one more than [`Duplicates::MOST_CROWDS`].
    pub crowds: u32,
    /// How many that is.
    pub most_alike: u32,
    /// When all accounts were last looked through; `None` before the first time.
    pub searched: Option<Moment>,
    /// The merges that can still be undone, the last one first.
    pub merges: Vec<DoneMerge>,
    /// What the person may do.
    pub deciding: Deciding,
}

impl Duplicates {
    /// From here on, it is "more than".
    pub const MOST_CROWDS: u32 = 999;
}

/// Whether whoever looks may also decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// Their role only looks.
    No,
    /// They have to show first that it's them.
    ConfirmFirst,
    /// They may.
    Yes,
}

/// Two accounts that may be one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one.
    pub a: Half,
    /// The other.
    pub b: Half,
    /// How alike they are.
    pub likeness: Likeness,
    /// When that was found.
    pub found: Moment,
}

/// An account of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Its id.
    pub id: String,
    /// First and last name, or the e-mail where there is no name.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub status: Status,
}

/// A merge that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneMerge {
    /// The event that its form sends, to undo it.
    pub event: String,
    /// What the account is called that stayed.
    pub into: String,
    /// The e-mail of the one that went.
    pub from_email: String,
    /// When.
    pub merged: Moment,
    /// Until when it can be undone, in words: "6 December 2026".
    pub until: String,
}

/// Two accounts side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The one.
    pub a: Side,
    /// The other.
    pub b: Side,
    /// How alike the search found them; `None` when it didn't.
    pub likeness: Option<Likeness>,
    /// Whether somebody said that they are two people's.
    pub is_aside: bool,
    /// What both are like now: the form sends it along, so that nothing is merged that has changed since
    /// somebody looked.
    pub seen: String,
    /// What the person may do.
    pub deciding: Deciding,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its id.
    pub id: String,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Whether the e-mail was proved or vouched for.
    pub email_verified: bool,
    /// Role.
    pub role: Role,
    /// State.
    pub status: Status,
    /// Since when the account exists.
    pub created: Moment,
    /// The last sign-in.
    pub last_sign_in: Option<Moment>,
    /// What opens it, the newest first.
    pub logins: Vec<Connection>,
    /// Whether it has a password.
    pub has_password: bool,
    /// In how many browsers it is signed in.
    pub sessions: u32,
    /// Why it can't take the other one in; `None` when it can.
    pub cannot_take_in: Option<MergeObstacle>,
    /// Why it can't be merged into the other one; `None` when it can.
    pub cannot_be_taken_in: Option<MergeObstacle>,
}

/// Why an account can't be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeObstacle {
    /// It is an administrator's or an owner's.
    Administrator,
    /// It is suspended.
    Suspended,
    /// It is closed for good.
    Deleted,
    /// It isn't in use yet.
    NotActive,
    /// Nobody has proved its e-mail.
    Unproved,
    /// Its person said "This wasn't me", and nobody has decided about it yet.
    Disputed,
}

/// What the form of a merge sends, unchecked: the two accounts, and of which of them each fact is taken.
#[derive(Clone, Debug, Default)]
pub struct MergeForm {
    /// The one.
    pub a: String,
    /// The other.
    pub b: String,
    /// The account that stays.
    pub into: Option<String>,
    /// The account whose first name is taken.
    pub first_name_of: Option<String>,
    /// The account whose last name is taken.
    pub last_name_of: Option<String>,
    /// The account whose e-mail is taken.
    pub email_of: Option<String>,
    /// What both were like when they were looked at.
    pub seen: String,
}
