//! Letters about Clio Manage.

use time::OffsetDateTime;

use super::Letter;
use crate::domain::{
    manage::roster::{Failure, Leavers, Rule},
    moment,
};

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

/// Who changed what becomes of people who leave a firm in Clio, and why.
#[derive(Clone, Copy, Debug)]
pub struct Roster<'a> {
    /// The firm.
    pub firm: &'a str,
    /// Its name in Clio.
    pub clio_firm: &'a str,
    /// The name of who did.
    pub by: &'a str,
    /// Why, in their words.
    pub reason: &'a str,
    /// The page where it can be seen and changed.
    pub page_url: &'a str,
}

/// What becomes of people who leave the firm in Clio was changed: to an owner.
pub fn roster_rule_changed(told: &Roster<'_>, before: Rule, after: Rule) -> Letter {
    let firm = told.firm;
    Letter::new(
        "roster_rule_changed",
        &format!("What becomes of people who leave in Clio was changed at {firm}"),
    )
    .paragraph(&format!(
        "An administrator of {firm} changed what becomes of the accounts of people who leave the firm in \
         Clio, or whose login is switched off there."
    ))
    .facts(&[
        ("Firm in Clio", told.clio_firm),
        ("Before", &in_words(before)),
        ("Now", &in_words(after)),
        ("Changed by", told.by),
        ("Reason", told.reason),
    ])
    .button("Open the roster", told.page_url)
    .fine_print("You get this mail because you are an owner. The change can be undone for 14 days.")
}

/// A firm's people are no longer read: to an owner.
pub fn roster_disconnected(told: &Roster<'_>) -> Letter {
    let firm = told.firm;
    Letter::new(
        "roster_disconnected",
        &format!("Clio is no longer asked who is at {firm}"),
    )
    .paragraph(&format!(
        "An administrator of {firm} disconnected the firm’s list of people in Clio. Nobody lost access by \
         that; but whoever leaves the firm in Clio from now on keeps their account."
    ))
    .facts(&[
        ("Firm in Clio", told.clio_firm),
        ("Disconnected by", told.by),
        ("Reason", told.reason),
    ])
    .button("Open the roster", told.page_url)
    .fine_print("You get this mail because you are an owner. An administrator can connect it again.")
}

/// A firm's people can't be read.
#[derive(Clone, Copy, Debug)]
pub struct RosterUnread<'a> {
    /// The firm.
    pub firm: &'a str,
    /// Its name in Clio.
    pub clio_firm: &'a str,
    /// What is in the way.
    pub failure: Failure,
    /// When they were read last, or the firm was connected.
    pub since: OffsetDateTime,
    /// The page where it can be seen and mended.
    pub page_url: &'a str,
}

/// A firm's people can't be read: to an administrator.
pub fn roster_unread(told: &RosterUnread<'_>) -> Letter {
    const TRIED: &str = "It is tried again every night.";
    let firm = told.firm;
    let (why, what_to_do) = match told.failure {
        Failure::Reconnect => (
            "Clio no longer takes the connection",
            "Somebody ended it, it ran out, or the login it was made with is off. Please connect the firm again: \
             any administrator can who may see all people of the firm in Clio."
                .to_owned(),
        ),
        Failure::NotAllowed => (
            "Clio doesn’t let the list of people be read",
            "Please ask whoever set up the connection with Clio to allow reading users, and connect the firm \
             again then."
                .to_owned(),
        ),
        Failure::Unreachable | Failure::Stopped => (
            "Clio couldn’t be reached",
            format!("{TRIED} Please look whether Clio works for you."),
        ),
        Failure::Senseless => (
            "What Clio answered was incomplete, or made no sense",
            format!("{TRIED} If it stays so, please tell whoever runs this service."),
        ),
    };
    Letter::new(
        "roster_unread",
        &format!("Clio can’t be asked who is at {firm}"),
    )
    .paragraph(&format!(
        "{firm} asks Clio every night who is in the firm. At the moment that tells nothing: {why}."
    ))
    .facts(&[
        ("Firm in Clio", told.clio_firm),
        ("Nothing known since", &moment::full(told.since)),
    ])
    .paragraph(
        "Nobody lost access because of it. But whoever left the firm in Clio since then keeps their account \
         here until it works again.",
    )
    .paragraph(&what_to_do)
    .button("Open the roster", told.page_url)
    .fine_print(
        "You get this mail because you are an administrator, once a week at most, as long as it lasts.",
    )
}

fn in_words(rule: Rule) -> String {
    match rule.leavers {
        Leavers::Approval => "An administrator decides about each".to_owned(),
        Leavers::Automatic => format!(
            "Closed by themselves, unless more than {} % leave at once",
            rule.threshold
        ),
    }
}
