//! Every cell of the tables: who is signed in × what the login is × what the attempt is for, each
//! under every admission and every state of the account concerned.

use uuid::Uuid;

use super::*;

/// The account that the attempt, the login or the e-mail is about.
const THEIRS: AccountId = AccountId(Uuid::from_u128(1));
/// Somebody else's.
const ANOTHER: AccountId = AccountId(Uuid::from_u128(2));
const LINK: IdentityId = IdentityId(Uuid::from_u128(3));

const EVERY_STATUS: [Status; 5] = [
    Status::Invited,
    Status::Pending,
    Status::Active,
    Status::Suspended,
    Status::Deleted,
];

fn every_admission() -> [Admission; 6] {
    [
        Admission::Open,
        Admission::Domains(vec!["firm.test".to_owned()]),
        Admission::Domains(vec!["other.test".to_owned()]),
        Admission::Approval,
        Admission::Invited,
        Admission::Closed,
    ]
}

/// What a stranger gets under each of [`every_admission`].
const FOR_STRANGERS: [Decision; 6] = [
    Decision::Create(Standing::Active),
    Decision::Create(Standing::AwaitsMailbox),
    Decision::Refuse(Refusal::ForeignDomain),
    Decision::Create(Standing::AwaitsApproval),
    Decision::Refuse(Refusal::NotInvited),
    Decision::Refuse(Refusal::Closed),
];

fn holder(account: AccountId, status: Status) -> Holder {
    Holder { account, status }
}

fn linked(account: AccountId, status: Status) -> Identity {
    Identity::Linked {
        identity: LINK,
        holder: holder(account, status),
    }
}

fn sign_in_to(account: AccountId, status: Status) -> Decision {
    Decision::SignIn {
        identity: LINK,
        holder: holder(account, status),
    }
}

const fn refuse(refusal: Refusal) -> Decision {
    Decision::Refuse(refusal)
}

/// A cell: the facts but for admission and, where an account is concerned, its state.
#[derive(Clone, Copy)]
struct Cell {
    purpose: Purpose,
    signed_in: Option<AccountId>,
    identity: Identity,
    located: Option<Holder>,
    claim: Claim,
    has_email: bool,
    is_fresh: bool,
}

/// A stranger who signs in.
const STRANGER: Cell = Cell {
    purpose: Purpose::SignIn,
    signed_in: None,
    identity: Identity::Unknown,
    located: None,
    claim: Claim::Absent,
    has_email: true,
    is_fresh: true,
};

impl Cell {
    fn under(&self, admission: &Admission) -> Decision {
        let email = Email::parse("dana@firm.test").unwrap();
        decide(&Facts {
            purpose: self.purpose,
            is_fresh: self.is_fresh,
            signed_in: self.signed_in,
            identity: self.identity,
            email: self.has_email.then_some(&email),
            located: self.located,
            claim: self.claim,
            admission,
        })
    }

    /// The same under every admission.
    #[track_caller]
    fn always(&self, expected: Decision) {
        for admission in every_admission() {
            assert_eq!(self.under(&admission), expected, "{admission:?}");
        }
    }
}

/// A test for each cell, under its name. `cell` gets each state of the account concerned in turn, and
/// gives the facts and what is decided; a list of decisions is one for each admission.
macro_rules! cells {
    ($($name:ident: |$status:pat_param| $cell:expr => $expected:expr;)+) => {
        $(
            #[test]
            fn $name() {
                for status in EVERY_STATUS {
                    let $status = status;
                    let cell: Cell = $cell;
                    cell.always($expected);
                }
            }
        )+
    };
}

/// What somebody gets whose login opens an account in this state.
fn known_in(status: Status) -> Decision {
    match status {
        Status::Active | Status::Pending => sign_in_to(THEIRS, status),
        Status::Invited | Status::Suspended | Status::Deleted => refuse(Refusal::AccountClosed),
    }
}

/// What somebody gets whose e-mail an account in this state has.
fn located_in(status: Status) -> Decision {
    match status {
        Status::Invited | Status::Active | Status::Pending => Decision::Prompt(THEIRS),
        Status::Suspended | Status::Deleted => refuse(Refusal::AccountClosed),
    }
}

mod confirm;
mod connect;
mod prove;
mod sign_in;
