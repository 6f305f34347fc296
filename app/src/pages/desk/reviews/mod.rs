//! `/admin/reviews` and below: review campaigns.

mod begin;
mod carry_out;
mod close;
mod list;
mod pieces;
mod review;
mod sheet;

pub use begin::BeginReviewPage;
pub use carry_out::CarryOutPage;
pub use close::CloseReviewPage;
pub use list::ReviewsPage;
pub use review::ReviewPage;

/// The room that the pages belong to.
const ROOM: &str = "/admin/reviews";
