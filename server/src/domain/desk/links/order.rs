//! What a list of links is sorted by.

use crate::domain::desk::profile::Profile;

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Last name, then first name.
    Person,
    /// The account's e-mail.
    Email,
    /// The e-mail at Clio.
    ClioEmail,
    /// The account's state.
    Status,
    /// The account's role.
    Role,
    /// How the link was proved.
    Method,
    /// How login and account found each other.
    Matched,
    /// Since when.
    Linked,
    /// The last sign-in with it.
    Used,
    /// Whether the e-mails differ.
    Drift,
    /// When it was last reviewed.
    Reviewed,
}

/// In which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// An order that the database keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By last name, then first name.
    Person,
    /// By the account's e-mail.
    Email,
    /// By the e-mail at Clio.
    ClioEmail,
    /// By when it was linked.
    Linked,
    /// By when it was last used.
    Used,
    /// By when it was last reviewed.
    Reviewed,
}

impl Sort {
    /// The order of links that the ranks of their profiles don't tell apart.
    pub const fn order(self) -> Order {
        match self {
            Self::Person => Order::Person,
            Self::Email => Order::Email,
            Self::ClioEmail => Order::ClioEmail,
            Self::Used => Order::Used,
            Self::Reviewed => Order::Reviewed,
            Self::Status
            | Self::Role
            | Self::Method
            | Self::Matched
            | Self::Drift
            | Self::Linked => Order::Linked,
        }
    }

    /// What comes first: links of lower ranks. 0 for all where only the order counts.
    pub fn rank(self, profile: Profile) -> u8 {
        match self {
            Self::Status => profile.status() as u8,
            Self::Role => profile.role() as u8,
            Self::Method => profile.method() as u8,
            Self::Matched => profile.method().matched() as u8,
            Self::Drift => u8::from(profile.has_drifted()),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(method: i16) -> Profile {
        Profile::new(2 + 32 * method).unwrap()
    }

    #[test]
    fn ranks_follow_the_order_of_the_values() {
        let sort = Sort::Matched;
        assert!(sort.rank(profile(0)) < sort.rank(profile(1)));
        assert_eq!(sort.rank(profile(1)), sort.rank(profile(3)));
        assert_eq!(Sort::Person.rank(profile(6)), 0);
    }
}
