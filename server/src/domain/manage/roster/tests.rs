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
        is_elsewhere: false,
    }
}

fn known() -> Known {
    Known {
        was: Presence::Enabled,
        waits_as_new: false,
        absence_decided: false,
        return_decided: false,
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
    let waits = Known {
        waits_as_new: true,
        ..known()
    };
    assert_eq!(
        compare(Some(&waits), Some(&user()), None),
        [Difference::New],
        "nobody has decided yet"
    );
    let came_again = Known {
        was: Presence::Gone,
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
        was: Presence::Disabled,
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
        was: Presence::Gone,
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
        was: Presence::Gone,
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

#[test]
fn whoever_is_in_a_firm_otherwise_has_not_left() {
    let elsewhere = Account {
        is_elsewhere: true,
        ..account()
    };
    let off = ClioUser {
        is_enabled: false,
        ..user()
    };
    assert_eq!(compare(Some(&known()), None, Some(&elsewhere)), []);
    assert_eq!(compare(Some(&known()), Some(&off), Some(&elsewhere)), []);
}

#[test]
fn whoever_was_left_out_when_they_came_back_stays_out() {
    let left_out = Known {
        return_decided: true,
        ..known()
    };
    let suspended = Account {
        status: Status::Suspended,
        is_suspended_as_leaver: true,
        ..account()
    };
    assert_eq!(
        compare(Some(&left_out), Some(&user()), Some(&suspended)),
        []
    );
}

#[test]
fn percentages_go_from_one_to_a_hundred() {
    let threshold = |typed| Rule::parse(Leavers::Automatic, typed).map(|rule| rule.threshold);
    for (typed, meant) in [
        ("20", Some(20)),
        (" 1 % ", Some(1)),
        ("100", Some(100)),
        ("0", None),
        ("101", None),
        ("-5", None),
        ("2.5", None),
        ("", None),
        ("300", None),
    ] {
        assert_eq!(threshold(typed), meant, "{typed:?}");
    }
}

#[test]
fn the_next_read_is_at_night_and_within_a_day() {
    let noon = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(12);
    for region in [Region::Us, Region::Ca, Region::Eu, Region::Au] {
        for hours in 0..24 {
            let now = noon + Duration::hours(hours);
            let next = next_night(region, 77, now);
            assert!(
                next > now && next - now <= Duration::DAY,
                "{region:?} {hours}"
            );
            assert_eq!(next_night(region, 77, next), next + Duration::DAY);
        }
    }
    assert_eq!(next_night(Region::Eu, 125, noon).hour(), 1);
    assert_eq!(next_night(Region::Us, 119, noon).hour(), 8);
}
