//! Floods of starts, bad callbacks and forms that anybody can send: bounded for each client, unnoticed
//! by others.

use http::{Method, StatusCode};
use sqlx::PgPool;
use tokio::task::JoinSet;
use vestibule::{db::migrations::MIGRATOR, service::background};

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account_with_password, number, sign_in_by_password, sql,
};

/// More than any client may have open at once.
const FLOOD: usize = 1_100;
const WORKERS: usize = 8;

/// Sends a flood; `path` and `forwarded` are made of each request's number. Counts the answers 429.
async fn flood(
    site: &Site,
    method: Method,
    path: impl Fn(usize) -> String,
    forwarded: impl Fn(usize) -> Option<String>,
) -> usize {
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let requests: Vec<(String, Option<String>)> = (0..FLOOD)
            .filter(|number| number % WORKERS == worker)
            .map(|number| (path(number), forwarded(number)))
            .collect();
        // One browser each, so that attempts are trimmed as they would be.
        let browser = Browser::new(site);
        let method = method.clone();
        workers.spawn(async move {
            let mut limited = 0;
            for (path, forwarded) in requests {
                let reply = from(&browser, forwarded.as_deref())
                    .send(method.clone(), &path, "same-origin", None)
                    .await;
                assert!(!reply.status.is_server_error(), "{reply:?}");
                limited += usize::from(reply.status == StatusCode::TOO_MANY_REQUESTS);
            }
            limited
        });
    }
    workers.join_all().await.into_iter().sum()
}

fn from(browser: &Browser, address: Option<&str>) -> Browser {
    match address {
        Some(address) => browser.with_header("x-forwarded-for", address),
        None => browser.clone(),
    }
}

/// A site behind these proxies, at a moment that stands still.
async fn behind(proxies: &str, pool: PgPool) -> Site {
    let site = Site::start(pool, |settings| {
        settings.set("TRUSTED_PROXIES", proxies);
    })
    .await;
    site.clock.freeze();
    site
}

/// Fails unless the client is asked to pause.
fn limited(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{reply:?}");
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait));
    assert!(reply.body.contains("A short pause"));
}

fn start(_: usize) -> String {
    "/auth/clio/start".to_owned()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_flood_of_starts_from_one_address_is_bounded_and_another_address_gets_through(
    pool: PgPool,
) {
    let site = behind("127.0.0.0/8", pool).await;
    let flooded = flood(&site, Method::GET, start, |_| {
        Some("198.51.100.7".to_owned())
    })
    .await;
    assert_eq!(flooded, FLOOD - 1_000);
    let browser = Browser::new(&site);
    limited(
        &from(&browser, Some("198.51.100.7"))
            .get("/auth/clio/start")
            .await,
    );
    // What a client writes in front of what the proxy adds doesn't count.
    limited(
        &from(&browser, Some("203.0.113.1, 198.51.100.7"))
            .get("/auth/clio/start")
            .await,
    );
    let other = from(&Browser::new(&site), Some("198.51.100.8"));
    assert_eq!(other.sign_in(&site, "dana").await.location(), "/welcome");
    // Nor are other pages slowed, nor is anybody locked out for good.
    assert_eq!(
        from(&browser, Some("198.51.100.7"))
            .get("/sign-in")
            .await
            .status,
        StatusCode::OK
    );
    site.advance(std::time::Duration::from_secs(2));
    let again = from(&Browser::new(&site), Some("198.51.100.7"));
    assert_eq!(
        again.sign_in(&site, "dana").await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        site.attempts().await <= 20 * i64::try_from(WORKERS).unwrap() + 10,
        "abandoned starts don't pile up"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_forwarded_address_that_no_trusted_proxy_wrote_hides_nobody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let flooded = flood(&site, Method::GET, start, |number| {
        Some(format!("198.51.{}.{}", number / 250, number % 250))
    })
    .await;
    assert_eq!(flooded, FLOOD - 1_000);
    limited(
        &from(&Browser::new(&site), Some("203.0.113.9"))
            .get("/auth/clio/start")
            .await,
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_ipv6_client_is_counted_by_its_network(pool: PgPool) {
    let site = behind("127.0.0.1", pool).await;
    let flooded = flood(&site, Method::GET, start, |number| {
        Some(format!("2001:db8:1:2:{number:x}::{number:x}"))
    })
    .await;
    assert_eq!(flooded, FLOOD - 1_000);
    limited(
        &from(&Browser::new(&site), Some("[2001:db8:1:2::ffff]:4711"))
            .get("/auth/clio/start")
            .await,
    );
    let neighbour = from(&Browser::new(&site), Some("2001:db8:1:3::1"));
    assert_eq!(
        neighbour.get("/auth/clio/start").await.status,
        StatusCode::SEE_OTHER
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_flood_of_bad_callbacks_is_bounded_and_honest_people_come_back_from_clio(pool: PgPool) {
    let site = behind("127.0.0.0/8", pool).await;
    let bad = |number: usize| format!("/auth/clio/callback?code=x&state={number}");
    let flooded = flood(&site, Method::GET, bad, |_| Some("198.51.100.7".to_owned())).await;
    assert_eq!(flooded, FLOOD - 1_000);
    assert_eq!(site.token_requests(), 0);
    let flooder = from(&Browser::new(&site), Some("198.51.100.7"));
    limited(&flooder.get("/auth/clio/callback?code=x&state=y").await);
    let refused = "SELECT count(*) FROM audit_events WHERE action = 'sign_in.refused'";
    assert_eq!(
        number(&site, refused).await,
        1_000,
        "what is only limited isn't recorded"
    );
    let honest = from(&Browser::new(&site), Some("198.51.100.8"));
    assert_eq!(honest.sign_in(&site, "dana").await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_flood_of_forms_that_anybody_can_send_is_bounded_and_another_address_gets_in(
    pool: PgPool,
) {
    let site = behind("127.0.0.0/8", pool).await;
    account_with_password(&site, DANA).await;
    let forms = |number: usize| ["/not-me/act", "/link/cancel"][number % 2].to_owned();
    let flooded = flood(&site, Method::POST, forms, |_| {
        Some("198.51.100.7".to_owned())
    })
    .await;
    assert_eq!(flooded, FLOOD - 1_000);
    let flooder = from(&Browser::new(&site), Some("198.51.100.7"));
    limited(&sign_in_by_password(&flooder, DANA, PASSWORD).await);
    for form in ["/auth/local/code/send", "/link/password", "/not-me/act"] {
        limited(&flooder.post_form(form, &[]).await);
    }
    let refused = "SELECT count(*) FROM audit_events WHERE action LIKE '%.refused'";
    assert!(
        number(&site, refused).await <= 1_000,
        "what is only limited isn't recorded"
    );

    let honest = from(&Browser::new(&site), Some("198.51.100.8"));
    let reply = sign_in_by_password(&honest, DANA, PASSWORD).await;
    reply.leads_to("/account");
    // Pages still open there, Clio still opens the door, and a moment later so do forms.
    assert_eq!(flooder.get("/sign-in").await.status, StatusCode::OK);
    let through_clio = flooder.sign_in(&site, "ikram").await;
    through_clio.leads_to("/welcome");
    site.advance(std::time::Duration::from_secs(1));
    let again = from(&Browser::new(&site), Some("198.51.100.7"));
    let reply = sign_in_by_password(&again, DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn abandoned_starts_of_one_browser_swell_neither_cookie_nor_table(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let (mut first, mut last) = (String::new(), String::new());
    for turn in 0..120 {
        last = browser.begin().await;
        if turn == 0 {
            first.clone_from(&last);
        }
    }
    assert_eq!(browser.cookie_names(), ["vestibule-attempt"]);
    assert!(site.attempts().await <= 21, "{}", site.attempts().await);
    let oldest = site.clio.authorize(&first, "dana").unwrap();
    let reply = browser.finish(&oldest).await;
    assert!(
        reply.location().starts_with("/sign-in?problem=expired&"),
        "the oldest gave way"
    );
    let newest = site.clio.authorize(&last, "dana").unwrap();
    let reply = browser.finish(&newest).await;
    assert_eq!(reply.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_floods_from_many_addresses_left_is_gone_as_soon_as_it_is_over(pool: PgPool) {
    // What a hundred addresses leave in a minute, at 20 a second each.
    const LEFT: i64 = 120_000;
    let site = Site::start(pool, |_| ()).await;
    let now = site.clock.freeze();
    // The database makes its plans while there is nothing.
    sql(&site, "ANALYZE").await;
    Browser::new(&site).begin().await;
    background::sweep_once(&site.services).await.unwrap();
    for left in [
        "INSERT INTO sign_in_attempts (state_hash, browser_hash, nonce, pkce_verifier, created_at)
         SELECT sha256(number::text::bytea), sha256(number::text::bytea), 'nonce', 'verifier', $2
         FROM generate_series(1, $1) AS number",
        "INSERT INTO sign_in_codes (browser_hash, email, code_hash, created_at)
         SELECT sha256(number::text::bytea), 'nobody@harbourlane.test', ''::bytea, $2
         FROM generate_series(1, $1) AS number",
    ] {
        let leave = sqlx::query(left).bind(LEFT).bind(now);
        leave.execute(&site.pool).await.unwrap();
    }
    let left =
        "SELECT (SELECT count(*) FROM sign_in_attempts) + (SELECT count(*) FROM sign_in_codes)";
    let under_way = Browser::new(&site);
    site.advance(std::time::Duration::from_mins(9));
    let callback = under_way.begin().await;
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(
        number(&site, left).await,
        2 * LEFT + 2,
        "what isn't over yet stays"
    );
    site.advance(std::time::Duration::from_mins(7));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, left).await, 1, "and what is under way");
    let callback = site.clio.authorize(&callback, "dana").unwrap();
    assert_eq!(under_way.finish(&callback).await.location(), "/welcome");
}
