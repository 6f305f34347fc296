//! Review campaigns.

use async_trait::async_trait;

use crate::{
    api::Failure,
    backend::Destination,
    wire::desk::{
        ClosingReview, NewReview, Review, ReviewList, ReviewShow, Revocations, SaidOfLink,
    },
};

/// What somebody fills in to begin a review, unchecked.
#[derive(Clone, Debug, Default)]
pub struct ReviewPlan {
    /// Its name.
    pub name: String,
    /// The query string of the list of links.
    pub filter: String,
    /// The day on which it is due, as date fields send it.
    pub due: String,
    /// The accounts of the reviewers.
    pub reviewers: Vec<String>,
}

/// Which part of a review is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReviewPart {
    /// Which links; `None` for what concerns whoever looks.
    pub show: Option<ReviewShow>,
    /// After this place.
    pub after: Option<i32>,
}

/// What a reviewer says of a page of links, unchecked.
#[derive(Clone, Debug, Default)]
pub struct ReviewSheet {
    /// The review.
    pub review: String,
    /// What is said of each link.
    pub said: Vec<SaidOfLink>,
    /// Whether those of which nothing was said are kept.
    pub keep_rest: bool,
    /// What was shown, where the answer leads back to.
    pub show: Option<ReviewShow>,
}

/// Review campaigns.
#[async_trait]
pub trait Reviewing: Send + Sync {
    /// The list of them.
    async fn reviews(&self) -> Result<ReviewList, Failure>;
    /// What the page shows on which one is begun, over the links of a list.
    async fn new_review(&self, filter: Option<String>) -> Result<NewReview, Failure>;
    /// One of them; `None` when there is none that whoever looks may see.
    async fn one_review(&self, id: String, part: ReviewPart) -> Result<Option<Review>, Failure>;
    /// What carrying out would disconnect; `None` when there is no such review under way.
    async fn revocations(&self, id: String) -> Result<Option<Revocations>, Failure>;
    /// What closing would leave; `None` when there is no such review under way.
    async fn closing_review(&self, id: String) -> Result<Option<ClosingReview>, Failure>;
    /// Begins one.
    async fn begin_review(&self, plan: ReviewPlan) -> Result<Destination, Failure>;
    /// Says of a page of links whether they stay.
    async fn decide_links(&self, sheet: ReviewSheet) -> Result<Destination, Failure>;
    /// Names one more reviewer.
    async fn name_reviewer(&self, id: String, account: String) -> Result<Destination, Failure>;
    /// Disconnects what reviewers want to go.
    async fn carry_out_review(&self, id: String) -> Result<Destination, Failure>;
    /// Closes it.
    async fn close_review(&self, id: String) -> Result<Destination, Failure>;
}
