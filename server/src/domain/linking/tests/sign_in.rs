//! Somebody signs in.

use super::*;

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
