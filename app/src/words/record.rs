//! The record in words, for whoever looks at everybody's.

use super::{happenings, how_linked};
use crate::wire::{LinkMethod, desk::record::RecordField};

/// What happened, as a sentence without its full stop; `None` for what this release doesn't know.
pub fn act(action: &str, method: Option<LinkMethod>) -> Option<String> {
    if let ("identity.linked", Some(method)) = (action, method) {
        return Some(format!("A Clio login was connected{}", how_linked(method)));
    }
    if let ("session.opened_locally", Some(method)) = (action, method) {
        return Some(happenings::opened_locally(method).to_owned());
    }
    named(action).map(ToOwned::to_owned)
}

/// An act, to be chosen; `None` for one that this release doesn't know.
pub fn named(action: &str) -> Option<&'static str> {
    // What the person reads of it speaks to them.
    Some(match action {
        "account.admitted_as_member" => {
            "The account was admitted, because Clio Manage says that its person belongs to the firm"
        }
        "admission.asked" => "It was left to an administrator whether the person is admitted",
        "manage.reconnect_needed" => "Clio Manage no longer answers in the person’s name",
        "account.reminded" => "The person was reminded that the account lies unused",
        "session.confirmed" => "It was confirmed that it’s still the person",
        "link.prompted" => "A Clio login with the account’s e-mail asked to be linked",
        "confirm.refused" => "A try to confirm that it’s the person was refused",
        "confirm.code_sent" => "A code to confirm that it’s the person was mailed",
        "notice.not_me" => "The person said that it wasn’t them",
        "case.withdrawn" => "A question to the administrators was withdrawn",
        "case.proof_asked" => "The person was asked for more proof of what they asked for",
        "account.proof_asked" => "The person was asked for more proof before being let in",
        "desk.refused" => "An act at the desk was refused",
        "dormancy.changed.undone" => "A change of the rules about unused accounts was undone",
        "desk.links_exported" => "A list of links was saved as a file",
        "desk.view_kept" => "A list of links was kept by name",
        "desk.view_forgotten" => "A list of links is no longer kept by name",
        "bulk.confirmed" => "A decision about many at once was confirmed",
        "bulk.cancelled" => "A decision about many at once was given up",
        "bulk.finished" => "A decision about many at once was carried out to its end",
        "import.begun" => "A list of people began to be invited",
        "import.finished" => "A list of people was invited to its end",
        "import.stopped" => "The inviting of a list of people was stopped",
        "dormancy.changed" => "The rules about unused accounts were changed",
        "audit.exported" => "The record was exported",
        "database.restored" => "The database was restored from a backup",
        "roster.connected" => "A firm was connected, whose people Clio lists",
        "roster.disconnected" => "A firm was disconnected, whose people Clio lists",
        "roster.read_begun" => "The firm’s people began to be read in Clio",
        "roster.read_stopped" => "The reading of the firm’s people in Clio was stopped",
        "roster.read" => "The firm’s people were read in Clio",
        "roster.read_failed" => "The firm’s people couldn’t be read in Clio to the end",
        "roster.rule_changed" => "The rule for people who leave the firm in Clio was changed",
        "roster.rule_changed.undone" => {
            "A change of the rule for people who leave the firm in Clio was undone"
        }
        "review.begun" => "A review of links was begun",
        "review.gathered" => "The links of a review were gathered",
        "review.reviewer_named" => "Another reviewer was asked",
        "review.closed" => "A review of links was closed",
        "review.pack_taken" => "The evidence of a review was saved as a file",
        action => return happenings::known(action),
    })
}

/// What acts are about.
pub fn topic(word: &str) -> &'static str {
    match word {
        "sign-ins" => "Signing in and out",
        "links" => "Clio logins",
        "accounts" => "Accounts",
        "roles" => "Roles",
        "passwords" => "Passwords",
        "questions" => "Questions to administrators",
        "desk" => "The desk itself",
        "refusals" => "What was refused",
        _ => "Others",
    }
}

/// All that acts of a topic have in common, to be chosen.
pub fn all_of(word: &str) -> &'static str {
    match word {
        "sign-ins" => "All about signing in and out",
        "links" => "All about Clio logins",
        "accounts" => "All about accounts",
        "roles" => "All about roles",
        "passwords" => "All about passwords",
        "questions" => "All about questions to administrators",
        "desk" => "All about the desk itself",
        "refusals" => "All that was refused",
        _ => "All others",
    }
}

/// What is wrong with a field of the filter, and what to do.
pub const fn unread(field: RecordField) -> &'static str {
    match field {
        RecordField::Person => "Type a whole e-mail, or the id of an account.",
        RecordField::Act => "Choose one from the list.",
        RecordField::From | RecordField::To => "Type a day as year-month-day: 2026-11-22.",
        RecordField::Reference => "A reference has eight letters and digits: 7Q4K-92MX.",
    }
}

/// The room of the desk whose page a fact names by its id, and how the link to it is called.
pub fn page_of(fact: &str) -> Option<(&'static str, &'static str)> {
    Some(match fact {
        "bulk" => ("bulk", "The decision about many"),
        "campaign" => ("reviews", "The review"),
        _ => return None,
    })
}

/// A word of the record, where a fact or a reason is named by one.
pub fn word(word: &str) -> String {
    let known = match word {
        "active" => "in use",
        "pending" => "waiting",
        "deleted" => "closed for good",
        "case" => "question",
        "ended" | "sessions_ended" => "sessions ended",
        "enough" => "enough to link",
        "undoes" => "undoes event",
        "unused_days" => "days unused",
        "by_person" => "by person",
        "by_reference" => "by reference",
        word => return word.replace('_', " "),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn what_a_person_reads_to_themselves_is_said_of_them_here() {
        for action in [
            "account.reminded",
            "session.confirmed",
            "link.prompted",
            "confirm.refused",
            "confirm.code_sent",
            "notice.not_me",
            "session.opened",
            "identity.unlinked",
            "desk.refused",
            "audit.exported",
        ] {
            let words = act(action, None).unwrap();
            assert_in_our_voice(&words);
            assert!(!words.to_lowercase().contains("you"), "{words}");
        }
        assert_eq!(act("account.<b>", None), None);
    }

    #[test]
    fn ways_are_named_where_there_are_several() {
        for (action, method) in [
            ("identity.linked", LinkMethod::Code),
            ("session.opened_locally", LinkMethod::Password),
        ] {
            assert_ne!(act(action, Some(method)), act(action, None));
        }
    }

    #[test]
    fn fields_that_make_no_sense_are_told_what_to_do() {
        for field in [
            RecordField::Person,
            RecordField::Act,
            RecordField::From,
            RecordField::To,
            RecordField::Reference,
        ] {
            assert_in_our_voice(unread(field));
        }
    }

    #[test]
    fn words_of_the_record_are_readable() {
        assert_eq!(word("wrong_password"), "wrong password");
        assert_eq!(word("active"), "in use");
    }
}
