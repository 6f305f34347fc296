//! Letters about what an administrator did to somebody's account.

use super::Letter;

/// An administrator closed the account for now; `until` says on which day it opens again by itself.
pub fn suspended(firm: &str, until: Option<&str>) -> Letter {
    let ends = until.map_or_else(
        || "It stays closed until an administrator opens it again.".to_owned(),
        |day| format!("It opens again by itself on {day}."),
    );
    Letter::new(
        "account_suspended",
        &format!("Your account at {firm} is suspended"),
    )
    .paragraph(&format!(
        "An administrator suspended your account at {firm}. It can’t be used for now, and wherever it \
         was signed in, it was signed out. {ends}"
    ))
    .paragraph("If you want to know why, please speak to your office manager.")
}

/// The account can be used again: an administrator opened it, or its suspension is over.
pub fn reactivated(firm: &str, sign_in_url: &str) -> Letter {
    Letter::new(
        "account_reactivated",
        &format!("Your account at {firm} is open again"),
    )
    .paragraph(&format!(
        "Your account at {firm} can be used again, as before."
    ))
    .button("Sign in", sign_in_url)
}

/// An administrator took a decision about the person's request back: it is looked at again.
pub fn waits_again(firm: &str) -> Letter {
    Letter::new(
        "account_waits",
        &format!("Your request at {firm} is looked at again"),
    )
    .paragraph(&format!(
        "An administrator took back what was decided about your account at {firm}. It waits to be \
         decided again, and can’t be used until then. You will hear by mail."
    ))
    .paragraph("If you want to know why, please speak to your office manager.")
}

/// An administrator took back what was decided about what the person asked for.
pub fn case_waits_again(firm: &str, reference: &str, about: &str) -> Letter {
    Letter::new(
        "case_waits",
        &format!("Your request at {firm} is looked at again"),
    )
    .paragraph(&format!(
        "An administrator of {firm} took back what was decided about your request. It waits to be \
         decided again, and what the decision changed is as it was before. You will hear by mail."
    ))
    .facts(&[("About", about), ("Reference", reference)])
    .paragraph(
        "If you want to know why, please speak to your office manager and name the reference.",
    )
}

/// An administrator signed the person out everywhere.
pub fn signed_out(firm: &str, sign_in_url: &str) -> Letter {
    Letter::new(
        "sessions_ended",
        &format!("You were signed out at {firm}"),
    )
    .paragraph(&format!(
        "An administrator signed your account at {firm} out in every browser. You can sign in again \
         at once."
    ))
    .button("Sign in", sign_in_url)
    .paragraph("If you want to know why, please speak to your office manager.")
}

/// An administrator gave the account another role. `role` says which, as in “an administrator”.
pub fn role_changed(firm: &str, role: &str, account_url: &str) -> Letter {
    Letter::new(
        "role_changed",
        &format!("Your role at {firm} changed"),
    )
    .paragraph(&format!(
        "An administrator changed what your account at {firm} may do: it is now the account of {role}."
    ))
    .button("See your account", account_url)
    .paragraph("If you want to know why, please speak to your office manager.")
}
