//! The list of links.

mod column;
mod in_roster;
mod listing;
mod page;
mod part;
mod words;

pub use self::{
    column::Column,
    in_roster::{InRoster, RosterLogin},
    listing::{Listing, Turn},
    page::{Count, Line, LinksPage, OfRoster, Reviewed, SavedView},
    part::Part,
    words::{Connection, Matched, Origin},
};
