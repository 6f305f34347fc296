//! What the page about unused accounts shows.

use crate::wire::{Moment, Status};

/// After how many days an unused account is closed, and how many days before that reminders go out, the
/// earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DormancyRule {
    /// Days without use.
    pub close_after: u16,
    /// Days before, one to three of them.
    pub remind_before: Vec<u16>,
}

impl DormancyRule {
    /// As one parameter of a URL: "90,14,3".
    pub fn as_parameter(&self) -> String {
        let days = std::iter::once(&self.close_after).chain(&self.remind_before);
        days.map(u16::to_string).collect::<Vec<_>>().join(",")
    }
}

/// Unused accounts, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dormancy {
    /// Whether anything does.
    pub is_on: bool,
    /// The rule; that of the last time while it is off.
    pub rule: DormancyRule,
    /// How many rules there were before this one.
    pub revision: i32,
    /// Who wrote it, and why; nobody wrote the first.
    pub change: Option<DormancyChange>,
    /// The rule that is looked at: this one, or one to be tried.
    pub looked_at: DormancyRule,
    /// Whether what was to be tried is no rule.
    pub is_no_rule: bool,
    /// Whether the rule that is looked at is in force.
    pub is_in_force: bool,
    /// The day before which nobody would be closed if it was put in force now.
    pub not_before: String,
    /// How many accounts have been unused for the whole time or longer.
    pub over: Counted,
    /// How many more will have been within 14 days.
    pub soon: Counted,
    /// How many people are told within 14 days, all of those included.
    pub told: Counted,
    /// A page of them.
    pub concerned: UnusedPage,
    /// For how long accounts have been unused.
    pub spread: Spread,
    /// Who is exempt.
    pub exemptions: Exemptions,
    /// Who was closed last.
    pub closures: Vec<ClosedAccount>,
    /// What whoever looks may do.
    pub hand: Hand,
}

/// What whoever looks may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Look.
    Looks,
    /// Decide, once they have shown again that it's them.
    ConfirmsFirst,
    /// Decide.
    Decides,
}

impl Hand {
    /// Whether they may decide at all.
    pub fn may_decide(self) -> bool {
        self != Self::Looks
    }
}

/// A page of accounts that are told or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedPage {
    /// The accounts, the longest unused first.
    pub accounts: Vec<UnusedAccount>,
    /// What the next page begins after.
    pub next: Option<String>,
    /// Whether this is not the first page.
    pub is_later: bool,
}

/// For how long accounts have been unused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The groups, from the shortest on.
    pub groups: Vec<SpreadGroup>,
    /// Whether they are reckoned from a sample.
    pub is_sample: bool,
}

/// Who is exempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemptions {
    /// The accounts, the newest exemption first.
    pub accounts: Vec<ExemptAccount>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Who put a rule in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DormancyChange {
    /// Their name.
    pub by: String,
    /// Their account.
    pub account: String,
    /// When.
    pub at: Moment,
    /// Why, in their words.
    pub reason: String,
    /// Until which day it can be undone, if it still can.
    pub undo_until: Option<String>,
}

/// How many there are; only counted up to a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// So many.
    Exactly(u32),
    /// More than that.
    MoreThan(u32),
}

/// An account that is told, or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedAccount {
    /// Its id.
    pub account: String,
    /// Name, or e-mail where there is none.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// The last sign-in, if there was any.
    pub last_sign_in: Option<Moment>,
    /// For how many days it has been unused.
    pub unused_days: u32,
    /// The day on which it is closed; `None`: never, because it is the firm's last owner's.
    pub closes: Option<String>,
    /// When its person was last reminded of that day.
    pub reminded: Option<Moment>,
}

/// How many accounts have been unused for about as long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadGroup {
    /// From so many days on.
    pub from_days: u16,
    /// To fewer than so many; `None`: however many.
    pub to_days: Option<u16>,
    /// How many.
    pub count: u64,
    /// Whether all of them would be closed under the rule that is looked at.
    pub is_over: bool,
}

/// An account that stays open however long it is unused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemptAccount {
    /// The exemption.
    pub id: String,
    /// The account.
    pub account: String,
    /// Name, or e-mail where there is none.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub granted: Moment,
    /// Until which day; `None`: for good.
    pub until: Option<String>,
    /// The last sign-in, if there was any.
    pub last_sign_in: Option<Moment>,
}

/// An account that was closed because nobody used it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedAccount {
    /// The account.
    pub account: String,
    /// Name, or e-mail where there is none.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// When it was closed.
    pub closed: Moment,
    /// For how many days it had been unused.
    pub unused_days: u32,
    /// How it stands now.
    pub status: Status,
}

/// Whom to exempt: those who may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exempting {
    /// The accounts, none when nobody was found.
    pub candidates: Vec<Exemptible>,
    /// What whoever looks may do.
    pub hand: Hand,
}

/// An account that may be exempted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemptible {
    /// Its id.
    pub account: String,
    /// Name, or e-mail where there is none.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// How it stands.
    pub status: Status,
    /// The last sign-in, if there was any.
    pub last_sign_in: Option<Moment>,
    /// Whether it is exempt already.
    pub is_exempt: bool,
}
