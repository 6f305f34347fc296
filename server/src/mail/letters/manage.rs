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

/// The person left the firm in Clio, and the account was closed because of it.
pub fn left_firm(firm: &str) -> Letter {
    Letter::new(
        "left_firm",
        &format!("Your account at {firm} was closed for now"),
    )
    .paragraph(&format!(
        "Clio says that you no longer belong to the firm, or that your login there is switched off. So your \
         account at {firm} was closed, and you were signed out everywhere."
    ))
    .paragraph(
        "If you think that this is a mistake, please speak to your office manager: the account can be opened \
         again as it was.",
    )
}
