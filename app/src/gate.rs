//! Who may be on which page, and where everybody else goes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api::Failure,
    backend::{Backend, backend},
    pages::{Forbidden, Unavailable},
    respond::go,
    wire::{Role, Status, Viewer},
};

/// Somebody who is signed in, and the server that knows them.
pub struct Visitor {
    /// The server.
    pub backend: Arc<dyn Backend>,
    /// Who is signed in.
    pub viewer: Viewer,
}

/// Lets in whoever is signed in to an active account.
///
/// # Errors
/// What to answer everybody else: strangers sign in first, waiting people wait.
pub fn active_visitor(page: &str) -> Result<Visitor, AnyView> {
    match visitor(page)? {
        visitor if visitor.viewer.status == Status::Active => Ok(visitor),
        _ => Err(elsewhere("/pending")),
    }
}

/// Lets in whoever is signed in and waits to be admitted.
///
/// # Errors
/// What to answer everybody else: strangers sign in first, others have nothing to wait for.
pub fn waiting_visitor(page: &str) -> Result<Visitor, AnyView> {
    match visitor(page)? {
        visitor if visitor.viewer.status == Status::Pending => Ok(visitor),
        visitor if visitor.viewer.welcomed => Err(elsewhere("/account")),
        _ => Err(elsewhere("/welcome")),
    }
}

/// Lets in whoever is signed in to an active account and hasn't been welcomed.
///
/// # Errors
/// What to answer everybody else: the welcome page is shown once.
pub fn new_visitor(page: &str) -> Result<Visitor, AnyView> {
    match active_visitor(page)? {
        visitor if visitor.viewer.welcomed => Err(elsewhere("/account")),
        visitor => Ok(visitor),
    }
}

/// Lets in whoever may look at the administrators' desk.
///
/// # Errors
/// What to answer everybody else: strangers sign in first, waiting people wait, and members learn
/// that the page isn't theirs.
pub fn desk_visitor(page: &str) -> Result<Visitor, AnyView> {
    match active_visitor(page)? {
        visitor if visitor.viewer.role >= Role::Reviewer => Ok(visitor),
        _ => Err(view! { <Forbidden/> }.into_any()),
    }
}

/// Lets in whoever decides about accounts.
///
/// # Errors
/// What to answer everybody else, as [`desk_visitor`] does; reviewers learn that the page isn't theirs.
pub fn deciding_visitor(page: &str) -> Result<Visitor, AnyView> {
    match desk_visitor(page)? {
        visitor if visitor.viewer.role >= Role::Admin => Ok(visitor),
        _ => Err(view! { <Forbidden/> }.into_any()),
    }
}

/// The answer when the server can't give a page its contents.
pub fn failed(failure: Failure, page: &str) -> AnyView {
    match failure {
        Failure::SignInRequired => elsewhere(&sign_in(page)),
        Failure::Forbidden => view! { <Forbidden/> }.into_any(),
        Failure::Form(_) | Failure::Refused | Failure::Unavailable => {
            view! { <Unavailable/> }.into_any()
        }
    }
}

/// The answer that sends the browser to another page.
pub fn elsewhere(path: &str) -> AnyView {
    go(path);
    ().into_any()
}

fn visitor(page: &str) -> Result<Visitor, AnyView> {
    let backend = backend().map_err(|failure| failed(failure, page))?;
    match backend.viewer() {
        Some(viewer) => Ok(Visitor { backend, viewer }),
        None => Err(elsewhere(&sign_in(page))),
    }
}

/// The sign-in page that leads back to a page of ours, whose path needs no encoding.
fn sign_in(page: &str) -> String {
    format!("/sign-in?return_to={page}")
}
