use time::{Duration, macros::datetime};

use super::*;
use crate::domain::desk::record::Topic;

const NOW: OffsetDateTime = datetime!(2026-11-22 15:00 UTC);
const ACCOUNT: Uuid = Uuid::from_u128(1);
const LOGIN: IdentityId = IdentityId(Uuid::from_u128(2));
const OTHER_LOGIN: IdentityId = IdentityId(Uuid::from_u128(3));

fn told(place: i64, action: &str) -> Told {
    Told {
        place,
        action: action.to_owned(),
        account: Some(AccountId(ACCOUNT)),
        identity: None,
        role: None,
        status: None,
        until: None,
        unused_days: None,
        took_email: false,
    }
}

fn suspended(place: i64) -> Told {
    Told {
        status: Some(Status::Suspended),
        ..told(place, "account.suspended")
    }
}

fn about(identity: IdentityId, place: i64, action: &str) -> Told {
    Told {
        identity: Some(identity),
        ..told(place, action)
    }
}

fn role(role: Role, place: i64, action: &str) -> Told {
    Told {
        role: Some(role),
        ..told(place, action)
    }
}

fn there() -> There {
    There {
        status: Status::Active,
        until: None,
        role: Role::Admin,
        logins: vec![LOGIN, OTHER_LOGIN],
        has_password: true,
        email_verified: true,
        is_last_owner: false,
    }
}

fn taken(events: &[Told], there: &There) -> Takings {
    let lost = lost(events).remove(&ACCOUNT).unwrap_or_default();
    takings(&lost, there, NOW)
}

#[test]
fn every_act_of_the_record_has_a_fate() {
    for act in Topic::ALL.into_iter().flat_map(Topic::acts) {
        assert!(fate::known(act).is_some(), "{act}");
    }
    assert_eq!(fate("made.up").taking, Taking::Nothing);
    assert!(matches!(fate("made.up").look, Look::Lost(_)));
}

#[test]
fn what_was_taken_away_is_taken_away_again() {
    let events = [
        suspended(7),
        role(Role::Member, 8, "account.role_revoked"),
        about(LOGIN, 9, "identity.unlinked"),
        told(10, "account.password_changed"),
        told(11, "account.email_changed"),
    ];
    let takings = taken(&events, &there());
    assert_eq!(takings.count(), 5);
    assert_eq!(takings.standing.map(|stood| stood.place), Some(7));
    assert_eq!(
        takings.role,
        Some(Since {
            place: 8,
            what: Role::Member
        })
    );
    assert_eq!(
        takings.logins,
        [Since {
            place: 9,
            what: LOGIN
        }]
    );
    assert_eq!((takings.password, takings.mailbox), (Some(10), Some(11)));
}

#[test]
fn what_the_restored_account_does_not_have_is_not_taken_away() {
    let events = [
        suspended(7),
        role(Role::Reviewer, 8, "account.role_revoked"),
        about(LOGIN, 9, "identity.unlinked"),
        told(10, "account.password_removed"),
        told(11, "account.email_unverified"),
    ];
    let bare = There {
        status: Status::Deleted,
        role: Role::Member,
        logins: vec![OTHER_LOGIN],
        has_password: false,
        email_verified: false,
        ..there()
    };
    assert_eq!(taken(&events, &bare), Takings::default());
}

#[test]
fn what_was_given_is_not_given_again() {
    let events = [
        Told {
            status: Some(Status::Active),
            ..told(1, "account.reactivated")
        },
        told(2, "account.approved"),
        role(Role::Owner, 3, "account.role_granted"),
        about(LOGIN, 4, "identity.linked"),
        told(5, "account.password_set"),
        told(6, "account.email_verified"),
    ];
    assert_eq!(taken(&events, &there()), Takings::default());
    for event in &events[..5] {
        assert_eq!(fate(&event.action).look, Look::Given, "{}", event.action);
    }
}

#[test]
fn what_was_given_back_since_stays_as_the_restored_account_has_it() {
    let events = [
        suspended(1),
        told(2, "account.reactivated"),
        role(Role::Member, 3, "account.role_revoked"),
        role(Role::Admin, 4, "account.role_revoked.undone"),
        about(LOGIN, 5, "identity.unlinked"),
        about(LOGIN, 6, "identity.restored"),
        told(7, "account.email_unverified"),
        told(8, "account.email_verified"),
    ];
    assert_eq!(taken(&events, &there()), Takings::default());
    // An old password and an old mailbox don't come back.
    let events = [
        told(1, "account.password_removed"),
        told(2, "account.password_set"),
        told(3, "account.email_changed"),
        told(4, "account.email_verified"),
    ];
    let takings = taken(&events, &there());
    assert_eq!((takings.password, takings.mailbox), (Some(1), Some(3)));
}

#[test]
fn an_account_stands_never_more_open_and_never_less_than_it_was_left() {
    let stands = |was, until: Option<OffsetDateTime>, status, ends: Option<OffsetDateTime>| {
        let event = Told {
            status: Some(status),
            until: ends,
            ..told(1, "account.suspended")
        };
        let there = There {
            status: was,
            until,
            ..there()
        };
        taken(&[event], &there).standing.is_some()
    };
    let (soon, later, past) = (
        Some(NOW + Duration::DAY),
        Some(NOW + Duration::days(9)),
        Some(NOW - Duration::DAY),
    );
    for (was, until, status, ends, is_taken) in [
        (Status::Active, None, Status::Suspended, None, true),
        (Status::Active, None, Status::Suspended, soon, true),
        (Status::Active, None, Status::Suspended, past, false),
        (Status::Invited, None, Status::Suspended, None, true),
        (Status::Pending, None, Status::Deleted, None, true),
        (Status::Suspended, None, Status::Deleted, None, true),
        (Status::Active, None, Status::Pending, None, true),
        (Status::Suspended, None, Status::Pending, None, false),
        (Status::Suspended, soon, Status::Suspended, None, true),
        (Status::Suspended, soon, Status::Suspended, later, true),
        (Status::Suspended, later, Status::Suspended, soon, false),
        (Status::Suspended, None, Status::Suspended, later, false),
        (Status::Deleted, None, Status::Suspended, None, false),
        (Status::Active, None, Status::Active, None, false),
    ] {
        assert_eq!(
            stands(was, until, status, ends),
            is_taken,
            "{was:?} {status:?} {ends:?}"
        );
    }
}

#[test]
fn the_last_owner_stays_one_and_keeps_a_way_in() {
    let owner = There {
        role: Role::Owner,
        is_last_owner: true,
        ..there()
    };
    let closed = [suspended(1), role(Role::Member, 2, "account.role_revoked")];
    let takings = taken(&closed, &owner);
    assert_eq!((takings.count(), takings.held_back), (0, vec![1, 2]));

    let stolen = [about(LOGIN, 3, "identity.unlinked")];
    assert_eq!(taken(&stolen, &owner).logins.len(), 1);

    let everything = [
        about(LOGIN, 3, "identity.unlinked"),
        about(OTHER_LOGIN, 4, "identity.unlinked"),
        told(5, "account.password_changed"),
    ];
    let takings = taken(&everything, &owner);
    assert_eq!((takings.count(), takings.held_back), (0, vec![3, 4, 5]));
    let one_of_two = There {
        is_last_owner: false,
        ..owner
    };
    assert_eq!(taken(&everything, &one_of_two).count(), 3);
}

#[test]
fn a_merge_takes_the_mailbox_only_where_the_account_got_the_others() {
    let merged = |took_email| Told {
        took_email,
        ..told(1, "account.merged")
    };
    assert_eq!(taken(&[merged(false)], &there()), Takings::default());
    assert_eq!(taken(&[merged(true)], &there()).mailbox, Some(1));
    let gone = taken(&[told(2, "account.merged_away")], &there());
    assert_eq!(
        gone.standing.map(|stood| stood.what.status),
        Some(Status::Deleted)
    );
}
