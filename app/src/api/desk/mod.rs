//! The administrators' desk.

mod acts;
mod queue;

pub use self::queue::{
    ApproveItems, AskForProof, DeclineItems, approve_items, ask_for_proof, decline_items,
};
pub use acts::{
    ApproveAccount, EndSessionsOf, NoteAccount, NoteLink, ReactivateAccount, RejectAccount,
    SetRole, SuspendAccount, UndoAtDesk, Unlink, approve_account, end_sessions_of, note_account,
    note_link, reactivate_account, reject_account, set_role, suspend_account, undo_at_desk, unlink,
};
