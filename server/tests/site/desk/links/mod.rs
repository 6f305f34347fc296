//! The list of links.

mod listing;
mod projection;
mod reference;
