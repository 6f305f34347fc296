//! What people read: short, exact, kind, and never whose fault it is.

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
pub mod bulk;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
mod done;
#[cfg(feature = "ssr")]
mod duplicates;
#[cfg(feature = "ssr")]
mod happenings;
#[cfg(feature = "ssr")]
mod invitations;
#[cfg(feature = "ssr")]
pub mod links;
#[cfg(feature = "ssr")]
mod manage;
#[cfg(feature = "ssr")]
mod numbers;
mod problems;
#[cfg(feature = "ssr")]
pub mod queue;
#[cfg(feature = "ssr")]
pub mod record;
#[cfg(feature = "ssr")]
pub mod reviews;
#[cfg(feature = "ssr")]
pub mod roster;

#[cfg(feature = "ssr")]
pub use self::{
    account::{case, field, how_linked, how_opened, proved_by, role},
    done::{done, done_at_the_door},
    duplicates::{account_state, confidence, likeness_reason, login_linked, merge_obstacle},
    happenings::happening,
    invitations::{cell_mistake, invitation_state, row_kind, row_outcome},
    manage::{
        manage_happened, manage_happening, manage_problem, region, region_address, turned_down,
    },
    numbers::{counted, grouped},
    problems::{Words, first_words, form_problem, problem_with_codes, sign_in_problem, tries_left},
};
pub use problems::failure;

/// No jargon, no shouting, and typographic marks throughout.
#[cfg(all(test, feature = "ssr"))]
fn assert_in_our_voice(text: &str) {
    for word in [
        "!", "'", "\"", "OIDC", "token", "subject", "Oops", "invalid", "error", "  ",
    ] {
        assert!(!text.contains(word), "{word:?} in {text:?}");
    }
}
