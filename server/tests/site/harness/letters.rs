//! Letters in the outbox, and the links in them.

use super::{database::sql, site::Site};

/// What is in the outbox, oldest first: kind and mailbox.
pub async fn mailed(site: &Site) -> Vec<String> {
    sqlx::query_scalar("SELECT kind || ' ' || to_email FROM mail_outbox ORDER BY created_at, id")
        .fetch_all(&site.pool)
        .await
        .unwrap()
}

/// Empties the outbox: what is in it afterwards came later.
pub async fn empty_outbox(site: &Site) {
    sql(site, "DELETE FROM mail_outbox").await;
}

/// The text of the newest letter of a kind, on one line.
pub async fn newest_letter(site: &Site, kind: &str) -> String {
    let body: Option<String> = sqlx::query_scalar(
        "SELECT body_text FROM mail_outbox WHERE kind = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(kind)
    .fetch_optional(&site.pool)
    .await
    .unwrap();
    let body = body.unwrap_or_else(|| panic!("no letter of the kind {kind:?}"));
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The path of the link in the newest mailed invitation.
pub async fn claim_link(site: &Site) -> String {
    let letter = newest_letter(site, "invitation").await;
    let path = letter
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(site.public_url.as_str()))
        .find(|path| path.starts_with("/claim?token="));
    path.unwrap_or_else(|| panic!("no link: {letter}"))
        .to_owned()
}

/// The path of "This wasn't me" in the newest letter of a kind.
pub async fn not_me_link(site: &Site, kind: &str) -> String {
    let body: Option<String> = sqlx::query_scalar(
        "SELECT body_text FROM mail_outbox
         WHERE kind = $1 AND body_text LIKE '%/not-me?token=%'
         ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(kind)
    .fetch_optional(&site.pool)
    .await
    .unwrap();
    let letter = body.unwrap_or_else(|| panic!("no letter of the kind {kind:?} asks"));
    letter
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(site.public_url.as_str()))
        .find(|path| path.starts_with("/not-me?token="))
        .unwrap_or_else(|| panic!("no link: {letter}"))
        .to_owned()
}
