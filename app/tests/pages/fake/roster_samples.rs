//! What the roster of the fake server looks like.

use app::wire::{
    Region, Role, Status,
    desk::{
        Frame,
        dormancy::Hand,
        roster::{
            Became, ClioUser, Difference, DifferenceKind, Firm, Group, Leavers, Obstacle, ReadLine,
            ReadOutcome, Roster, RosterAccount, RosterDoer, RosterRule, RosterRuleChange,
            RosterState, What, WholeRead, Why,
        },
    },
};

use super::{Fake, Page, moment, roster::Known};

pub const FIRM: &str = "00000000-0000-7000-8000-0000000000f1";
pub const READ: &str = "00000000-0000-7000-8000-0000000000a1";
pub const ACCOUNT: &str = "00000000-0000-7000-8000-00000000000a";

pub fn doer() -> RosterDoer {
    RosterDoer {
        account: ACCOUNT.to_owned(),
        name: "Ikram Osei".to_owned(),
    }
}

pub fn account() -> RosterAccount {
    RosterAccount {
        id: ACCOUNT.to_owned(),
        name: "Tomás Ferreira".to_owned(),
        email: "tomas@harbourlane.test".to_owned(),
        status: Status::Active,
        role: Role::Member,
    }
}

/// A connected firm whose last read went through.
pub fn firm() -> Firm {
    Firm {
        id: FIRM.to_owned(),
        name: "Harbour Lane LLP".to_owned(),
        region: Region::Eu,
        clio_account: "418273".to_owned(),
        connected_by: doer(),
        connector_decides: true,
        connected: moment(),
        clio_user: ClioUser {
            name: "Ikram Osei".to_owned(),
            email: "ikram@harbourlane.test".to_owned(),
            is_other_email: false,
        },
        state: RosterState::UpToDate,
        last: Some(WholeRead {
            read: READ.to_owned(),
            at: moment(),
            people: 1204,
        }),
        next: Some("24 November 2026, 02:10 UTC".to_owned()),
        rule: RosterRule {
            leavers: Leavers::Approval,
            threshold: 20,
            revision: 3,
            change: Some(RosterRuleChange {
                by: doer(),
                at: moment(),
                reason: "Somebody looks first.".to_owned(),
                undo_until: Some("7 December 2026".to_owned()),
            }),
        },
        too_many: None,
    }
}

/// A difference whose id ends with these two digits.
pub fn difference(id: &str, what: What, became: Became) -> Difference {
    Difference {
        id: format!("00000000-0000-7000-8000-0000000000{id}"),
        what,
        firm: "Harbour Lane LLP".to_owned(),
        name: "Tomás Ferreira".to_owned(),
        email: "t.ferreira@harbourlane.test".to_owned(),
        account: Some(account()),
        since: moment(),
        became,
        obstacle: None,
    }
}

pub fn group(difference: Difference) -> Group {
    Group {
        kind: difference.what.kind(),
        count: 1,
        differences: vec![difference],
        next: None,
        is_later: false,
    }
}

/// What waits, one of each kind.
pub fn all_kinds() -> Vec<Group> {
    let mut owner = difference("01", What::Gone, Became::Waits(Why::Owner));
    if let Some(account) = &mut owner.account {
        account.role = Role::Owner;
    }
    let mut new = difference("04", What::New, Became::Waits(Why::Kind));
    new.account = None;
    new.obstacle = Some(Obstacle::NoEmail);
    let email = What::Email {
        before: "tomas@harbourlane.test".to_owned(),
        after: "t.ferreira@harbourlane.test".to_owned(),
    };
    let name = What::Name {
        before: "Tomás Ferreira".to_owned(),
        after: "Tomás Ferreira-Lima".to_owned(),
    };
    [
        owner,
        difference("02", What::Disabled, Became::Waits(Why::Rule)),
        difference(
            "03",
            What::Back { was_gone: true },
            Became::Waits(Why::Kind),
        ),
        new,
        difference("05", email, Became::Waits(Why::Kind)),
        difference("06", name, Became::Waits(Why::Kind)),
    ]
    .map(group)
    .to_vec()
}

pub fn read_line(outcome: ReadOutcome) -> ReadLine {
    ReadLine {
        id: READ.to_owned(),
        firm: "Harbour Lane LLP".to_owned(),
        began: moment(),
        took: Some("40 seconds".to_owned()),
        by: None,
        people: 1204,
        outcome,
        counts: vec![(DifferenceKind::Gone, 2), (DifferenceKind::New, 1)],
    }
}

/// The room of one firm, as an owner sees it who has just shown that it's them.
pub fn roster() -> Roster {
    Roster {
        regions: vec![Region::Eu, Region::Us],
        firms: vec![firm()],
        waiting: all_kinds(),
        reads: vec![read_line(ReadOutcome::Whole)],
        older_reads: Some("place".to_owned()),
        hand: Hand::Decides,
    }
}

/// Whoever is at the desk of a firm with a roster.
pub fn at_roster(role: Role, known: Known) -> Fake {
    Fake {
        frame: Some(Frame {
            waiting: 3,
            roster: Some(6),
        }),
        roster: Box::new(known),
        ..Fake::at_desk(role)
    }
}

/// The room, as somebody with this role sees it.
pub async fn look(role: Role, roster: Roster, path: &str) -> Page {
    let known = Known {
        roster: Some(roster),
        ..Known::default()
    };
    let page = at_roster(role, known).get(path).await;
    assert_eq!(page.status(), 200);
    page
}
