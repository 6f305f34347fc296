//! Review campaigns in the fake server.

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{ReviewPart, ReviewPlan, ReviewSheet, Reviewing},
    },
    wire::desk::{ClosingReview, NewReview, Review, ReviewList, Revocations, links::Listing},
};
use async_trait::async_trait;

use super::Fake;

#[async_trait]
impl Reviewing for Fake {
    async fn reviews(&self) -> Result<ReviewList, Failure> {
        self.answer(self.reviews.as_ref()).await
    }

    async fn new_review(&self, filter: Option<String>) -> Result<NewReview, Failure> {
        let mut new = self.answer(self.new_review.as_ref()).await?;
        new.filter = Listing::read(&filter.unwrap_or_default());
        Ok(new)
    }

    async fn one_review(&self, _: String, _: ReviewPart) -> Result<Option<Review>, Failure> {
        self.look_up(self.review.as_ref()).await
    }

    async fn revocations(&self, _: String) -> Result<Option<Revocations>, Failure> {
        self.look_up(self.revocations.as_ref()).await
    }

    async fn closing_review(&self, _: String) -> Result<Option<ClosingReview>, Failure> {
        self.look_up(self.closing_review.as_ref()).await
    }

    async fn begin_review(&self, _: ReviewPlan) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn decide_links(&self, _: ReviewSheet) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn name_reviewer(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn carry_out_review(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn close_review(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
