//! What people read about accounts that may be one person's.

use crate::wire::{
    LinkMethod, Status,
    desk::{Confidence, LikenessReason, MergeObstacle},
};

/// How sure it is.
pub const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Sure => "Almost certain",
        Confidence::Likely => "Likely",
        Confidence::Possible => "Possible",
    }
}

/// Why two accounts may be one person's, or may not.
pub const fn likeness_reason(reason: LikenessReason) -> &'static str {
    match reason {
        LikenessReason::SameLogin => "the same Clio login opened both",
        LikenessReason::SameEmail => "they have an e-mail in common",
        LikenessReason::SameLocalPart => "their e-mails begin alike, at two domains",
        LikenessReason::LocalPartContained => "one e-mail begins with part of the other",
        LikenessReason::SameNames => "the same names",
        LikenessReason::NamesSwapped => "the same names, first and last exchanged",
        LikenessReason::Initial => "the same last name and initial",
        LikenessReason::SimilarNames => "names that differ by a letter or two",
        LikenessReason::DifferentFirstNames => "but the first names differ",
        LikenessReason::DifferentLastNames => "but the last names differ",
        LikenessReason::BothInUse => "but both were used in the last 7 days",
    }
}

/// Why an account can’t be merged, as a sentence about it.
pub const fn merge_obstacle(obstacle: MergeObstacle) -> &'static str {
    match obstacle {
        MergeObstacle::Administrator => {
            "It belongs to an administrator or owner. Make it a member’s first."
        }
        MergeObstacle::Suspended => "It is suspended. Decide about that first.",
        MergeObstacle::Deleted => "It is closed for good.",
        MergeObstacle::NotActive => "It isn’t in use yet.",
        MergeObstacle::Unproved => "Nobody has proved its e-mail.",
        MergeObstacle::Disputed => {
            "Its person said “This wasn’t me”. Decide about that in the queue first."
        }
    }
}

/// How a login came to open somebody’s account, as the end of "Linked 3 days ago".
pub const fn login_linked(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::FirstSignIn => " at the first sign-in",
        LinkMethod::Password => " with the account’s password",
        LinkMethod::Claim => " by a link from an administrator",
        LinkMethod::Code => " with a code from the account’s mailbox",
        LinkMethod::LinkedSignIn => " by a sign-in with a login that was connected already",
        LinkMethod::Administrator => " by an administrator, who was asked",
        LinkMethod::Session => " by somebody who was signed in to the account",
    }
}

/// Whether an account can be used.
pub const fn account_state(status: Status) -> &'static str {
    match status {
        Status::Invited => "Invited",
        Status::Pending => "Waiting",
        Status::Active => "Active",
        Status::Suspended => "Suspended",
        Status::Deleted => "Closed",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn every_reason_and_every_obstacle_has_its_own_words() {
        use LikenessReason::*;
        let reasons = [
            SameLogin,
            SameEmail,
            SameLocalPart,
            LocalPartContained,
            SameNames,
            NamesSwapped,
            Initial,
            SimilarNames,
            DifferentFirstNames,
            DifferentLastNames,
            BothInUse,
        ];
        let obstacles = [
            MergeObstacle::Administrator,
            MergeObstacle::Suspended,
            MergeObstacle::Deleted,
            MergeObstacle::NotActive,
            MergeObstacle::Unproved,
            MergeObstacle::Disputed,
        ];
        let words: Vec<_> = reasons
            .map(likeness_reason)
            .into_iter()
            .chain(obstacles.map(merge_obstacle))
            .chain(Confidence::ALL.map(confidence))
            .collect();
        let own: HashSet<_> = words.iter().collect();
        assert_eq!(own.len(), words.len());
        words.into_iter().for_each(assert_in_our_voice);
        for method in [
            LinkMethod::FirstSignIn,
            LinkMethod::Password,
            LinkMethod::Claim,
            LinkMethod::Code,
            LinkMethod::LinkedSignIn,
            LinkMethod::Administrator,
            LinkMethod::Session,
        ] {
            assert!(!login_linked(method).contains("you"), "it is another’s");
            assert_in_our_voice(login_linked(method));
        }
    }
}
