//! The administrators' desk.

mod queue;

pub use self::queue::{
    ApproveItems, AskForProof, DeclineItems, approve_items, ask_for_proof, decline_items,
};
