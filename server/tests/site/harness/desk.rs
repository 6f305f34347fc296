//! What people do at the administrators' desk.

use uuid::Uuid;

use super::{
    audit::Event,
    browser::Browser,
    database::{sql, text},
    people::signed_in,
    refused_form::form_refused,
    reply::Reply,
    site::Site,
};

/// Somebody with that role, signed in just now. Their e-mail is that at Clio.
pub async fn with_role(site: &Site, subject: &str, role: &str) -> Browser {
    if site.account_of(subject).await.is_none() {
        site.linked(subject, &format!("{subject}@harbourlane.test"))
            .await;
    }
    let account = site.account_of(subject).await.unwrap();
    sql(
        site,
        &format!("UPDATE accounts SET role = '{role}' WHERE id = '{account}'"),
    )
    .await;
    signed_in(site, subject).await
}

/// Sends a form of the desk about an account.
pub async fn act(browser: &Browser, word: &str, account: Uuid, fields: &[(&str, &str)]) -> Reply {
    let account = account.to_string();
    let mut all = vec![("account", account.as_str())];
    all.extend_from_slice(fields);
    browser
        .post_form(&format!("/admin/accounts/{word}"), &all)
        .await
}

/// Sends a form of the desk about an account, which does what it says.
pub async fn acted(
    browser: &Browser,
    (word, done): (&str, &str),
    account: Uuid,
    fields: &[(&str, &str)],
) {
    let reply = act(browser, word, account, fields).await;
    reply.leads_to(&format!("/admin/accounts/{account}?done={done}"));
}

/// Sends a form of the desk about an account, and checks that it is refused with `problem` for `reason`.
pub async fn act_refused(
    site: &Site,
    browser: &Browser,
    word: &str,
    (account, fields): (Uuid, &[(&str, &str)]),
    (problem, reason): (&str, &str),
) -> Event {
    let id = account.to_string();
    let mut all = vec![("account", id.as_str())];
    all.extend_from_slice(fields);
    let place = format!("/admin/accounts/{account}/{word}?problem={problem}");
    let form = (format!("/admin/accounts/{word}"), all);
    let event = form_refused(site, browser, (&form.0, &form.1), &place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some(reason)),
        "{word}"
    );
    event
}

/// Asks at the desk for what an event says to be undone.
pub async fn undo_at_desk(browser: &Browser, event: i64) -> Reply {
    let event = event.to_string();
    browser.post_form("/admin/undo", &[("event", &event)]).await
}

/// Asks at the desk for what an event says to be undone, and checks that it is refused with `problem`
/// for `reason`.
pub async fn undo_refused(
    site: &Site,
    browser: &Browser,
    event: i64,
    (problem, reason): (&str, &str),
) {
    let id = event.to_string();
    let place = format!("/admin/undo?problem={problem}&event={event}");
    let form = ("/admin/undo", &[("event", id.as_str())][..]);
    let refusal = form_refused(site, browser, form, &place).await;
    assert_eq!(
        (refusal.action.as_str(), refusal.reason.as_deref()),
        ("desk.refused", Some(reason))
    );
}

/// The row of an account, as text.
pub async fn row_of(site: &Site, account: Uuid) -> String {
    let query = format!("SELECT a::text FROM accounts a WHERE id = '{account}'");
    text(site, &query).await.unwrap()
}

/// The state of an account.
pub async fn status_of(site: &Site, account: Uuid) -> String {
    let query = format!("SELECT status FROM accounts WHERE id = '{account}'");
    text(site, &query).await.unwrap()
}

/// The role of an account.
pub async fn role_of(site: &Site, account: Uuid) -> String {
    let query = format!("SELECT role FROM accounts WHERE id = '{account}'");
    text(site, &query).await.unwrap()
}
