//! Review campaigns.

use leptos::prelude::*;

use crate::{api::Failure, wire::desk::SaidOfLink};

/// Begins a review over the links of a list.
#[server(prefix = "/admin/reviews", endpoint = "begin")]
pub async fn begin_review(
    name: String,
    filter: Option<String>,
    due: String,
    #[server(default)] reviewers: Vec<String>,
) -> Result<(), Failure> {
    let plan = crate::backend::desk::ReviewPlan {
        name,
        filter: filter.clone().unwrap_or_default(),
        due,
        reviewers,
    };
    let outcome = crate::backend::backend()?.begin_review(plan).await;
    crate::respond::answer_along(outcome, "/admin/reviews/new", "filter", filter)
}

/// Says of a page of links whether they stay; `rest=keep` keeps those of which nothing was said.
#[server(prefix = "/admin/reviews", endpoint = "decide")]
pub async fn decide_links(
    review: String,
    show: Option<String>,
    rest: Option<String>,
    #[server(default)] said: Vec<SaidOfLink>,
) -> Result<(), Failure> {
    let page = crate::query::review_page(&review, None);
    let sheet = crate::backend::desk::ReviewSheet {
        review,
        said,
        keep_rest: rest.as_deref() == Some("keep"),
        show: show
            .as_deref()
            .and_then(crate::wire::desk::ReviewShow::from_code),
    };
    let outcome = crate::backend::backend()?.decide_links(sheet).await;
    crate::respond::answer_along(outcome, &page, "show", show)
}

/// Names one more reviewer.
#[server(prefix = "/admin/reviews", endpoint = "reviewer")]
pub async fn name_reviewer(review: String, account: Option<String>) -> Result<(), Failure> {
    let page = crate::query::review_page(&review, None);
    let backend = crate::backend::backend()?;
    let outcome = backend.name_reviewer(review, account.unwrap_or_default());
    crate::respond::answer(outcome.await, &page)
}

/// Disconnects what reviewers want to go.
#[server(prefix = "/admin/reviews", endpoint = "carry-out")]
pub async fn carry_out_review(review: String) -> Result<(), Failure> {
    let page = crate::query::review_page(&review, Some("carry-out"));
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.carry_out_review(review).await, &page)
}

/// Closes a review.
#[server(prefix = "/admin/reviews", endpoint = "close")]
pub async fn close_review(review: String) -> Result<(), Failure> {
    let page = crate::query::review_page(&review, Some("close"));
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.close_review(review).await, &page)
}
