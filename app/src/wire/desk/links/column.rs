//! The columns of the list.

use super::words::{Word, words};

/// A column of the list. Each can be sorted by, but for [those of the roster](Self::is_of_roster).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The person's name.
    Person,
    /// The account's e-mail.
    Email,
    /// The e-mail at Clio.
    ClioEmail,
    /// The account's state.
    Status,
    /// The account's role.
    Role,
    /// How it was proved.
    Proof,
    /// How login and account found each other.
    Matched,
    /// Since when, and from where.
    Linked,
    /// The last sign-in with it.
    Used,
    /// Whether the e-mails differ.
    Drift,
    /// By whom it was reviewed, and when.
    Reviewed,
    /// The firm in Clio, by the roster.
    Firm,
    /// Its region.
    Region,
    /// The roles in Clio.
    ClioRole,
    /// Whether the login is enabled in Clio.
    Enabled,
    /// When a read of the roster last found the person.
    Seen,
}

words!(
    Column:
    Person = "person",
    Email = "email",
    ClioEmail = "clio_email",
    Status = "status",
    Role = "role",
    Proof = "proof",
    Matched = "matched",
    Linked = "linked",
    Used = "used",
    Drift = "drift",
    Reviewed = "reviewed",
    Firm = "firm",
    Region = "region",
    ClioRole = "clio_role",
    Enabled = "enabled",
    Seen = "seen",
);

impl Column {
    /// The columns that are shown when none were chosen.
    pub const USUAL: [Self; 7] = [
        Self::Person,
        Self::Email,
        Self::Status,
        Self::Proof,
        Self::Linked,
        Self::Used,
        Self::Drift,
    ];

    /// Whether it says what the roster does: there is none without Clio Manage.
    pub const fn is_of_roster(self) -> bool {
        matches!(
            self,
            Self::Firm | Self::Region | Self::ClioRole | Self::Enabled | Self::Seen
        )
    }

    /// Whether it is sorted with the greatest first when nothing else is said: the latest, of times.
    pub const fn is_descending_by_itself(self) -> bool {
        matches!(
            self,
            Self::Linked | Self::Used | Self::Reviewed | Self::Drift
        )
    }
}
