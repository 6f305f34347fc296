//! The mailbox: a list and one mail.

use std::sync::Arc;

use time::macros::format_description;

use super::Page;
use super::html::{esc, with_links};
use crate::smtp::mailbox::Mail;

/// The mails given, filtered by `to` if it isn't empty.
pub(crate) fn list(mails: &[Arc<Mail>], to: &str) -> Page {
    let items: String = mails.iter().map(|mail| item(mail)).collect();
    let list = match (mails.is_empty(), to.is_empty()) {
        (false, _) => format!(r#"<ul class="mails">{items}</ul>"#),
        (true, true) => "<p>No mail yet. What the application sends arrives here.</p>".to_owned(),
        (true, false) => {
            r#"<p>No mail to this address. <a href="/mailbox">Show all mails</a></p>"#.to_owned()
        }
    };
    let to = esc(to);
    let body = format!(
        r#"<div class="wide"><form method="get" action="/mailbox">
<label for="to">Recipient</label><input id="to" name="to" type="search" autocomplete="off" value="{to}">
<button>Filter</button></form>
{list}</div>"#
    );
    Page::new("Mailbox", body)
}

fn item(mail: &Mail) -> String {
    let subject = match mail.subject.trim() {
        "" => "(no subject)",
        subject => subject,
    };
    format!(
        r#"<li><a href="/mailbox/{}">{}</a><br><span class="muted">to {} · {}</span></li>"#,
        mail.id,
        esc(subject),
        esc(&mail.envelope_to.join(", ")),
        esc(&received_at(mail))
    )
}

/// One mail: its text, with links, and its HTML if it has any.
pub(crate) fn one(mail: &Mail) -> Page {
    let html = mail.html.as_deref().map(in_frame).unwrap_or_default();
    let body = format!(
        r#"<div class="wide"><dl><dt>From</dt><dd>{}</dd><dt>To</dt><dd>{}</dd><dt>Received</dt><dd>{}</dd></dl>
<pre>{}</pre>
{html}<p><a href="/mailbox">All mails</a></p></div>"#,
        esc(&mail.from),
        esc(&mail.envelope_to.join(", ")),
        esc(&received_at(mail)),
        with_links(&mail.text)
    );
    let title = match mail.subject.trim() {
        "" => "(no subject)",
        subject => subject,
    };
    Page::new(title, body)
}

/// The HTML of a mail as a mail program shows it. The sandbox has neither scripts nor forms nor an
/// origin, and opens nothing; the page's policy, which the frame inherits, loads nothing. Links are
/// followed from the text.
fn in_frame(html: &str) -> String {
    format!(
        r#"<details><summary>The same in HTML</summary>
<iframe title="The mail in HTML" sandbox="" srcdoc="{}"></iframe></details>
"#,
        esc(html)
    )
}

fn received_at(mail: &Mail) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    mail.received_at.format(format).unwrap_or_default()
}
