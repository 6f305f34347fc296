//! Letters about accounts that nobody uses.

use super::Letter;
use crate::domain::desk::dormancy::Policy;

/// The account is closed on a day unless its person signs in. Both days are in words
/// ([`crate::domain::moment::day`]).
pub fn unused_reminder(
    firm: &str,
    unused_since: &str,
    close_after: u16,
    closes: &str,
    sign_in_url: &str,
) -> Letter {
    Letter::new(
        "unused_reminder",
        &format!("Your account at {firm} will be closed soon"),
    )
    .paragraph(&format!(
        "Nobody has signed in to your account at {firm} since {unused_since}. {firm} closes accounts \
         that lie unused for {close_after} days."
    ))
    .paragraph(&format!(
        "Yours will be closed on {closes}. To keep it, sign in before that day: once is enough."
    ))
    .button("Sign in", sign_in_url)
    .fine_print(
        "If you don’t need it any more, do nothing. Nothing is lost when it is closed: an administrator \
         can open it again.",
    )
}

/// The account was closed. The day is in words.
pub fn unused_closed(firm: &str, unused_since: &str) -> Letter {
    Letter::new(
        "unused_closed",
        &format!("Your account at {firm} was closed"),
    )
    .paragraph(&format!(
        "Nobody has signed in to your account at {firm} since {unused_since}, so it was closed. Nothing \
         in it was lost."
    ))
    .paragraph(&format!(
        "If you need it again, ask an administrator of {firm}: they can open it as it was. Until then \
         you can’t sign in."
    ))
}

/// Who changed what becomes of unused accounts, and why.
#[derive(Clone, Copy, Debug)]
pub struct Dormancy<'a> {
    /// The firm.
    pub firm: &'a str,
    /// The name of who changed it.
    pub by: &'a str,
    /// Why, in their words.
    pub reason: &'a str,
    /// The page where it can be seen and changed.
    pub page_url: &'a str,
}

/// What becomes of unused accounts was changed: to an owner.
pub fn dormancy_changed(told: &Dormancy<'_>, before: &Policy, after: &Policy) -> Letter {
    let Dormancy {
        firm,
        by,
        reason,
        page_url,
    } = *told;
    Letter::new(
        "dormancy_changed",
        &format!("What becomes of unused accounts at {firm} was changed"),
    )
    .paragraph(&format!(
        "An administrator of {firm} changed what becomes of accounts that nobody uses."
    ))
    .facts(&[
        ("Before", &in_words(before)),
        ("Now", &in_words(after)),
        ("Changed by", by),
        ("Reason", reason),
    ])
    .paragraph("Nobody is closed within 14 days of a stricter rule, and everybody is told before.")
    .button("See whom it concerns", page_url)
    .fine_print("You get this mail because you are an owner. The change can be undone for 14 days.")
}

fn in_words(policy: &Policy) -> String {
    if !policy.is_on {
        return "Unused accounts stay open".to_owned();
    }
    let reminders: Vec<String> = policy
        .numbers
        .remind_before()
        .iter()
        .map(u16::to_string)
        .collect();
    let reminders = match reminders.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        reminders => reminders.concat(),
    };
    let last = policy.numbers.remind_before().last();
    let plural = if last == Some(&1) { "" } else { "s" };
    format!(
        "Closed after {} days without use, reminded {reminders} day{plural} before",
        policy.numbers.close_after()
    )
}
