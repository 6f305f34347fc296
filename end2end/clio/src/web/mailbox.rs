//! The mailbox of everybody, for people and for browser tests.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Shared;
use crate::pages;
use crate::provider::Provider;
use crate::smtp::mailbox::Mail;

/// Narrows the list to one recipient.
#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    to: String,
}

/// Newest first.
fn matching(provider: &Provider, filter: &Filter) -> Vec<Arc<Mail>> {
    let to = filter.to.trim();
    let mut mails = provider.mailbox.all();
    mails.retain(|mail| to.is_empty() || mail.is_to(to));
    mails.reverse();
    mails
}

pub(super) async fn list(State(provider): Shared, Query(filter): Query<Filter>) -> Response {
    let mails = matching(&provider, &filter);
    pages::mailbox::list(&mails, filter.to.trim()).into_response()
}

pub(super) async fn json(State(provider): Shared, Query(filter): Query<Filter>) -> Json<Vec<Mail>> {
    let mails = matching(&provider, &filter);
    Json(mails.into_iter().map(Arc::unwrap_or_clone).collect())
}

pub(super) async fn one(State(provider): Shared, Path(id): Path<u64>) -> Response {
    match provider.mailbox.by_id(id) {
        Some(mail) => pages::mailbox::one(&mail).into_response(),
        None => pages::problem::not_found().into_response(),
    }
}
