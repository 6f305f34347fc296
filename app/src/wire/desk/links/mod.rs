//! The list of links.

mod listing;
mod page;

pub use self::{
    listing::{Column, Connection, Listing, Matched, Origin, Part, Turn},
    page::{Count, Line, LinksPage, Reviewed, SavedView},
};
