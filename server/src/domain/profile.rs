//! What happens when Clio says something else about a person than the account does.

use std::str::FromStr;

use super::email::Email;

/// The policy for one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPolicy {
    /// The account stays as it is; nobody is asked.
    Keep,
    /// The person is asked.
    Suggest,
    /// The account follows Clio at the next sign-in.
    Follow,
}

impl FromStr for FieldPolicy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "keep" => Ok(Self::Keep),
            "suggest" => Ok(Self::Suggest),
            "follow" => Ok(Self::Follow),
            _ => Err(()),
        }
    }
}

/// The policy for the e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailPolicy {
    /// The account stays as it is; nobody is asked.
    Keep,
    /// An administrator is asked: there is a case.
    Ask,
    /// The account follows Clio. The new e-mail isn't verified by that: it locates nothing until its
    /// mailbox is proved.
    Follow,
}

impl FromStr for EmailPolicy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "keep" => Ok(Self::Keep),
            "ask" => Ok(Self::Ask),
            "follow" => Ok(Self::Follow),
            _ => Err(()),
        }
    }
}

/// What becomes of another e-mail at Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The account stays as it is.
    Kept,
    /// An administrator is asked.
    Asked,
    /// The account has the new e-mail.
    Followed,
    /// Another account has it: an administrator is asked, whatever the policy.
    Collided,
}

impl Drift {
    /// The word in SQL and in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Asked => "asked",
            Self::Followed => "followed",
            Self::Collided => "collided",
        }
    }
}

/// Decides what becomes of another e-mail at Clio. `is_ours` when it is what the account says,
/// `is_taken` when another account has it, verified.
pub const fn drift(policy: EmailPolicy, is_ours: bool, is_taken: bool) -> Drift {
    match policy {
        _ if is_ours => Drift::Kept,
        EmailPolicy::Keep => Drift::Kept,
        EmailPolicy::Ask | EmailPolicy::Follow if is_taken => Drift::Collided,
        EmailPolicy::Ask => Drift::Asked,
        EmailPolicy::Follow => Drift::Followed,
    }
}

/// Whether Clio says another e-mail than at the last sign-in; where it said none then, than the
/// account's.
pub fn is_another_email(says: &Email, said: Option<&str>, ours: &str) -> bool {
    !says.as_str().eq_ignore_ascii_case(said.unwrap_or(ours))
}

/// The policies of all fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfilePolicy {
    /// For the first name.
    pub first_name: FieldPolicy,
    /// For the last name.
    pub last_name: FieldPolicy,
    /// For the e-mail.
    pub email: EmailPolicy,
}

/// One field as the account has it, as Clio says now, and as Clio said when it was last settled.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The account's value.
    pub ours: &'a str,
    /// Clio's value; empty when Clio says nothing, which changes nothing.
    pub theirs: &'a str,
    /// Clio's value when the person or policy last decided.
    pub settled: &'a str,
}

/// What to do about one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Nothing.
    Leave,
    /// Take Clio's value.
    Take,
    /// Ask the person.
    Ask,
}

/// Decides about one field.
pub fn refresh(policy: FieldPolicy, field: Field<'_>) -> Refresh {
    let news =
        !field.theirs.is_empty() && field.theirs != field.ours && field.theirs != field.settled;
    match policy {
        _ if !news => Refresh::Leave,
        FieldPolicy::Keep => Refresh::Leave,
        FieldPolicy::Suggest => Refresh::Ask,
        FieldPolicy::Follow => Refresh::Take,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'a>(ours: &'a str, theirs: &'a str, settled: &'a str) -> Field<'a> {
        Field {
            ours,
            theirs,
            settled,
        }
    }

    #[test]
    fn news_from_clio_are_treated_as_policy_says() {
        let news = field("Dana", "Daniela", "Dana");
        assert_eq!(refresh(FieldPolicy::Keep, news), Refresh::Leave);
        assert_eq!(refresh(FieldPolicy::Suggest, news), Refresh::Ask);
        assert_eq!(refresh(FieldPolicy::Follow, news), Refresh::Take);
    }

    #[test]
    fn a_name_mended_by_the_person_stays_until_clio_says_something_new() {
        assert_eq!(
            refresh(FieldPolicy::Follow, field("Dany", "Dana", "Dana")),
            Refresh::Leave
        );
        assert_eq!(
            refresh(FieldPolicy::Suggest, field("Dany", "Dana", "Dana")),
            Refresh::Leave
        );
    }

    #[test]
    fn another_e_mail_at_clio_never_overwrites_what_another_account_has() {
        for (policy, is_ours, is_taken, expected) in [
            (EmailPolicy::Keep, false, false, Drift::Kept),
            (EmailPolicy::Keep, false, true, Drift::Kept),
            (EmailPolicy::Ask, false, false, Drift::Asked),
            (EmailPolicy::Ask, false, true, Drift::Collided),
            (EmailPolicy::Follow, false, false, Drift::Followed),
            (EmailPolicy::Follow, false, true, Drift::Collided),
            (EmailPolicy::Follow, true, false, Drift::Kept),
            (EmailPolicy::Ask, true, false, Drift::Kept),
        ] {
            assert_eq!(drift(policy, is_ours, is_taken), expected, "{policy:?}");
        }
    }

    #[test]
    fn only_another_mailbox_is_another_e_mail() {
        let says = Email::parse("Dana@firm.test").unwrap();
        assert!(!is_another_email(
            &says,
            Some("dana@FIRM.test"),
            "x@firm.test"
        ));
        assert!(is_another_email(
            &says,
            Some("x@firm.test"),
            "dana@firm.test"
        ));
        assert!(!is_another_email(&says, None, "dana@firm.test"));
        assert!(is_another_email(&says, None, "x@firm.test"));
    }

    #[test]
    fn silence_changes_nothing() {
        assert_eq!(
            refresh(FieldPolicy::Follow, field("Dana", "", "Dana")),
            Refresh::Leave
        );
    }
}
