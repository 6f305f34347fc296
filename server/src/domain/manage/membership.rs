//! Whether somebody belongs to the firm, by what Clio Manage says of the user who granted access.
//!
//! | the user at Clio Manage | membership |
//! |---|---|
//! | signs in to the client portal only | portal |
//! | has another e-mail than the person who signed in | other person |
//! | can't sign in there any more | disabled |
//! | is of a firm that isn't ours, or we have none yet | other firm |
//! | else | member |
//!
//! Whoever granted access may be somebody else than whoever signed in: the two happen on different
//! pages of Clio's, in a browser that a colleague may have used. Only the e-mail tells, so only where
//! it is the same does a grant admit anybody.

use super::region::FirmKey;
use crate::domain::email::Email;

/// A user as Clio Manage describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClioUser {
    /// The user's number in the region.
    pub number: i64,
    /// The firm.
    pub firm: FirmKey,
    /// The firm's name.
    pub firm_name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The e-mail, if it is usable.
    pub email: Option<Email>,
    /// Whether the user can sign in at Clio Manage.
    pub is_enabled: bool,
    /// Whether the user owns the firm's account at Clio. A hint, never a right.
    pub is_owner: bool,
    /// Whether the user is a client who sees the portal only.
    pub is_portal: bool,
    /// What the firm pays for the user, such as `Attorney`.
    pub subscription: String,
    /// The user's roles there.
    pub roles: Vec<String>,
}

/// Whether somebody belongs to the firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Membership {
    /// Yes.
    Member,
    /// They are a client of a firm.
    Portal,
    /// Somebody else granted access than signed in.
    OtherPerson,
    /// They can't sign in at Clio Manage any more.
    Disabled,
    /// They belong to another firm, or it isn't known yet which one is ours.
    OtherFirm,
}

impl Membership {
    /// The word for the audit and in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Portal => "client_portal",
            Self::OtherPerson => "other_person",
            Self::Disabled => "disabled",
            Self::OtherFirm => "other_firm",
        }
    }
}

/// Judges a user; `emails` are those of the person who signed in, the account's and its logins', and
/// `ours` the firms whose members are admitted. See the table at the head of this module.
pub fn judge(user: &ClioUser, emails: &[Email], ours: &[FirmKey]) -> Membership {
    if user.is_portal {
        Membership::Portal
    } else if !is_same_person(user, emails) {
        Membership::OtherPerson
    } else if !user.is_enabled {
        Membership::Disabled
    } else if ours.contains(&user.firm) {
        Membership::Member
    } else {
        Membership::OtherFirm
    }
}

/// Whether the user has one of these e-mails.
pub fn is_same_person(user: &ClioUser, emails: &[Email]) -> bool {
    let theirs = user.email.as_ref().map(Email::key);
    theirs.is_some_and(|theirs| emails.iter().any(|email| email.key() == theirs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::manage::region::Region;

    const OURS: FirmKey = FirmKey {
        region: Region::Us,
        number: 20001,
    };

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn dana() -> ClioUser {
        ClioUser {
            number: 1,
            firm: OURS,
            firm_name: "Harbour & Lane".into(),
            first_name: "Dana".into(),
            last_name: "Whitlock".into(),
            email: Some(email("Dana@firm.test")),
            is_enabled: true,
            is_owner: true,
            is_portal: false,
            subscription: "Attorney".into(),
            roles: Vec::new(),
        }
    }

    #[test]
    fn whoever_is_enabled_in_the_firm_with_the_same_e_mail_is_a_member() {
        let emails = [email("other@firm.test"), email("dana@FIRM.test")];
        assert_eq!(judge(&dana(), &emails, &[OURS]), Membership::Member);
    }

    #[test]
    fn whatever_is_missing_has_its_own_word() {
        let emails = [email("dana@firm.test")];
        let changed = |change: fn(&mut ClioUser)| {
            let mut user = dana();
            change(&mut user);
            judge(&user, &emails, &[OURS])
        };
        assert_eq!(changed(|user| user.is_portal = true), Membership::Portal);
        assert_eq!(changed(|user| user.email = None), Membership::OtherPerson);
        assert_eq!(
            changed(|user| user.email = Email::parse("dana@firm.test.evil.test").ok()),
            Membership::OtherPerson
        );
        assert_eq!(
            changed(|user| user.is_enabled = false),
            Membership::Disabled
        );
        assert_eq!(changed(|user| user.firm.number = 1), Membership::OtherFirm);
        assert_eq!(
            changed(|user| user.firm.region = Region::Eu),
            Membership::OtherFirm
        );
        assert_eq!(judge(&dana(), &emails, &[]), Membership::OtherFirm);
        assert_eq!(judge(&dana(), &[], &[OURS]), Membership::OtherPerson);
    }

    #[test]
    fn owning_the_account_at_clio_makes_nobody_a_member() {
        let mut owner = dana();
        owner.firm.number = 1;
        assert_eq!(
            judge(&owner, &[email("dana@firm.test")], &[OURS]),
            Membership::OtherFirm
        );
    }
}
