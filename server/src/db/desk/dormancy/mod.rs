//! Accounts that nobody uses, and what is to become of them.

pub mod counts;
pub mod exemptions;
pub mod policies;
pub mod reminders;
pub mod unused;
