//! Clio Manage as its API's client: one method for each question, typed answers, and every way to fail
//! as a variant of [`ManageError`].
//!
//! What a firm's developers add goes the same way: a method of [`Manage`] that names the path and its
//! `fields` (without them Clio leaves nearly everything out; they nest one level), and a type in
//! [`answers`] that reads `data`. Everything else is taken care of behind [`Manage`]'s `ask`: the
//! region's address, the token, the version, deadlines (2 s to connect, 5 s in all), bodies of
//! 256 KiB at most, no redirects, the budget of the token and the errors. A request is never
//! repeated here: whoever asks knows whether that is safe, and [`ManageError::is_passing`] whether it
//! may help.
//!
//! Tokens are [`Secret`](crate::secrets::Secret)s: they are shown nowhere, and errors hold neither
//! addresses nor content.

mod answers;
mod budget;
mod client;
mod error;

pub use answers::{Tokens, UsersPage};
pub use client::Manage;
pub use error::ManageError;
