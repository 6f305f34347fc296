//! Every form there is, and people in every state to send them.

use super::{
    accounts::{PASSWORD, account_with_password},
    browser::Browser,
    database::sql,
    people::{DANA, prompted, signed_in},
    site::Site,
};

/// What each form sends when it is filled in.
pub const FORMS: [(&str, &[(&str, &str)]); 7] = [
    ("/auth/sign-out", &[]),
    ("/link/password", &[("password", PASSWORD)]),
    ("/link/cancel", &[]),
    ("/pending/code/send", &[]),
    ("/pending/code", &[("code", "123456")]),
    (
        "/welcome/names",
        &[("first_name", "Changed"), ("last_name", "Changed")],
    ),
    (
        "/account/suggestion",
        &[("field", "first_name"), ("take", "true")],
    ),
];

/// People in every state, in browsers of their own: a stranger, one before a proof, one who waits for
/// a code, one who is in.
pub async fn everybody(site: &Site) -> Vec<(&'static str, Browser)> {
    account_with_password(site, DANA).await;
    let linking = prompted(site, "dana").await;
    let member = signed_in(site, "ikram").await;
    let waiting = signed_in(site, "tomas").await;
    sql(
        site,
        "UPDATE accounts SET status = 'pending' WHERE email LIKE 'tomas%'",
    )
    .await;
    vec![
        ("stranger", Browser::new(site)),
        ("linking", linking),
        ("waiting", waiting),
        ("member", member),
    ]
}
