//! Whether two accounts may be one person's: a guess with its reasons, for administrators to look at.
//! Nothing happens to an account by it.

mod keys;
mod names;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, str::FromStr};

use super::folding;
use crate::domain::account::Unknown;

pub use self::keys::keys;

/// The version of these rules. Accounts that were looked at under another one are looked at again.
pub const VERSION: i32 = 1;

/// How many accounts may share a name, or the beginning of an e-mail, before that says nothing about any
/// two of them.
pub const MOST_ALIKE: i64 = 20;

/// What is known of an account when it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// The e-mails of the account and of the logins that open it or did, ASCII case folded.
    pub emails: BTreeSet<String>,
    /// Whether it was signed in to in the last week.
    pub is_in_use: bool,
}

/// Why two accounts may be one person's, or may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
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

impl Reason {
    /// All reasons, the strongest first; for tables and tests.
    pub const ALL: [Self; 11] = [
        Self::SameLogin,
        Self::SameEmail,
        Self::SameLocalPart,
        Self::LocalPartContained,
        Self::SameNames,
        Self::NamesSwapped,
        Self::Initial,
        Self::SimilarNames,
        Self::DifferentFirstNames,
        Self::DifferentLastNames,
        Self::BothInUse,
    ];

    /// What it says for two accounts being one person's, in points; below zero, against it.
    const fn points(self) -> i16 {
        match self {
            Self::SameLogin => 60,
            Self::SameEmail => 50,
            Self::SameNames => 35,
            Self::SameLocalPart | Self::NamesSwapped => 30,
            Self::Initial => 25,
            Self::SimilarNames => 20,
            Self::LocalPartContained => 15,
            Self::DifferentFirstNames | Self::DifferentLastNames => -15,
            Self::BothInUse => -10,
        }
    }

    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameLogin => "same_login",
            Self::SameEmail => "same_email",
            Self::SameLocalPart => "same_local_part",
            Self::LocalPartContained => "local_part_contained",
            Self::SameNames => "same_names",
            Self::NamesSwapped => "names_swapped",
            Self::Initial => "initial",
            Self::SimilarNames => "similar_names",
            Self::DifferentFirstNames => "different_first_names",
            Self::DifferentLastNames => "different_last_names",
            Self::BothInUse => "both_in_use",
        }
    }
}

impl FromStr for Reason {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.into_iter().find(|reason| reason.as_str() == text);
        found.ok_or(Unknown("reason for a likeness"))
    }
}

/// How sure it is that two accounts are one person's. The order is that of rising confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It may be.
    Possible,
    /// It probably is.
    Likely,
    /// Hardly a doubt.
    Sure,
}

impl Confidence {
    /// The confidence of a score; `None` for one that is nothing to look at.
    pub fn of(score: i16) -> Option<Self> {
        [Self::Sure, Self::Likely, Self::Possible]
            .into_iter()
            .find(|confidence| score >= confidence.scores().0)
    }

    /// The lowest and the highest score of this confidence.
    pub const fn scores(self) -> (i16, i16) {
        match self {
            Self::Possible => (30, 49),
            Self::Likely => (50, 79),
            Self::Sure => (80, i16::MAX),
        }
    }
}

/// How alike two accounts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// In points; see [`Confidence::of`].
    pub score: i16,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
}

/// Compares two accounts; `shares_login` says that one Clio login opens or opened both. `None` when that is
/// nothing to look at.
pub fn compare(one: &Facts, other: &Facts, shares_login: bool) -> Option<Likeness> {
    let mut reasons = Vec::new();
    reasons.extend(shares_login.then_some(Reason::SameLogin));
    reasons.extend(alike_emails(one, other));
    reasons.extend(names::compare(one, other));
    reasons.extend((one.is_in_use && other.is_in_use).then_some(Reason::BothInUse));
    let score = reasons.iter().map(|reason| reason.points()).sum();
    Confidence::of(score).map(|_| Likeness { score, reasons })
}

/// The strongest of what the e-mails have in common.
fn alike_emails(one: &Facts, other: &Facts) -> Option<Reason> {
    if one.emails.intersection(&other.emails).next().is_some() {
        return Some(Reason::SameEmail);
    }
    let ours: Vec<_> = telling_local_parts(one).collect();
    let theirs: Vec<_> = telling_local_parts(other).collect();
    if ours.iter().any(|local| theirs.contains(local)) {
        return Some(Reason::SameLocalPart);
    }
    let is_part = |(part, whole): (&String, &String)| {
        part.chars().count() >= SHORTEST_PART && whole.contains(part.as_str())
    };
    let is_contained = ours.iter().any(|our| {
        theirs
            .iter()
            .any(|their| is_part((our, their)) || is_part((their, our)))
    });
    is_contained.then_some(Reason::LocalPartContained)
}

/// Shorter ones are part of too many others.
const SHORTEST_PART: usize = 5;
/// Shorter ones are many people's.
const SHORTEST_LOCAL_PART: usize = 4;

/// The beginnings of e-mails that tell one person from others: not those of offices.
fn telling_local_parts(facts: &Facts) -> impl Iterator<Item = String> + '_ {
    const OFFICES: [&str; 24] = [
        "accounting",
        "accounts",
        "admin",
        "assistant",
        "billing",
        "contact",
        "firm",
        "frontdesk",
        "hello",
        "info",
        "intake",
        "kanzlei",
        "kontakt",
        "legal",
        "mail",
        "noreply",
        "office",
        "paralegal",
        "partner",
        "reception",
        "scan",
        "support",
        "team",
        "webmaster",
    ];
    facts
        .emails
        .iter()
        .map(|email| folding::local_part(email))
        .filter(|local| {
            local.chars().count() >= SHORTEST_LOCAL_PART && !OFFICES.contains(&local.as_str())
        })
}
