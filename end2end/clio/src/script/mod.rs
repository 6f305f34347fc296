//! Scripts: what a test changes in the next answers.

mod answer;
mod body;
mod edits;
mod token;

pub use answer::{Answer, Manner};
pub(crate) use answer::{CutConnection, deliver};
pub(crate) use edits::Edits;
pub(crate) use token::IdTokenMember;
pub use token::{Signing, TokenScript};
