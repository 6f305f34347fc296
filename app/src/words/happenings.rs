//! What happened to an account, in words.

use super::{how_linked, manage_happening};
use crate::wire::{Happening, LinkMethod};

/// What happened, as a sentence without its full stop.
pub fn happening(happening: &Happening) -> String {
    match (happening.action.as_str(), happening.method) {
        ("identity.linked", Some(method)) => {
            format!("A Clio login was connected{}", how_linked(method))
        }
        ("session.opened_locally", Some(method)) => opened_locally(method).to_owned(),
        (action, _) => known(action)
            .unwrap_or("Something about your account changed")
            .to_owned(),
    }
}

/// Signing in without Clio.
pub(super) fn opened_locally(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::Password => "Signed in with the password",
        LinkMethod::Code => "Signed in with a mailed code",
        _ => "Signed in without Clio",
    }
}

/// What an act is called; `None` for one that this release doesn't know.
pub(super) fn known(action: &str) -> Option<&'static str> {
    Some(match action {
        "account.created" => "The account was opened",
        "account.approved" => "The account was approved",
        "account.approved.undone" => {
            "The approval of the account was taken back, and it waits again"
        }
        "account.rejected.undone" => "The account is looked at again",
        "account.suspended.undone" | "account.suspension_ended" | "account.reactivated" => {
            "The account was opened again"
        }
        "account.reactivated.undone" => "The account was closed again for a time",
        "account.role_granted.undone" | "account.role_revoked.undone" => {
            "The account was given the role back that it had before"
        }
        "account.noted" => "An administrator made a note for the record",
        "account.proof_asked" => "An administrator asked for proof of the mailbox",
        "account.rejected" => "The account was turned down",
        "account.admitted" => "The account was admitted with a code from its mailbox",
        "account.invited" => "An invitation was made",
        "invitation.resent" => "The invitation was sent again",
        "invitation.revoked" => "The invitation was withdrawn",
        "invitation.restored" => "The invitation was restored",
        "account.names_changed" => "The names were changed",
        "account.names_followed_clio" => "The names were changed to those at Clio",
        "account.names_from_roster" => {
            "An administrator changed the names to those in the firm’s list at Clio"
        }
        "account.names_from_roster.undone" => "An administrator changed the names back",
        "account.suggestion_taken" => "What Clio says was taken over",
        "account.suggestion_declined" => "What Clio says differently was left as it is here",
        "account.email_changed" => "The e-mail of the account was changed",
        "account.role_granted" => "The account was given another role",
        "account.role_revoked" => "The account was made a member again",
        "account.email_verified" => "The e-mail of the account was proved",
        "account.email_unverified" => "The e-mail of the account no longer counts as proved",
        "account.gave_way" => "The account gave way to the one that the Clio login had before",
        "account.merged" => "Another account of yours was merged into this one",
        "account.merged_away" => "The account was merged into another one of yours",
        "account.merge_undone" => "The merge with another account was undone",
        "account.came_back" => "The account was opened again, as it was before it was merged",
        "account.suspended" => "The account was closed for a time",
        "account.reminded" => "You were reminded that the account lies unused",
        "dormancy.exempted" => "The account was exempted from being closed while unused",
        "dormancy.exemption_ended" => "The account is closed again when it lies unused",
        "account.password_set" => "A password was set",
        "account.password_changed" => "The password was changed",
        "account.password_removed" => "The password was removed",
        "session.opened" => "Signed in with Clio",
        "session.opened_locally" => "Signed in without Clio",
        "session.confirmed" => "It was confirmed that it’s still you",
        "session.signed_out" => "Signed out",
        "session.ended" => "A browser was signed out",
        "session.others_ended" => "All other browsers were signed out",
        "session.all_ended" => "All browsers were signed out",
        "session.everybody_ended" => "Everybody at the firm was signed out",
        "identity.linked" => "A Clio login was connected",
        "identity.unlinked" => "A Clio login was disconnected",
        "identity.moved" => "A Clio login of your other account opens this one from now on",
        "identity.moved_back" => "A Clio login opens your other account again",
        "duplicate.set_aside" => "It was noted that another account is somebody else’s",
        "duplicate.reconsidered" => "It was left open again whether another account is yours",
        "desk.refused" => "An administrator’s try to change the account was refused",
        "identity.reviewed" => "A connected Clio login was reviewed and found right",
        "identity.reviewed.undone" => "A review of a connected Clio login was taken back",
        "identity.restored" => "A Clio login was connected again, as it was before",
        "identity.email_changed" => "The e-mail of a connected Clio login changed at Clio",
        "link.prompted" => "A Clio login with your e-mail asked to be linked",
        "link.code_sent" => "A code was mailed to link a Clio login",
        "link.proved" => "It was proved that a Clio login and this account belong together",
        "link.refused" => "A try to link a Clio login was refused",
        "link.cancelled" => "A Clio login that asked to be linked was put aside",
        "link.kept_separate" => "A Clio login that asked to be linked got an account of its own",
        "link.asked" => "An administrator was asked to link a Clio login",
        "connection.refused" => "A change of what opens the account was refused",
        "session.refused" => "A try to sign a browser out was refused",
        "suggestion.refused" => "An answer to what Clio says differently was refused",
        "password.refused" => "A change of the password was refused",
        "case.opened" => "A question was put to the administrators",
        "case.approved" => "An administrator agreed to what was asked",
        "case.proof_asked" => "An administrator asked for more proof before they decide",
        "case.declined" => "An administrator decided against what was asked",
        "case.approved.undone" => {
            "An administrator took back that what was asked was agreed to; it waits again"
        }
        "case.declined.undone" => {
            "An administrator took back that what was asked was decided against; it waits again"
        }
        "sign_in.refused" => "A sign-in was refused",
        "sign_in.code_sent" => "A code to sign in was mailed",
        "local.refused" => "A sign-in without Clio was refused",
        "confirm.refused" => "A try to confirm that it’s you was refused",
        "confirm.code_sent" => "A code to confirm that it’s you was mailed",
        "admission.code_sent" => "A code to be admitted was mailed",
        "admission.refused" => "A try to be admitted was refused",
        "review.decided" => "A reviewer looked at a connected Clio login",
        "notice.refused" => "A link of a mail was used that is settled already",
        "audit.exported" => "What the record says of the account was saved as a file",
        "notice.not_me" => "You said that it wasn’t you",
        action => return manage_happening(action),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        wire::{Doer, Moment},
        words::assert_in_our_voice,
    };

    fn happened(action: &str, method: Option<LinkMethod>) -> String {
        happening(&Happening {
            event: String::new(),
            at: Moment {
                iso: String::new(),
                full: String::new(),
                ago: String::new(),
            },
            action: action.to_owned(),
            method,
            by: Doer::You,
            reference: None,
            undo_until: None,
        })
    }

    #[test]
    fn every_way_to_link_is_named() {
        for method in [
            LinkMethod::FirstSignIn,
            LinkMethod::Password,
            LinkMethod::Claim,
            LinkMethod::Code,
            LinkMethod::LinkedSignIn,
            LinkMethod::Administrator,
            LinkMethod::Session,
        ] {
            let words = happened("identity.linked", Some(method));
            assert!(words.starts_with("A Clio login was connected"), "{words}");
            assert!(words.len() > "A Clio login was connected".len(), "{words}");
            assert_in_our_voice(&words);
        }
    }

    #[test]
    fn sign_in_without_clio_says_with_what() {
        let action = "session.opened_locally";
        for (method, words) in [
            (Some(LinkMethod::Password), "Signed in with the password"),
            (Some(LinkMethod::Code), "Signed in with a mailed code"),
            (None, "Signed in without Clio"),
        ] {
            assert_eq!(happened(action, method), words);
        }
    }

    #[test]
    fn what_this_release_does_not_know_is_said_in_general() {
        assert_eq!(
            happened("account.<b>", None),
            "Something about your account changed"
        );
    }
}
