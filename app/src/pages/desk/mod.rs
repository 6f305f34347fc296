//! The pages of the administrators' desk, one per file.

mod account;
mod act;
mod audit;
mod bulk;
mod bulks;
mod compare;
mod dormancy;
mod duplicates;
mod frame;
mod home;
mod import;
mod import_report;
mod invitations;
mod keys;
mod link;
mod links;
mod pieces;
mod question;
mod queue;
mod reviews;
mod roster;
mod timeline;
mod undo;
mod unlink;

pub use account::AccountPage as DeskAccountPage;
pub use act::ActOnAccountPage;
pub use audit::AuditPage;
pub use bulk::BulkPage;
pub use bulks::BulksPage;
pub use compare::ComparePage;
pub use dormancy::{DormancyPage, ExemptPage};
pub use duplicates::DuplicatesPage;
pub use frame::DeskPage;
pub use home::DeskHomePage;
pub use import::ImportPage;
pub use import_report::ImportReportPage;
pub use invitations::InvitationsPage;
pub use link::LinkPage as DeskLinkPage;
pub use links::LinksPage;
pub use queue::{QueueApprovePage, QueueAskPage, QueueDeclinePage, QueuePage, QueueReportPage};
pub use reviews::{BeginReviewPage, CarryOutPage, CloseReviewPage, ReviewPage, ReviewsPage};
pub use roster::{
    RosterDecidePage, RosterDisconnectPage, RosterPage, RosterPeoplePage, RosterReadPage,
    RosterRulePage,
};
pub use undo::UndoAtDeskPage;
pub use unlink::UnlinkLinkPage;
