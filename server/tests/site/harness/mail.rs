//! Codes that were mailed.

use super::site::Site;

/// The code in the newest mail of the outbox to an address.
pub async fn mailed_code(site: &Site, to: &str) -> String {
    let body: String = sqlx::query_scalar(
        "SELECT body_text FROM mail_outbox WHERE to_email = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(to)
    .fetch_one(&site.pool)
    .await
    .unwrap();
    let digits: Vec<&str> = body
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 6)
        .collect();
    let [code] = digits.as_slice() else {
        panic!("not one code: {body}");
    };
    (*code).to_owned()
}

/// Six digits that aren't these.
pub fn another_code(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}
