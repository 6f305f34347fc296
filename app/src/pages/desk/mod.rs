//! The pages of the administrators' desk, one per file.

mod account;
mod audit;
mod frame;
mod home;
mod invitations;
mod link;
mod links;
mod queue;

pub use account::AccountPage as DeskAccountPage;
pub use audit::AuditPage;
pub use frame::DeskPage;
pub use home::DeskHomePage;
pub use invitations::InvitationsPage;
pub use link::LinkPage as DeskLinkPage;
pub use links::LinksPage;
pub use queue::{QueueApprovePage, QueueAskPage, QueueDeclinePage, QueuePage, QueueReportPage};
