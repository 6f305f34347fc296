//! The chain over the audit: sealed behind the writers, verified from the first event on.

mod continuation;
mod export;
mod head;
mod line;
mod link;
mod seal;
mod verify;

pub use self::{
    continuation::{Continuation, LostEvent, Refused, continuation},
    export::{Export, export},
    head::{NotAHead, SignedHead, head},
    line::Line,
    link::Break,
    seal::seal,
    verify::{Progress, Verdict, verify, verify_with},
};
