//! The people of the roster, and what to show of them.

use super::RosterAccount;
use crate::wire::{Moment, Region, Status};

/// Whether somebody can sign in to the firm in Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClioLogin {
    /// Yes.
    Enabled,
    /// The login is disabled.
    Disabled,
    /// The last whole read didn't find the person any more.
    Gone,
}

impl ClioLogin {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Disabled, Self::Gone];

    /// The word in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enabled => "yes",
            Self::Disabled => "no",
            Self::Gone => "gone",
        }
    }

    /// The one with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|login| login.code() == code)
    }
}

/// Whether people have an account here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountFilter {
    /// They have one.
    Any,
    /// They have none.
    Without,
    /// They have one in this state.
    In(Status),
}

impl AccountFilter {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Any,
        Self::Without,
        Self::In(Status::Active),
        Self::In(Status::Invited),
        Self::In(Status::Pending),
        Self::In(Status::Suspended),
        Self::In(Status::Deleted),
    ];

    /// The word in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Any => "yes",
            Self::Without => "no",
            Self::In(Status::Active) => "active",
            Self::In(Status::Invited) => "invited",
            Self::In(Status::Pending) => "pending",
            Self::In(Status::Suspended) => "suspended",
            Self::In(Status::Deleted) => "deleted",
        }
    }

    /// The one with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.code() == code)
    }
}

/// Which people are looked at. What the address says and isn't known is left out; `firm` and `after` are
/// unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// Part of a name or an e-mail; empty for everybody.
    pub search: String,
    /// The id of a firm.
    pub firm: Option<String>,
    /// A region.
    pub region: Option<Region>,
    /// Whether they can sign in to the firm.
    pub login: Option<ClioLogin>,
    /// Whether they have an account here.
    pub account: Option<AccountFilter>,
    /// What the page begins after, as another page named it.
    pub after: Option<String>,
}

impl PeopleQuery {
    /// The parameters of the address, without the place of the page.
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let search = (!self.search.is_empty()).then_some(self.search.as_str());
        [
            ("q", search),
            ("firm", self.firm.as_deref()),
            ("region", self.region.map(Region::code)),
            ("enabled", self.login.map(ClioLogin::code)),
            ("account", self.account.map(AccountFilter::code)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// A page of the people of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterPeople {
    /// How many people are as asked for.
    pub count: u64,
    /// The firms to choose from, by name: id and name.
    pub firms: Vec<(String, String)>,
    /// A page of them, by name.
    pub people: Vec<RosterPerson>,
    /// Where the next page begins, as the page's `after`.
    pub next: Option<String>,
    /// Whether this isn't the first page.
    pub is_later: bool,
}

impl RosterPeople {
    /// How many a page shows at most.
    pub const MOST_SHOWN: usize = 100;
}

/// A person of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterPerson {
    /// Name in Clio; the e-mail where there is none.
    pub name: String,
    /// E-mail in Clio; may be empty.
    pub email: String,
    /// The name of the firm.
    pub firm: String,
    /// Its region.
    pub region: Region,
    /// The roles in Clio, as Clio calls them.
    pub roles: Vec<String>,
    /// The type of subscription, as Clio calls it; may be empty.
    pub subscription: String,
    /// Whether they can sign in to the firm.
    pub login: ClioLogin,
    /// When a read last found them.
    pub seen: Moment,
    /// The account here, if there is one.
    pub account: Option<RosterAccount>,
}
