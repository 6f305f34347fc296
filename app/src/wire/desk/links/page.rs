//! What a page of the list shows.

use super::Matched;
use crate::wire::{LinkMethod, Moment, Region, Role, Status, desk::roster::ClioLogin};

/// A page of the list of links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinksPage {
    /// How many links there are in all.
    pub count: Count,
    /// Those of this page.
    pub lines: Vec<Line>,
    /// The page before, as [`Turn`](super::Turn) has it.
    pub previous: Option<String>,
    /// The page behind.
    pub next: Option<String>,
    /// Whether the search has only words that are too short to be found.
    pub too_short: bool,
    /// Whether whoever looks decides about people: does more at once than attest, and begins reviews.
    pub may_decide: bool,
    /// The firms whose people are read, each as [`InRoster::firm`](super::InRoster::firm) and by name;
    /// `None` without Clio Manage: there is no roster then.
    pub firms: Option<Vec<(String, String)>>,
    /// The lists that are kept by name: one's own, then those of others for the desk.
    pub views: Vec<SavedView>,
}

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Exactly so many.
    Exactly(u32),
    /// More than so many.
    MoreThan(u32),
}

/// A link, as a line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The link's id.
    pub link: String,
    /// First and last name; empty where there is none.
    pub person: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// Whether the two differ.
    pub drifted: bool,
    /// The account's state.
    pub status: Status,
    /// The account's role.
    pub role: Role,
    /// How it was proved.
    pub method: LinkMethod,
    /// How login and account found each other.
    pub matched: Matched,
    /// Since when.
    pub linked: Moment,
    /// From which device and address; empty where nobody knows.
    pub linked_from: String,
    /// The last sign-in with it.
    pub used: Moment,
    /// When it was disconnected.
    pub unlinked: Option<Moment>,
    /// The last review.
    pub review: Option<Reviewed>,
    /// What the roster says of the person.
    pub roster: Option<OfRoster>,
}

/// What the roster says of somebody: of where they are, or else were last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfRoster {
    /// The firm's name in Clio.
    pub firm: String,
    /// Its region.
    pub region: Region,
    /// Their roles there, apart by commas; may be empty.
    pub roles: String,
    /// Whether they can sign in to the firm.
    pub login: ClioLogin,
    /// When a read last found them.
    pub seen: Moment,
}

/// A review of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// When.
    pub at: Moment,
    /// The reviewer's name.
    pub by: String,
}

/// A list that is kept by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The list's query string.
    pub query: String,
    /// Whether everybody at the desk sees it.
    pub shared: bool,
    /// Who keeps it, if it is somebody else.
    pub of: Option<String>,
}
