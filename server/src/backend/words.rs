//! How the house's words become the pages' words.

use app::wire::{self, Problem};

use crate::{
    clio::ExchangeError,
    db::{cases::Kind as CaseKind, sessions::Opener},
    domain::not_me::Kind as NoticeKind,
    domain::{
        account::{AccountId, Role, Status},
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
            Refusal::ClaimDead | Refusal::SessionOver => Problem::Expired,
            Refusal::NotFresh => Problem::NotVerified,
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

/// How something was linked or opened; `None` for a word that isn't about that.
pub(super) fn method(method: &str) -> Option<wire::LinkMethod> {
    Some(match method {
        "first_sign_in" => wire::LinkMethod::FirstSignIn,
        "password" => wire::LinkMethod::Password,
        "claim" => wire::LinkMethod::Claim,
        "code" => wire::LinkMethod::Code,
        "linked_sign_in" => wire::LinkMethod::LinkedSignIn,
        "administrator" => wire::LinkMethod::Administrator,
        "session" => wire::LinkMethod::Session,
        _ => return None,
    })
}

pub(super) fn link_method(word: &str) -> wire::LinkMethod {
    method(word).unwrap_or(wire::LinkMethod::FirstSignIn)
}

/// What administrators do, and the operator in their place.
const BY_ADMINISTRATORS: [&str; 12] = [
    "account.approved",
    "account.rejected",
    "account.invited",
    "account.role_granted",
    "account.role_revoked",
    "account.suspended",
    "account.reactivated",
    "case.approved",
    "case.declined",
    "identity.restored",
    "session.all_ended",
    "session.everybody_ended",
];

/// Whether only administrators do that: where nobody is named, the operator did.
pub(super) fn is_by_administrators(action: &str) -> bool {
    BY_ADMINISTRATORS.contains(&action)
}

/// Who did what happened to an account; `actor` is nobody when the operator did it, or when nobody
/// was signed in.
pub(super) fn doer(own: AccountId, actor: Option<AccountId>, action: &str) -> wire::Doer {
    match actor {
        Some(actor) if actor == own => wire::Doer::You,
        Some(_) => wire::Doer::Administrator,
        None if is_by_administrators(action) => wire::Doer::Administrator,
        None => wire::Doer::Nobody,
    }
}

pub(super) const fn opener(opener: Opener) -> wire::Opener {
    match opener {
        Opener::Clio => wire::Opener::Clio,
        Opener::Password => wire::Opener::Password,
        Opener::Code => wire::Opener::Code,
    }
}

pub(super) const fn case_about(kind: CaseKind) -> wire::CaseAbout {
    match kind {
        CaseKind::LinkAsked => wire::CaseAbout::Link,
        CaseKind::EmailChange => wire::CaseAbout::Email,
        CaseKind::EmailCollision => wire::CaseAbout::TakenEmail,
        CaseKind::NotMe => wire::CaseAbout::NotMe,
    }
}

pub(super) const fn notice(kind: NoticeKind) -> wire::NoticeKind {
    match kind {
        NoticeKind::Linked => wire::NoticeKind::Linked,
        NoticeKind::Unlinked => wire::NoticeKind::Unlinked,
        NoticeKind::NewDevice => wire::NoticeKind::NewDevice,
        NoticeKind::EmailChanged => wire::NoticeKind::EmailChanged,
        NoticeKind::PasswordChanged => wire::NoticeKind::PasswordChanged,
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
