//! Review campaigns.

pub mod campaigns;
pub mod evidence;
pub mod gathering;
pub mod items;
pub mod reminders;
pub mod reviewers;
pub mod verdicts;
