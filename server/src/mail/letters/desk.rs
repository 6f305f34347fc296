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

impl Counted {
    fn fact(&self) -> Option<(&'static str, String)> {
        let value = if self.count > self.most {
            format!("more than {}", self.most)
        } else {
            self.count.to_string()
        };
        (self.count > 0).then_some((self.what, value))
    }
}

/// What waits in a room of the desk.
#[derive(Clone, Copy, Debug)]
pub struct Waits<'a> {
    /// How much, by kind.
    pub counted: &'a [Counted],
    /// Where the room is.
    pub url: &'a str,
}

impl Waits<'_> {
    fn is_empty(&self) -> bool {
        self.counted.iter().all(|counted| counted.count == 0)
    }
}

/// What waits for an administrator: people and their questions in the queue, and what Clio Manage says
/// differently. `oldest` says since when in words: “3 days ago”.
pub fn queue_digest(firm: &str, queue: Waits<'_>, roster: Waits<'_>, oldest: &str) -> Letter {
    let counted = queue.counted.iter().chain(roster.counted);
    let values: Vec<_> = counted.filter_map(Counted::fact).collect();
    let mut facts: Vec<(&str, &str)> = values
        .iter()
        .map(|(what, value)| (*what, value.as_str()))
        .collect();
    facts.push(("The oldest came", oldest));
    let (subject, what) = if queue.is_empty() {
        (
            format!("Clio differs from the accounts at {firm}"),
            format!(
                "What Clio says of the people at {firm} differs from the accounts here, and waits \
                 for an administrator to decide."
            ),
        )
    } else {
        (
            format!("People wait for a decision at {firm}"),
            format!("People at {firm} wait for an administrator to decide."),
        )
    };
    let mut letter = Letter::new("queue_digest", &subject)
        .paragraph(&what)
        .facts(&facts);
    if !queue.is_empty() {
        letter = letter.button("Open the queue", queue.url);
    }
    if !roster.is_empty() {
        letter = letter.button("Open the roster", roster.url);
    }
    letter.fine_print("You get this mail at most once a day, and only when something new waits.")
}
