//! Somebody connects a login to the account in which they are signed in.

use super::*;

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
