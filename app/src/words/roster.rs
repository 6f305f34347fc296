//! The firm's people, as Clio Manage says, in words.

use crate::wire::{
    Status,
    desk::roster::{
        AccountFilter, ClioLogin, DifferenceKind, Leavers, Obstacle, RosterVerdict, Trouble, What,
        Why,
    },
};

/// What was done in the roster's room, by its code in the URL; `None` for a code that this release
/// doesn't know.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "roster_connected" => {
            "The firm is connected. Its people are read now, and from then on every night."
        }
        "roster_reconnected" => "The firm is connected again, and its people are read as before.",
        "roster_begun" => "The firm’s people are being read. This page says how far it is.",
        "roster_stopped" => {
            "The reading is stopped. Nothing was decided because of it; the next one begins by \
             itself."
        }
        "roster_rule_changed" => {
            "The rule for leavers is in force from now on. It can be undone for 14 days."
        }
        "roster_rule_undone" => "The rule for leavers is as it was before that change.",
        "roster_carried_out" => {
            "Carried out. What became of each stands with the read that found it; suspending, letting \
             in again and names can be undone there for 14 days."
        }
        "roster_carried_out_some" => {
            "Carried out as far as that could be done. What was left alone, and why, stands with the \
             read that found it."
        }
        "roster_left" => "Left as it is. It no longer waits here, and nothing was changed.",
        "roster_disconnected" => {
            "The firm is disconnected, and nothing more is read. Nobody lost access by that."
        }
        "undone" => "That is undone, and what it changed is as it was before.",
        "confirmed" => "Thank you, it’s you. For 5 minutes nothing more is asked.",
        _ => return None,
    })
}

/// The heading over what waits of a kind.
pub const fn kind(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Gone => "No longer in the firm",
        DifferenceKind::Disabled => "Login disabled in Clio",
        DifferenceKind::Back => "Back in the firm",
        DifferenceKind::New => "New in the firm",
        DifferenceKind::Email => "Another e-mail in Clio",
        DifferenceKind::Name => "Another name in Clio",
    }
}

/// The same in a list of counts: “3 new”.
pub const fn in_counts(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Gone => "gone",
        DifferenceKind::Disabled => "disabled",
        DifferenceKind::Back => "back",
        DifferenceKind::New => "new",
        DifferenceKind::Email => "other e-mail",
        DifferenceKind::Name => "other name",
    }
}

/// What a kind means, and what is offered.
pub const fn about(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Gone => {
            "Clio no longer lists these people in the firm. Their accounts here can be suspended."
        }
        DifferenceKind::Disabled => {
            "Somebody in the firm disabled these logins in Clio. Their accounts here can be suspended."
        }
        DifferenceKind::Back => {
            "These people had left, or their logins had been disabled, and Clio lists them again. If \
             the roster had suspended their accounts, they can be let in again."
        }
        DifferenceKind::New => {
            "Clio lists these people, and they have no account here. They can be invited."
        }
        DifferenceKind::Email => {
            "The e-mail in Clio is another than that of the account here. Whether the account takes \
             it, an administrator decides in the queue."
        }
        DifferenceKind::Name => {
            "The name in Clio is another than that of the account here. The account can take it."
        }
    }
}

/// What carrying it out does, as a choice to be made.
pub const fn carry_out(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Gone | DifferenceKind::Disabled => "Suspend the accounts",
        DifferenceKind::Back => "Let them in again",
        DifferenceKind::New => "Invite them",
        DifferenceKind::Email => "Put the question into the queue",
        DifferenceKind::Name => "Take the names from Clio",
    }
}

/// What would happen to one of a kind, whose account is in a state.
pub const fn would_happen(kind: DifferenceKind, status: Option<Status>) -> &'static str {
    match (kind, status) {
        (DifferenceKind::Gone | DifferenceKind::Disabled, Some(Status::Invited)) => {
            "The invitation is withdrawn; a mail says so"
        }
        (DifferenceKind::Gone | DifferenceKind::Disabled, Some(Status::Pending)) => {
            "The account, which waits, is turned down; a mail says so"
        }
        (DifferenceKind::Gone | DifferenceKind::Disabled, _) => {
            "The account is suspended and its browsers are signed out; a mail says so"
        }
        (DifferenceKind::Back, _) => "The account opens again; a mail says so",
        (DifferenceKind::New, _) => "An invitation is mailed",
        (DifferenceKind::Email, _) => "The question stands in the queue; nothing changes before",
        (DifferenceKind::Name, _) => "The account takes the name from Clio",
    }
}

/// What was, and what is instead, where no value says so.
pub const fn turned(what: &What) -> Option<(&'static str, &'static str)> {
    Some(match what {
        What::Gone => ("In the firm", "No longer in the firm"),
        What::Disabled => ("Login enabled", "Login disabled"),
        What::Back { was_gone: true } => ("Not in the firm", "In the firm"),
        What::Back { was_gone: false } => ("Login disabled", "Login enabled"),
        What::New => ("Not in the firm", "New in the firm"),
        What::Email { .. } | What::Name { .. } => return None,
    })
}

/// Why it waits.
pub const fn why(why: Why) -> &'static str {
    match why {
        Why::Kind => "An administrator decides about this, whatever the rule",
        Why::Rule => "The rule says that an administrator decides",
        Why::Threshold => "More people would lose access at once than the rule allows",
        Why::Administrator => "It is an administrator’s account",
        Why::Connector => "It is the account that connected the firm",
        Why::Owner => "It is an owner’s account: never suspended by itself",
    }
}

/// Why it is left alone, as the end of “Left alone:”.
pub const fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Decided => "it was decided meanwhile, or is there no longer",
        Obstacle::NoAccount => "there is no account here",
        Obstacle::HasAccount => "the person has an account here by now",
        Obstacle::InvitedAlready => "the person is invited already",
        Obstacle::NoEmail => "Clio has no complete e-mail of the person",
        Obstacle::State => "the account isn’t in a state for it",
        Obstacle::ClosedOtherwise => "somebody suspended the account for another reason",
        Obstacle::AskedAlready => "the question is in the queue already",
        Obstacle::OwnersOnly => "only an owner can do that",
        Obstacle::Oneself => "it is your own account",
        Obstacle::LastOwner => "the firm would have no owner left",
        Obstacle::Failed => "something went wrong on our side",
    }
}

/// The word for a decision.
pub const fn verdict(verdict: RosterVerdict) -> &'static str {
    match verdict {
        RosterVerdict::CarryOut => "Carry out",
        RosterVerdict::Leave => "Leave as it is",
    }
}

/// What becomes of leavers, as a choice.
pub const fn leavers(leavers: Leavers) -> &'static str {
    match leavers {
        Leavers::Automatic => "Suspend by itself",
        Leavers::Approval => "Wait for an administrator",
    }
}

/// What a choice for leavers means.
pub const fn leavers_mean(leavers: Leavers) -> &'static str {
    match leavers {
        Leavers::Automatic => {
            "Whoever is no longer in the firm in Clio, or whose login is disabled there, loses access \
             here after the next read."
        }
        Leavers::Approval => {
            "They wait on the roster’s page for an administrator, and keep their access until then."
        }
    }
}

/// What was in the way of a read, in a few words.
pub const fn trouble(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable => "Clio couldn’t be reached",
        Trouble::NotAllowed => "A permission is missing",
        Trouble::ReconnectNeeded => "The connection needs to be renewed",
        Trouble::Senseless => "Clio’s answer made no sense",
        Trouble::Stopped { .. } => "Stopped",
    }
}

/// What to do about what was in the way.
pub const fn what_to_do(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable => {
            "It is tried again tonight. If that doesn’t help, look whether Clio works for you."
        }
        Trouble::NotAllowed => {
            "Clio didn’t let us read the list of people. Ask whoever set up the connection with Clio to \
             allow reading users, then connect again."
        }
        Trouble::ReconnectNeeded => {
            "Clio no longer takes it: somebody ended it, it ran out, or the login it was made with is off. \
             Connect the firm again."
        }
        Trouble::Senseless => {
            "It was incomplete, or not what Clio describes. It is tried again tonight; if it stays so, \
             tell whoever runs this service."
        }
        Trouble::Stopped { .. } => "The next read begins by itself, or now, if you like.",
    }
}

/// Whether somebody can sign in to the firm in Clio.
pub const fn login(login: ClioLogin) -> &'static str {
    match login {
        ClioLogin::Enabled => "Enabled",
        ClioLogin::Disabled => "Disabled",
        ClioLogin::Gone => "No longer in the firm",
    }
}

/// Whether people have an account here.
pub const fn account_filter(filter: AccountFilter) -> &'static str {
    match filter {
        AccountFilter::Any => "With an account",
        AccountFilter::Without => "Without an account",
        AccountFilter::In(status) => super::desk::status(status),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    fn all_differ(words: &[&'static str]) {
        let set: HashSet<_> = words.iter().collect();
        assert_eq!(set.len(), words.len(), "{words:?}");
        for words in words {
            assert_in_our_voice(words);
        }
    }

    #[test]
    fn everything_has_its_own_words() {
        let kinds = DifferenceKind::ALL;
        all_differ(&kinds.map(kind));
        all_differ(&kinds.map(in_counts));
        all_differ(&kinds.map(about));
        all_differ(&Why::ALL.map(why));
        all_differ(&Obstacle::ALL.map(obstacle));
        all_differ(&Leavers::ALL.map(leavers));
        all_differ(&Leavers::ALL.map(leavers_mean));
        all_differ(&RosterVerdict::ALL.map(verdict));
        all_differ(&ClioLogin::ALL.map(login));
        all_differ(&AccountFilter::ALL.map(account_filter));
        for of in kinds {
            assert_in_our_voice(carry_out(of));
            for status in [None, Some(Status::Invited), Some(Status::Pending)] {
                assert_in_our_voice(would_happen(of, status));
            }
        }
        let troubles = [
            Trouble::Unreachable,
            Trouble::NotAllowed,
            Trouble::ReconnectNeeded,
            Trouble::Senseless,
            Trouble::Stopped { by: None },
        ];
        all_differ(&troubles.each_ref().map(trouble));
        all_differ(&troubles.each_ref().map(what_to_do));
    }

    #[test]
    fn every_deed_has_its_own_words() {
        let codes = [
            "roster_connected",
            "roster_reconnected",
            "roster_begun",
            "roster_stopped",
            "roster_rule_changed",
            "roster_rule_undone",
            "roster_carried_out",
            "roster_carried_out_some",
            "roster_left",
            "roster_disconnected",
            "undone",
            "confirmed",
        ];
        all_differ(&codes.map(|code| done(code).unwrap()));
        assert_eq!(done("roster_"), None);
    }
}
