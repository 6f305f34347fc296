//! `/admin/audit`: everything that happened, for whoever may look.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, domain::desk::record::Topic};

use super::queue::{REVIEWER, admin, with_deciders, with_role};
use crate::harness::{Browser, DANA, Site, dana_signed_in, number, signed_in, sql};

pub const PAGE: &str = "/admin/audit";
/// Of the administrator who acts in these tests.
const ADMIN_EMAIL: &str = "queue-admin@harbourlane.test";

/// A site, and a reviewer at its desk.
pub async fn at_desk(pool: PgPool) -> (Site, Browser) {
    let site = Site::start(pool, with_deciders).await;
    let reviewer = with_role(&site, REVIEWER, "reviewer").await;
    (site, reviewer)
}

/// Events a minute apart from the first moment of 2031 on, each with a reference by its number.
pub async fn events(
    site: &Site,
    count: i64,
    action: &str,
    actor: Option<Uuid>,
    about: Option<Uuid>,
) {
    sqlx::query(
        "INSERT INTO audit_events (at, action, actor_account_id, account_id, reference)
         SELECT '2031-01-01 00:00+00'::timestamptz + n * interval '1 minute', $2, $3, $4,
                'REF-' || lpad(n::text, 4, '0')
         FROM generate_series(1, $1) AS n",
    )
    .bind(count)
    .bind(action)
    .bind(actor)
    .bind(about)
    .execute(&site.pool)
    .await
    .unwrap();
}

/// The references on a page, in its order.
fn references(page: &str) -> Vec<String> {
    page.split("REF-")
        .skip(1)
        .map(|rest| rest[..4].to_owned())
        .collect()
}

async fn shown(browser: &Browser, query: &str) -> String {
    let reply = browser.get(&format!("{PAGE}{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{query}");
    reply.read()
}

/// Where a link of this name leads.
fn link(page: &str, name: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!(">{name}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.split('"').next().unwrap().replace("&amp;", "&"))
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reviewer_reads_what_happened_in_words_with_who_when_and_reference(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = signed_in(&site, "dana").await.account().await.unwrap();
    let ada = admin(&site).await.account().await.unwrap();
    sql(
        &site,
        &format!(
            "INSERT INTO audit_events
                 (action, actor_account_id, account_id, reference, reason, detail)
             VALUES ('account.suspended', '{ada}', '{dana}', '7Q4K-92MX', 'long_away',
                     '{{\"before\": \"active\", \"after\": \"suspended\", \"unused_days\": 90}}')"
        ),
    )
    .await;
    let page = shown(&reviewer, "").await;
    for words in [
        "The account was closed for a time",
        "Linked Person",
        ADMIN_EMAIL,
        "Dana Whitlock",
        DANA,
        "7Q4K-92MX",
        "reason: long away",
        "<del>in use</del>",
        "<ins>suspended</ins>",
        "days unused: 90",
        "Signed in with Clio",
        "Themselves",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for code in ["account.suspended</", "unused_days", "long_away"] {
        assert!(!page.contains(code), "{code} is no word for people");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_lead_from_the_newest_to_the_oldest_and_back_without_gap_or_repetition(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    events(&site, 120, "session.opened", None, None).await;
    // Many at the same moment are told apart by their numbers.
    sql(
        &site,
        "INSERT INTO audit_events (at, action, reference)
         SELECT '2030-06-01', 'session.opened', 'REF-' || lpad((200 + n)::text, 4, '0')
         FROM generate_series(1, 80) AS n",
    )
    .await;
    let query = "?from=2030-01-01&to=2031-12-31";
    let mut path = format!("{PAGE}{query}");
    let (mut seen, mut sizes) = (Vec::new(), Vec::new());
    let last = loop {
        let page = reviewer.get(&path).await.body;
        let found = references(&page);
        sizes.push(found.len());
        seen.extend(found);
        match link(&page, "Earlier") {
            Some(next) => path = next,
            None => break page,
        }
    };
    assert_eq!(sizes, [50, 50, 50, 50]);
    let expected: Vec<String> = (1..=120)
        .rev()
        .chain((201..=280).rev())
        .map(|n| format!("{n:04}"))
        .collect();
    assert_eq!(seen, expected);
    let mut back = references(&last);
    let mut page = last;
    while let Some(path) = link(&page, "Later") {
        page = reviewer.get(&path).await.body;
        back.splice(0..0, references(&page));
    }
    assert_eq!(back, expected);
    assert!(link(&page, "Newest").is_none());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_person_is_found_by_e_mail_and_by_id_for_what_they_did_and_what_was_done_to_them(
    pool: PgPool,
) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = dana_signed_in(&site).await.account().await.unwrap();
    let ikram = signed_in(&site, "ikram").await.account().await.unwrap();
    let nobody = Uuid::from_u128(7);
    for (number, actor, about) in [
        (1, Some(dana), Some(dana)),
        (2, Some(dana), Some(ikram)),
        (3, Some(ikram), Some(dana)),
        (4, Some(ikram), Some(ikram)),
        (5, None, Some(dana)),
        (6, Some(dana), None),
        (7, None, None),
        (8, None, Some(nobody)),
    ] {
        let id = |id: Option<Uuid>| id.map_or("NULL".to_owned(), |id| format!("'{id}'"));
        sql(
            &site,
            &format!(
                "INSERT INTO audit_events (at, action, actor_account_id, account_id, reference)
                 VALUES ('2031-01-01 00:0{number}+00', 'x.y', {}, {}, 'REF-000{number}')",
                id(actor),
                id(about)
            ),
        )
        .await;
    }
    let of_dana = ["0006", "0005", "0003", "0002", "0001"];
    for person in [
        DANA.to_owned(),
        DANA.to_uppercase(),
        format!("%20{DANA}"),
        dana.to_string(),
    ] {
        for act in ["", "&act=x.y"] {
            let page = shown(&reviewer, &format!("?person={person}{act}")).await;
            assert_eq!(references(&page), of_dana, "{person} {act}");
        }
    }
    let page = shown(&reviewer, &format!("?person={nobody}")).await;
    assert_eq!(references(&page), ["0008"]);
    assert!(page.contains("Account <code"), "the account is gone");
    // Two accounts with the same e-mail: what one did to the other stands there once.
    sql(
        &site,
        &format!(
            "UPDATE accounts SET email = '{DANA}', email_verified_at = NULL WHERE id = '{ikram}'"
        ),
    )
    .await;
    for act in ["", "&act=x.y"] {
        let page = shown(&reviewer, &format!("?person={DANA}{act}")).await;
        assert_eq!(
            references(&page),
            ["0006", "0005", "0004", "0003", "0002", "0001"]
        );
    }
    let page = shown(&reviewer, "?person=nobody@harbourlane.test").await;
    assert!(page.contains("No account has this e-mail"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn filters_by_act_topic_day_and_reference_combine(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = dana_signed_in(&site).await.account().await.unwrap();
    events(&site, 3, "account.role_granted", None, Some(dana)).await;
    sql(
        &site,
        "INSERT INTO audit_events (at, action, reference) VALUES
             ('2031-01-01 23:59:59.999+00', 'account.role_revoked', 'REF-0010'),
             ('2031-01-02 00:00+00', 'account.role_revoked', 'REF-0011'),
             ('2031-01-02 12:00+00', 'account.approved', 'REF-0012'),
             ('2031-01-03 00:00+00', 'account.role_granted', 'REF-0013')",
    )
    .await;
    for (query, expected) in [
        ("?act=roles", "0013 0011 0010 0003 0002 0001"),
        ("?act=account.role_revoked", "0011 0010"),
        ("?act=roles&to=2031-01-01", "0010 0003 0002 0001"),
        ("?act=roles&from=2031-01-02&to=2031-01-02", "0011"),
        ("?from=2031-01-02&to=2031-01-02", "0012 0011"),
        ("?from=2031-01-02", "0013 0012 0011"),
        ("?reference=ref-0012", "0012"),
        ("?reference=REF-0012&act=roles", ""),
        ("?reference=REF-0002&act=roles&from=2031-01-01", "0002"),
        (
            "?act=roles&person=d.whitlock@harbourlane.test",
            "0003 0002 0001",
        ),
        (
            "?reference=REF-0002&person=d.whitlock@harbourlane.test",
            "0002",
        ),
        ("?reference=REF-0012&person=d.whitlock@harbourlane.test", ""),
        ("?act=made.up", ""),
    ] {
        let page = shown(&reviewer, query).await;
        // What was typed stands in its field; what was found, in the table.
        let found = page.split("<tbody>").nth(1).unwrap_or_default();
        let found = found.split("</tbody>").next().unwrap_or_default();
        assert_eq!(references(found).join(" "), expected, "{query}");
        if expected.is_empty() {
            assert!(page.contains("Nothing like this is on record"), "{query}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_makes_no_sense_in_the_filter_is_told_at_its_field_and_does_no_harm(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let before = number(&site, "SELECT count(*) FROM audit_events").await;
    for (query, told) in [
        ("?person=dana", "Type a whole e-mail"),
        ("?from=yesterday", "Type a day as"),
        ("?to=2031-02-30", "Type a day as"),
        ("?reference=7Q4K%2092", "A reference has eight"),
        ("?act=%3Cb%3E", "Choose one from the list"),
    ] {
        let page = shown(&reviewer, query).await;
        assert!(page.contains(told), "{query}: {page}");
        assert!(page.contains("aria-invalid=\"true\"") || query.starts_with("?act"));
        assert!(!page.contains("<tbody>"), "{query}");
        assert!(!page.contains("audit.csv?"), "{query}");
    }
    for odd in [
        "?before=x",
        "?before=1.1&after=2.2",
        "?after=99999999999999999999.1",
        "?before=-1.1",
        "?after=1.9223372036854775807",
        "?act=&person=&from=&to=&reference=",
        "?person=%F0%9F%8C%8A@x.test",
        "?from=2031-01-02&to=2031-01-01",
    ] {
        shown(&reviewer, odd).await;
    }
    for refused in ["?person=%00", "?person=a&person=b%00"] {
        let reply = reviewer.get(&format!("{PAGE}{refused}")).await;
        assert!(
            [StatusCode::OK, StatusCode::BAD_REQUEST].contains(&reply.status),
            "{refused}"
        );
    }
    assert_eq!(
        number(&site, "SELECT count(*) FROM audit_events").await,
        before,
        "looking is no event"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_this_release_does_not_know_is_shown_as_it_is_and_never_as_markup(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    sql(
        &site,
        "INSERT INTO audit_events (action, reference, reason, detail) VALUES
             ('x.<b>', '<i>', '<u>', '{\"<s>\": \"<script>\", \"before\": {\"<a>\": 1}, \"after\": 3}'),
             ('x.list', NULL, NULL, '[1, 2]')",
    )
    .await;
    let page = shown(&reviewer, "").await;
    assert!(page.contains("<code>x.&lt;b&gt;</code>"), "{page}");
    let table = page.split("<tbody>").nth(1).unwrap();
    let table = table.split("</tbody>").next().unwrap();
    for markup in ["<b>", "<i>", "<u>", "<s>", "<script"] {
        assert!(!table.contains(markup), "{markup}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_act_of_a_topic_has_words(pool: PgPool) {
    let (_site, reviewer) = at_desk(pool).await;
    let page = shown(&reviewer, "").await;
    for act in Topic::ALL.iter().flat_map(|topic| topic.acts()) {
        assert!(page.contains(&format!("value=\"{act}\"")), "{act}");
        assert!(!page.contains(&format!(">{act}</option>")), "{act}");
    }
}
