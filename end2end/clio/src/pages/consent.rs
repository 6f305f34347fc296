//! The consent page: which application wants what.

use super::Page;
use super::html::esc;
use super::login::challenge_field;
use crate::people::Person;

pub(crate) fn consent(challenge: &str, application: &str, person: &Person) -> Page {
    let field = challenge_field(challenge);
    let challenge = esc(challenge);
    let name = person.display_name();
    let name = esc(&name);
    let email = esc(person.email.as_deref().unwrap_or("no e-mail"));
    let application = esc(application);
    let body = format!(
        r#"<p><strong>{application}</strong> would like to know who you are.</p>
<dl><dt>Signed in as</dt><dd>{name} ({email})</dd>
<dt>Scope</dt><dd><code>openid</code>: your name and e-mail</dd></dl>
<form method="post" action="/consent">{field}
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" class="quiet">Deny</button></form>
<p><a href="/login?login_challenge={challenge}&amp;someone_else=1">Sign in as someone else</a></p>"#
    );
    Page::new("Allow access", body)
}
