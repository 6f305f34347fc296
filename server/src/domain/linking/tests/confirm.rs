//! Somebody confirms that it is them.

use super::*;

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
