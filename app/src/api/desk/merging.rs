//! Accounts that may be one person's.

use leptos::prelude::*;

use crate::api::Failure;

/// Merges one of two accounts into the other; the facts say of which of them each is taken.
#[server(prefix = "/admin/duplicates", endpoint = "merge")]
pub async fn merge_accounts(
    a: String,
    b: String,
    into: Option<String>,
    first_name_of: Option<String>,
    last_name_of: Option<String>,
    email_of: Option<String>,
    seen: String,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::pair_path(&a, &b);
    let form = crate::wire::desk::MergeForm {
        a,
        b,
        into,
        first_name_of,
        last_name_of,
        email_of,
        seen,
    };
    crate::respond::answer(backend.merge_accounts(form).await, &page)
}

/// Undoes a merge.
#[server(prefix = "/admin/duplicates", endpoint = "undo")]
pub async fn undo_merge(event: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.undo_merge(event).await, "/admin/duplicates")
}

/// Notes that two accounts are two people's.
#[server(prefix = "/admin/duplicates", endpoint = "apart")]
pub async fn set_pair_aside(a: String, b: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::pair_path(&a, &b);
    crate::respond::answer(backend.set_pair_aside(a, b, true).await, &page)
}

/// Takes that back.
#[server(prefix = "/admin/duplicates", endpoint = "reconsider")]
pub async fn reconsider_pair(a: String, b: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let page = crate::query::pair_path(&a, &b);
    crate::respond::answer(backend.set_pair_aside(a, b, false).await, &page)
}
