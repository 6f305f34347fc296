//! The administrators' desk.

mod acts;
mod invitations;
mod queue;

pub use self::{
    invitations::{
        CreateInvitation, ImportInvitations, ResendInvitation, RestoreInvitation, RevokeInvitation,
        create_invitation, import_invitations, resend_invitation, restore_invitation,
        revoke_invitation,
    },
    queue::{ApproveItems, AskForProof, DeclineItems, approve_items, ask_for_proof, decline_items},
};
pub use acts::{
    ApproveAccount, EndSessionsOf, NoteAccount, NoteLink, ReactivateAccount, RejectAccount,
    SetRole, SuspendAccount, UndoAtDesk, Unlink, approve_account, end_sessions_of, note_account,
    note_link, reactivate_account, reject_account, set_role, suspend_account, undo_at_desk, unlink,
mod merging;

pub use self::merging::{
    MergeAccounts, ReconsiderPair, SetPairAside, UndoMerge, merge_accounts, reconsider_pair,
    set_pair_aside, undo_merge,
};
