//! The pages, by room. Rendered on the server only.

mod account;
mod add_to_clio;
mod claim;
mod desk;
mod home;
mod link;
mod missing;
mod not_me;
mod pending;
mod sign_in;
mod sign_in_code;
mod welcome;

pub use account::{
    AccountPage, ActivityPage, ConfirmPage, ConnectionsPage, PasswordPage, SessionsPage,
};
pub use add_to_clio::AddToClioPage;
pub use claim::ClaimPage;
pub use desk::*;
pub use home::HomePage;
pub use link::LinkPage;
pub use missing::{Forbidden, NotFound, Unavailable};
pub use not_me::NotMePage;
pub use pending::PendingPage;
pub use sign_in::SignInPage;
pub use sign_in_code::SignInCodePage;
pub use welcome::WelcomePage;
