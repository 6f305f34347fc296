//! The page of accounts that may be one person's, and putting pairs aside.

use std::collections::BTreeSet;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::people::{Merge, admin, at_desk, pairs, person, search, seen, send, waiting};
use crate::harness::{
    Browser, Site, form_refused, last_event, only_event_after, signed_in, sql, text,
};

const PAGE: &str = "/admin/duplicates";
const APART: &str = "/admin/duplicates/apart";
const RECONSIDER: &str = "/admin/duplicates/reconsider";

/// Two accounts of one name, found.
async fn a_pair(site: &Site) -> (Uuid, Uuid) {
    let one = person(site, "Dana", "Whitlock", "d.whitlock@harbourlane.test").await;
    let other = person(site, "Dana", "Whitlock", "d.whitlock@elsewhere.test").await;
    search(site).await;
    assert_eq!(pairs(site).await.len(), 1);
    (one, other)
}

fn fields(a: Uuid, b: Uuid) -> Vec<(&'static str, String)> {
    vec![("a", a.to_string()), ("b", b.to_string())]
}

/// What a page shows, without the marks between pieces of text.
async fn shown(browser: &Browser, path: &str) -> String {
    let reply = browser.get(path).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {reply:?}");
    reply.read()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pairs_are_shown_the_surest_first_and_by_confidence(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    assert!(
        shown(&admin, PAGE)
            .await
            .contains("The search has only just begun")
    );
    search(&site).await;
    assert!(
        shown(&admin, PAGE)
            .await
            .contains("No two accounts look like one person’s")
    );
    person(&site, "Dana", "Whitlock", "d.whitlock@harbourlane.test").await;
    waiting(&site, "Dana", "Whitlock", "d.whitlock@harbourlane.test").await;
    person(&site, "Nils", "Holm", "nils.holm@harbourlane.test").await;
    person(&site, "Holm", "Nils", "nils-holm@elsewhere.test").await;
    person(&site, "Ana", "Prado", "ana@harbourlane.test").await;
    person(&site, "Ana", "Prado", "prado@elsewhere.test").await;
    search(&site).await;
    let page = shown(&admin, PAGE).await;
    let place = |words: &str| {
        page.find(words)
            .unwrap_or_else(|| panic!("{words}: {page}"))
    };
    assert!(place("They have an e-mail in common; the same names.") < place("Nils Holm"));
    assert!(place("first and last exchanged") < place("ana@harbourlane.test"));
    assert!(place("All accounts were last looked through") > place("prado@elsewhere.test"));
    for (confidence, there, not_there) in [
        ("sure", "d.whitlock@", "nils.holm@"),
        ("likely", "nils.holm@", "ana@"),
        ("possible", "ana@", "d.whitlock@"),
    ] {
        let page = shown(&admin, &format!("{PAGE}?confidence={confidence}")).await;
        assert!(
            page.contains(there) && !page.contains(not_there),
            "{confidence}"
        );
    }
    // What isn't a filter filters nothing.
    for odd in [
        "confidence=certain",
        "after=x",
        "after=1.2.3",
        "after=&aside=x",
    ] {
        let page = shown(&admin, &format!("{PAGE}?{odd}")).await;
        assert!(
            page.contains("nils.holm@") && page.contains("ana@"),
            "{odd}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn page_after_page_shows_each_pair_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    sql(
        &site,
        "INSERT INTO accounts (first_name, last_name, email)
         SELECT 'First' || number / 2, 'Last' || number / 2, 'mail' || number || '@harbourlane.test'
         FROM generate_series(0, 119) AS number",
    )
    .await;
    search(&site).await;
    let admin = admin(&site).await;
    let mut found = BTreeSet::new();
    let (mut next, mut count) = (Some(PAGE.to_owned()), 0);
    while let Some(path) = next {
        let page = shown(&admin, &path).await;
        let links: Vec<_> = page
            .split("href=\"/admin/duplicates/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert!(links.len() <= 25);
        found.extend(links);
        count += 1;
        next = page
            .split_once("\">More pairs</a>")
            .map(|(before, _)| before.rsplit('"').next().unwrap().replace("&amp;", "&"));
        assert_eq!(page.contains("To the beginning"), count > 1);
    }
    assert_eq!((found.len(), count), (60, 3));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pair_that_is_put_aside_stays_aside_until_somebody_takes_that_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let (a, b) = a_pair(&site).await;
    let before = last_event(&site).await;
    // Whichever of the two is named first.
    let reply = send(&admin, APART, &fields(b, a)).await;
    reply.leads_to("/admin/duplicates?done=set_aside");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.actor_account_id),
        ("duplicate.set_aside", admin.account().await)
    );
    let detail = "SELECT detail->>'other' FROM audit_events WHERE action = 'duplicate.set_aside'";
    let both = BTreeSet::from([
        event.account_id.unwrap().to_string(),
        text(&site, detail).await.unwrap(),
    ]);
    assert_eq!(both, BTreeSet::from([a.to_string(), b.to_string()]));

    assert!(!shown(&admin, PAGE).await.contains("d.whitlock@"));
    assert!(
        shown(&admin, &format!("{PAGE}?aside=true"))
            .await
            .contains("d.whitlock@")
    );
    let pair = format!("{PAGE}/{a}/{b}");
    let page = shown(&admin, &pair).await;
    assert!(page.contains("put this pair aside") && !page.contains("duplicates/merge\""));
    // The search finds them again, and leaves them there.
    sql(
        &site,
        "UPDATE accounts SET first_name = 'Dena' WHERE email LIKE '%elsewhere.test'",
    )
    .await;
    search(&site).await;
    assert!(!shown(&admin, PAGE).await.contains("d.whitlock@"));

    // Twice is once.
    let form = fields(a, b);
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let place = format!("{pair}?problem=decided");
    let event = form_refused(&site, &admin, (APART, &form), &place).await;
    assert_eq!(event.reason.as_deref(), Some("decided"));

    let before = last_event(&site).await;
    let reply = send(&admin, RECONSIDER, &fields(a, b)).await;
    reply.leads_to("/admin/duplicates?aside=true&done=reconsidered");
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "duplicate.reconsidered");
    assert!(shown(&admin, PAGE).await.contains("d.whitlock@"));
    assert!(
        !shown(&admin, &format!("{PAGE}?aside=true"))
            .await
            .contains("d.whitlock@")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_accounts_stand_side_by_side_with_all_that_tells_them_apart(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let one = site.linked("dana", "one@harbourlane.test").await;
    let other = waiting(&site, "Dana", "Whitlock", "other@harbourlane.test").await;
    signed_in(&site, "dana").await;
    let page = shown(&admin, &format!("{PAGE}/{one}/{other}")).await;
    for words in [
        "one@harbourlane.test",
        "other@harbourlane.test",
        "Nobody has proved it",
        "Linked</span>",
        "Whitlock</span>",
        "In 1 browser",
        "In no browser",
        "Waiting",
        "Member of the firm",
        "at the first sign-in",
        "It isn’t in use yet",
        &format!("href=\"/admin/accounts/{one}\""),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Only one of them can stay.
    let stay = |id| format!("name=\"into\" value=\"{id}\"");
    assert!(page.contains(&stay(one)) && !page.contains(&stay(other)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_are_no_two_accounts_is_no_page(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let (a, _) = a_pair(&site).await;
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    for path in [
        format!("{PAGE}/{a}/{nobody}"),
        format!("{PAGE}/{nobody}/{a}"),
        format!("{PAGE}/{a}/{a}"),
        format!("{PAGE}/{a}/x"),
        format!("{PAGE}/x/%27"),
        format!("{PAGE}/{a}"),
    ] {
        assert_eq!(
            admin.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn strangers_sign_in_members_stay_out_and_reviewers_only_look(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (a, b) = a_pair(&site).await;
    let pair = format!("{PAGE}/{a}/{b}");
    let stranger = Browser::new(&site);
    for path in [PAGE, &pair] {
        let reply = stranger.get(path).await;
        assert!(
            reply.location().starts_with("/sign-in?return_to="),
            "{reply:?}"
        );
    }
    site.linked("dana", "member@harbourlane.test").await;
    let member = signed_in(&site, "dana").await;
    let reviewer = at_desk(&site, "tomas", "reviewer").await;
    for path in [PAGE, &pair] {
        assert_eq!(
            member.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let page = shown(&reviewer, path).await;
        assert!(page.contains("d.whitlock@elsewhere.test"));
        assert!(!page.contains("method=\"post\" action=\"/admin"), "{page}");
    }
    let merge = Merge::of(a, b);
    let forms = [
        (APART, fields(a, b)),
        (RECONSIDER, fields(a, b)),
        ("/admin/duplicates/merge", merge.fields("whatever")),
        ("/admin/duplicates/undo", vec![("event", "1".to_owned())]),
    ];
    for (path, form) in &forms {
        let before = site.dump().await;
        send(&stranger, path, form).await.leads_to("/sign-in");
        assert_eq!(site.dump().await, before, "{path}");
        for (who, browser) in [("member", &member), ("reviewer", &reviewer)] {
            let last = last_event(&site).await;
            let reply = send(browser, path, form).await;
            assert_eq!(
                reply.status,
                StatusCode::FORBIDDEN,
                "{who} {path}: {reply:?}"
            );
            let event = only_event_after(&site, last).await;
            assert_eq!(event.action, "desk.refused");
            assert_eq!(event.reason.as_deref(), Some("role"), "{who} {path}");
        }
    }
    assert_eq!(pairs(&site).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_signed_in_long_ago_shows_first_that_it_is_them(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let (a, b) = a_pair(&site).await;
    let seen = seen(&admin, &Merge::of(a, b)).await;
    sql(
        &site,
        "UPDATE sessions SET fresh_at = now() - interval '5 minutes 1 second'",
    )
    .await;
    let pair = format!("{PAGE}/{a}/{b}");
    for path in [PAGE, &pair] {
        let page = shown(&admin, path).await;
        assert!(
            page.contains("href=\"/account/confirm?then=%2Fadmin%2Fduplicates"),
            "{page}"
        );
        assert!(!page.contains("method=\"post\" action=\"/admin"), "{page}");
    }
    let merge = Merge::of(a, b).fields(&seen);
    for (path, form) in [(APART, &fields(a, b)), ("/admin/duplicates/merge", &merge)] {
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let place = format!("{pair}?problem=confirm_first");
        let event = form_refused(&site, &admin, (path, &form), &place).await;
        assert_eq!(event.reason.as_deref(), Some("not_fresh"));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_names_are_text(pool: PgPool) {
    const HOSTILE: &str = "<script>alert(1)</script>&\"'";
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let one = person(&site, HOSTILE, HOSTILE, "\"><img src=x>@harbourlane.test").await;
    let other = person(&site, HOSTILE, HOSTILE, "\"><img src=x>@elsewhere.test").await;
    search(&site).await;
    let before = last_event(&site).await;
    for path in [PAGE.to_owned(), format!("{PAGE}/{one}/{other}")] {
        let page = shown(&admin, &path).await;
        assert!(
            !page.contains("<script>alert") && !page.contains("<img"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    }
    assert_eq!(last_event(&site).await, before, "looking is no event");
}
