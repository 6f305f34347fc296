//! Lists of people to invite: looked through first, and carried out in batches, each complete in itself.

mod checking;
pub mod reading;
mod report;
mod running;

pub use self::{
    checking::{Checked, check},
    report::{Report, Shown, recent, report},
    running::{Begun, begin, step},
};

/// The verdict about a row that can't be read, in SQL and on the wire.
const MISTAKE: &str = "mistake";
