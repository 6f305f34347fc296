//! Rising: nothing that a person or Clio says of them gives a role, a status or somebody else's account.

use http::StatusCode;
use serde_json::json;
use simulated_clio::TokenScript;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Site, act, role_of, signed_in, status_of, with_role};

/// Everything that some provider somewhere takes for a right.
fn claim_everything(script: &mut TokenScript) {
    for (name, value) in [
        ("role", json!("owner")),
        ("roles", json!(["owner", "admin"])),
        ("groups", json!(["administrators"])),
        ("scope", json!("openid admin")),
        ("admin", json!(true)),
        ("is_owner", json!(true)),
        ("account_owner", json!(true)),
        ("email_verified", json!(true)),
        ("status", json!("active")),
        ("account_id", json!("00000000-0000-0000-0000-000000000000")),
    ] {
        script.set_claim(name, value);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_claim_and_no_form_field_promotes_anybody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let owner = with_role(&site, "ikram", "owner").await;
    let boss = owner.account().await.unwrap();

    // At the first sign-in, and at the next.
    for landing in ["/welcome", "/account"] {
        site.clio.next_token(claim_everything);
        let reply = Browser::new(&site).sign_in(&site, "dana").await;
        assert_eq!(reply.location(), landing);
    }
    let dana = signed_in(&site, "dana").await;
    let account = dana.account().await.unwrap();
    let more = [
        ("role", "owner"),
        ("status", "active"),
        ("account", &boss.to_string()),
        ("account_id", &boss.to_string()),
        ("email", "ikram.osei@harbourlane.test"),
        ("is_admin", "true"),
    ];
    for (path, own) in [
        (
            "/welcome/names",
            &[("first_name", "Dana"), ("last_name", "Whitlock")][..],
        ),
        ("/account/sessions/end", &[("session", "others")]),
        (
            "/account/password",
            &[
                ("password", "a phrase of many words"),
                ("again", "a phrase of many words"),
            ],
        ),
        ("/link/confirm", &[("name", "clio")]),
        ("/link/cancel", &[]),
        ("/admin/accounts/role", &[("reason", "I would like to")]),
    ] {
        dana.post_form(path, &[own, &more].concat()).await;
        assert_eq!(role_of(&site, account).await, "member", "{path}");
        assert_eq!(status_of(&site, account).await, "active", "{path}");
        assert_eq!(role_of(&site, boss).await, "owner", "{path}");
        assert_eq!(dana.account().await, Some(account), "{path}");
    }
    for path in ["/admin/links", "/admin/audit"] {
        assert_eq!(dana.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        dana.get("/auth/verify").await.header("x-auth-role"),
        "member"
    );

    // The honest twin: an owner says so, at the desk.
    let role = [
        ("role", "reviewer"),
        ("reason", "Reviews links from now on"),
    ];
    act(&owner, "role", account, &role).await;
    assert_eq!(role_of(&site, account).await, "reviewer");
}
