//! Where people are sent after signing in: a corpus of hostile and honest `return_to`, judged by a
//! browser's rules for URLs. `end2end/browser/return-to.spec.ts` has Chromium judge the same.

use http::{Method, StatusCode};
use serde::Deserialize;
use sqlx::PgPool;
use url::Url;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, DANA, Reply, Site, signed_in};

/// Where one goes who isn't to go where `return_to` says.
const DEFAULT: &str = "/account";

#[derive(Deserialize)]
struct Group {
    what: String,
    leads: Leads,
    values: Vec<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
enum Leads {
    #[serde(rename = "there")]
    There,
    #[serde(rename = "to the default")]
    ToTheDefault,
}

/// Each value with what it is, and whether it leads there.
fn corpus() -> Vec<(String, Leads, String)> {
    let text = include_str!("../../../end2end/corpus/return_to.json");
    let groups: Vec<Group> = serde_json::from_str(text).unwrap();
    let corpus: Vec<_> = groups
        .into_iter()
        .flat_map(|group| {
            let (what, leads) = (group.what, group.leads);
            let tell = move |value: String| (format!("{what}: {value:?}"), leads, value);
            group.values.into_iter().map(tell)
        })
        .collect();
    assert!(corpus.len() >= 500, "{} values", corpus.len());
    corpus
}

fn query(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// Whether an address never comes as far as the sign-in: NUL is refused at the door.
fn is_turned_away(reply: &Reply, value: &str) -> bool {
    let turned_away = reply.status == StatusCode::BAD_REQUEST;
    assert_eq!(turned_away, value.contains('\0'), "{value:?}: {reply:?}");
    turned_away
}

/// Where a browser goes that finds a reference on a page of the site.
#[track_caller]
fn stays(site: &Site, page: &str, reference: &str, what: &str) -> Url {
    let base = Url::parse(&format!("{}{page}", site.public_url)).unwrap();
    let url = base.join(reference);
    let url = url.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(url.origin(), base.origin(), "{what} leads to {url}");
    url
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_leads_where_return_to_says_if_that_is_honest_and_to_the_account_if_not(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    for (what, leads, value) in corpus() {
        let path = format!("/auth/clio/start?return_to={}", query(&value));
        let start = browser.get(&path).await;
        if is_turned_away(&start, &value) {
            continue;
        }
        assert_eq!(start.status, StatusCode::SEE_OTHER, "{what}: {start:?}");
        let url = start.location();
        assert!(url.starts_with(&site.clio.authorization_url()), "{what}");
        let callback = site.clio.authorize(url, "dana").unwrap();
        let reply = browser.finish(&callback).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{what}: {reply:?}");
        match leads {
            Leads::There => assert_eq!(reply.location(), value, "{what}"),
            Leads::ToTheDefault => assert_eq!(reply.location(), DEFAULT, "{what}"),
        }
        let landed = stays(&site, "/auth/clio/callback?code=a", reply.location(), &what);
        assert!(!landed.path().starts_with("/auth/"), "{what}");
        let session = reply.set_cookie("vestibule");
        assert!(session.is_some_and(|line| !line.contains("evil")), "{what}");
        assert!(reply.header("refresh").is_empty(), "{what}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_sign_in_page_links_to_no_other_site_whatever_return_to_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let member = signed_in(&site, "dana").await;
    for browser in [Browser::new(&site), member] {
        for (what, leads, value) in corpus() {
            let page = format!("/sign-in?return_to={}", query(&value));
            let reply = browser.get(&page).await;
            assert_eq!(reply.status, StatusCode::OK, "{what}: {reply:?}");
            let mut carried = 0;
            for link in reply.body.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap_or_default();
                let link = html_escape::decode_html_entities(link);
                if link.starts_with("data:image/svg+xml") {
                    continue;
                }
                let url = stays(&site, "/sign-in", &link, &what);
                let on = url.query_pairs().find(|(name, _)| name == "return_to");
                // The place itself may have such a parameter of its own.
                if url.path() == "/auth/clio/start"
                    && link != value
                    && let Some((_, on)) = on
                {
                    stays(&site, "/auth/clio/callback", &on, &what);
                    assert_eq!(on, value, "{what}");
                    carried += 1;
                }
            }
            assert!(carried > 0 || leads == Leads::ToTheDefault, "{what}");
            assert!(!reply.body.contains("<script>"), "{what}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_from_another_site_is_shown_the_button_and_carries_only_honest_paths(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for (what, leads, value) in corpus() {
        let path = format!("/auth/clio/start?return_to={}", query(&value));
        for from in ["cross-site", "same-site"] {
            let reply = browser.send(Method::GET, &path, from, None).await;
            if is_turned_away(&reply, &value) {
                continue;
            }
            let expected = match leads {
                Leads::There => format!("/sign-in?return_to={}", query(&value)),
                Leads::ToTheDefault => "/sign-in".to_owned(),
            };
            assert_eq!(
                (reply.status, reply.location()),
                (StatusCode::SEE_OTHER, expected.as_str()),
                "{what}"
            );
        }
    }
    assert_eq!(site.attempts().await, 0);
}
