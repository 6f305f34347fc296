//! Somebody proves the account of a pending link.

use super::*;

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
