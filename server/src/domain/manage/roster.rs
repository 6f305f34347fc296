//! The roster: what Clio Manage says of a firm's people, compared with the accounts here.
//!
//! | Clio Manage | the account | difference |
//! |---|---|---|
//! | has the person, who wasn't there before | none | new |
//! | no longer has the person | can be used | gone |
//! | has the person's login switched off | can be used | disabled |
//! | has the person, gone or switched off before | suspended because of that | back |
//! | says another e-mail | can be used | e-mail |
//! | says another name | can be used | name |
//!
//! What was decided about isn't found again until Clio says something else. Only a read
//! that got to its end finds anything: [`is_whole`].

use std::collections::HashSet;

use super::membership::ClioUser;
use crate::domain::account::{AccountId, Role, Status};

/// What is known of a person from earlier reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether the last whole read found them.
    pub is_there: bool,
    /// Whether their login was on then.
    pub was_enabled: bool,
    /// Whether it was decided about that they are gone or switched off, whichever way: whoever is let in
    /// again stays in until Clio says something else.
    pub absence_decided: bool,
    /// The e-mail in Clio when that was settled last.
    pub settled_email: Option<String>,
    /// The name in Clio when that was settled last.
    pub settled_name: Option<String>,
}

/// The account of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its state.
    pub status: Status,
    /// Its role.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Whether it is suspended because its person left the firm in Clio.
    pub is_suspended_as_leaver: bool,
}

impl Account {
    /// Whether somebody can get in with it, now or once they are let in.
    const fn is_open(&self) -> bool {
        matches!(
            self.status,
            Status::Invited | Status::Pending | Status::Active
        )
    }
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// New in the firm.
    New,
    /// No longer in the firm.
    Gone,
    /// The login is switched off.
    Disabled,
    /// In the firm, or switched on, again.
    Back {
        /// Whether they had been gone.
        was_gone: bool,
    },
    /// Another e-mail.
    Email {
        /// The account's.
        before: String,
        /// Clio's.
        after: String,
    },
    /// Another name.
    Name {
        /// The account's.
        before: String,
        /// Clio's.
        after: String,
    },
}

impl Difference {
    /// The word in SQL and on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Back { .. } => "back",
            Self::Email { .. } => "email",
            Self::Name { .. } => "name",
        }
    }

    /// Whether its person has left, so that access is to end.
    pub const fn is_leaver(&self) -> bool {
        matches!(self, Self::Gone | Self::Disabled)
    }
}

/// Compares a person; `now` is what the read found, `None` where it didn't find them.
pub fn compare(
    known: Option<&Known>,
    now: Option<&ClioUser>,
    account: Option<&Account>,
) -> Vec<Difference> {
    let Some(user) = now else {
        let is_gone = known.is_some_and(|known| !(known.absence_decided && !known.is_there));
        let opens = account.is_some_and(Account::is_open);
        return if is_gone && opens {
            vec![Difference::Gone]
        } else {
            Vec::new()
        };
    };
    let Some(account) = account else {
        // Somebody whom nobody could invite is nothing to decide about.
        let is_new = known.is_none_or(|known| !known.is_there) && user.is_enabled;
        return if is_new {
            vec![Difference::New]
        } else {
            Vec::new()
        };
    };
    let mut found = Vec::new();
    if !user.is_enabled {
        let is_left = known.is_some_and(|known| known.absence_decided && !known.was_enabled);
        if account.is_open() && !is_left {
            found.push(Difference::Disabled);
        }
        return found;
    }
    if account.is_suspended_as_leaver {
        let was_gone = known.is_some_and(|known| !known.is_there);
        found.push(Difference::Back { was_gone });
    }
    if !account.is_open() {
        return found;
    }
    if let Some(email) = user.email.as_ref() {
        let settled = known.and_then(|known| known.settled_email.as_deref());
        let is_other = !email.as_str().eq_ignore_ascii_case(&account.email);
        if is_other && settled != Some(email.as_str()) {
            found.push(Difference::Email {
                before: account.email.clone(),
                after: email.as_str().to_owned(),
            });
        }
    }
    let name = name_of(user);
    let settled = known.and_then(|known| known.settled_name.as_deref());
    if !name.is_empty() && name != account.name && settled != Some(name.as_str()) {
        found.push(Difference::Name {
            before: account.name.clone(),
            after: name,
        });
    }
    found
}

/// First and last name in one line.
pub fn name_of(user: &ClioUser) -> String {
    format!("{} {}", user.first_name, user.last_name)
        .trim()
        .to_owned()
}

/// What becomes of leavers, as the rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leavers {
    /// They are suspended by themselves.
    Automatic,
    /// An administrator decides.
    Approval,
}

/// The rule of a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What becomes of leavers.
    pub leavers: Leavers,
    /// Above how many percent of the firm's accounts at once an administrator decides, 1 to 100.
    pub threshold: u8,
}

impl Rule {
    /// The rule until somebody writes another: nobody loses access before an administrator has seen how
    /// it goes.
    pub const FIRST: Self = Self {
        leavers: Leavers::Approval,
        threshold: 20,
    };

    /// Whether so many leavers of so many accounts are more than may be suspended at once.
    pub const fn is_exceeded(self, leavers: usize, accounts: usize) -> bool {
        leavers * 100 > accounts * self.threshold as usize
    }
}

/// Why a difference waits for an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// They always decide about this kind.
    Kind,
    /// The rule says so.
    Rule,
    /// More would be suspended at once than the rule allows.
    Threshold,
    /// It is an administrator's account.
    Administrator,
    /// It is the account that connected the firm.
    Connector,
    /// It is an owner's account.
    Owner,
}

impl Why {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Rule => "rule",
            Self::Threshold => "threshold",
            Self::Administrator => "administrator",
            Self::Connector => "connector",
            Self::Owner => "owner",
        }
    }
}

/// Why a difference waits; `None` where it is carried out by itself: only the suspension of a leaver is.
pub fn waits(
    difference: &Difference,
    account: Option<&Account>,
    connector: AccountId,
    rule: Rule,
    is_exceeded: bool,
) -> Option<Why> {
    let account = match account {
        Some(account) if difference.is_leaver() && account.status == Status::Active => account,
        _ => return Some(Why::Kind),
    };
    match account.role {
        Role::Owner => Some(Why::Owner),
        Role::Admin => Some(Why::Administrator),
        Role::Member | Role::Reviewer if account.id == connector => Some(Why::Connector),
        Role::Member | Role::Reviewer if is_exceeded => Some(Why::Threshold),
        Role::Member | Role::Reviewer => match rule.leavers {
            Leavers::Approval => Some(Why::Rule),
            Leavers::Automatic => None,
        },
    }
}

/// Whether a read found everybody: as many people as Clio says there are, each once, and whoever granted
/// it among them with a login that is on. People that come and go while it is read move the pages, so
/// that somebody may be missed; then nothing of it counts.
pub fn is_whole(found: &[i64], total: Option<u32>, reader: i64) -> bool {
    let each: HashSet<i64> = found.iter().copied().collect();
    let fits = total.is_none_or(|total| usize::try_from(total) == Ok(found.len()));
    each.len() == found.len() && fits && each.contains(&reader)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        email::Email,
        manage::region::{FirmKey, Region},
    };

    fn user() -> ClioUser {
        ClioUser {
            number: 1,
            firm: FirmKey {
                region: Region::Us,
                number: 20001,
            },
            firm_name: "Harbour & Lane".into(),
            first_name: "Dana".into(),
            last_name: "Whitlock".into(),
            email: Email::parse("dana@firm.test").ok(),
            is_enabled: true,
            is_owner: false,
            is_portal: false,
            subscription: String::new(),
            roles: Vec::new(),
        }
    }

    fn account() -> Account {
        Account {
            id: AccountId(Uuid::from_u128(1)),
            status: Status::Active,
            role: Role::Member,
            name: "Dana Whitlock".into(),
            email: "Dana@firm.test".into(),
            is_suspended_as_leaver: false,
        }
    }

    fn known() -> Known {
        Known {
            is_there: true,
            was_enabled: true,
            absence_decided: false,
            settled_email: None,
            settled_name: None,
        }
    }

    #[test]
    fn where_clio_and_the_account_agree_there_is_nothing() {
        assert_eq!(compare(Some(&known()), Some(&user()), Some(&account())), []);
        assert_eq!(compare(None, Some(&user()), Some(&account())), []);
        assert_eq!(compare(Some(&known()), None, None), []);
        assert_eq!(
            compare(Some(&known()), Some(&user()), None),
            [],
            "was new before"
        );
    }

    #[test]
    fn somebody_new_with_a_login_that_is_on_can_be_invited() {
        assert_eq!(compare(None, Some(&user()), None), [Difference::New]);
        let off = ClioUser {
            is_enabled: false,
            ..user()
        };
        assert_eq!(compare(None, Some(&off), None), []);
        let came_again = Known {
            is_there: false,
            ..known()
        };
        assert_eq!(
            compare(Some(&came_again), Some(&user()), None),
            [Difference::New]
        );
    }

    #[test]
    fn whoever_is_gone_or_switched_off_is_a_leaver_while_the_account_opens_anything() {
        let off = ClioUser {
            is_enabled: false,
            ..user()
        };
        for (status, found) in [
            (Status::Invited, true),
            (Status::Pending, true),
            (Status::Active, true),
            (Status::Suspended, false),
            (Status::Deleted, false),
        ] {
            let account = Account {
                status,
                ..account()
            };
            let expected = |difference: Difference| if found { vec![difference] } else { vec![] };
            let gone = compare(Some(&known()), None, Some(&account));
            assert_eq!(gone, expected(Difference::Gone), "{status:?}");
            let disabled = compare(Some(&known()), Some(&off), Some(&account));
            assert_eq!(disabled, expected(Difference::Disabled), "{status:?}");
        }
        // Whom no read ever found can't have gone.
        assert_eq!(compare(None, None, Some(&account())), []);
    }

    #[test]
    fn what_was_left_as_it_is_isn_t_found_again_until_clio_says_something_else() {
        let off = ClioUser {
            is_enabled: false,
            ..user()
        };
        let left_off = Known {
            was_enabled: false,
            absence_decided: true,
            ..known()
        };
        assert_eq!(compare(Some(&left_off), Some(&off), Some(&account())), []);
        assert_eq!(
            compare(Some(&left_off), None, Some(&account())),
            [Difference::Gone],
            "switched off was left, not gone"
        );
        let left_gone = Known {
            is_there: false,
            ..left_off.clone()
        };
        assert_eq!(compare(Some(&left_gone), None, Some(&account())), []);
        let renamed = ClioUser {
            first_name: "Diana".into(),
            ..user()
        };
        let settled = Known {
            settled_name: Some("Diana Whitlock".into()),
            ..known()
        };
        assert_eq!(
            compare(Some(&settled), Some(&renamed), Some(&account())),
            []
        );
        let once_more = ClioUser {
            first_name: "Diane".into(),
            ..user()
        };
        assert_eq!(
            compare(Some(&settled), Some(&once_more), Some(&account())),
            [Difference::Name {
                before: "Dana Whitlock".into(),
                after: "Diane Whitlock".into(),
            }]
        );
    }

    #[test]
    fn only_whom_the_roster_suspended_is_back() {
        let away = Known {
            is_there: false,
            ..known()
        };
        let suspended = Account {
            status: Status::Suspended,
            is_suspended_as_leaver: true,
            ..account()
        };
        assert_eq!(
            compare(Some(&away), Some(&user()), Some(&suspended)),
            [Difference::Back { was_gone: true }]
        );
        let otherwise = Account {
            is_suspended_as_leaver: false,
            ..suspended
        };
        assert_eq!(compare(Some(&away), Some(&user()), Some(&otherwise)), []);
    }

    #[test]
    fn e_mails_differ_by_more_than_the_case_of_ascii() {
        let moved = ClioUser {
            email: Email::parse("dana@other.test").ok(),
            ..user()
        };
        assert_eq!(
            compare(Some(&known()), Some(&moved), Some(&account())),
            [Difference::Email {
                before: "Dana@firm.test".into(),
                after: "dana@other.test".into(),
            }]
        );
        let without = ClioUser {
            email: None,
            ..user()
        };
        assert_eq!(
            compare(Some(&known()), Some(&without), Some(&account())),
            []
        );
    }

    #[test]
    fn nothing_but_a_members_suspension_happens_by_itself_and_only_under_the_rule() {
        let connector = AccountId(Uuid::from_u128(9));
        let automatic = Rule {
            leavers: Leavers::Automatic,
            threshold: 20,
        };
        let waits = |difference: &Difference, account: &Account, rule: Rule, exceeded: bool| {
            super::waits(difference, Some(account), connector, rule, exceeded)
        };
        let of = |role: Role| Account { role, ..account() };
        let gone = &Difference::Gone;
        assert_eq!(waits(gone, &of(Role::Member), automatic, false), None);
        assert_eq!(waits(gone, &of(Role::Reviewer), automatic, false), None);
        assert_eq!(
            waits(gone, &of(Role::Member), automatic, true),
            Some(Why::Threshold)
        );
        assert_eq!(
            waits(gone, &of(Role::Member), Rule::FIRST, false),
            Some(Why::Rule)
        );
        assert_eq!(
            waits(gone, &of(Role::Admin), automatic, false),
            Some(Why::Administrator)
        );
        assert_eq!(
            waits(gone, &of(Role::Owner), automatic, false),
            Some(Why::Owner)
        );
        let own = Account {
            id: connector,
            ..account()
        };
        assert_eq!(waits(gone, &own, automatic, false), Some(Why::Connector));
        let back = &Difference::Back { was_gone: true };
        assert_eq!(waits(back, &account(), automatic, false), Some(Why::Kind));
        assert_eq!(
            super::waits(&Difference::New, None, connector, automatic, false),
            Some(Why::Kind)
        );
    }

    #[test]
    fn more_than_the_threshold_is_more_and_not_as_much() {
        let rule = Rule::FIRST;
        assert!(!rule.is_exceeded(20, 100));
        assert!(rule.is_exceeded(21, 100));
        assert!(!rule.is_exceeded(1, 5));
        assert!(rule.is_exceeded(1, 4));
        assert!(!rule.is_exceeded(0, 0));
        assert!(rule.is_exceeded(1, 0));
    }

    #[test]
    fn a_read_is_whole_when_everybody_is_there_once_and_the_reader_among_them() {
        assert!(is_whole(&[1, 2, 3], Some(3), 2));
        assert!(is_whole(&[1, 2, 3], None, 2));
        assert!(!is_whole(&[1, 2], Some(3), 2), "somebody was missed");
        assert!(!is_whole(&[1, 2, 2], Some(3), 2), "a page came twice");
        assert!(
            !is_whole(&[1, 3], Some(2), 2),
            "whoever reads isn't in the firm"
        );
        assert!(!is_whole(&[], Some(0), 2));
    }
}
