//! The letters that the administrators' desk sends.

use super::Letter;

/// An administrator asks the person for more proof before they decide. `reference` is that of their
/// question; whoever waits to be let in has none. `note` is what the administrator wrote, or empty.
pub fn proof_asked(firm: &str, reference: Option<&str>, note: &str, sign_in_url: &str) -> Letter {
    let what = if reference.is_some() {
        "Sign in with Clio as before, and prove the account in one of the ways that the page shows: \
         with its password, with a code to this mailbox, or with a login that opens it already."
    } else {
        "Sign in with Clio as before. The page sends a code to this mailbox: type it there, and the \
         administrator sees that the mailbox is yours."
    };
    Letter::new(
        "proof_asked",
        &format!("One more step for your request at {firm}"),
    )
    .paragraph(&format!(
        "An administrator of {firm} looks at your request, and asks for one more proof that it is \
             you."
    ))
    .facts(&[
        ("They write", note),
        ("Reference", reference.unwrap_or_default()),
    ])
    .paragraph(what)
    .button("Sign in", sign_in_url)
    .paragraph("If it wasn’t you who asked for anything, do nothing, and nothing is opened.")
}

/// How much of a kind waits.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// What it is: “New accounts”.
    pub what: &'static str,
    /// How much.
    pub count: u32,
    /// From here on, it is “more than”.
    pub most: u32,
}

/// What waits for an administrator. `oldest` says since when in words: “3 days ago”.
pub fn queue_digest(firm: &str, counted: &[Counted], oldest: &str, queue_url: &str) -> Letter {
    let values: Vec<(&str, String)> = counted
        .iter()
        .filter(|counted| counted.count > 0)
        .map(|counted| {
            let value = if counted.count > counted.most {
                format!("more than {}", counted.most)
            } else {
                counted.count.to_string()
            };
            (counted.what, value)
        })
        .collect();
    let mut facts: Vec<(&str, &str)> = values
        .iter()
        .map(|(what, value)| (*what, value.as_str()))
        .collect();
    facts.push(("The oldest came", oldest));
    Letter::new(
        "queue_digest",
        &format!("People wait for a decision at {firm}"),
    )
    .paragraph(&format!(
        "People at {firm} wait for an administrator to decide."
    ))
    .facts(&facts)
    .button("Open the queue", queue_url)
    .fine_print("You get this mail at most once a day, and only when something new waits.")
}
