//! The simulated Clio's own pages: plain HTML without a script, everything shown escaped.

pub(crate) mod consent;
mod html;
mod layout;
pub(crate) mod login;
pub(crate) mod mailbox;
pub(crate) mod problem;
pub(crate) mod simulation;

pub(crate) use html::esc;
pub(crate) use layout::Page;
