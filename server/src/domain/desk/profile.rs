//! The facts of a link that have few values, in one number, and the links that share them.

use std::str::FromStr;

use crate::domain::account::{Role, Status, Unknown};

/// How a link was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkMethod {
    /// The account was made by signing in with it.
    FirstSignIn,
    /// The account's password.
    Password,
    /// The one-time link of an invitation.
    Claim,
    /// A code mailed to the account's mailbox.
    Code,
    /// A sign-in with a login that opened the account already.
    LinkedSignIn,
    /// An administrator decided.
    Administrator,
    /// The person was signed in to the account.
    Session,
}

impl LinkMethod {
    /// All of them, as they are numbered and sorted.
    pub const ALL: [Self; 7] = [
        Self::FirstSignIn,
        Self::Password,
        Self::Claim,
        Self::Code,
        Self::LinkedSignIn,
        Self::Administrator,
        Self::Session,
    ];

    /// The word in SQL and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstSignIn => "first_sign_in",
            Self::Password => "password",
            Self::Claim => "claim",
            Self::Code => "code",
            Self::LinkedSignIn => "linked_sign_in",
            Self::Administrator => "administrator",
            Self::Session => "session",
        }
    }

    /// How the login and the account found each other.
    pub const fn matched(self) -> Matched {
        match self {
            Self::FirstSignIn => Matched::NewAccount,
            Self::Password | Self::Code | Self::LinkedSignIn => Matched::Email,
            Self::Claim => Matched::Invitation,
            Self::Session => Matched::Session,
            Self::Administrator => Matched::Case,
        }
    }
}

impl FromStr for LinkMethod {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or(Unknown("link method"))
    }
}

/// How a login and an account found each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matched {
    /// There was none: the account was made for the login.
    NewAccount,
    /// By the e-mail.
    Email,
    /// By an invitation's one-time link.
    Invitation,
    /// The person was signed in to the account and connected the login.
    Session,
    /// The person asked, and an administrator decided.
    Case,
}

/// What made an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Its first sign-in.
    SignIn,
    /// An administrator's invitation.
    Invitation,
    /// An administrator's list.
    Import,
    /// The command line.
    CommandLine,
}

impl Origin {
    /// All of them, as they are numbered.
    pub const ALL: [Self; 4] = [
        Self::SignIn,
        Self::Invitation,
        Self::Import,
        Self::CommandLine,
    ];

    /// The word in SQL and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Invitation => "invitation",
            Self::Import => "import",
            Self::CommandLine => "command_line",
        }
    }
}

impl FromStr for Origin {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or(Unknown("origin"))
    }
}

/// All states of an account, as they are numbered and sorted.
const STATUSES: [Status; 5] = [
    Status::Invited,
    Status::Pending,
    Status::Active,
    Status::Suspended,
    Status::Deleted,
];

/// All roles, as they are numbered and sorted.
const ROLES: [Role; 4] = [Role::Member, Role::Reviewer, Role::Admin, Role::Owner];

/// The facts of a link that have few values: a number as the database's `desk_profile` makes it, from 0 to
/// less than [`Profile::END`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Profile(u16);

impl Profile {
    /// One more than the greatest.
    pub const END: u16 = 1 << 13;

    /// The bit of the number that says that somebody has reviewed the link.
    pub const REVIEWED: i16 = 1 << 11;

    /// The profile of a number; `None` for one that none has.
    pub fn new(number: i16) -> Option<Self> {
        let number = u16::try_from(number).ok().filter(|n| *n < Self::END)?;
        let profile = Self(number);
        let is_sound =
            profile.field(0, 3) < STATUSES.len() && profile.field(5, 3) < LinkMethod::ALL.len();
        is_sound.then_some(profile)
    }

    /// The number.
    pub fn number(self) -> i16 {
        self.0.cast_signed()
    }

    fn field(self, from: u32, bits: u32) -> usize {
        usize::from((self.0 >> from) & ((1 << bits) - 1))
    }

    /// The state of the account.
    pub fn status(self) -> Status {
        let all = STATUSES;
        all.get(self.field(0, 3))
            .copied()
            .unwrap_or(Status::Deleted)
    }

    /// The role of the account.
    pub fn role(self) -> Role {
        let all = ROLES;
        all.get(self.field(3, 2)).copied().unwrap_or(Role::Member)
    }

    /// How the link was proved.
    pub fn method(self) -> LinkMethod {
        let all = LinkMethod::ALL;
        let method = all.get(self.field(5, 3)).copied();
        method.unwrap_or(LinkMethod::Session)
    }

    /// What made the account.
    pub fn origin(self) -> Origin {
        let all = Origin::ALL;
        all.get(self.field(8, 2)).copied().unwrap_or(Origin::SignIn)
    }

    /// Whether Clio last said another e-mail than the account has.
    pub fn has_drifted(self) -> bool {
        self.field(10, 1) == 1
    }

    /// Whether somebody has looked at the link and found it right.
    pub fn is_reviewed(self) -> bool {
        self.field(11, 1) == 1
    }

    /// Whether the login was disconnected.
    pub fn is_gone(self) -> bool {
        self.field(12, 1) == 1
    }
}

/// A set of profiles, the lowest number first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profiles(Vec<Profile>);

impl FromIterator<Profile> for Profiles {
    fn from_iter<I: IntoIterator<Item = Profile>>(profiles: I) -> Self {
        let mut profiles: Vec<_> = profiles.into_iter().collect();
        profiles.sort_unstable_by_key(|profile| profile.0);
        profiles.dedup();
        Self(profiles)
    }
}

impl Profiles {
    /// The numbers.
    pub fn numbers(&self) -> Vec<i16> {
        self.0.iter().map(|profile| profile.number()).collect()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Profile> {
        self.0.iter().copied()
    }

    /// Those of them that pass.
    #[must_use]
    pub fn only(&self, passes: impl Fn(Profile) -> bool) -> Self {
        self.iter().filter(|profile| passes(*profile)).collect()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one is among them.
    pub fn has(&self, profile: Profile) -> bool {
        let found = self.0.binary_search_by_key(&profile.0, |it| it.0);
        found.is_ok()
    }

    /// The set as PostgreSQL's `get_bit` reads it: a bit for each number, the lowest of a byte first.
    pub fn bits(&self) -> Vec<u8> {
        let mut bits = vec![0; usize::from(Profile::END / 8)];
        for Profile(number) in &self.0 {
            if let Some(byte) = bits.get_mut(usize::from(number / 8)) {
                *byte |= 1 << (number % 8);
            }
        }
        bits
    }

    /// A byte for each number, which PostgreSQL's `get_byte` reads: the rank of each.
    pub fn ranks(&self, rank: impl Fn(Profile) -> u8) -> Vec<u8> {
        let mut ranks = vec![0; usize::from(Profile::END)];
        for profile in &self.0 {
            if let Some(place) = ranks.get_mut(usize::from(profile.0)) {
                *place = rank(*profile);
            }
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_what_it_was_made_of() {
        let profile = Profile::new(3 + 8 * 2 + 32 * 3 + 256 + 1024 + 4096).unwrap();
        assert_eq!(profile.status(), Status::Suspended);
        assert_eq!(profile.role(), Role::Admin);
        assert_eq!(profile.method(), LinkMethod::Code);
        assert_eq!(profile.origin(), Origin::Invitation);
        assert!(profile.has_drifted());
        assert!(!profile.is_reviewed());
        assert!(profile.is_gone());
    }

    #[test]
    fn numbers_that_no_link_has_are_refused() {
        for number in [-1, 5, 6, 7, 7 * 32, 8192, 32_767] {
            assert_eq!(Profile::new(number), None, "{number}");
        }
    }

    #[test]
    fn a_set_is_written_as_bits() {
        let profiles: Profiles = [0, 9, 4096].into_iter().filter_map(Profile::new).collect();
        let bits = profiles.bits();
        assert_eq!(bits.len(), 1024);
        assert_eq!((bits[0], bits[1], bits[512]), (1, 2, 1));
        let set: u32 = bits.iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(set, 3);
    }

    #[test]
    fn words_of_methods_and_origins_are_read_as_they_are_written() {
        for method in LinkMethod::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        for origin in Origin::ALL {
            assert_eq!(origin.as_str().parse(), Ok(origin));
        }
        assert!(LinkMethod::from_str("mail").is_err());
        assert!(Origin::from_str("mail").is_err());
    }
}
