//! What people read when something didn't work out.

#[cfg(feature = "ssr")]
use crate::wire::Problem;
use crate::{api::Failure, wire::FormProblem};

/// A problem in words.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What it is, in a few words.
    pub title: &'static str,
    /// What happened, and what didn't.
    pub happened: &'static str,
    /// What to do now.
    pub next: &'static str,
}

/// Why a sign-in ended on the sign-in page; `None` stands for a code that this release doesn't know.
#[cfg(feature = "ssr")]
pub const fn sign_in_problem(problem: Option<Problem>) -> Words {
    let Some(problem) = problem else {
        return Words {
            title: "The sign-in didn’t finish",
            happened: "Something kept it from finishing, and nothing was changed.",
            next: "Try again with the button below. If it happens again, give your firm’s \
                   administrator the reference.",
        };
    };
    match problem {
        Problem::Declined => Words {
            title: "You declined to share your name with us",
            happened: "Clio asked, and you chose Deny, so nothing was shared and nothing was stored.",
            next: "If that was a slip, try again with the button below and choose Allow.",
        },
        Problem::NotReady => Words {
            title: "Your Clio login isn’t ready for this yet",
            happened: "Clio says that this login can’t be used to sign in elsewhere at the moment. \
                       That is usual when a login has only just been created.",
            next: "Sign in to Clio itself once and finish what it asks for, then try again here. \
                   If nothing changes, ask the person who looks after Clio in your firm.",
        },
        Problem::ClientPortal => Words {
            title: "That is a client-portal login",
            happened: "This page is for people who work at the firm. Logins of Clio’s client \
                       portal can’t be used here, and yours keeps working in the portal.",
            next: "If you work at the firm, try again with your firm’s Clio login.",
        },
        Problem::ClioError => Words {
            title: "Clio couldn’t complete the sign-in",
            happened: "Clio sent you back without signing you in. Nothing was changed here.",
            next: "Try again with the button below. If it happens again, give your firm’s \
                   administrator the reference.",
        },
        Problem::Expired => Words {
            title: "That sign-in has run out",
            happened: "A sign-in can be finished once, within ten minutes, in the browser where it \
                       began. This one was older, already used, or begun somewhere else.",
            next: "Begin a new one with the button below.",
        },
        Problem::ClioUnavailable => Words {
            title: "Clio can’t be reached just now",
            happened: "Clio didn’t answer as it should, so we couldn’t learn who you are. Nothing \
                       was changed here.",
            next: "Try again in a minute with the button below.",
        },
        Problem::NotVerified => Words {
            title: "Clio’s answer didn’t pass our checks",
            happened: "We couldn’t be sure that the answer was meant for you, so you weren’t signed \
                       in and nothing was changed.",
            next: "Try again with the button below. If it happens again, give your firm’s \
                   administrator the reference.",
        },
        Problem::NoEmail => Words {
            title: "Your Clio login has no e-mail that we can use",
            happened: "The first sign-in needs an e-mail address. Clio sent none, or one that isn’t \
                       complete, so no account was created.",
            next: "Check the e-mail in your Clio profile, then try again with the button below.",
        },
        Problem::NotInvited => Words {
            title: "There is no invitation for this login yet",
            happened: "Accounts here are by invitation, and none was found for the e-mail of your \
                       Clio login.",
            next: "Ask your firm’s administrator to invite that address, then try again with the \
                   button below.",
        },
        Problem::Closed => Words {
            title: "New accounts aren’t being opened",
            happened: "No account here belongs to this Clio login, and the firm isn’t opening new \
                       ones at the moment.",
            next: "If you have another Clio login, try again with that one. Otherwise ask your \
                   firm’s administrator.",
        },
        Problem::AccountClosed => Words {
            title: "This account is closed",
            happened: "The account that belongs to this login can’t be used at the moment.",
            next: "Ask your firm’s administrator; the reference tells them which account it is. \
                   Once it is open again, try again with the button below.",
        },
        Problem::OtherPerson => Words {
            title: "This Clio login belongs to somebody else",
            happened: "It isn’t the login of the person this browser was working for, so nothing was \
                       changed.",
            next: "To change the person, sign out here first, then try again with the button below.",
        },
    }
}

// What the forms about invitations say.
const INVITED_ALREADY: &str = "That person is invited already and hasn’t come yet. Find them in the list below to mail \
     a new link.";
const HAS_ACCOUNT: &str =
    "Somebody with that e-mail has an account already, so nobody was invited.";
const ACCOUNT_SUSPENDED: &str = "The account with that e-mail is suspended. Open that account again instead; nobody was \
     invited.";
const BY_HAND: &str = "Administrators get their link by hand, from whoever runs this service. No mail was \
     sent.";
const TOO_SOON: &str =
    "A mail to that person was written less than a minute ago. Wait a moment, then try again.";
const LIST_EMPTY: &str = "There are no rows to read. Put the names of the columns into the first line, and the \
     people below.";
const LIST_WITHOUT_EMAIL: &str = "No column is called email. The first line names the columns: email, first name, last \
     name.";
const LIST_COLUMN_TWICE: &str =
    "Two columns have the same name. Keep one for each of email, first name and last name.";
const LIST_TOO_LONG: &str =
    "The list has more than 50,000 rows. Cut it in two and send one after the other.";

const BAD_DAYS: &str = "Accounts can be closed after 30 to 730 days. There are one to three reminders, each at \
             least a day before that and none in the first half of the time. Nothing was changed.";
const NOT_MERGEABLE: &str =
    "These two accounts can’t be merged as they are now; the page says why. Nothing was changed.";
const EMAIL_NOT_PROVED: &str =
    "Only an address that was proved can be kept. Choose the other one; nothing was changed.";
const MERGE_STAYS: &str = "This merge can’t be undone any more: the logins, names or addresses that it changed have \
             been changed since, or it is too long ago. Nothing was done.";
const TOO_MANY_KEPT: &str =
    "You keep as many lists as there is room for. Forget one of them, then keep this one.";

// What the forms about the roster say.
const BAD_THRESHOLD: &str =
    "The threshold is a whole number from 1 to 100. Mend it and save again; nothing was changed.";
const READING_ALREADY: &str = "This firm’s people are being read already, so no second read was begun. See below how far it is.";
const RECONNECT_FIRST: &str =
    "Clio no longer takes this connection. Connect the firm again, then its people can be read.";

/// Why a form changed nothing, and what to do.
pub const fn form_problem(problem: FormProblem) -> &'static str {
    match problem {
        FormProblem::WrongPassword => {
            "That isn’t the password of this account. Nothing was changed."
        }
        FormProblem::WrongCode => {
            "That isn’t the code we sent last. Look at the newest mail, or send a new code."
        }
        FormProblem::TooMany => {
            "There were many tries in a short time. Wait a few minutes, then try again."
        }
        FormProblem::Expired => {
            "This has run out, or was finished somewhere else. Begin again from the sign-in page."
        }
        FormProblem::BadName => {
            "One of the names is too long, or holds characters that names don’t have. Mend it and \
             save again."
        }
        FormProblem::BadEmail => {
            "That isn’t a complete e-mail address. Look at it once more and send it again."
        }
        FormProblem::NotMatching => {
            "That e-mail and that password don’t belong together. Try again, or have a code mailed \
             to you."
        }
        FormProblem::ConfirmFirst => {
            "For this we need to know that it’s still you. Confirm it, then try again."
        }
        FormProblem::PasswordLength => {
            "A password has more than 8 and at most 128 characters. A phrase of several words is \
             easy to remember."
        }
        FormProblem::PasswordPersonal => {
            "That is close to your own name, your e-mail or the firm’s name. Choose something that \
             nobody would connect with you."
        }
        FormProblem::PasswordCommon => {
            "That is among the passwords that are guessed first. Choose a phrase of several words \
             that don’t belong together."
        }
        FormProblem::PasswordsDiffer => {
            "The two don’t say the same. Type the new password once more in both fields."
        }
        FormProblem::LastWayIn => {
            "That is the only way into your account, so it stays. Connect another Clio login or set \
             a password first."
        }
        FormProblem::ChoiceMissing => "Choose one of the two, then go on.",
        FormProblem::Decided => {
            "Somebody else decided about this a moment ago, so nothing was done. What you see now \
             is current."
        }
        FormProblem::OwnersOnly => {
            "Only an owner can do that. Ask one of the firm’s owners; nothing was changed."
        }
        FormProblem::LastOwner => {
            "This is the firm’s last owner who can get in. Make somebody else an owner first, then \
             try again."
        }
        FormProblem::Oneself => {
            "That can’t be done to your own account. Ask another administrator; nothing was changed."
        }
        FormProblem::ReasonMissing => {
            "Give a reason, in a few words: the record keeps it. Nothing was changed so far."
        }
        FormProblem::TooLong => {
            "That is longer than what is kept. Shorten it, then try again; nothing was changed."
        }
        FormProblem::BadDay => {
            "That isn’t a day ahead of us, or it is too far away. Choose another, or leave it empty; \
             nothing was changed."
        }
        FormProblem::BadDays => BAD_DAYS,
        FormProblem::TooLate => {
            "That was more than 14 days ago, so it can no longer be undone. Do the opposite instead; \
             nothing was changed."
        }
        FormProblem::InvitedAlready => INVITED_ALREADY,
        FormProblem::HasAccount => HAS_ACCOUNT,
        FormProblem::AccountSuspended => ACCOUNT_SUSPENDED,
        FormProblem::ByHand => BY_HAND,
        FormProblem::TooSoon => TOO_SOON,
        FormProblem::ListEmpty => LIST_EMPTY,
        FormProblem::ListWithoutEmail => LIST_WITHOUT_EMAIL,
        FormProblem::ListColumnTwice => LIST_COLUMN_TWICE,
        FormProblem::ListTooLong => LIST_TOO_LONG,
        FormProblem::NotMergeable => NOT_MERGEABLE,
        FormProblem::EmailNotProved => EMAIL_NOT_PROVED,
        FormProblem::MergeStays => MERGE_STAYS,
        FormProblem::TooManyKept => TOO_MANY_KEPT,
        FormProblem::BadThreshold => BAD_THRESHOLD,
        FormProblem::ReadingAlready => READING_ALREADY,
        FormProblem::ReconnectFirst => RECONNECT_FIRST,
        FormProblem::Changed => {
            "Something else changed in the meantime, so nothing was done. What you see now is \
             current; try again if you still want to."
        }
    }
}

/// The same on a page whose forms ask for codes: there, what was sent too often may have been the
/// question for a code.
#[cfg(feature = "ssr")]
pub const fn problem_with_codes(problem: FormProblem) -> &'static str {
    match problem {
        FormProblem::TooMany => {
            "That was too soon. If a code was sent a moment ago, look for its mail; in a minute you \
             can ask for a new one. After many tries, wait a few minutes."
        }
        other => form_problem(other),
    }
}

/// The first words of what is said, up to where they can stand alone.
#[cfg(feature = "ssr")]
pub fn first_words(text: &str) -> &str {
    text.split(['.', ',', ';']).next().unwrap_or(text)
}

/// Why a form that was sent in place changed nothing, and what to do.
pub const fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Form(problem) => form_problem(problem),
        Failure::SignInRequired => {
            "You are no longer signed in. Begin again from the sign-in page."
        }
        Failure::Forbidden => "Your account doesn’t include that. Nothing was changed.",
        Failure::Refused => "What was sent didn’t make sense to us. Reload the page and try again.",
        Failure::Unavailable => "We can’t be reached just now. Try again in a moment.",
    }
}

/// How many guesses are left, in words.
#[cfg(feature = "ssr")]
pub fn tries_left(tries: u8) -> String {
    match tries {
        0 => "No try is left.".to_owned(),
        1 => "One try is left.".to_owned(),
        more => format!("{more} tries are left."),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn every_sign_in_problem_has_its_own_words() {
        let problems = Problem::ALL.into_iter().map(Some).chain([None]);
        let mut titles = HashSet::new();
        for problem in problems {
            let words = sign_in_problem(problem);
            for text in [words.title, words.happened, words.next] {
                assert_in_our_voice(text);
            }
            assert!(words.happened.ends_with('.') && words.next.ends_with('.'));
            assert!(!words.title.ends_with('.'));
            assert!(
                titles.insert(words.title),
                "{} says the same as another",
                words.title
            );
        }
    }

    #[test]
    fn every_form_problem_has_its_own_words() {
        let sentences: HashSet<_> = FormProblem::ALL.map(form_problem).into_iter().collect();
        assert_eq!(sentences.len(), FormProblem::ALL.len());
        sentences.into_iter().for_each(assert_in_our_voice);
    }

    #[test]
    fn asking_for_a_code_too_soon_has_words_of_its_own() {
        for problem in FormProblem::ALL {
            let words = problem_with_codes(problem);
            assert_in_our_voice(words);
            let is_own = words != form_problem(problem);
            assert_eq!(is_own, problem == FormProblem::TooMany, "{problem:?}");
        }
    }

    #[test]
    fn first_words_of_every_problem_are_short_enough_for_a_tab() {
        for problem in FormProblem::ALL {
            for text in [form_problem(problem), problem_with_codes(problem)] {
                let words = first_words(text);
                assert!((8..60).contains(&words.len()), "{words}");
                assert!(text.starts_with(words) && !words.ends_with('.'), "{words}");
            }
        }
    }

    #[test]
    fn tries_are_counted_in_words() {
        assert_eq!(tries_left(0), "No try is left.");
        assert_eq!(tries_left(1), "One try is left.");
        assert_eq!(tries_left(4), "4 tries are left.");
    }
}
