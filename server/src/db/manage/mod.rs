//! Clio Manage: attempts to be granted access, and what was granted.

pub mod attempts;
pub mod firms;
pub mod grants;
pub mod keeping;
pub mod people;
pub mod reads;
