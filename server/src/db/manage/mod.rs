//! Clio Manage: attempts to be granted access, and what was granted.

pub mod attempts;
pub mod differences;
pub mod differences_seen;
pub mod firms;
pub mod firms_seen;
pub mod grants;
pub mod keeping;
pub mod people;
pub mod people_seen;
pub mod reads;
pub mod reads_seen;
