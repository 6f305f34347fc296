use uuid::Uuid;

use super::*;

const OURS: AccountId = AccountId(Uuid::from_u128(1));
const OTHERS: AccountId = AccountId(Uuid::from_u128(2));
const LINK: IdentityId = IdentityId(Uuid::from_u128(3));
const EVERY_STATUS: [Status; 5] = [
    Status::Invited,
    Status::Pending,
    Status::Active,
    Status::Suspended,
    Status::Deleted,
];

fn holder(account: AccountId, status: Status) -> Holder {
    Holder { account, status }
}

fn linked(status: Status) -> Identity {
    Identity::Linked {
        identity: LINK,
        holder: holder(OURS, status),
    }
}

struct Case {
    signed_in: Option<AccountId>,
    identity: Identity,
    email: bool,
    located: Option<Holder>,
    claim: Claim,
    admission: Admission,
}

const STRANGER: Case = Case {
    signed_in: None,
    identity: Identity::Unknown,
    email: true,
    located: None,
    claim: Claim::Absent,
    admission: Admission::Open,
};

impl Case {
    fn decide(&self) -> Decision {
        let email = Email::parse("dana@firm.test").unwrap();
        decide(&Facts {
            signed_in: self.signed_in,
            identity: self.identity,
            email: self.email.then_some(&email),
            located: self.located,
            claim: self.claim,
            admission: &self.admission,
        })
    }
}

#[test]
fn a_linked_login_opens_its_account_whatever_the_admission_and_the_e_mail() {
    for status in [Status::Active, Status::Pending] {
        for admission in [Admission::Open, Admission::Closed, Admission::Invited] {
            for (email, located) in [(true, Some(holder(OTHERS, Status::Active))), (false, None)] {
                let case = Case {
                    identity: linked(status),
                    email,
                    located,
                    admission: admission.clone(),
                    ..STRANGER
                };
                let expected = Decision::SignIn {
                    identity: LINK,
                    holder: holder(OURS, status),
                };
                assert_eq!(case.decide(), expected);
            }
        }
    }
}

#[test]
fn a_linked_login_of_a_closed_account_is_refused_and_gets_no_second_one() {
    for status in [Status::Suspended, Status::Deleted, Status::Invited] {
        let case = Case {
            identity: linked(status),
            ..STRANGER
        };
        assert_eq!(case.decide(), Decision::Refuse(Refusal::AccountClosed));
    }
}

#[test]
fn the_same_person_signs_in_again_in_the_same_browser() {
    let case = Case {
        signed_in: Some(OURS),
        identity: linked(Status::Active),
        ..STRANGER
    };
    assert!(matches!(case.decide(), Decision::SignIn { .. }));
}

#[test]
fn anybody_else_in_somebodys_browser_is_refused() {
    for identity in [
        Identity::Unknown,
        Identity::Unlinked,
        linked(Status::Active),
        linked(Status::Suspended),
    ] {
        for located in [None, Some(holder(OTHERS, Status::Active))] {
            for claim in [Claim::Absent, Claim::Alive(holder(OTHERS, Status::Invited))] {
                let case = Case {
                    signed_in: Some(OTHERS),
                    identity,
                    located,
                    claim,
                    ..STRANGER
                };
                assert_eq!(case.decide(), Decision::Refuse(Refusal::BrowserOfAnother));
            }
        }
    }
}

#[test]
fn a_matching_verified_e_mail_prompts_whatever_the_admission() {
    for identity in [Identity::Unknown, Identity::Unlinked] {
        for status in [Status::Invited, Status::Pending, Status::Active] {
            for admission in [
                Admission::Open,
                Admission::Closed,
                Admission::Invited,
                Admission::Approval,
            ] {
                let case = Case {
                    identity,
                    located: Some(holder(OTHERS, status)),
                    admission: admission.clone(),
                    ..STRANGER
                };
                assert_eq!(case.decide(), Decision::Prompt(OTHERS));
            }
        }
    }
}

#[test]
fn a_closed_account_with_that_e_mail_gets_no_second_one() {
    for status in [Status::Suspended, Status::Deleted] {
        let case = Case {
            located: Some(holder(OTHERS, status)),
            ..STRANGER
        };
        assert_eq!(case.decide(), Decision::Refuse(Refusal::AccountClosed));
    }
}

#[test]
fn a_stranger_is_treated_as_admission_says() {
    let domains = |domain: &str| Admission::Domains(vec![domain.to_owned()]);
    for (admission, expected) in [
        (Admission::Open, Decision::Create(Standing::Active)),
        (
            domains("firm.test"),
            Decision::Create(Standing::AwaitsMailbox),
        ),
        (
            domains("other.test"),
            Decision::Refuse(Refusal::ForeignDomain),
        ),
        (
            Admission::Approval,
            Decision::Create(Standing::AwaitsApproval),
        ),
        (Admission::Invited, Decision::Refuse(Refusal::NotInvited)),
        (Admission::Closed, Decision::Refuse(Refusal::Closed)),
    ] {
        let case = Case {
            admission,
            ..STRANGER
        };
        assert_eq!(case.decide(), expected);
    }
}

#[test]
fn an_unlinked_login_is_never_linked_again_by_itself() {
    let open = Case {
        identity: Identity::Unlinked,
        ..STRANGER
    };
    assert_eq!(open.decide(), Decision::Create(Standing::AwaitsApproval));
    let closed = Case {
        identity: Identity::Unlinked,
        admission: Admission::Closed,
        ..STRANGER
    };
    assert_eq!(closed.decide(), Decision::Refuse(Refusal::Closed));
}

#[test]
fn a_stranger_without_a_usable_e_mail_is_refused_under_every_admission() {
    for admission in [Admission::Open, Admission::Approval, Admission::Closed] {
        let case = Case {
            email: false,
            admission,
            ..STRANGER
        };
        assert_eq!(case.decide(), Decision::Refuse(Refusal::NoEmail));
    }
}

#[test]
fn a_claim_binds_an_unknown_login_to_the_claimed_account_even_without_an_e_mail() {
    for status in EVERY_STATUS {
        let case = Case {
            email: false,
            claim: Claim::Alive(holder(OTHERS, status)),
            admission: Admission::Closed,
            ..STRANGER
        };
        let expected = match status {
            Status::Invited | Status::Pending | Status::Active => Decision::BindClaimed(OTHERS),
            Status::Suspended | Status::Deleted => Decision::Refuse(Refusal::AccountClosed),
        };
        assert_eq!(case.decide(), expected);
    }
}

#[test]
fn a_claim_never_moves_a_login_from_one_account_to_another() {
    let case = Case {
        identity: linked(Status::Active),
        claim: Claim::Alive(holder(OTHERS, Status::Invited)),
        ..STRANGER
    };
    assert_eq!(case.decide(), Decision::Refuse(Refusal::LoginOfAnother));
}

#[test]
fn a_dead_claim_binds_nothing() {
    let case = Case {
        claim: Claim::Dead,
        located: Some(holder(OTHERS, Status::Active)),
        ..STRANGER
    };
    assert_eq!(case.decide(), Decision::Refuse(Refusal::ClaimDead));
}
