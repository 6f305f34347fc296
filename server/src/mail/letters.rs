//! The letters, in plain words. What people named themselves stands in the text only, never in a
//! header.
//!
//! Times, devices and addresses come as words for people. The firm is `FIRM_NAME` of the settings.
//! URLs are absolute and our own. How a letter looks is in [`super::letter`].

mod acts;
mod dormancy;
mod reviews;

pub use self::acts::{
    case_waits_again, reactivated, role_changed, signed_out, suspended, waits_again,
};
pub use self::dormancy::{Dormancy, dormancy_changed, unused_closed, unused_reminder};
pub use self::reviews::{Review, review_begun, review_reminder};
mod desk;

pub use self::desk::{Counted, Waits, proof_asked, queue_digest};
mod manage;
mod merging;

pub use self::manage::{
    Roster, RosterUnread, left_firm, manage_reconnect, roster_disconnected, roster_rule_changed,
    roster_unread,
};

pub use self::merging::{merge_undone, merged_away, merged_away_unproved, merged_into};
pub use super::letter::Letter;

/// What a code's letters say of it: as long as [`crate::domain::code::LIFETIME`].
const TYPE_IT: &str = "Type it where you were asked for it. It is good for 15 minutes.";

/// What happened to an account, where from, and what to do if it wasn’t its person.
///
/// Facts that aren’t known are empty, and left out of the letter.
#[derive(Clone, Copy, Debug)]
pub struct Security<'a> {
    /// The firm.
    pub firm: &'a str,
    /// When, in words ([`crate::domain::moment::full`]).
    pub when: &'a str,
    /// Which browser, in words ([`crate::domain::device::in_words`]).
    pub device: &'a str,
    /// The IP address that it came from.
    pub address: &'a str,
    /// The page that asks whether it was this person, and does nothing before it is answered.
    pub not_me_url: &'a str,
}

impl Security<'_> {
    /// Goes on with where it came from.
    fn tell(&self, letter: Letter) -> Letter {
        letter.facts(&[
            ("When", self.when),
            ("Device", self.device),
            ("Address", self.address),
        ])
    }

    /// Closes a letter with the way to say no.
    fn ask(&self, letter: Letter) -> Letter {
        letter
            .paragraph(
                "If it was you, ignore this mail. If it wasn’t, open the page below, which asks \
                 before anything happens.",
            )
            .button("This wasn’t me", self.not_me_url)
    }

    /// Both, for letters that have nothing in between.
    fn close(&self, letter: Letter) -> Letter {
        self.ask(self.tell(letter))
    }
}

/// The code that proves a mailbox for admission.
pub fn admission_code(firm: &str, code: &str) -> Letter {
    Letter::new("admission_code", &format!("Your code for {firm}"))
        .code("Your code", code)
        .paragraph(TYPE_IT)
        .paragraph(&format!(
            "If you didn’t sign in at {firm}, somebody else may have typed your e-mail: do \
             nothing, and nothing happens."
        ))
}

/// An administrator let the person in.
pub fn approved(firm: &str, sign_in_url: &str) -> Letter {
    Letter::new(
        "account_approved",
        &format!("You can now sign in at {firm}"),
    )
    .paragraph(&format!(
        "An administrator approved your account at {firm}."
    ))
    .button("Sign in with Clio", sign_in_url)
}

/// An administrator decided against the account.
pub fn rejected(firm: &str) -> Letter {
    Letter::new("account_rejected", &format!("Your request at {firm}"))
        .paragraph(&format!(
            "An administrator decided not to open an account for you at {firm}."
        ))
        .paragraph("If you think that this is a mistake, please speak to your office manager.")
}

/// The person's first sign-in made their account.
pub fn welcome(firm: &str, account_url: &str) -> Letter {
    Letter::new("welcome", &format!("Your account at {firm}"))
        .paragraph(&format!(
            "Welcome. Your account at {firm} is ready, and your Clio login opens it."
        ))
        .button("See your account", account_url)
        .paragraph(
            "The page shows what the account knows of you, what opens it and where it is signed \
             in.",
        )
}

/// An administrator prepared an account; `claim_url` opens it once, for `valid_days` days.
pub fn invitation(firm: &str, claim_url: &str, valid_days: u8) -> Letter {
    let days = if valid_days == 1 {
        "1 day".to_owned()
    } else {
        format!("{valid_days} days")
    };
    Letter::new(
        "invitation",
        &format!("An account at {firm} has been prepared for you"),
    )
    .paragraph(&format!(
        "{firm} has prepared an account for you. It opens with your Clio login."
    ))
    .button("Open your account", claim_url)
    .paragraph(&format!(
        "The link works once and is good for {days}. After that, ask the firm’s administrator for \
         a new one."
    ))
    .fine_print("The link is meant for you alone. If you expected nothing, do nothing.")
}

/// An administrator withdrew an invitation that nobody had followed.
pub fn invitation_withdrawn(firm: &str) -> Letter {
    Letter::new(
        "invitation_withdrawn",
        &format!("Your invitation to {firm} was withdrawn"),
    )
    .paragraph(&format!(
        "An administrator of {firm} withdrew the invitation that was mailed to you. The link in it \
         opens nothing any more."
    ))
    .paragraph("If you think that this is a mistake, please speak to your office manager.")
}

/// A Clio login was linked to the account. `how` it was proved
/// goes on in the sentence: “after a code sent to this mailbox”.
pub fn linked(security: &Security<'_>, how: &str) -> Letter {
    let firm = security.firm;
    let letter = Letter::new(
        "linked",
        &format!("A Clio login was linked to your account at {firm}"),
    )
    .paragraph(&format!(
        "A Clio login was linked to your account at {firm}, {how}. It opens the account from now \
         on."
    ));
    security.close(letter)
}

/// A Clio login was unlinked by the account’s person; `undo_url` links it again, for 14 days.
pub fn unlinked(security: &Security<'_>, undo_url: &str) -> Letter {
    security.ask(
        security
            .tell(no_longer_opens(security))
            .paragraph("This can be undone for 14 days.")
            .button("Undo it", undo_url),
    )
}

/// A Clio login was unlinked by an administrator, who alone can link it again as it was.
pub fn unlinked_by_administrator(security: &Security<'_>) -> Letter {
    let letter = security.tell(no_longer_opens(security));
    security.ask(letter.paragraph(
        "An administrator did this. If you want to know why, please speak to your office manager.",
    ))
}

fn no_longer_opens(security: &Security<'_>) -> Letter {
    let firm = security.firm;
    Letter::new(
        "unlinked",
        &format!("A Clio login was unlinked from your account at {firm}"),
    )
    .paragraph(&format!(
        "A Clio login no longer opens your account at {firm}. Browsers that were signed in with it \
         were signed out."
    ))
}

/// The account was opened in a browser that hadn’t opened it before.
pub fn new_device(security: &Security<'_>) -> Letter {
    let firm = security.firm;
    let letter = Letter::new(
        "new_device",
        &format!("A new sign-in to your account at {firm}"),
    )
    .paragraph(&format!(
        "Your account at {firm} was opened in a browser that hadn’t opened it before."
    ));
    security.close(letter)
}

/// The account’s e-mail changed: to the mailbox that it had.
pub fn email_changed_old(security: &Security<'_>, new_email: &str) -> Letter {
    let letter = email_changed(security).paragraph(&format!(
        "Your account at {} now has the e-mail {new_email}. Mail about it goes there and no longer \
         to this mailbox.",
        security.firm
    ));
    security.close(letter)
}

/// The account’s e-mail changed: to the mailbox that it has now.
pub fn email_changed_new(security: &Security<'_>, old_email: &str) -> Letter {
    let letter = email_changed(security).paragraph(&format!(
        "Your account at {} now has this e-mail. Before, it had {old_email}. Mail about it goes to \
         this mailbox from now on.",
        security.firm
    ));
    security.close(letter)
}

fn email_changed(security: &Security<'_>) -> Letter {
    let subject = format!("The e-mail of your account at {} changed", security.firm);
    Letter::new("email_changed", &subject)
}

/// The account has this mailbox’s address now, and nobody has shown yet that it is the person’s: the
/// mail says nothing of the account, and decides nothing.
pub fn email_changed_unproved(firm: &str) -> Letter {
    Letter::new("email_changed", &format!("Your e-mail at {firm}"))
        .paragraph(&format!(
            "An account at {firm} has this e-mail now, because its Clio login does. If it is yours, \
             sign in and show that the mailbox is yours."
        ))
        .fine_print("If it isn’t yours, do nothing: the mailbox the account had before was told as well.")
}

/// The account’s password changed; `is_first` when it had none before.
pub fn password_changed(security: &Security<'_>, is_first: bool) -> Letter {
    let firm = security.firm;
    let (subject, words) = if is_first {
        (
            format!("Your account at {firm} has a password now"),
            format!("A password was set for your account at {firm}, and opens it from now on."),
        )
    } else {
        (
            format!("The password of your account at {firm} changed"),
            format!(
                "The password of your account at {firm} was changed. The old one opens nothing \
                 any more."
            ),
        )
    };
    security.close(Letter::new("password_changed", &subject).paragraph(&words))
}

/// An administrator will look at what the person asked for. `about` says what that is: a noun with
/// its article or a name, as in “the Clio login d.whitlock@firm.test”.
pub fn case_opened(firm: &str, reference: &str, about: &str) -> Letter {
    Letter::new("case_opened", &format!("Your request at {firm}"))
        .paragraph(&format!(
            "An administrator of {firm} looks at your request. You will hear by mail how it was \
             decided; until then nothing changes."
        ))
        .facts(&[("About", about), ("Reference", reference)])
        .fine_print("If you ask about it, name the reference.")
}

/// An administrator decided about what the person asked for.
pub fn case_settled(
    firm: &str,
    reference: &str,
    about: &str,
    approved: bool,
    sign_in_url: &str,
) -> Letter {
    let facts = [("About", about), ("Reference", reference)];
    let letter = Letter::new(
        "case_settled",
        &format!("Your request at {firm} was decided"),
    );
    if approved {
        letter
            .paragraph(&format!(
                "An administrator of {firm} approved your request."
            ))
            .facts(&facts)
            .button("Sign in", sign_in_url)
    } else {
        letter
            .paragraph(&format!(
                "An administrator of {firm} decided against your request. Nothing was changed."
            ))
            .facts(&facts)
            .paragraph(
                "If you think that this is a mistake, please speak to your office manager and \
                 name the reference.",
            )
    }
}

/// The code that proves the account’s mailbox, to link a Clio login to the account.
pub fn link_code(firm: &str, code: &str) -> Letter {
    Letter::new(
        "link_code",
        &format!("Your code to link your account at {firm}"),
    )
    .paragraph(&format!(
        "Somebody signed in with a Clio login that has your e-mail, and wants to link it to \
             your account at {firm}."
    ))
    .code("Your code", code)
    .paragraph(TYPE_IT)
    .paragraph(
        "Opening this mail does nothing. If it wasn’t you, do nothing, and nothing is linked.",
    )
    .fine_print(&hand_on_to_nobody(firm))
}

/// The code that signs in without Clio.
pub fn sign_in_code(firm: &str, code: &str) -> Letter {
    by_mail(firm)
        .code("Your code", code)
        .paragraph(TYPE_IT)
        .paragraph("If it wasn’t you who asked for it, do nothing, and nobody is signed in.")
        .fine_print(&hand_on_to_nobody(firm))
}

/// In place of [`sign_in_code`], with its kind and subject, so that neither of these tells whose
/// account it is: an administrator’s, which no code by mail opens.
pub fn sign_in_code_refused(firm: &str, sign_in_url: &str) -> Letter {
    by_mail(firm)
        .paragraph(&format!(
            "Somebody asked for a code to sign in at {firm} with this e-mail. Codes by mail don’t \
             open the accounts of administrators."
        ))
        .paragraph("Sign in with Clio or with your password.")
        .button("Sign in", sign_in_url)
        .paragraph("If it wasn’t you who asked for it, do nothing, and nobody is signed in.")
}

fn by_mail(firm: &str) -> Letter {
    Letter::new("sign_in_code", &format!("Signing in by mail at {firm}"))
}

/// The code that confirms that it is the person who goes on in their account.
pub fn confirm_code(firm: &str, code: &str) -> Letter {
    Letter::new("confirm_code", &format!("Your code to go on at {firm}"))
        .paragraph(&format!(
            "A code confirms what you are about to do at {firm}."
        ))
        .code("Your code", code)
        .paragraph(TYPE_IT)
        .paragraph("If it wasn’t you, do nothing, and nothing is changed.")
        .fine_print(&hand_on_to_nobody(firm))
}

fn hand_on_to_nobody(firm: &str) -> String {
    format!("Nobody at {firm} will ask you for this code. Share it with nobody.")
}

/// The person told us that it wasn’t them, and what this brings about was done. `all_stays` says that
/// nothing was taken away, because nothing else would open an administrator’s account.
pub fn not_me_done(firm: &str, reference: &str, all_stays: bool) -> Letter {
    let taken = if all_stays {
        format!(
            "You told us that it wasn’t you. Your account at {firm} was signed out everywhere, and an \
             administrator knows. What opens the account stays until they have decided, because \
             nothing else would open it: speak to them now."
        )
    } else {
        format!(
            "You told us that it wasn’t you. What somebody may have put into your account at {firm} \
             was taken away, the account was signed out everywhere, and an administrator knows."
        )
    };
    Letter::new("not_me", &format!("Your account at {firm} was secured"))
        .paragraph(&taken)
        .facts(&[("Reference", reference)])
        .fine_print("If you speak to an administrator about it, name the reference.")
}

#[cfg(test)]
mod tests;
