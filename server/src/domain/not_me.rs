//! "This wasn't me": what falls when a person says so of a security mail.

use time::{Duration, OffsetDateTime};

use super::account::Role;

/// What the mail was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Clio login was connected.
    Linked,
    /// A Clio login was disconnected.
    Unlinked,
    /// Somebody signed in from a device that wasn't seen before.
    NewDevice,
    /// The account's e-mail changed.
    EmailChanged,
    /// The account's password was set or changed.
    PasswordChanged,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Linked,
        Self::Unlinked,
        Self::NewDevice,
        Self::EmailChanged,
        Self::PasswordChanged,
    ];

    /// The word in SQL and in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::NewDevice => "new_device",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// What the mail was about.
    pub kind: Kind,
    /// When it was written.
    pub at: OffsetDateTime,
    /// Whether it names a login: the one that was connected, or that was signed in with.
    pub names_a_login: bool,
    /// When the account's password was set, if it has one.
    pub password_set_at: Option<OffsetDateTime>,
}

/// What falls. All sessions end in any case, and an administrator has a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// The login that the mail names is disconnected.
    pub named_login: bool,
    /// Every login that was connected from this moment on is disconnected as well.
    pub logins_since: OffsetDateTime,
    /// The password is taken away.
    pub password: bool,
    /// The e-mail counts as unverified, until an administrator says that it was the person after all.
    pub verified_email: bool,
}

/// Whether everything that would fall stays, until an administrator has decided the case: whoever reads a
/// mailbox for a moment mustn't lock an administrator out. `is_way_left` says whether anything would open
/// the account afterwards.
pub fn all_stays(role: Role, is_way_left: bool) -> bool {
    role >= Role::Admin && !is_way_left
}

/// How long before a login was disconnected somebody may have connected their own for it.
const BEFORE: Duration = Duration::days(1);

/// Decides what falls: what the mail is about, and whatever was put in place since. Whoever did the one
/// may have done the other.
pub fn decide(facts: &Facts) -> Fall {
    let since = match facts.kind {
        Kind::Unlinked => facts.at - BEFORE,
        _ => facts.at,
    };
    let signed_in_without_clio = facts.kind == Kind::NewDevice && !facts.names_a_login;
    Fall {
        named_login: facts.names_a_login && matches!(facts.kind, Kind::Linked | Kind::NewDevice),
        logins_since: since,
        password: facts.password_set_at.is_some_and(|set| {
            facts.kind == Kind::PasswordChanged || signed_in_without_clio || set >= since
        }),
        verified_email: facts.kind == Kind::EmailChanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn facts(kind: Kind) -> Facts {
        Facts {
            kind,
            at: AT,
            names_a_login: true,
            password_set_at: Some(AT - Duration::days(30)),
        }
    }

    #[test]
    fn the_login_of_the_mail_falls_where_it_let_somebody_in() {
        for (kind, falls) in [
            (Kind::Linked, true),
            (Kind::NewDevice, true),
            (Kind::Unlinked, false),
            (Kind::EmailChanged, false),
            (Kind::PasswordChanged, false),
        ] {
            assert_eq!(decide(&facts(kind)).named_login, falls, "{kind:?}");
        }
    }

    #[test]
    fn an_old_password_stays_unless_it_let_somebody_in() {
        for (kind, names_a_login, falls) in [
            (Kind::Linked, true, false),
            (Kind::NewDevice, true, false),
            (Kind::NewDevice, false, true),
            (Kind::PasswordChanged, false, true),
        ] {
            let facts = Facts {
                names_a_login,
                ..facts(kind)
            };
            assert_eq!(decide(&facts).password, falls, "{kind:?} {names_a_login}");
        }
    }

    #[test]
    fn a_password_and_logins_that_came_after_the_mail_fall_with_every_kind() {
        for kind in Kind::ALL {
            let facts = Facts {
                password_set_at: Some(AT + Duration::MINUTE),
                ..facts(kind)
            };
            let fall = decide(&facts);
            assert!(fall.password && fall.logins_since <= AT, "{kind:?}");
        }
    }

    #[test]
    fn whoever_put_their_own_login_first_loses_it_too() {
        assert_eq!(decide(&facts(Kind::Unlinked)).logins_since, AT - BEFORE);
    }

    #[test]
    fn a_changed_e_mail_is_no_longer_trusted() {
        assert!(decide(&facts(Kind::EmailChanged)).verified_email);
        assert!(!decide(&facts(Kind::Linked)).verified_email);
    }

    #[test]
    fn an_administrators_last_way_in_stays() {
        for (role, keeps) in [
            (Role::Member, false),
            (Role::Reviewer, false),
            (Role::Admin, true),
            (Role::Owner, true),
        ] {
            assert_eq!(all_stays(role, false), keeps, "{role:?}");
            assert!(!all_stays(role, true), "{role:?}");
        }
    }

    #[test]
    fn words_of_kinds_are_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::from_word("else"), None);
    }
}
