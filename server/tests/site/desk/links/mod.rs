//! The list of links.

mod download;
mod kept;
mod listing;
mod pages;
mod projection;
pub(super) mod reference;
