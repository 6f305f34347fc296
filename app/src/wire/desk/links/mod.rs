//! The list of links.

mod column;
mod listing;
mod page;
mod part;
mod words;

pub use self::{
    column::Column,
    listing::{Listing, Turn},
    page::{Count, Line, LinksPage, Reviewed, SavedView},
    part::Part,
    words::{Connection, Matched, Origin},
};
