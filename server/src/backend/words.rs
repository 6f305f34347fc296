//! How the house's words become the pages' words.

use app::wire::{self, Problem};

use crate::{
    clio::ExchangeError,
    domain::{
        account::{Role, Status},
        clio_error::ClioError,
        linking::Refusal,
    },
    service::{account::ProfileField, sign_in::Cause},
};

/// What a person is told of a refusal.
pub(super) const fn problem(cause: Cause) -> Problem {
    match cause {
        Cause::Attempt(_) => Problem::Expired,
        Cause::Clio(error) => match error {
            ClioError::Declined => Problem::Declined,
            ClioError::NotReady => Problem::NotReady,
            ClioError::ClientPortal => Problem::ClientPortal,
            ClioError::Unavailable => Problem::ClioUnavailable,
            ClioError::Other => Problem::ClioError,
        },
        Cause::Exchange(error) if ExchangeError::is_outage(error) => Problem::ClioUnavailable,
        Cause::Answer(_) | Cause::Exchange(_) => Problem::NotVerified,
        Cause::Login(refusal) => match refusal {
            Refusal::AccountClosed => Problem::AccountClosed,
            Refusal::BrowserOfAnother | Refusal::LoginOfAnother => Problem::OtherPerson,
            Refusal::ClaimDead => Problem::Expired,
            Refusal::NoEmail => Problem::NoEmail,
            Refusal::NotInvited | Refusal::ForeignDomain => Problem::NotInvited,
            Refusal::Closed => Problem::Closed,
        },
    }
}

pub(super) const fn role(role: Role) -> wire::Role {
    match role {
        Role::Member => wire::Role::Member,
        Role::Reviewer => wire::Role::Reviewer,
        Role::Admin => wire::Role::Admin,
        Role::Owner => wire::Role::Owner,
    }
}

pub(super) const fn status(status: Status) -> wire::Status {
    match status {
        Status::Invited => wire::Status::Invited,
        Status::Pending => wire::Status::Pending,
        Status::Active => wire::Status::Active,
        Status::Suspended => wire::Status::Suspended,
        Status::Deleted => wire::Status::Deleted,
    }
}

pub(super) fn link_method(method: &str) -> wire::LinkMethod {
    match method {
        "password" => wire::LinkMethod::Password,
        "claim" => wire::LinkMethod::Claim,
        _ => wire::LinkMethod::FirstSignIn,
    }
}

pub(super) const fn field_inward(field: wire::ProfileField) -> ProfileField {
    match field {
        wire::ProfileField::FirstName => ProfileField::FirstName,
        wire::ProfileField::LastName => ProfileField::LastName,
        wire::ProfileField::Email => ProfileField::Email,
    }
}

pub(super) const fn field(field: ProfileField) -> wire::ProfileField {
    match field {
        ProfileField::FirstName => wire::ProfileField::FirstName,
        ProfileField::LastName => wire::ProfileField::LastName,
        ProfileField::Email => wire::ProfileField::Email,
    }
}
