//! The pages, one per file. Rendered on the server only.

mod account;
mod claim;
mod home;
mod link;
mod missing;
mod pending;
mod sign_in;
mod welcome;

pub use account::AccountPage;
pub use claim::ClaimPage;
pub use home::HomePage;
pub use link::LinkPage;
pub use missing::{NotFound, Unavailable};
pub use pending::PendingPage;
pub use sign_in::SignInPage;
pub use welcome::WelcomePage;
