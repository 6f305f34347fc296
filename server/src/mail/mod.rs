//! Mail: what it says, and how it leaves.

pub mod letter;
pub mod letters;
pub mod sender;
