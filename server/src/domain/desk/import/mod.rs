//! Lists of people to invite: what a row says, what is wrong with it, and what it would do.
//!
//! Rows come as cells; how they were separated and quoted doesn't matter here.

mod columns;
mod row;
mod verdict;

pub use self::{
    columns::{Columns, Field, Unreadable},
    row::{Misplaced, Mistake, Person},
    verdict::{Found, Repeats, Verdict, judge},
};

/// The most rows that a list may have, less the line that names the columns.
pub const MAX_ROWS: usize = 50_000;
