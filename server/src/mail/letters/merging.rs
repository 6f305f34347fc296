//! The letters about two accounts of one person becoming one, and about undoing that.
//!
//! They name no address: should an administrator have been wrong, nobody learns who the other person is.

use super::{Letter, Security};

/// Another account was merged into this one.
pub fn merged_into(security: &Security<'_>) -> Letter {
    let firm = security.firm;
    let letter = Letter::new(
        "merged",
        &format!("Your two accounts at {firm} are one now"),
    )
    .paragraph(&format!(
        "An administrator of {firm} merged another account of yours into this one. The Clio logins \
         of both open it from now on. Wherever you were signed in, you sign in again."
    ));
    security.close(letter)
}

/// The account was merged into another one: to a mailbox that was proved.
pub fn merged_away(security: &Security<'_>) -> Letter {
    let firm = security.firm;
    let letter = Letter::new(
        "merged",
        &format!("Your two accounts at {firm} are one now"),
    )
    .paragraph(&format!(
        "An administrator of {firm} merged your account with this e-mail into another account of \
         yours. Your Clio logins open that one from now on. If you had a password for this one, it \
         opens nothing any more."
    ));
    security.close(letter)
}

/// The same to a mailbox that nobody has proved: the mail decides nothing.
pub fn merged_away_unproved(firm: &str) -> Letter {
    Letter::new("merged", &format!("Your e-mail at {firm}"))
        .paragraph(&format!(
            "An account at {firm} that had this e-mail was merged into another account of the same \
             person."
        ))
        .fine_print(&format!(
            "If you expected something else, speak to an administrator of {firm}. If the account \
             wasn’t yours, do nothing."
        ))
}

/// The merge was undone: the account is as it was.
pub fn merge_undone(firm: &str, sign_in_url: &str) -> Letter {
    Letter::new(
        "merge_undone",
        &format!("Your account at {firm} is as it was before"),
    )
    .paragraph(&format!(
        "An administrator of {firm} undid the merging of two accounts, of which this is one. What \
         opened it before opens it again. Wherever you were signed in, you sign in again."
    ))
    .button("Sign in", sign_in_url)
}
