//! The letters, in plain words. What people named themselves stands in the text only, never in a
//! header.

/// A letter to be put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What kind, in a fixed word.
    pub kind: &'static str,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// The code that proves a mailbox for admission.
pub fn admission_code(firm: &str, code: &str) -> Letter {
    Letter {
        kind: "admission_code",
        subject: format!("Your code for {firm}"),
        text: format!(
            "Your code is {code}.\n\n\
             Type it where you were asked for it. It is good for 15 minutes.\n\n\
             If you didn't sign in at {firm}, somebody else may have typed your e-mail: do nothing, \
             and nothing happens.\n"
        ),
    }
}

/// An administrator let the person in.
pub fn approved(firm: &str, sign_in_url: &str) -> Letter {
    Letter {
        kind: "account_approved",
        subject: format!("You can now sign in at {firm}"),
        text: format!(
            "An administrator approved your account at {firm}.\n\n\
             Sign in with Clio: {sign_in_url}\n"
        ),
    }
}

/// An administrator decided against the account.
pub fn rejected(firm: &str) -> Letter {
    Letter {
        kind: "account_rejected",
        subject: format!("Your request at {firm}"),
        text: format!(
            "An administrator decided not to open an account for you at {firm}.\n\n\
             If you think that this is a mistake, please speak to your office manager.\n"
        ),
    }
}

/// A Clio login was linked to the account.
pub fn linked(firm: &str, when: &str) -> Letter {
    Letter {
        kind: "linked",
        subject: format!("A Clio login was linked to your account at {firm}"),
        text: format!(
            "On {when} a Clio login was linked to your account at {firm}, and opens it from now on. \
             Other browsers were signed out.\n\n\
             If that wasn't you, tell an administrator at once.\n"
        ),
    }
}
