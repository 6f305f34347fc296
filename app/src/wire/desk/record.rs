//! The record of everything, and how it is narrowed down.

use crate::wire::{LinkMethod, Moment};

/// What somebody typed to narrow the record down; empty where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// A person's e-mail, or the id of an account.
    pub person: String,
    /// A topic, or an act in the word of the record.
    pub act: String,
    /// The first day, such as `2026-11-22`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// A reference.
    pub reference: String,
}

impl RecordFilter {
    /// The parameters of a URL that say the same.
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        [
            ("person", self.person.as_str()),
            ("act", &self.act),
            ("from", &self.from),
            ("to", &self.to),
            ("reference", &self.reference),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// A field of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordField {
    /// The person.
    Person,
    /// The act.
    Act,
    /// The first day.
    From,
    /// The last day.
    To,
    /// The reference.
    Reference,
}

/// Acts that are about the same, for choosing among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTopic {
    /// The word in URLs.
    pub word: &'static str,
    /// The acts, in the words of the record.
    pub acts: &'static [&'static str],
}

/// A page of the record, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPage {
    /// What was typed.
    pub filter: RecordFilter,
    /// The fields that make no sense; then nothing was looked for.
    pub unread: Vec<RecordField>,
    /// Whether nobody has the e-mail that was typed.
    pub is_of_nobody: bool,
    /// The acts to choose from.
    pub topics: Vec<RecordTopic>,
    /// What happened.
    pub entries: Vec<RecordEntry>,
    /// Where the page of newer entries is, as its `after` parameter.
    pub newer: Option<String>,
    /// Where the page of older entries is, as its `before` parameter.
    pub older: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEntry {
    /// Its number.
    pub id: String,
    /// When.
    pub at: Moment,
    /// What, in the word of the record.
    pub action: String,
    /// How it was proved, where something was linked or opened.
    pub method: Option<LinkMethod>,
    /// Who did it; `None` when nobody was signed in, or the operator or the program did.
    pub by: Option<RecordPerson>,
    /// Whom it is about.
    pub about: Option<RecordPerson>,
    /// Whether who did it did it to themselves.
    pub is_own: bool,
    /// What the person reads to an administrator.
    pub reference: Option<String>,
    /// Why, in the word of the record.
    pub reason: Option<String>,
    /// What was different before.
    pub changes: Vec<RecordChange>,
    /// Further facts: a word of the record, and its value.
    pub facts: Vec<(String, String)>,
}

/// Somebody of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPerson {
    /// The account's id.
    pub id: String,
    /// How they are called now; empty when the account is gone.
    pub name: String,
    /// Their e-mail now; empty when the account is gone.
    pub email: String,
}

/// What was different before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    /// What, in the word of the record; empty when the act says it.
    pub what: String,
    /// Before; empty where there was nothing.
    pub before: String,
    /// Afterwards; empty where there is nothing.
    pub after: String,
}
