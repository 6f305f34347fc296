//! Clio Manage, spoken to as the product and a browser would.

use anyhow::Context as _;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use simulated_clio::{Endpoint, ManageUser, Options, Region};

use crate::application::{Application, KEY, SECRET, json, location, pairs, query_of};

const URI: &str = "http://127.0.0.1:4000/auth/clio-manage/callback";
pub(crate) const DANA: u64 = 710_271;
const FIELDS: &str = "id,email,enabled,account{id,name}";

pub(crate) async fn start() -> anyhow::Result<Application> {
    let options = Options {
        manage_client_id: "manage".to_owned(),
        manage_client_secret: "a secret".to_owned(),
        manage_redirect_uris: vec![URI.to_owned()],
        ..Options::for_client(KEY, SECRET)
    };
    Application::start_with(options).await
}

/// The authorization endpoint of a region, with a change to an honest request.
fn authorize(app: &Application, region: Region, name: &str, value: &str) -> String {
    let manage = app.clio.manage(region);
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (own, honest) in [
        ("response_type", "code"),
        ("client_id", manage.client_id()),
        ("redirect_uri", URI),
        ("state", "a state"),
        ("redirect_on_decline", "true"),
    ] {
        query.append_pair(own, if own == name { value } else { honest });
    }
    format!("{}/oauth/authorize?{}", manage.base_url(), query.finish())
}

fn honest(app: &Application, region: Region) -> String {
    authorize(app, region, "", "")
}

async fn post(
    app: &Application,
    region: Region,
    fields: &[(&str, &str)],
) -> anyhow::Result<Response> {
    let manage = app.clio.manage(region);
    let mut all = pairs(fields);
    all.extend(pairs(&[
        ("client_id", manage.client_id()),
        ("client_secret", manage.client_secret()),
    ]));
    let url = format!("{}/oauth/token", manage.base_url());
    Ok(app.http.post(url).form(&all).send().await?)
}

pub(crate) async fn exchange(
    app: &Application,
    region: Region,
    user: u64,
) -> anyhow::Result<Value> {
    let callback = app
        .clio
        .manage(region)
        .authorize(&honest(app, region), user)?;
    let code = query_of(&callback, "code").context("no code")?;
    json(post(app, region, &with_code(&code)).await?).await
}

fn with_code(code: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", URI),
    ]
}

pub(crate) fn text<'v>(answer: &'v Value, name: &str) -> &'v str {
    answer[name].as_str().unwrap_or_default()
}

pub(crate) async fn ask(
    app: &Application,
    region: Region,
    path: &str,
    token: &str,
) -> anyhow::Result<Response> {
    let url = format!("{}{path}", app.clio.manage(region).base_url());
    Ok(app.http.get(url).bearer_auth(token).send().await?)
}

#[tokio::test]
async fn a_browser_approves_or_declines_on_a_page() -> anyhow::Result<()> {
    let app = start().await?;
    let url = honest(&app, Region::Us);
    let page = app.http.get(&url).send().await?;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await?;
    assert!(page.contains("Dana Whitlock") && page.contains("Approve") && page.contains("Decline"));
    let (address, query) = url.split_once('?').context("no query")?;
    let decide = |user: &'static str, decision: &'static str| {
        let fields = pairs(&[("request", query), ("user", user), ("decision", decision)]);
        app.http.post(address).form(&fields).send()
    };
    let approved = decide("710271", "approve").await?;
    let back = location(&approved)?;
    assert!(query_of(&back, "code").is_some());
    assert_eq!(query_of(&back, "state").as_deref(), Some("a state"));
    let declined = decide("710271", "decline").await?;
    assert_eq!(
        query_of(&location(&declined)?, "error").as_deref(),
        Some("access_denied")
    );
    // A switched-off login doesn't get so far.
    assert_eq!(
        decide("710275", "approve").await?.status(),
        StatusCode::FORBIDDEN
    );
    Ok(())
}

#[tokio::test]
async fn whoever_declines_is_stranded_unless_they_are_asked_back() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let stranded = authorize(&app, Region::Us, "redirect_on_decline", "");
    assert_eq!(us.decline(&stranded)?, None);
    assert!(us.decline(&honest(&app, Region::Us))?.is_some());
    Ok(())
}

#[tokio::test]
async fn an_unknown_application_or_address_sends_nobody_anywhere() -> anyhow::Result<()> {
    let app = start().await?;
    for (name, value) in [
        ("client_id", "manage-eu"),
        ("redirect_uri", "http://127.0.0.1:4000/elsewhere"),
        ("response_type", "token"),
    ] {
        let url = authorize(&app, Region::Us, name, value);
        let page = app.http.get(&url).send().await?;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{name}");
        assert!(app.clio.manage(Region::Us).authorize(&url, DANA).is_err());
    }
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_and_in_its_region() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let code = |app: &Application| -> anyhow::Result<String> {
        let back = app
            .clio
            .manage(Region::Us)
            .authorize(&honest(app, Region::Us), DANA)?;
        query_of(&back, "code").context("no code")
    };
    let one = code(&app)?;
    let answer = json(post(&app, Region::Us, &with_code(&one)).await?).await?;
    assert_eq!(text(&answer, "token_type"), "bearer");
    assert_eq!(answer["expires_in"], 2_592_000);
    assert!(!text(&answer, "refresh_token").is_empty());
    for (region, code) in [(Region::Us, one), (Region::Eu, code(&app)?)] {
        let refused = post(&app, region, &with_code(&code)).await?;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        assert_eq!(text(&json(refused).await?, "error"), "invalid_grant");
    }
    let old = code(&app)?;
    app.clio.advance_clock(std::time::Duration::from_mins(10));
    assert_eq!(
        post(&app, Region::Us, &with_code(&old)).await?.status(),
        StatusCode::BAD_REQUEST
    );
    let url = format!("{}/oauth/token", us.base_url());
    let nobody = pairs(&[("client_id", us.client_id()), ("client_secret", "wrong")]);
    let refused = app.http.post(url).form(&nobody).send().await?;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(text(&json(refused).await?, "error"), "invalid_client");
    Ok(())
}

#[tokio::test]
async fn a_refresh_brings_a_new_token_ends_the_old_one_and_may_leave_itself_out()
-> anyhow::Result<()> {
    let app = start().await?;
    let first = exchange(&app, Region::Us, DANA).await?;
    let refresh = text(&first, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let second = json(post(&app, Region::Us, &fields).await?).await?;
    assert_eq!(text(&second, "refresh_token"), refresh);
    let path = "/api/v4/users/who_am_i";
    let old = ask(&app, Region::Us, path, text(&first, "access_token")).await?;
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(text(&json(old).await?, "error"), "invalid_token");
    let new = ask(&app, Region::Us, path, text(&second, "access_token")).await?;
    assert_eq!(new.status(), StatusCode::OK);
    app.clio.manage(Region::Us).omit_refresh_token(true);
    let third = json(post(&app, Region::Us, &fields).await?).await?;
    assert!(third.get("refresh_token").is_none());
    Ok(())
}

#[tokio::test]
async fn who_am_i_tells_what_fields_ask_for() -> anyhow::Result<()> {
    let app = start().await?;
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let path = "/api/v4/users/who_am_i";
    let usual = json(ask(&app, Region::Us, path, token).await?).await?;
    let names: Vec<_> = usual["data"]
        .as_object()
        .context("no data")?
        .keys()
        .collect();
    assert_eq!(names, ["etag", "id", "name"]);
    let answer = ask(&app, Region::Us, &format!("{path}?fields={FIELDS}"), token).await?;
    let etag = answer.headers()["etag"].to_str()?.to_owned();
    let data = json(answer).await?["data"].take();
    assert_eq!(data["account"]["name"], "Harbour & Lane");
    assert_eq!(data["email"], "d.whitlock@harbourlane.test");
    let known = app
        .http
        .get(format!("{}{path}", app.clio.manage(Region::Us).base_url()))
        .bearer_auth(token)
        .header("if-none-match", etag)
        .send()
        .await?;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let bad = ask(
        &app,
        Region::Us,
        &format!("{path}?fields=id,nothing"),
        token,
    )
    .await?;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
    // Tokens of another region are unknown.
    let elsewhere = ask(&app, Region::Eu, path, token).await?;
    assert_eq!(elsewhere.status(), StatusCode::UNAUTHORIZED);
    Ok(())
}

#[tokio::test]
async fn users_come_in_pages_of_the_own_firm_filtered_and_in_order() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let many = (1..=450).map(|id| ManageUser::new(id, 20_001, format!("p{id}@harbourlane.test")));
    us.add_users(many.collect());
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let mut path = format!("/api/v4/users.json?fields={FIELDS}&limit=200&order=id(asc)");
    let (mut found, mut pages) = (Vec::new(), 0);
    loop {
        let page = json(ask(&app, Region::Us, &path, token).await?).await?;
        pages += 1;
        assert_eq!(page["meta"]["records"], 463);
        let users = page["data"].as_array().context("no data")?;
        found.extend(users.iter().filter_map(|user| user["id"].as_u64()));
        let Some(next) = page["meta"]["paging"]["next"].as_str() else {
            break;
        };
        path = next
            .strip_prefix(&us.base_url())
            .context("elsewhere")?
            .to_owned();
    }
    assert_eq!((pages, found.len()), (3, 463));
    assert!(
        found.is_sorted() && !found.contains(&722_904),
        "one firm, in order"
    );
    let off = "/api/v4/users.json?fields=id,enabled&enabled=false";
    let page = json(ask(&app, Region::Us, off, token).await?).await?;
    assert_eq!(page["data"].as_array().map(Vec::len), Some(1));
    for bad in ["limit=201", "limit=0", "order=age(asc)", "fields=nothing"] {
        let refused = ask(
            &app,
            Region::Us,
            &format!("/api/v4/users.json?{bad}"),
            token,
        )
        .await?;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
    Ok(())
}

#[tokio::test]
async fn the_fifty_first_request_of_a_minute_is_told_when_to_come_back() -> anyhow::Result<()> {
    let app = start().await?;
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let path = "/api/v4/users/who_am_i";
    for left in (0..50).rev() {
        let answer = ask(&app, Region::Us, path, token).await?;
        assert_eq!(
            answer.headers()["x-ratelimit-remaining"],
            left.to_string().as_str()
        );
        assert_eq!(answer.headers()["x-ratelimit-limit"], "50");
    }
    let limited = ask(&app, Region::Us, path, token).await?;
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = limited.headers()["retry-after"].to_str()?.parse()?;
    assert!((1..=60).contains(&wait));
    app.clio.advance_clock(std::time::Duration::from_secs(wait));
    assert_eq!(
        ask(&app, Region::Us, path, token).await?.status(),
        StatusCode::OK
    );
    Ok(())
}

#[tokio::test]
async fn permission_version_and_switched_off_logins_are_minded() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    let path = "/api/v4/users/who_am_i";
    us.forget_permission(true);
    assert_eq!(
        ask(&app, Region::Us, path, token).await?.status(),
        StatusCode::FORBIDDEN
    );
    us.forget_permission(false);
    let versioned = |version: &'static str| {
        let url = format!("{}{path}", us.base_url());
        app.http
            .get(url)
            .bearer_auth(token)
            .header("x-api-version", version)
            .send()
    };
    assert_eq!(versioned("4.0.1").await?.status(), StatusCode::GONE);
    let good = versioned("4.0.6").await?;
    assert_eq!(
        (good.status(), &good.headers()["x-api-version"]),
        (StatusCode::OK, &"4.0.6".parse()?)
    );
    us.change_user(DANA, |user| user.enabled = false);
    assert_eq!(
        ask(&app, Region::Us, path, token).await?.status(),
        StatusCode::UNAUTHORIZED
    );
    Ok(())
}

#[tokio::test]
async fn deauthorizing_and_revoking_end_what_was_granted() -> anyhow::Result<()> {
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let token = exchange(&app, Region::Us, DANA).await?;
    let url = format!("{}/oauth/deauthorize", us.base_url());
    let end = || {
        app.http
            .post(&url)
            .bearer_auth(text(&token, "access_token"))
            .send()
    };
    assert_eq!(
        (us.grants(DANA), end().await?.status()),
        (1, StatusCode::OK)
    );
    assert_eq!(
        (us.grants(DANA), end().await?.status()),
        (0, StatusCode::UNAUTHORIZED)
    );
    exchange(&app, Region::Us, DANA).await?;
    us.revoke(DANA);
    assert_eq!(us.grants(DANA), 0);
    Ok(())
}

#[tokio::test]
async fn each_switch_of_the_page_does_what_it_says_until_it_is_honest_again() -> anyhow::Result<()>
{
    let app = start().await?;
    let us = app.clio.manage(Region::Us);
    let page = app.get("simulation/manage").await?.text().await?;
    for fault in [
        "token_fails",
        "api_nonsense",
        "rate_limited",
        "no_permission",
    ] {
        assert!(page.contains(&format!("value=\"{fault}\"")), "{fault}");
    }
    let switch = |fault: &'static str| {
        let fields = pairs(&[("region", "us"), ("fault", fault)]);
        app.http
            .post(app.url("simulation/manage/fault"))
            .form(&fields)
            .send()
    };
    let token = exchange(&app, Region::Us, DANA).await?;
    let token = text(&token, "access_token");
    for (fault, status) in [
        ("api_fails", StatusCode::INTERNAL_SERVER_ERROR),
        ("rate_limited", StatusCode::TOO_MANY_REQUESTS),
        ("no_permission", StatusCode::FORBIDDEN),
        ("honest", StatusCode::OK),
    ] {
        assert_eq!(switch(fault).await?.status(), StatusCode::SEE_OTHER);
        let answer = ask(&app, Region::Us, "/api/v4/users/who_am_i", token).await?;
        assert_eq!(answer.status(), status, "{fault}");
    }
    assert_eq!(
        switch("made up").await?.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    switch("server_error").await?;
    let back = us.authorize(&honest(&app, Region::Us), DANA)?;
    assert_eq!(query_of(&back, "error").as_deref(), Some("server_error"));
    assert_eq!(us.requests(Endpoint::WhoAmI).len(), 4);
    Ok(())
}

#[tokio::test]
async fn add_to_clio_ends_on_a_page_of_each_region() -> anyhow::Result<()> {
    let app = start().await?;
    for region in Region::ALL {
        let path = format!("manage/{}/app_integrations_callback", region.as_str());
        assert_eq!(app.get(&path).await?.status(), StatusCode::OK);
    }
    let elsewhere = app.get("manage/uk/app_integrations_callback").await?;
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND);
    Ok(())
}
