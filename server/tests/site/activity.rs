//! One's own record: everything about one's account in words, nothing about another's.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, domain::desk::record::Topic};

use crate::harness::{
    Browser, DANA, PASSWORD, Site, connect, dana_signed_in, disconnect, last_event, number,
    set_password, sign_in_by_password, signed_in, sql, undo,
};

const PAGE: &str = "/account/activity";

/// The page, and those after it, one after the other.
async fn pages(browser: &Browser) -> Vec<String> {
    let mut pages = Vec::new();
    let mut next = Some(PAGE.to_owned());
    while let Some(path) = next {
        let reply = browser.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        next = reply
            .body
            .split("href=\"/account/activity?before=")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(|before| format!("{PAGE}?before={before}"));
        pages.push(reply.body);
        assert!(pages.len() < 20, "no end of pages");
    }
    pages
}

/// How many events a page shows.
fn events_on(page: &str) -> usize {
    page.matches("<li class=\"with-act\"").count()
}

/// Writes events of an account, one after the other, each with a reference of its own.
async fn write_events(site: &Site, account: uuid::Uuid, count: i64) {
    sqlx::query(
        "INSERT INTO audit_events (at, action, actor_account_id, account_id, reference, reason)
         SELECT now(), 'local.refused', $1, $1, 'TEST-' || lpad(number::text, 4, '0'), 'wrong_password'
         FROM generate_series(1, $2) AS number
         ORDER BY number",
    )
    .bind(account)
    .bind(count)
    .execute(&site.pool)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_happened_is_told_in_words_the_newest_first(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    set_password(&site, browser.account().await.unwrap(), PASSWORD).await;
    connect(&site, &browser, "stranger").await;
    let before = last_event(&site).await;
    let reply = disconnect(&browser, site.identity_of("stranger").await).await;
    reply.leads_to("/account/connections?done=disconnected");
    let event = last_event(&site).await;
    assert_eq!(event, before + 1);
    undo(&browser, event)
        .await
        .leads_to("/account/connections?done=undone");
    let stranger = Browser::new(&site);
    sign_in_by_password(&stranger, DANA, "a guess at it").await;
    sign_in_by_password(&stranger, DANA, PASSWORD).await;

    let page = browser.get(PAGE).await.body;
    let mut rest = page.as_str();
    for words in [
        "Signed in with the password",
        "A sign-in without Clio was refused",
        "A Clio login was connected again, as it was before",
        "A Clio login was disconnected",
        "A Clio login was connected by you, signed in to the account",
        "Signed in with Clio",
    ] {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words:?} isn't where it belongs: {page}"));
        rest = after;
    }
    for code in [
        "identity.",
        "session.",
        "local.refused",
        "wrong_password",
        "null",
    ] {
        assert!(!page.contains(code), "{code} is no word for people");
    }
    // A refusal has the reference that an administrator asks for.
    let reference: String =
        sqlx::query_scalar("SELECT reference FROM audit_events WHERE reference IS NOT NULL")
            .fetch_one(&site.pool)
            .await
            .unwrap();
    assert!(page.contains(&reference));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn everything_that_happens_to_an_account_has_words(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let dana = browser.account().await.unwrap();
    for action in ACTIONS {
        assert!(Topic::of(action).is_some(), "{action} is found by no topic");
        sql(&site, &format!("INSERT INTO audit_events (at, action, account_id) VALUES (now(), '{action}', '{dana}')")).await;
    }
    for page in pages(&browser).await {
        assert!(
            !page.contains("Something about your account changed"),
            "{page}"
        );
    }
    // Not the page's own doing: what no release knows yet is said in general.
    sql(&site, &format!("INSERT INTO audit_events (at, action, account_id) VALUES (now(), 'account.<b>', '{dana}')")).await;
    let page = browser.get(PAGE).await.body;
    assert!(page.contains("Something about your account changed") && !page.contains("account.<b>"));
}

/// What the services record of an account that its person may come to see.
pub const ACTIONS: [&str; 88] = [
    "account.admitted",
    "account.admitted_as_member",
    "account.approved",
    "account.came_back",
    "account.created",
    "account.email_changed",
    "account.invited",
    "account.merge_undone",
    "account.merged",
    "account.merged_away",
    "account.names_changed",
    "account.names_followed_clio",
    "account.names_from_roster",
    "account.names_from_roster.undone",
    "account.noted",
    "account.password_changed",
    "account.password_removed",
    "account.password_set",
    "account.proof_asked",
    "account.reactivated",
    "account.reactivated.undone",
    "account.rejected",
    "account.rejected.undone",
    "account.reminded",
    "account.role_granted",
    "account.role_granted.undone",
    "account.role_revoked",
    "account.role_revoked.undone",
    "account.suggestion_declined",
    "account.suggestion_taken",
    "account.suspended",
    "account.suspended.undone",
    "account.suspension_ended",
    "admission.asked",
    "admission.code_sent",
    "admission.refused",
    "audit.exported",
    "case.approved",
    "case.declined",
    "case.approved.undone",
    "case.declined.undone",
    "case.opened",
    "case.proof_asked",
    "confirm.code_sent",
    "confirm.refused",
    "connection.refused",
    "desk.refused",
    "dormancy.exempted",
    "dormancy.exemption_ended",
    "duplicate.reconsidered",
    "duplicate.set_aside",
    "identity.email_changed",
    "identity.linked",
    "identity.moved",
    "identity.moved_back",
    "identity.restored",
    "identity.reviewed",
    "identity.reviewed.undone",
    "identity.unlinked",
    "invitation.resent",
    "invitation.restored",
    "invitation.revoked",
    "link.asked",
    "link.cancelled",
    "link.code_sent",
    "link.prompted",
    "link.proved",
    "link.refused",
    "local.refused",
    "manage.connected",
    "manage.disconnected",
    "manage.reconnect_needed",
    "manage.refused",
    "notice.not_me",
    "password.refused",
    "review.decided",
    "roster.left",
    "session.all_ended",
    "session.confirmed",
    "session.ended",
    "session.opened",
    "session.opened_locally",
    "session.others_ended",
    "session.refused",
    "session.signed_out",
    "sign_in.code_sent",
    "sign_in.refused",
    "suggestion.refused",
];

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_of_others_is_shown(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let ikram = signed_in(&site, "ikram").await;
    write_events(&site, ikram.account().await.unwrap(), 40).await;
    let browser = dana_signed_in(&site).await;
    let last = last_event(&site).await;
    for path in [PAGE.to_owned(), format!("{PAGE}?before={last}")] {
        let page = browser.get(&path).await.body;
        assert!(!page.contains("TEST-"), "{path}");
    }
    let own = events_on(&browser.get(PAGE).await.body);
    let recorded = format!(
        "SELECT count(*) FROM audit_events WHERE account_id = '{}'",
        browser.account().await.unwrap()
    );
    assert_eq!(i64::try_from(own).unwrap(), number(&site, &recorded).await);
    Browser::new(&site)
        .get(PAGE)
        .await
        .leads_to("/sign-in?return_to=/account/activity");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_long_record_comes_in_pages_that_hold_each_event_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let dana = browser.account().await.unwrap();
    let ikram = signed_in(&site, "ikram").await.account().await.unwrap();
    // Others' events in between make no gaps.
    write_events(&site, dana, 40).await;
    write_events(&site, ikram, 40).await;
    write_events(&site, dana, 30).await;
    let pages = pages(&browser).await;
    let sizes: Vec<usize> = pages.iter().map(|page| events_on(page)).collect();
    assert_eq!(sizes, [30, 30, 11]);
    let shown = pages.iter().map(|page| page.matches("TEST-").count());
    assert_eq!(shown.sum::<usize>(), 70);
    assert!(!pages[0].contains(">Newest</a>") && pages[2].contains(">Newest</a>"));
    assert!(!pages[2].contains(">Earlier</a>"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn odd_beginnings_of_a_page_are_harmless(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let before = number(&site, "SELECT count(*) FROM audit_events").await;
    for odd in [
        "",
        "0",
        "-1",
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775808",
        "1e3",
        "x",
        "'",
        "%00",
        "%F0%9F%8C%8A",
        "1&before=2",
        "1%27%20OR%201=1%20--",
    ] {
        let reply = browser.get(&format!("{PAGE}?before={odd}")).await;
        let fine = reply.status == StatusCode::OK || reply.status == StatusCode::BAD_REQUEST;
        assert!(fine, "{odd}: {reply:?}");
        assert!(!reply.body.contains("TEST-"));
    }
    let page = browser.get(&format!("{PAGE}?before=0")).await.body;
    assert!(page.contains("Nothing happened before that."), "{page}");
    assert_eq!(
        number(&site, "SELECT count(*) FROM audit_events").await,
        before
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn undo_is_offered_where_it_is_possible_and_nowhere_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    connect(&site, &browser, "stranger").await;
    connect(&site, &browser, "tomas").await;
    let offered = |page: &str| page.matches("action=\"/account/undo\"").count();
    assert_eq!(offered(&browser.get(PAGE).await.body), 0);
    for subject in ["stranger", "tomas"] {
        let reply = disconnect(&browser, site.identity_of(subject).await).await;
        reply.leads_to("/account/connections?done=disconnected");
    }
    let event = last_event(&site).await;
    let page = browser.get(PAGE).await.body;
    assert_eq!(offered(&page), 2);
    assert!(
        page.contains(&format!("name=\"event\" value=\"{event}\"")),
        "{page}"
    );
    undo(&browser, event)
        .await
        .leads_to("/account/connections?done=undone");
    assert_eq!(offered(&browser.get(PAGE).await.body), 1, "not twice");
    // A login that waits to be let in elsewhere gives way; once it is in, it stays.
    Browser::new(&site)
        .sign_in(&site, "stranger")
        .await
        .leads_to("/pending");
    assert_eq!(offered(&browser.get(PAGE).await.body), 1);
    let admission = "UPDATE accounts SET status = 'active' WHERE status = 'pending'";
    sql(&site, admission).await;
    assert_eq!(offered(&browser.get(PAGE).await.body), 0);
}
