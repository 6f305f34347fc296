//! The pages of one's own account, one per file.

mod activity;
mod confirm;
mod connections;
mod manage;
mod overview;
mod password;
mod sessions;

pub use activity::ActivityPage;
pub use confirm::ConfirmPage;
pub use connections::ConnectionsPage;
pub use overview::AccountPage;
pub use password::PasswordPage;
pub use sessions::SessionsPage;
