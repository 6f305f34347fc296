//! Names and e-mails in ID tokens that are broken: they change nothing and lock out nobody.

use http::StatusCode;
use serde_json::{Value, json};
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Site, WITNESS, accepted, bent, text};

/// Optional claims as no provider should send them.
fn broken_claims() -> Vec<(&'static str, Value)> {
    let mut broken = Vec::new();
    let odd = [
        json!(null),
        json!(5),
        json!(true),
        json!({}),
        json!([]),
        json!(["x"]),
        json!(""),
        json!("a\u{0}b"),
        json!("\r\nX: y"),
        json!("x".repeat(5000)),
        json!("<script>alert(1)</script>"),
        json!("\u{202e}evil\u{2066}"),
        json!("é".repeat(300)),
    ];
    for name in ["email", "first_name", "last_name"] {
        broken.extend(odd.iter().map(|value| (name, value.clone())));
    }
    broken.push(("email", json!("no at sign")));
    broken.push(("email", json!("a@b@c")));
    broken.push(("email", json!("ikram.osei@harbourlane.test\u{0}")));
    for name in [
        "name",
        "given_name",
        "family_name",
        "locale",
        "zoneinfo",
        "picture",
        "address",
        "birthdate",
        "updated_at",
        "email_verified",
        "phone_number",
        "auth_time",
        "rat",
        "jti",
        "acr",
        "amr",
        "c_hash",
    ] {
        for value in [
            json!(null),
            json!(5),
            json!([]),
            json!({}),
            json!("x"),
            json!(-1.5),
        ] {
            broken.push((name, value));
        }
    }
    broken
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_broken_optional_claim_locks_out_nobody_who_is_linked_and_changes_nothing_of_theirs(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let account = site.witness().await;
    let row = format!(
        "SELECT (to_jsonb(a) - 'welcomed_at')::text FROM accounts a WHERE id = '{account}'"
    );
    let before = text(&site, &row).await.unwrap();
    let browser = Browser::new(&site);
    for (name, value) in broken_claims() {
        let shown: String = format!("{name}: {value}").chars().take(60).collect();
        site.clio
            .next_token(move |script| script.set_claim(name, value));
        let reply = browser.sign_in(&site, WITNESS).await;
        assert_eq!(reply.location(), "/account", "{shown}");
    }
    for name in [
        "email",
        "first_name",
        "last_name",
        "auth_time",
        "rat",
        "jti",
    ] {
        accepted(&site, name, move |script| script.remove_claim(name)).await;
    }
    assert_eq!(text(&site, &row).await.unwrap(), before);
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stranger_with_a_broken_e_mail_is_told_so_and_with_a_broken_name_has_none(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for email in [
        json!(5),
        json!(null),
        json!({}),
        json!(""),
        json!("no at sign"),
        json!("a@b@c.test"),
        json!("a\u{0}@b.test"),
    ] {
        let refusal = bent(&site, "no_email", move |script| {
            script.set_claim("email", email);
        })
        .await;
        assert!(!refusal.reason.is_empty());
    }
    bent(&site, "no_email", |script| script.remove_claim("email")).await;
    assert_eq!(site.accounts().await, 0);
    for (number, name) in [
        json!({}),
        json!(5),
        json!(null),
        json!([]),
        json!("a\u{0}b"),
        json!("x".repeat(5000)),
    ]
    .into_iter()
    .enumerate()
    {
        let subject = format!("new-{number}");
        site.clio.add_person(Person::new(
            &*subject,
            format!("{subject}@harbourlane.test"),
        ));
        site.clio.next_token(move |script| {
            script.set_claim("first_name", name.clone());
            script.set_claim("last_name", name);
        });
        let browser = Browser::new(&site);
        assert_eq!(
            browser.sign_in(&site, &subject).await.location(),
            "/welcome",
            "{number}"
        );
        assert_eq!(browser.get("/welcome").await.status, StatusCode::OK);
    }
    site.honest_sign_in_works().await;
}
