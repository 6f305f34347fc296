//! The items of the queue: accounts that aren't let in yet, and open cases, each with what a decision
//! about it is made from.
//!
//! Pages go along `(since, id)`, forward or back. The cursor is the place before the first item.

mod accounts;
mod cases;

use time::OffsetDateTime;

pub use self::{
    accounts::{ItselfBy, ManageSaid, WaitingAccount, accounts, accounts_by_id},
    cases::{WaitingCase, cases, cases_by_id},
};
use crate::domain::{
    account::{AccountId, Role, Status},
    desk::queue::Place,
};

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// It goes on after a place.
    After(Place),
    /// It ends before a place.
    Before(Place),
}

/// An account as the queue shows it.
#[derive(Clone, Debug)]
pub struct Who {
    /// Its id.
    pub id: AccountId,
    /// Its e-mail.
    pub email: String,
    /// Whether that was proved or vouched for.
    pub email_verified: bool,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// State.
    pub status: Status,
}

/// What was asked for, beyond what is there.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When.
    pub at: OffsetDateTime,
    /// What the person reads.
    pub note: String,
}
