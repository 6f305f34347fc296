//! The queue in words, for whoever decides.

use crate::wire::{
    NoticeKind, Status,
    desk::queue::{Card, Likeness, Planned, Question, QueueAct, QueueEntry, QueueKind},
};

/// What a page of the queue is limited to.
pub const fn kind(kind: QueueKind) -> &'static str {
    match kind {
        QueueKind::Accounts => "New accounts",
        QueueKind::Links => "Links asked for",
        QueueKind::Emails => "New e-mails",
        QueueKind::NotMe => "“This wasn’t me”",
        QueueKind::Mailbox => "Proving their mailbox",
    }
}

/// The state of an account.
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Invited => "Invited",
        Status::Pending => "Waiting",
        Status::Active => "In use",
        Status::Suspended => "Suspended",
        Status::Deleted => "Closed for good",
    }
}

/// What somebody is called: by name, or by e-mail where there is none.
pub fn called(card: &Card) -> String {
    if card.name.is_empty() {
        card.email.clone()
    } else {
        card.name.clone()
    }
}

/// What is asked, in a line.
pub fn headline(entry: &QueueEntry) -> String {
    let who = called(&entry.who);
    match &entry.question {
        Question::NewAccount { .. } => format!("{who} asks to be let in"),
        Question::Link { clio, .. } => {
            let login = if clio.name.is_empty() {
                &clio.email
            } else {
                &clio.name
            };
            format!("{login} asks to be linked to the account of {who}")
        }
        Question::Email { holder: None, .. } => format!("{who} has a new e-mail at Clio"),
        Question::Email { .. } => {
            format!("{who} has a new e-mail at Clio, which another account has")
        }
        Question::NotMe { .. } => format!("{who} said “This wasn’t me”"),
    }
}

/// What somebody said wasn't them.
pub const fn not_me(about: Option<NoticeKind>) -> &'static str {
    match about {
        Some(NoticeKind::Linked) => "A Clio login was connected",
        Some(NoticeKind::Unlinked) => "A Clio login was disconnected",
        Some(NoticeKind::NewDevice) => "A sign-in from a new device",
        Some(NoticeKind::EmailChanged) => "The e-mail of the account was changed",
        Some(NoticeKind::PasswordChanged) => "The password was set or changed",
        None => "Something in the account",
    }
}

/// Why an account may be the same person's.
pub const fn likeness(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::SameLogin => "this Clio login opened it before",
        Likeness::SameEmail => "same e-mail",
        Likeness::SameClioEmail => "same e-mail at Clio",
        Likeness::SameName => "same name",
        Likeness::SameLocalPart => "same beginning of the e-mail",
        Likeness::SameDomain => "same ending of the e-mail",
    }
}

/// The button that does it.
pub const fn button(act: QueueAct) -> &'static str {
    match act {
        QueueAct::Approve => "Approve",
        QueueAct::Decline => "Decline",
        QueueAct::Ask => "Ask for more proof",
    }
}

/// What a decision will do about an item.
pub fn will(act: QueueAct, question: &Question) -> String {
    match (act, question) {
        (QueueAct::Approve, Question::NewAccount { .. }) => {
            "The account opens, and a mail says so. It can be undone for 14 days on the account’s page."
                .to_owned()
        }
        (QueueAct::Approve, Question::Link { .. }) => {
            "The Clio login opens the account from then on. Browsers that are signed in to it are \
             signed out, and mails say so. To take it back, disconnect the login on its page."
                .to_owned()
        }
        (QueueAct::Approve, Question::Email { new, .. }) => format!(
            "The account takes the e-mail {new}, which then counts as proved. Both mailboxes are told."
        ),
        (QueueAct::Approve, Question::NotMe { .. }) => {
            "What was taken away stays away. What was disconnected in the account since then is \
             connected again, and a mail says so."
                .to_owned()
        }
        (QueueAct::Decline, Question::NewAccount { .. }) => {
            "The account is closed and its browsers are signed out. A mail says so, without your \
             reason. It can be undone for 14 days on the account’s page."
                .to_owned()
        }
        (QueueAct::Decline, Question::Link { .. }) => {
            "Nothing is linked. A mail says so, without your reason; the account can still be proved \
             in another way."
                .to_owned()
        }
        (QueueAct::Decline, Question::Email { .. }) => {
            "The account keeps the e-mail it has, and this one isn’t asked about again. A mail says \
             so, without your reason."
                .to_owned()
        }
        (QueueAct::Decline, Question::NotMe { .. }) => {
            "It was the person after all: what was taken away is put back, and a mail says so, \
             without your reason."
                .to_owned()
        }
        (QueueAct::Ask, Question::Link { .. }) => {
            "A mail and the page at sign-in ask for a proof of the account: its password, a code to \
             its mailbox, or a login that opens it already. With it the login is linked, and this \
             question settles itself."
                .to_owned()
        }
        (QueueAct::Ask, _) => {
            "A mail and the waiting page ask the person to prove the mailbox with a code. They go on \
             waiting, and you see here when it is proved."
                .to_owned()
        }
    }
}

/// The heading of the page that asks before something is decided.
pub fn asks_first(act: QueueAct, planned: &[Planned]) -> String {
    let count = planned.iter().filter(|one| one.skip.is_none()).count();
    let of = planned.len();
    match (act, of) {
        (QueueAct::Approve, 0 | 1) => "Approve this?".to_owned(),
        (QueueAct::Decline, 0 | 1) => "Decline this?".to_owned(),
        (QueueAct::Ask, 0 | 1) => "Ask for more proof?".to_owned(),
        (QueueAct::Approve, _) => format!("Approve {count} of {of}?"),
        (QueueAct::Decline, _) => format!("Decline {count} of {of}?"),
        (QueueAct::Ask, _) => format!("Ask {count} of {of} for more proof?"),
    }
}

/// Why something wasn't done or won't be, by its word in the record.
pub fn why_not(word: &str) -> &'static str {
    match word {
        "decided" | "gone" => "It doesn’t wait any more: somebody decided, or it settled itself.",
        "role" => "Your role doesn’t decide about it.",
        "owners_only" => "Only an owner decides about an owner’s account.",
        "oneself" => "It is about your own account: another administrator decides.",
        "last_owner" => "It would take the firm’s last owner.",
        "not_fresh" => "You hadn’t shown lately that it’s you.",
        "session_over" => "You were signed out meanwhile.",
        "reason_missing" => "It needs a reason.",
        "account_gone" => "Its account is gone.",
        "account_closed" => "The account is suspended or closed for good.",
        "no_login" => "It names no Clio login.",
        "login_opens" => "That Clio login opens an account already.",
        "no_email" => "It names no e-mail.",
        "email_moved" => {
            "That Clio login doesn’t open the account any more, or has another e-mail by now."
        }
        "email_taken" => "Another account has that e-mail.",
        "own_email_taken" => "Another account has the account’s own e-mail by now.",
        "nothing_else_opens" => {
            "Nothing else would open this account, which is an administrator’s. Link a login to it \
             first, or decline."
        }
        "nothing_to_prove" => "There is no more proof that the person could give here.",
        _ => "Something else stood in the way.",
    }
}

/// What became of an item, in a word or two.
pub fn outcome(act: QueueAct, word: Option<&str>) -> &'static str {
    match (word, act) {
        (None, _) => "Not finished: look whether it still waits",
        (Some("done"), QueueAct::Approve) => "Approved",
        (Some("done"), QueueAct::Decline) => "Declined",
        (Some("done"), QueueAct::Ask) => "Asked for more proof",
        (Some("decided" | "gone"), _) => "Decided meanwhile by somebody else",
        (Some(_), _) => "Skipped",
    }
}

/// What was done to one item, by its code in the URL.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "approved" => "Approved. A mail tells the person.",
        "declined" => "Declined. A mail tells the person, and the record keeps your reason.",
        "asked" => "Asked. A mail tells the person what to do, and it goes on waiting here.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    /// Every word that the record has for something that isn't done.
    const WORDS: [&str; 17] = [
        "decided",
        "role",
        "owners_only",
        "oneself",
        "last_owner",
        "not_fresh",
        "session_over",
        "reason_missing",
        "account_gone",
        "account_closed",
        "no_login",
        "login_opens",
        "no_email",
        "email_moved",
        "email_taken",
        "own_email_taken",
        "nothing_else_opens",
    ];

    #[test]
    fn whatever_stands_in_the_way_has_words_of_its_own() {
        let sentences: HashSet<_> = WORDS.map(why_not).into_iter().collect();
        assert_eq!(sentences.len(), WORDS.len());
        for sentence in sentences {
            assert_in_our_voice(sentence);
            assert_ne!(sentence, why_not("made up"));
        }
        assert_eq!(why_not("gone"), why_not("decided"));
    }

    #[test]
    fn what_was_done_has_words_and_what_is_unknown_has_none() {
        for code in ["approved", "declined", "asked"] {
            assert_in_our_voice(done(code).unwrap());
        }
        assert_eq!(done("linked"), None);
    }

    #[test]
    fn somebody_who_waits_is_never_called_suspended() {
        assert_eq!(status(Status::Pending), "Waiting");
        assert_ne!(status(Status::Pending), status(Status::Suspended));
    }
}
