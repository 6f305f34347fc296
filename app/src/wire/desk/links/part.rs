//! The parts of a list's filter, each of which can be taken off.

use super::{Connection, Listing, Origin, RosterLogin, words::Word};
use crate::wire::{LinkMethod, Region, Role, Status};

/// A part of a filter, which can be taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The search.
    Search(String),
    /// Not only connected ones.
    Connection(Connection),
    /// A state.
    Status(Status),
    /// A role.
    Role(Role),
    /// A proof.
    Method(LinkMethod),
    /// What made the account.
    Origin(Origin),
    /// Reviewed or not.
    Reviewed(bool),
    /// Drifted or not.
    Drifted(bool),
    /// Not used for so many days.
    Dormant(u16),
    /// Linked then or later.
    LinkedFrom(String),
    /// Linked then or before.
    LinkedTo(String),
    /// Of a firm.
    Firm(String),
    /// Of the firms of a region.
    Region(Region),
    /// With a role in Clio.
    ClioRole(String),
    /// By whether they can sign in to the firm.
    Enabled(RosterLogin),
    /// Not found by a read for so many days.
    NotSeen(u16),
}

impl Part {
    /// The name and the word in the URL.
    pub(super) fn pair(self) -> (&'static str, String) {
        match self {
            Self::Search(text) => ("q", text),
            Self::Connection(connection) => ("connection", connection.word().to_owned()),
            Self::Status(status) => ("status", Word::word(status).to_owned()),
            Self::Role(role) => ("role", Word::word(role).to_owned()),
            Self::Method(method) => ("proof", Word::word(method).to_owned()),
            Self::Origin(origin) => ("created_by", origin.word().to_owned()),
            Self::Reviewed(is) => ("reviewed", if is { "yes" } else { "no" }.to_owned()),
            Self::Drifted(has) => ("drift", if has { "yes" } else { "no" }.to_owned()),
            Self::Dormant(days) => ("dormant", days.to_string()),
            Self::LinkedFrom(day) => ("linked_from", day),
            Self::LinkedTo(day) => ("linked_to", day),
            Self::Firm(firm) => ("firm", firm),
            Self::Region(region) => ("region", region.code().to_owned()),
            Self::ClioRole(role) => ("clio_role", role),
            Self::Enabled(login) => ("enabled", login.word().to_owned()),
            Self::NotSeen(days) => ("not_seen", days.to_string()),
        }
    }
}

impl Listing {
    /// The parts of the filter.
    pub fn parts(&self) -> Vec<Part> {
        let search = (!self.search.is_empty()).then(|| Part::Search(self.search.clone()));
        let connection =
            (self.connection != Connection::default()).then_some(Part::Connection(self.connection));
        search
            .into_iter()
            .chain(connection)
            .chain(self.statuses.iter().copied().map(Part::Status))
            .chain(self.roles.iter().copied().map(Part::Role))
            .chain(self.methods.iter().copied().map(Part::Method))
            .chain(self.origins.iter().copied().map(Part::Origin))
            .chain(self.reviewed.map(Part::Reviewed))
            .chain(self.drifted.map(Part::Drifted))
            .chain(self.dormant.map(Part::Dormant))
            .chain(self.linked_from.clone().map(Part::LinkedFrom))
            .chain(self.linked_to.clone().map(Part::LinkedTo))
            .chain(self.roster.firm.clone().map(Part::Firm))
            .chain(self.roster.region.map(Part::Region))
            .chain(self.roster.role.clone().map(Part::ClioRole))
            .chain(self.roster.login.map(Part::Enabled))
            .chain(self.roster.not_seen.map(Part::NotSeen))
            .collect()
    }

    /// The same list without a part of its filter, from its first page.
    #[must_use]
    pub fn without(&self, part: &Part) -> Self {
        let mut listing = Self {
            turn: None,
            ..self.clone()
        };
        match part {
            Part::Search(_) => listing.search.clear(),
            Part::Connection(_) => listing.connection = Connection::default(),
            Part::Status(status) => listing.statuses.retain(|it| it != status),
            Part::Role(role) => listing.roles.retain(|it| it != role),
            Part::Method(method) => listing.methods.retain(|it| it != method),
            Part::Origin(origin) => listing.origins.retain(|it| it != origin),
            Part::Reviewed(_) => listing.reviewed = None,
            Part::Drifted(_) => listing.drifted = None,
            Part::Dormant(_) => listing.dormant = None,
            Part::LinkedFrom(_) => listing.linked_from = None,
            Part::LinkedTo(_) => listing.linked_to = None,
            Part::Firm(_) => listing.roster.firm = None,
            Part::Region(_) => listing.roster.region = None,
            Part::ClioRole(_) => listing.roster.role = None,
            Part::Enabled(_) => listing.roster.login = None,
            Part::NotSeen(_) => listing.roster.not_seen = None,
        }
        listing
    }
}
