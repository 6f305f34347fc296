//! What the administrators' desk says: of what happened to somebody's account, and of what was done.

use super::manage_happened;
use crate::wire::{
    LinkMethod, Status,
    desk::{AccountAct, Entry},
};

/// What happened, as a sentence without its full stop. The same as on the person's own page, but about
/// them.
pub fn entry(entry: &Entry) -> String {
    match (entry.action.as_str(), entry.method) {
        ("identity.linked", Some(method)) => {
            format!("A Clio login was linked{}", how_linked(method))
        }
        ("session.opened_locally", Some(LinkMethod::Password)) => {
            "Signed in with the password".to_owned()
        }
        ("session.opened_locally", Some(LinkMethod::Code)) => {
            "Signed in with a mailed code".to_owned()
        }
        (action, _) => because(action, entry.reason.as_deref())
            .unwrap_or_else(|| happened(action))
            .to_owned(),
    }
}

/// What happened where the reason says more.
fn because(action: &str, reason: Option<&str>) -> Option<&'static str> {
    Some(match (action, reason?) {
        ("account.suspended", "dormant") => "Suspended, because it had lain unused",
        ("account.suspended", "left_firm") => "Suspended, because they left the firm in Clio",
        ("roster.left", "gone") => "Left as it was, though no longer in the firm in Clio",
        ("roster.left", "disabled") => "Left as it was, though the login in Clio is disabled",
        ("roster.left", "back") => "Left as it was, though back in the firm in Clio",
        ("roster.left", "email") => "The e-mail was left as it was, though Clio says another",
        ("roster.left", "name") => "The name was left as it was, though Clio says another",
        ("review.decided", "keep") => "A reviewer said that the link should stay",
        ("review.decided", "revoke") => "A reviewer said that the link should be taken away",
        ("review.decided", "unsure") => "A reviewer wasn’t sure whether the link should stay",
        _ => return None,
    })
}

/// How a link came about, as the end of "A Clio login was linked".
pub const fn how_linked(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::FirstSignIn => " at the first sign-in",
        LinkMethod::Password => " with the account’s password",
        LinkMethod::Claim => " by a one-time link from an administrator",
        LinkMethod::Code => " with a code sent to the account’s mailbox",
        LinkMethod::LinkedSignIn => " by a sign-in with a login that was linked already",
        LinkMethod::Administrator => " by an administrator, who was asked",
        LinkMethod::Session => " from a browser signed in to the account",
    }
}

fn happened(action: &str) -> &'static str {
    match action {
        "account.created" => "The account was opened by a first sign-in",
        "account.approved" => "Approved",
        "account.approved.undone" => "The approval was undone, and the account waits again",
        "account.rejected" => "Rejected",
        "account.rejected.undone" => "The rejection was undone, and the account waits again",
        "account.admitted" => "Admitted with a code from the account’s mailbox",
        "account.invited" => "Invited",
        "invitation.resent" => "The invitation was sent again",
        "invitation.revoked" => "The invitation was withdrawn",
        "invitation.restored" => "The withdrawal of the invitation was undone",
        "account.names_changed" => "The names were changed",
        "account.names_followed_clio" => "The names were changed to those at Clio",
        "account.names_from_roster" => "The names were changed to those in the firm’s list at Clio",
        "account.names_from_roster.undone" => "The change of the names was undone",
        "account.suggestion_taken" => "What Clio says was taken over",
        "account.suggestion_declined" => "What Clio says differently was left as it is here",
        "account.email_changed" => "The e-mail of the account was changed",
        "account.role_granted" => "Given another role",
        "account.role_granted.undone" | "account.role_revoked.undone" => {
            "A change of role was undone"
        }
        "account.role_revoked" => "Made a member again",
        "account.email_verified" => "The e-mail of the account was proved",
        "account.email_unverified" => "The e-mail of the account no longer counts as proved",
        "account.gave_way" => "The account gave way to the one that its Clio login had before",
        "account.suspended" => "Suspended",
        "account.suspended.undone" => "The suspension was undone",
        "account.suspension_ended" => "The suspension came to its end",
        "account.reactivated" => "Reactivated",
        "account.reactivated.undone" => "The reactivation was undone",
        "account.reminded" => "Reminded that the account lies unused",
        "dormancy.exempted" => "Exempted from being closed while unused",
        "dormancy.exemption_ended" => "No longer exempt from being closed while unused",
        "account.noted" => "A note was made",
        "account.came_back" => "The account came back when a merge was undone",
        "account.merged" => "Another account of the person was merged into this one",
        "account.merged_away" => "Merged into another account of the person",
        "account.merge_undone" => "A merge with another account was undone",
        "duplicate.set_aside" => "Found not to be the same person as another account’s",
        "duplicate.reconsidered" => "Counted again as perhaps the same person as another account’s",
        "audit.exported" => "The record was saved as a file",
        "account.password_set" => "A password was set",
        "account.password_changed" => "The password was changed",
        "account.password_removed" => "The password was removed",
        "session.opened" => "Signed in with Clio",
        "session.opened_locally" => "Signed in without Clio",
        "session.confirmed" => "Confirmed that it’s still them",
        "session.signed_out" => "Signed out",
        "session.ended" => "A browser was signed out",
        "session.others_ended" => "All browsers but one were signed out",
        "session.all_ended" => "All browsers were signed out",
        "identity.linked" => "A Clio login was linked",
        "identity.unlinked" => "A Clio login was unlinked",
        "identity.moved" => "A Clio login came over when accounts were merged",
        "identity.moved_back" => "A Clio login went back when a merge was undone",
        "identity.reviewed" => "The link was reviewed and found right",
        "identity.reviewed.undone" => "A review of the link was undone",
        "review.decided" => "A reviewer said whether the link should stay",
        "identity.restored" => "A Clio login was linked again, as it was before",
        "identity.email_changed" => "The e-mail of a linked login changed at Clio",
        "link.prompted" => "A Clio login with the account’s e-mail asked to be linked",
        "link.code_sent" => "A code was mailed to link a Clio login",
        "link.proved" => "It was proved that a Clio login and the account belong together",
        "link.refused" => "A try to link a Clio login was refused",
        "link.cancelled" => "A Clio login that asked to be linked was put aside",
        "link.kept_separate" => "A Clio login that asked to be linked got an account of its own",
        "link.asked" => "Asked an administrator to link a Clio login",
        "connection.refused" => "A change of what opens the account was refused",
        "session.refused" => "A try to sign a browser out was refused",
        "suggestion.refused" => "An answer to what Clio says differently was refused",
        "password.refused" => "A change of the password was refused",
        "case.opened" => "A question was put to the administrators",
        "account.proof_asked" => "The person was asked for proof of the mailbox",
        "case.proof_asked" => "More proof was asked for",
        "case.approved" => "What was asked was agreed to",
        "case.approved.undone" => {
            "What was asked waits for a decision again; the approval was undone"
        }
        "case.declined" => "What was asked was decided against",
        "case.declined.undone" => {
            "What was asked waits for a decision again; the refusal was undone"
        }
        "case.withdrawn" => "What was asked was taken back",
        "sign_in.refused" => "A sign-in was refused",
        "sign_in.code_sent" => "A code to sign in was mailed",
        "local.refused" => "A sign-in without Clio was refused",
        "confirm.refused" => "A try to confirm that it’s them was refused",
        "confirm.code_sent" => "A code to confirm that it’s them was mailed",
        "admission.code_sent" => "A code to be admitted was mailed",
        "admission.refused" => "A try to be admitted was refused",
        "notice.refused" => "A link of a mail was used that is settled already",
        "notice.not_me" => "Said “This wasn’t me” of a mail",
        "desk.refused" => "An administrator’s act was refused",
        action => manage_happened(action).unwrap_or("Something about the account changed"),
    }
}

/// Whether an account can be used, in a word.
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Invited => "Invited",
        Status::Pending => "Waiting",
        Status::Active => "Active",
        Status::Suspended => "Suspended",
        Status::Deleted => "Closed",
    }
}

/// What undoing an event does, as a sentence.
pub fn undoing(action: &str) -> &'static str {
    match action {
        "account.approved" => "Undoing it sends the person back to wait for a decision.",
        "account.rejected" => {
            "Undoing it lets the person wait for a decision again. Sessions that ended stay ended."
        }
        "account.suspended" => {
            "Undoing it opens the account as it was. Sessions that ended stay ended."
        }
        "account.reactivated" => "Undoing it closes the account as it was, and ends its sessions.",
        "account.names_from_roster" => "Undoing it gives back the names from before.",
        "account.role_granted" | "account.role_revoked" => {
            "Undoing it gives back the role from before."
        }
        "identity.unlinked" => {
            "Undoing it links the login again as it was. Sessions that ended stay ended."
        }
        "account.merged" | "account.merged_away" => {
            "Undoing it gives each of the two accounts back what was its own."
        }
        "invitation.revoked" => "Undoing it invites the person again, with a new link.",
        "case.approved" | "case.declined" => {
            "Undoing it brings back what was before, and the question waits for a decision again."
        }
        "identity.reviewed" => "Undoing it lets the link count as not reviewed by this.",
        _ => "Undoing it brings back what was before.",
    }
}

/// The button of an act.
pub const fn act(act: AccountAct) -> &'static str {
    match act {
        AccountAct::Approve => "Approve",
        AccountAct::Reject => "Reject",
        AccountAct::Suspend => "Suspend",
        AccountAct::Reactivate => "Reactivate",
        AccountAct::EndSessions => "End sessions",
        AccountAct::Role => "Change role",
    }
}

/// What was done at the desk, by its code in the URL; `None` for a code that this release doesn't know.
pub fn desk_done(code: &str) -> Option<&'static str> {
    Some(match code {
        "approved" => "Approved. The person can sign in, and a mail says so.",
        "rejected" => {
            "Rejected. The account is closed, and a mail says so. It can be undone for 14 days."
        }
        "suspended" => {
            "Suspended. Nobody is signed in to the account any more, and a mail says so. It can be \
             undone for 14 days."
        }
        "reactivated" => "Reactivated. The person can sign in again, and a mail says so.",
        "signed_out" => "Signed out everywhere. A mail says so.",
        "role_changed" => {
            "The role is changed, from the next page on that the person opens. A mail says so."
        }
        "unlinked" => {
            "Unlinked. The login no longer opens the account, and a mail says so. It can be undone for \
             14 days."
        }
        "reviewed" => "Reviewed. The list shows when, and by whom.",
        "noted" => "The note is kept, for everybody who may see this page.",
        "undone" => "That is undone, and what it changed is as it was before.",
        "confirmed" => "Thank you, it’s you. For 5 minutes nothing more is asked.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        wire::{
            Moment,
            desk::{DoneBy, Undoing},
        },
        words::assert_in_our_voice,
    };

    fn said(action: &str, method: Option<LinkMethod>) -> String {
        said_because(action, method, None)
    }

    fn said_because(action: &str, method: Option<LinkMethod>, reason: Option<&str>) -> String {
        entry(&Entry {
            event: String::new(),
            at: Moment {
                iso: String::new(),
                full: String::new(),
                ago: String::new(),
            },
            action: action.to_owned(),
            method,
            reason: reason.map(str::to_owned),
            by: DoneBy::Nobody,
            link: None,
            reference: None,
            remark: None,
            change: None,
            undoing: Undoing::No,
        })
    }

    const UNDOABLE: [&str; 11] = [
        "identity.reviewed",
        "account.approved",
        "account.rejected",
        "account.suspended",
        "account.reactivated",
        "account.role_granted",
        "account.role_revoked",
        "identity.unlinked",
        "case.approved",
        "case.declined",
        "account.names_from_roster",
    ];

    #[test]
    fn what_has_a_way_of_its_own_to_be_undone_says_what_undoing_does() {
        for action in [
            "account.merged",
            "account.merged_away",
            "invitation.revoked",
        ] {
            assert_in_our_voice(undoing(action));
            assert_ne!(undoing(action), undoing("something else"), "{action}");
        }
    }

    #[test]
    fn a_reason_that_says_more_is_told() {
        for (action, reasons) in [
            ("review.decided", ["keep", "revoke", "unsure"].as_slice()),
            ("account.suspended", &["dormant", "left_firm"]),
            (
                "roster.left",
                &["gone", "disabled", "back", "email", "name"],
            ),
        ] {
            let mut told = HashSet::from([said(action, None)]);
            for reason in reasons {
                let words = said_because(action, None, Some(reason));
                assert_in_our_voice(&words);
                assert!(told.insert(words), "{action} {reason}");
            }
            assert_eq!(said_because(action, None, Some("x")), said(action, None));
        }
    }

    #[test]
    fn what_can_be_undone_says_what_undoing_does_and_what_was_undone_that_it_was() {
        for action in UNDOABLE {
            assert_in_our_voice(undoing(action));
            assert_ne!(undoing(action), undoing("something else"), "{action}");
            if action != "identity.unlinked" {
                let words = said(&format!("{action}.undone"), None);
                assert!(words.contains("undone"), "{words}");
                assert_in_our_voice(&words);
            }
        }
    }

    #[test]
    fn ways_to_link_and_to_sign_in_are_told_apart() {
        let ways = [
            LinkMethod::FirstSignIn,
            LinkMethod::Password,
            LinkMethod::Claim,
            LinkMethod::Code,
            LinkMethod::LinkedSignIn,
            LinkMethod::Administrator,
            LinkMethod::Session,
        ];
        let words: HashSet<_> = ways
            .into_iter()
            .map(|way| said("identity.linked", Some(way)))
            .collect();
        assert_eq!(words.len(), ways.len());
        let password = said("session.opened_locally", Some(LinkMethod::Password));
        assert_ne!(password, said("session.opened_locally", None));
    }

    #[test]
    fn what_was_done_is_told_by_its_code() {
        for code in [
            "approved",
            "rejected",
            "suspended",
            "reactivated",
            "signed_out",
            "role_changed",
            "unlinked",
            "reviewed",
            "noted",
            "undone",
        ] {
            assert_in_our_voice(desk_done(code).unwrap());
        }
        assert_eq!(desk_done("<b>"), None);
    }

    #[test]
    fn who_waits_is_never_called_suspended() {
        assert_eq!(status(Status::Pending), "Waiting");
        assert_eq!(status(Status::Suspended), "Suspended");
    }
}
