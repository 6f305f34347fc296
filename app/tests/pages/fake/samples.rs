//! What the fake server answers with.

use app::wire::{
    Account, Activity, Confirmation, Connection, Connections, Doer, FormerConnection, Happening,
    LinkMethod, LinkStep, MailedCode, Moment, OpenSession, Opener, PendingLink, ProfileField, Role,
    SignIn, Status, Suggestion,
    desk::{
        Comparison, Confidence, Deciding, DoneMerge, Duplicates, Half, Likeness, LikenessReason,
        Pair, Side,
    },
};

pub fn moment() -> Moment {
    Moment {
        iso: "2026-11-12T14:05:00Z".to_owned(),
        full: "12 November 2026, 14:05 UTC".to_owned(),
        ago: "3 days ago".to_owned(),
    }
}

pub fn pending_link() -> PendingLink {
    PendingLink {
        clio_name: "Dana Whitlock".to_owned(),
        clio_email: "d.whitlock@harbourlane.test".to_owned(),
        step: LinkStep::Prove {
            tries_left: 5,
            code_sent: false,
            asked: None,
            may_keep_separate: false,
        },
    }
}

pub fn account() -> Account {
    Account {
        first_name: "Dana".to_owned(),
        last_name: "Whitlock".to_owned(),
        email: "d.whitlock@harbourlane.test".to_owned(),
        role: Role::Member,
        created: moment(),
        connections: vec![Connection {
            id: "0190-1".to_owned(),
            clio_email: Some("dana@harbourlane.test".to_owned()),
            method: LinkMethod::FirstSignIn,
            linked: moment(),
            last_used: Moment {
                ago: "just now".to_owned(),
                ..moment()
            },
            current: true,
        }],
        sign_ins: vec![
            SignIn {
                at: Moment {
                    ago: "just now".to_owned(),
                    ..moment()
                },
                device: "Firefox on Windows".to_owned(),
                address: "192.0.2.17".to_owned(),
                current: true,
            },
            SignIn {
                at: moment(),
                device: "Safari on iPhone".to_owned(),
                address: "2001:db8::17".to_owned(),
                current: false,
            },
        ],
        cases: Vec::new(),
        suggestions: vec![
            Suggestion {
                field: ProfileField::LastName,
                ours: "Whitlock".to_owned(),
                theirs: "Whitlock-Osei".to_owned(),
            },
            Suggestion {
                field: ProfileField::Email,
                ours: "d.whitlock@harbourlane.test".to_owned(),
                theirs: "dana@harbourlane.test".to_owned(),
            },
        ],
    }
}

/// Two logins, one of which is looking, and one that was disconnected.
pub fn connections() -> Connections {
    let connection = account().connections.remove(0);
    Connections {
        connections: vec![
            connection.clone(),
            Connection {
                id: "0190-2".to_owned(),
                clio_email: Some("dana.whitlock@elsewhere.test".to_owned()),
                method: LinkMethod::Session,
                current: false,
                ..connection
            },
        ],
        former: vec![FormerConnection {
            event: "0190-e1".to_owned(),
            clio_email: Some("old@harbourlane.test".to_owned()),
            disconnected: moment(),
            until: "26 November 2026".to_owned(),
        }],
        has_password: true,
        may_disconnect: true,
        is_fresh: true,
        clio_origin: "http://127.0.0.1:3001".to_owned(),
    }
}

/// This browser, and another one.
pub fn sessions() -> Vec<OpenSession> {
    let this = OpenSession {
        id: "0190-s1".to_owned(),
        device: "Firefox on Windows".to_owned(),
        address: "192.0.2.17".to_owned(),
        opener: Opener::Clio,
        opened: moment(),
        last_seen: Moment {
            ago: "just now".to_owned(),
            ..moment()
        },
        current: true,
    };
    let other = OpenSession {
        id: "0190-s2".to_owned(),
        device: "Safari on iPhone".to_owned(),
        address: "2001:db8::17".to_owned(),
        opener: Opener::Code,
        current: false,
        ..this.clone()
    };
    vec![this, other]
}

pub fn happening(action: &str) -> Happening {
    Happening {
        event: "0190-e7".to_owned(),
        at: moment(),
        action: action.to_owned(),
        method: None,
        by: Doer::You,
        reference: Some("7Q4K-92MX".to_owned()),
        undo_until: None,
    }
}

/// The only page of what happened.
pub fn activity(happenings: Vec<Happening>) -> Activity {
    Activity {
        happenings,
        older: None,
        is_later_page: false,
    }
}

/// Every way to show that it's still the same person.
pub fn confirmation() -> Confirmation {
    Confirmation {
        by_password: true,
        by_clio: true,
        by_code: Some(MailedCode {
            email: "d.whitlock@harbourlane.test".to_owned(),
            sent: false,
        }),
        then: "/account/connections".to_owned(),
    }
}

/// The ids of the two accounts that [`comparison`] is of.
pub const PAIR: [&str; 2] = [
    "01890a5d-ac96-774b-bcce-000000000001",
    "01890a5d-ac96-774b-bcce-000000000002",
];

fn half(number: usize, email: &str) -> Half {
    Half {
        id: PAIR[number].to_owned(),
        name: "Dana Whitlock".to_owned(),
        email: email.to_owned(),
        role: Role::Member,
        status: Status::Active,
    }
}

fn likeness() -> Likeness {
    Likeness {
        confidence: Confidence::Likely,
        reasons: vec![
            LikenessReason::SameLocalPart,
            LikenessReason::SameNames,
            LikenessReason::BothInUse,
        ],
    }
}

/// One pair, and one merge that can be undone.
pub fn duplicates() -> Duplicates {
    Duplicates {
        pairs: vec![Pair {
            a: half(0, "d.whitlock@harbourlane.test"),
            b: half(1, "d.whitlock@elsewhere.test"),
            likeness: likeness(),
            found: moment(),
        }],
        next: None,
        crowds: 0,
        most_alike: 20,
        searched: Some(moment()),
        merges: vec![DoneMerge {
            event: "17".to_owned(),
            into: "Nils Holm".to_owned(),
            from_email: "n.holm@elsewhere.test".to_owned(),
            merged: moment(),
            until: "26 November 2026".to_owned(),
        }],
        deciding: Deciding::Yes,
    }
}

/// Two accounts that can be merged into each other.
pub fn comparison() -> Comparison {
    let side = |number: usize, email: &str| Side {
        id: PAIR[number].to_owned(),
        first_name: "Dana".to_owned(),
        last_name: "Whitlock".to_owned(),
        email: email.to_owned(),
        email_verified: true,
        role: Role::Member,
        status: Status::Active,
        created: moment(),
        last_sign_in: Some(moment()),
        logins: account().connections,
        has_password: false,
        sessions: 1,
        cannot_take_in: None,
        cannot_be_taken_in: None,
    };
    Comparison {
        a: side(0, "d.whitlock@harbourlane.test"),
        b: side(1, "d.whitlock@elsewhere.test"),
        likeness: Some(likeness()),
        is_aside: false,
        seen: "what-was-seen".to_owned(),
        deciding: Deciding::Yes,
    }
}
