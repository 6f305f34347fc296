//! The parts of pages that wake up in the browser. They add comfort; every page works without.
//!
//! Every visitor of such a page loads this code, so it stays small: islands take nothing but
//! children, because what they took would come with a JSON parser, and forms are sent as the browser
//! would send them, not through the clients of their server functions.

mod admission_watch;
mod desk_keys;
mod progress_watch;
mod sent_in_place;
mod show_password;

pub use admission_watch::AdmissionWatch;
pub use desk_keys::DeskKeys;
pub use progress_watch::{PROGRESS, ProgressWatch};
pub use sent_in_place::SentInPlace;
pub use show_password::ShowPassword;
