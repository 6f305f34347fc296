//! Clio Manage: to it, back from it, and ending what was granted.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::Failure;

/// Sends the browser to Clio Manage, where the person approves.
///
/// `region` is where their firm is; `purpose` is `admission` for somebody who waits to be let in, `add`
/// for what began at Clio with "Add to Clio", and else `connect`. All are checked by the backend.
#[server(prefix = "/auth/clio-manage", endpoint = "start", input = GetUrl)]
pub async fn begin_manage(
    region: Option<String>,
    purpose: Option<String>,
    return_to: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let start = crate::backend::ManageStart {
        region,
        purpose,
        return_to,
    };
    crate::respond::answer(backend.begin_manage(start).await, "/account/connections")
}

/// Completes it: the redirect URI at Clio Manage.
#[server(prefix = "/auth/clio-manage", endpoint = "callback", input = GetUrl)]
pub async fn complete_manage(
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let answer = crate::backend::ManageAnswer { code, state, error };
    crate::respond::answer(
        backend.complete_manage(answer).await,
        "/account/connections",
    )
}

/// Ends what was granted.
#[server(prefix = "/account/connections", endpoint = "manage/disconnect")]
pub async fn disconnect_manage(connection: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    let outcome = backend.disconnect_manage(connection).await;
    crate::respond::answer(outcome, "/account/connections")
}

/// Leaves it to an administrator whether the waiting person is let in.
#[server(prefix = "/pending", endpoint = "ask")]
pub async fn ask_to_be_admitted() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.ask_to_be_admitted().await, "/pending")
}
