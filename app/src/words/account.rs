//! Facts of an account in words.

use crate::wire::{CaseAbout, LinkMethod, Opener, ProfileField, Role};

/// What an account may do.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "Member of the firm",
        Role::Reviewer => "Reviewer",
        Role::Admin => "Administrator",
        Role::Owner => "Owner",
    }
}

/// A fact that Clio and the account both know.
pub const fn field(field: ProfileField) -> &'static str {
    match field {
        ProfileField::FirstName => "First name",
        ProfileField::LastName => "Last name",
        ProfileField::Email => "E-mail",
    }
}

/// How a connection came about, as the end of "Linked 3 days ago".
pub const fn how_linked(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::FirstSignIn => ", when you first signed in",
        LinkMethod::Password => " with the account’s password",
        LinkMethod::Claim => " by a link from an administrator",
        LinkMethod::Code => " with a code from the account’s mailbox",
        LinkMethod::LinkedSignIn => " by signing in with a login that was connected already",
        LinkMethod::Administrator => " by an administrator, who was asked",
        LinkMethod::Session => " by you, signed in to the account",
    }
}

/// What proved that an account is somebody's, as the end of "You have shown that it’s yours".
pub const fn proved_by(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::Password => " with its password",
        LinkMethod::Code => " with a code from its mailbox",
        LinkMethod::LinkedSignIn => " by signing in with a login that opens it already",
        LinkMethod::Claim => " with a link from an administrator",
        LinkMethod::Administrator => ", and an administrator agreed",
        LinkMethod::FirstSignIn | LinkMethod::Session => " by signing in to it",
    }
}

/// How a session was opened, as the end of "Opened 3 days ago".
pub const fn how_opened(opener: Opener) -> &'static str {
    match opener {
        Opener::Clio => " with Clio",
        Opener::Password => " with the password",
        Opener::Code => " with a mailed code",
    }
}

/// What an administrator decides about an account, as its person reads it.
pub const fn case(about: CaseAbout) -> &'static str {
    match about {
        CaseAbout::Link => {
            "Whether a Clio login that asked for it belongs to your account. If it wasn’t you who asked, \
             tell your administrator."
        }
        CaseAbout::Email => "Whether your account takes the new e-mail of your Clio login.",
        CaseAbout::TakenEmail => {
            "Whether your account takes the new e-mail of your Clio login, which another account has."
        }
        CaseAbout::NotMe => "What you said wasn’t you.",
    }
}
