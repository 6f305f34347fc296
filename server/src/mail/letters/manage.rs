//! Letters about Clio Manage.

use super::Letter;

/// Access to Clio Manage is over, and only the person can renew it. `clio_firm` is the firm's name there, empty
/// where it has none.
pub fn manage_reconnect(firm: &str, clio_firm: &str, url: &str) -> Letter {
    let of = match clio_firm {
        "" => String::new(),
        name => format!(" of {name}"),
    };
    Letter::new(
        "manage_reconnect",
        &format!("Connect Clio Manage again at {firm}"),
    )
    .paragraph(&format!(
        "Clio Manage no longer answers {firm} in your name{of}: the connection was withdrawn there, or is over."
    ))
    .paragraph("You can still sign in. If you want to stay connected, connect Clio Manage again.")
    .button("Your connections", url)
}
