//! Decisions about many, in words.

use crate::wire::desk::{BulkStage, Deed, Skip};

/// What is done, as a verb on a button, and as the name of an act: "Suspend accounts".
pub const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Review => "Mark as reviewed",
        Deed::Approve => "Approve accounts",
        Deed::Reject => "Turn accounts down",
        Deed::Suspend => "Suspend accounts",
        Deed::Reactivate => "Reactivate accounts",
        Deed::Unlink => "Disconnect logins",
        Deed::EndSessions => "Sign people out",
        Deed::Undo => "Undo",
    }
}

/// What happens to each when the answer is yes.
pub const fn consequences(deed: Deed) -> &'static str {
    match deed {
        Deed::Review => {
            "Each link is recorded as looked at and found right, by you and as of now. Nothing else \
             changes, and nobody gets a mail."
        }
        Deed::Approve => "Each person is let in from now on, and gets a mail that says so.",
        Deed::Reject => {
            "Each account is closed, its browsers are signed out, and the person gets a mail."
        }
        Deed::Suspend => {
            "Each account is closed for now: its browsers are signed out at once, nothing opens it, \
             and the person gets a mail. Their logins stay connected."
        }
        Deed::Reactivate => {
            "Each account opens again, with the logins it has, and the person gets a mail."
        }
        Deed::Unlink => {
            "Each login stops opening its account, the browsers signed in with it are signed out, \
             and the person gets a mail. Whoever has no other way in needs an administrator."
        }
        Deed::EndSessions => {
            "Each person is signed out in all browsers. They can sign in again right away."
        }
        Deed::Undo => {
            "Each is put back as it was before, as far as nothing else has changed since. Browsers \
             that were signed out stay so."
        }
    }
}

/// Whether it can be undone, in a sentence.
pub const fn undoing(deed: Deed) -> &'static str {
    match deed {
        Deed::EndSessions | Deed::Undo => "This can’t be undone.",
        _ => "You can undo all of it as one act for 14 days.",
    }
}

/// Why one of many is left alone, as the end of "Left alone:".
pub const fn skip(deed: Deed, skip: Skip) -> &'static str {
    match skip {
        Skip::State => match deed {
            Deed::Approve | Deed::Reject => "the person isn’t waiting for a decision",
            Deed::Reactivate => "the account isn’t suspended",
            _ => "the account isn’t in use",
        },
        Skip::Unlinked => "the login is disconnected already",
        Skip::Nothing => "there is nothing to do",
        Skip::Role => "you may not decide about people",
        Skip::OwnersOnly => "only an owner can do that to an owner",
        Skip::Oneself => "it is your own account",
        Skip::LastOwner => "the firm would have no owner left",
        Skip::NotUndoable => "it can’t be undone any more",
        Skip::Changed => "something changed in the meantime",
        Skip::Failed => "something went wrong on our side",
    }
}

/// How far an act has got.
pub const fn stage(stage: BulkStage) -> &'static str {
    match stage {
        BulkStage::Gathering => "Being gathered",
        BulkStage::Ready => "Waits for a yes",
        BulkStage::Running => "Under way",
        BulkStage::Finished => "Done",
        BulkStage::GivenUp => "Given up",
        BulkStage::TooMany => "More than 50,000 match: narrow the list and begin again",
        BulkStage::Stopped => "Stopped",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn every_deed_and_every_reason_has_words_of_its_own() {
        let deeds = [
            Deed::Review,
            Deed::Approve,
            Deed::Reject,
            Deed::Suspend,
            Deed::Reactivate,
            Deed::Unlink,
            Deed::EndSessions,
            Deed::Undo,
        ];
        let skips = [
            Skip::State,
            Skip::Unlinked,
            Skip::Nothing,
            Skip::Role,
            Skip::OwnersOnly,
            Skip::Oneself,
            Skip::LastOwner,
            Skip::NotUndoable,
            Skip::Changed,
            Skip::Failed,
        ];
        let mut sentences = HashSet::new();
        for words in deeds
            .into_iter()
            .flat_map(|one| [deed(one), consequences(one)])
            .chain(skips.into_iter().map(|why| skip(Deed::Suspend, why)))
        {
            assert_in_our_voice(words);
            assert!(sentences.insert(words), "{words}");
        }
    }
}
