//! Invitations and lists of people, in words.

use crate::wire::desk::{CellMistake, InvitationState, RowKind, RowOutcome};

/// What became of an invitation.
pub const fn invitation_state(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Waiting => "Waiting",
        InvitationState::Expired => "Expired",
        InvitationState::Accepted => "Accepted",
        InvitationState::Withdrawn => "Withdrawn",
    }
}

/// What a row of a list does.
pub const fn row_kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Mistake => "Mistake",
        RowKind::Invite => "Will be invited",
        RowKind::InviteUnproved => {
            "Will be invited. Somebody signs in with this e-mail already, and hasn’t shown that it is \
             theirs"
        }
        RowKind::Repeated => "Skipped: the same e-mail stands in an earlier line",
        RowKind::InvitedAlready => "Skipped: invited already, no second mail is sent",
        RowKind::HasAccount => "Skipped: has an account",
        RowKind::Closed => "Skipped: the account is closed, and a list doesn’t open it again",
    }
}

/// What came of a row.
pub const fn row_outcome(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Invited => "Invited",
        RowOutcome::InvitedAlready => "Skipped: somebody else invited them meanwhile",
        RowOutcome::HasAccount => "Skipped: they have got an account meanwhile",
        RowOutcome::Closed => "Skipped: the account was closed meanwhile",
    }
}

/// What is wrong with a cell, and what to do.
pub const fn cell_mistake(mistake: CellMistake) -> &'static str {
    match mistake {
        CellMistake::EmailMissing => "There is no e-mail.",
        CellMistake::EmailMalformed => "This isn’t a complete e-mail address.",
        CellMistake::NameMalformed => {
            "This is too long for a name, or holds characters that names don’t have."
        }
        CellMistake::LineBreak => {
            "This goes on in the next line. Look for a quotation mark that is missing, or one too many."
        }
        CellMistake::Undecodable => {
            "Some characters got lost. Save the list as UTF-8, or copy it out of the spreadsheet."
        }
        CellMistake::CellTooMany => {
            "The first line names no column for this. Put quotation marks around a name with a comma."
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn everything_has_its_own_words() {
        let kinds: HashSet<_> = RowKind::ALL.map(row_kind).into_iter().collect();
        assert_eq!(kinds.len(), RowKind::ALL.len());
        kinds.into_iter().for_each(assert_in_our_voice);
        let mistakes: HashSet<_> = CellMistake::ALL.map(cell_mistake).into_iter().collect();
        assert_eq!(mistakes.len(), CellMistake::ALL.len());
        mistakes.into_iter().for_each(assert_in_our_voice);
        let states: HashSet<_> = InvitationState::ALL
            .map(invitation_state)
            .into_iter()
            .collect();
        assert_eq!(states.len(), InvitationState::ALL.len());
        for outcome in ["invited", "invited_already", "has_account", "closed"] {
            assert_in_our_voice(row_outcome(RowOutcome::from_code(outcome).unwrap()));
        }
    }
}
