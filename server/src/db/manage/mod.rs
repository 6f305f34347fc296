//! Clio Manage: attempts to be granted access, and what was granted.

pub mod attempts;
pub mod grants;
pub mod keeping;
