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

mod nobody_is_signed_in_and_signs_in {
    use super::*;

    #[test]
    fn with_an_unknown_login_and_a_free_email_as_admission_says() {
        for (admission, expected) in every_admission().iter().zip(FOR_STRANGERS) {
            assert_eq!(STRANGER.under(admission), expected, "{admission:?}");
        }
    }

    #[test]
    fn with_an_unlinked_login_and_a_free_email_an_administrator_decides_where_admission_lets_in() {
        let cell = Cell {
            identity: Identity::Unlinked,
            ..STRANGER
        };
        for (admission, stranger) in every_admission().iter().zip(FOR_STRANGERS) {
            let expected = match stranger {
                Decision::Create(_) => Decision::Create(Standing::AwaitsApproval),
                refused => refused,
            };
            assert_eq!(cell.under(admission), expected, "{admission:?}");
        }
    }

    cells! {
        with_an_unknown_login_whose_email_an_account_has: |status| Cell {
            located: Some(holder(THEIRS, status)),
            ..STRANGER
        } => located_in(status);

        with_an_unlinked_login_whose_email_an_account_has: |status| Cell {
            identity: Identity::Unlinked,
            located: Some(holder(THEIRS, status)),
            ..STRANGER
        } => located_in(status);

        with_a_known_login: |status| Cell {
            identity: linked(THEIRS, status),
            ..STRANGER
        } => known_in(status);

        with_a_known_login_without_an_email: |status| Cell {
            identity: linked(THEIRS, status),
            has_email: false,
            ..STRANGER
        } => known_in(status);

        with_a_known_login_whose_email_another_account_has: |status| Cell {
            identity: linked(THEIRS, status),
            located: Some(holder(ANOTHER, Status::Active)),
            ..STRANGER
        } => known_in(status);

        with_a_known_login_that_clio_does_not_call_fresh: |status| Cell {
            identity: linked(THEIRS, status),
            is_fresh: false,
            ..STRANGER
        } => known_in(status);

        with_an_unknown_login_without_an_email: |_| Cell {
            has_email: false,
            ..STRANGER
        } => refuse(Refusal::NoEmail);

        with_an_unlinked_login_without_an_email: |_| Cell {
            identity: Identity::Unlinked,
            has_email: false,
            ..STRANGER
        } => refuse(Refusal::NoEmail);
    }
}

mod the_owner_is_signed_in_and_signs_in {
    use super::*;

    const OWNER: Cell = Cell {
        signed_in: Some(THEIRS),
        ..STRANGER
    };

    cells! {
        with_a_known_login: |status| Cell {
            identity: linked(THEIRS, status),
            ..OWNER
        } => known_in(status);

        with_an_unknown_login_and_a_free_email: |_| OWNER => refuse(Refusal::BrowserOfAnother);

        with_an_unknown_login_whose_email_the_account_has: |status| Cell {
            located: Some(holder(THEIRS, status)),
            ..OWNER
        } => refuse(Refusal::BrowserOfAnother);

        with_an_unlinked_login: |_| Cell {
            identity: Identity::Unlinked,
            ..OWNER
        } => refuse(Refusal::BrowserOfAnother);

        with_an_unlinked_login_whose_email_the_account_has: |status| Cell {
            identity: Identity::Unlinked,
            located: Some(holder(THEIRS, status)),
            ..OWNER
        } => refuse(Refusal::BrowserOfAnother);
    }
}

mod somebody_else_is_signed_in_and_signs_in {
    use super::*;

    const SOMEBODY_ELSE: Cell = Cell {
        signed_in: Some(ANOTHER),
        ..STRANGER
    };

    cells! {
        with_an_unknown_login_and_a_free_email: |_| SOMEBODY_ELSE
            => refuse(Refusal::BrowserOfAnother);

        with_an_unknown_login_whose_email_an_account_has: |status| Cell {
            located: Some(holder(THEIRS, status)),
            ..SOMEBODY_ELSE
        } => refuse(Refusal::BrowserOfAnother);

        with_a_known_login: |status| Cell {
            identity: linked(THEIRS, status),
            ..SOMEBODY_ELSE
        } => refuse(Refusal::BrowserOfAnother);

        with_an_unlinked_login: |status| Cell {
            identity: Identity::Unlinked,
            located: Some(holder(THEIRS, status)),
            ..SOMEBODY_ELSE
        } => refuse(Refusal::BrowserOfAnother);

        with_a_one_time_link: |status| Cell {
            claim: Claim::Alive(holder(ANOTHER, status)),
            ..SOMEBODY_ELSE
        } => refuse(Refusal::BrowserOfAnother);
    }
}

mod somebody_comes_with_a_one_time_link {
    use super::*;

    fn claimed_in(status: Status) -> Decision {
        match status {
            Status::Invited => Decision::BindClaimed(THEIRS),
            Status::Pending | Status::Active => refuse(Refusal::ClaimDead),
            Status::Suspended | Status::Deleted => refuse(Refusal::AccountClosed),
        }
    }

    cells! {
        and_an_unknown_login: |status| Cell {
            claim: Claim::Alive(holder(THEIRS, status)),
            ..STRANGER
        } => claimed_in(status);

        and_an_unlinked_login_without_an_email: |status| Cell {
            identity: Identity::Unlinked,
            has_email: false,
            claim: Claim::Alive(holder(THEIRS, status)),
            ..STRANGER
        } => claimed_in(status);

        and_an_unknown_login_whose_email_another_account_has: |status| Cell {
            located: Some(holder(ANOTHER, Status::Active)),
            claim: Claim::Alive(holder(THEIRS, status)),
            ..STRANGER
        } => claimed_in(status);

        and_a_login_that_opens_another_account: |status| Cell {
            identity: linked(ANOTHER, Status::Active),
            claim: Claim::Alive(holder(THEIRS, status)),
            ..STRANGER
        } => refuse(Refusal::LoginOfAnother);

        and_a_login_that_opens_that_account: |status| Cell {
            identity: linked(THEIRS, status),
            claim: Claim::Alive(holder(THEIRS, status)),
            ..STRANGER
        } => known_in(status);

        that_is_dead_and_a_login_that_opens_an_account: |status| Cell {
            identity: linked(THEIRS, status),
            claim: Claim::Dead,
            ..STRANGER
        } => known_in(status);

        that_is_dead_and_an_unknown_login: |status| Cell {
            located: Some(holder(THEIRS, status)),
            claim: Claim::Dead,
            ..STRANGER
        } => refuse(Refusal::ClaimDead);
    }
}

mod the_owner_connects {
    use super::*;

    const CONNECTS: Cell = Cell {
        purpose: Purpose::Connect(THEIRS),
        signed_in: Some(THEIRS),
        ..STRANGER
    };

    cells! {
        an_unknown_login_and_a_free_email: |_| CONNECTS => Decision::Connect(THEIRS);

        an_unknown_login_without_an_email: |_| Cell {
            has_email: false,
            ..CONNECTS
        } => Decision::Connect(THEIRS);

        an_unknown_login_whose_email_another_account_has: |status| Cell {
            located: Some(holder(ANOTHER, status)),
            ..CONNECTS
        } => Decision::Connect(THEIRS);

        an_unlinked_login: |status| Cell {
            identity: Identity::Unlinked,
            located: Some(holder(ANOTHER, status)),
            ..CONNECTS
        } => Decision::Connect(THEIRS);

        a_login_that_is_connected_already: |status| Cell {
            identity: linked(THEIRS, status),
            ..CONNECTS
        } => known_in(status);

        a_login_of_another_account_in_whatever_state: |status| Cell {
            identity: linked(ANOTHER, status),
            ..CONNECTS
        } => refuse(Refusal::LoginOfAnother);

        a_login_that_clio_does_not_call_fresh: |_| Cell {
            is_fresh: false,
            ..CONNECTS
        } => refuse(Refusal::NotFresh);
    }
}

mod somebody_comes_back_to_connect {
    use super::*;

    const CONNECTS: Cell = Cell {
        purpose: Purpose::Connect(THEIRS),
        ..STRANGER
    };

    cells! {
        an_unknown_login_after_the_session_ended: |_| CONNECTS => refuse(Refusal::SessionOver);

        a_known_login_after_the_session_ended: |status| Cell {
            identity: linked(THEIRS, status),
            ..CONNECTS
        } => refuse(Refusal::SessionOver);

        an_unknown_login_where_somebody_else_signed_in: |status| Cell {
            signed_in: Some(ANOTHER),
            located: Some(holder(THEIRS, status)),
            ..CONNECTS
        } => refuse(Refusal::BrowserOfAnother);

        an_unlinked_login_where_somebody_else_signed_in: |_| Cell {
            signed_in: Some(ANOTHER),
            identity: Identity::Unlinked,
            ..CONNECTS
        } => refuse(Refusal::BrowserOfAnother);

        the_login_of_whoever_else_signed_in: |status| Cell {
            signed_in: Some(ANOTHER),
            identity: linked(ANOTHER, status),
            ..CONNECTS
        } => refuse(Refusal::BrowserOfAnother);
    }
}

mod the_owner_confirms {
    use super::*;

    const CONFIRMS: Cell = Cell {
        purpose: Purpose::Confirm(THEIRS),
        signed_in: Some(THEIRS),
        ..STRANGER
    };

    cells! {
        with_a_connected_login: |status| Cell {
            identity: linked(THEIRS, status),
            ..CONFIRMS
        } => known_in(status);

        with_a_connected_login_that_clio_does_not_call_fresh: |status| Cell {
            identity: linked(THEIRS, status),
            is_fresh: false,
            ..CONFIRMS
        } => refuse(Refusal::NotFresh);

        with_an_unknown_login: |status| Cell {
            located: Some(holder(THEIRS, status)),
            ..CONFIRMS
        } => refuse(Refusal::LoginOfAnother);

        with_an_unlinked_login: |_| Cell {
            identity: Identity::Unlinked,
            ..CONFIRMS
        } => refuse(Refusal::LoginOfAnother);

        with_a_login_of_another_account: |status| Cell {
            identity: linked(ANOTHER, status),
            ..CONFIRMS
        } => refuse(Refusal::LoginOfAnother);

        after_the_session_ended: |status| Cell {
            signed_in: None,
            identity: linked(THEIRS, status),
            ..CONFIRMS
        } => refuse(Refusal::SessionOver);

        where_somebody_else_signed_in: |status| Cell {
            signed_in: Some(ANOTHER),
            identity: linked(THEIRS, status),
            ..CONFIRMS
        } => refuse(Refusal::BrowserOfAnother);
    }
}

mod somebody_proves_the_account_of_a_pending_link {
    use super::*;

    const PROVES: Cell = Cell {
        purpose: Purpose::Prove(THEIRS),
        ..STRANGER
    };

    cells! {
        with_a_login_that_opens_it: |status| Cell {
            identity: linked(THEIRS, status),
            ..PROVES
        } => match status {
            Status::Active | Status::Pending => Decision::Proved {
                identity: LINK,
                account: THEIRS,
            },
            Status::Invited | Status::Suspended | Status::Deleted => {
                refuse(Refusal::AccountClosed)
            }
        };

        with_a_login_that_opens_another: |status| Cell {
            identity: linked(ANOTHER, status),
            ..PROVES
        } => refuse(Refusal::LoginOfAnother);

        with_a_login_that_only_has_its_email: |status| Cell {
            located: Some(holder(THEIRS, status)),
            ..PROVES
        } => refuse(Refusal::LoginOfAnother);

        with_a_login_that_was_unlinked: |status| Cell {
            identity: Identity::Unlinked,
            located: Some(holder(THEIRS, status)),
            ..PROVES
        } => refuse(Refusal::LoginOfAnother);

        with_a_login_that_clio_does_not_call_fresh: |status| Cell {
            identity: linked(THEIRS, status),
            is_fresh: false,
            ..PROVES
        } => refuse(Refusal::NotFresh);

        where_somebody_signed_in_meanwhile: |status| Cell {
            signed_in: Some(THEIRS),
            identity: linked(THEIRS, status),
            ..PROVES
        } => refuse(Refusal::BrowserOfAnother);
    }
}
