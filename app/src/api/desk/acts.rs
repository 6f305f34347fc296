//! What is done about one account or one link.

use leptos::prelude::*;

use crate::{api::Failure, wire::Role};

/// Lets a waiting person in.
#[server(prefix = "/admin/accounts", endpoint = "approve")]
pub async fn approve_account(account: String, reason: Option<String>) -> Result<(), Failure> {
    act::on_account(act::Order::new(act::Act::Approve, account, reason)).await
}

/// Turns a waiting person down.
#[server(prefix = "/admin/accounts", endpoint = "reject")]
pub async fn reject_account(account: String, reason: Option<String>) -> Result<(), Failure> {
    act::on_account(act::Order::new(act::Act::Reject, account, reason)).await
}

/// Closes an account for now; `until` is the day on which it opens again by itself.
#[server(prefix = "/admin/accounts", endpoint = "suspend")]
pub async fn suspend_account(
    account: String,
    reason: Option<String>,
    until: Option<String>,
) -> Result<(), Failure> {
    let mut wanted = act::Order::new(act::Act::Suspend, account, reason);
    wanted.until = until;
    act::on_account(wanted).await
}

/// Opens a suspended account again.
#[server(prefix = "/admin/accounts", endpoint = "reactivate")]
pub async fn reactivate_account(account: String, reason: Option<String>) -> Result<(), Failure> {
    act::on_account(act::Order::new(act::Act::Reactivate, account, reason)).await
}

/// Signs an account out everywhere.
#[server(prefix = "/admin/accounts", endpoint = "end-sessions")]
pub async fn end_sessions_of(account: String, reason: Option<String>) -> Result<(), Failure> {
    act::on_account(act::Order::new(act::Act::EndSessions, account, reason)).await
}

/// Gives an account another role.
#[server(prefix = "/admin/accounts", endpoint = "role")]
pub async fn set_role(
    account: String,
    reason: Option<String>,
    role: Option<Role>,
) -> Result<(), Failure> {
    let mut wanted = act::Order::new(act::Act::Role, account, reason);
    wanted.role = role;
    act::on_account(wanted).await
}

/// Keeps a note about an account.
#[server(prefix = "/admin/accounts", endpoint = "note")]
pub async fn note_account(account: String, note: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::desk_page("accounts", &account, None);
    crate::respond::answer(backend.note_account(account, note).await, &page)
}

/// Disconnects a login from its account.
#[server(prefix = "/admin/links", endpoint = "unlink")]
pub async fn unlink(link: String, reason: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::desk_page("links", &link, Some("unlink"));
    crate::respond::answer(backend.unlink(link, reason).await, &page)
}

/// Attests that a link is right.
#[server(prefix = "/admin/links", endpoint = "reviewed")]
pub async fn mark_reviewed(link: String, note: Option<String>) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::desk_page("links", &link, None);
    crate::respond::answer(backend.review(link, note).await, &page)
}

/// Keeps a note about a link.
#[server(prefix = "/admin/links", endpoint = "note")]
pub async fn note_link(link: String, note: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::desk_page("links", &link, None);
    crate::respond::answer(backend.note_link(link, note).await, &page)
}

/// Undoes what an event says.
#[server(prefix = "/admin", endpoint = "undo")]
pub async fn undo_at_desk(event: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.undo_at_desk(event.clone()).await;
    crate::respond::answer_along(outcome, "/admin/undo", "event", Some(event))
}

#[cfg(feature = "ssr")]
mod act {
    use crate::{api::Failure, backend::backend, query::desk_page, respond::answer};
    pub(super) use crate::{backend::desk::AccountOrder as Order, wire::desk::AccountAct as Act};

    /// Does it; what can't be carried out comes back to the page that asked for it.
    pub(super) async fn on_account(wanted: Order) -> Result<(), Failure> {
        let backend = backend()?;
        let page = desk_page("accounts", &wanted.account, Some(wanted.act.word()));
        answer(backend.act_on_account(wanted).await, &page)
    }
}
