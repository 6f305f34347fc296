//! What Clio Manage may do wrong, and what changes of its users tell.

use anyhow::Context as _;
use reqwest::StatusCode;
use serde_json::Value;
use simulated_clio::{Endpoint, ManageUser, Region};

use crate::application::{Application, json};
use crate::manage::{DANA, ask, exchange, start, text};

const USERS: &str = "/api/v4/users.json?fields=id,enabled,updated_at&limit=5";

async fn users(app: &Application, token: &str, more: &str) -> anyhow::Result<Value> {
    let answer = ask(app, Region::Us, &format!("{USERS}{more}"), token).await?;
    anyhow::ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
    json(answer).await
}

fn ids(page: &Value) -> Vec<u64> {
    let users = page["data"].as_array().into_iter().flatten();
    users.filter_map(|user| user["id"].as_u64()).collect()
}

#[tokio::test]
async fn a_list_tells_who_is_new_and_who_was_changed() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let since = "2020-01-01T00:00:00Z";
    assert!(ids(&users(&app, token, &format!("&created_since={since}")).await?).is_empty());
    us.add_user(ManageUser::new(9, 20_001, "new@harbourlane.test"));
    us.change_user(710_273, |user| user.enabled = false);
    let created = users(&app, token, &format!("&created_since={since}")).await?;
    assert_eq!(ids(&created), [9]);
    let updated = users(&app, token, &format!("&updated_since={since}")).await?;
    assert_eq!(ids(&updated), [9, 710_273]);
    let bad = ask(
        &app,
        Region::Us,
        &format!("{USERS}&updated_since=soon"),
        token,
    )
    .await?;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
    Ok(())
}

#[tokio::test]
async fn a_page_leads_back_to_the_one_before() -> anyhow::Result<()> {
    let app = start().await?;
    let base = app.clio.manage(Region::Us).base_url();
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let first = users(&app, token, "").await?;
    assert!(first["meta"]["paging"]["previous"].is_null());
    let follow = |page: &Value, way: &str| {
        let url = page["meta"]["paging"][way].as_str().map(str::to_owned);
        url.and_then(|url| url.strip_prefix(&base).map(str::to_owned))
    };
    let next = follow(&first, "next").context("no next page")?;
    let second = json(ask(&app, Region::Us, &next, token).await?).await?;
    assert_ne!(ids(&second), ids(&first));
    let previous = follow(&second, "previous").context("no page before")?;
    let again = json(ask(&app, Region::Us, &previous, token).await?).await?;
    assert_eq!(ids(&again), ids(&first));
    Ok(())
}

#[tokio::test]
async fn lists_break_loop_lead_elsewhere_never_end_and_leave_people_out() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let next = |page: &Value| {
        let url = page["meta"]["paging"]["next"].as_str();
        url.unwrap_or_default().to_owned()
    };
    assert!(us.switch("list_breaks"));
    users(&app, token, "").await?;
    let second = format!("{USERS}&page_token=5");
    let broken = ask(&app, Region::Us, &second, token).await?;
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(us.switch("list_loops"));
    let looping = users(&app, token, "&page_token=5").await?;
    assert!(next(&looping).ends_with("page_token=5"));
    assert!(us.switch("list_leads_elsewhere"));
    let led = next(&users(&app, token, "").await?);
    assert!(!led.is_empty() && !led.starts_with(&us.base_url()), "{led}");
    assert!(us.switch("list_never_ends"));
    let beyond = users(&app, token, "&page_token=400").await?;
    assert!(ids(&beyond).is_empty() && !next(&beyond).is_empty());
    assert!(us.switch("list_leaves_out"));
    let short = users(&app, token, "").await?;
    assert_eq!(ids(&short).len(), 4);
    assert!(us.switch("honest"));
    let honest = users(&app, token, "").await?;
    assert_eq!(ids(&honest).len(), 5);
    assert_eq!(honest["meta"]["records"], short["meta"]["records"]);
    Ok(())
}

#[tokio::test]
async fn who_am_i_may_say_somebody_else_or_a_login_that_is_off() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let path = "/api/v4/users/who_am_i?fields=id,enabled";
    assert!(us.switch("another_user"));
    let other = json(ask(&app, Region::Us, path, token).await?).await?;
    assert_ne!(other["data"]["id"], DANA);
    us.honest();
    us.change_user(DANA, |user| user.enabled = false);
    let off = ask(&app, Region::Us, path, token).await?;
    assert_eq!(off.status(), StatusCode::UNAUTHORIZED);
    assert!(us.switch("answers_disabled"));
    let off = json(ask(&app, Region::Us, path, token).await?).await?;
    assert_eq!(
        (&off["data"]["id"], &off["data"]["enabled"]),
        (&DANA.into(), &false.into())
    );
    Ok(())
}

#[tokio::test]
async fn a_script_bends_headers_alone() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    us.next(Endpoint::Users, |answer| {
        answer.set_header("X-RateLimit-Remaining", "0");
    });
    let bent = ask(&app, Region::Us, USERS, token).await?;
    assert_eq!(bent.status(), StatusCode::OK);
    assert_eq!(bent.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(ids(&json(bent).await?).len(), 5);
    let honest = ask(&app, Region::Us, USERS, token).await?;
    assert_ne!(honest.headers()["x-ratelimit-remaining"], "0");
    Ok(())
}
