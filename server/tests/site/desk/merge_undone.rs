//! Undoing a merge: both accounts are as they were, for two weeks, as long as nobody changed what it
//! changed.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::people::{Merge, admin, login, merge, pairs, person, row, search, send, waiting};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, account_with_password, empty_outbox, events_after, form_refused,
    last_event, mailed, number, sign_in_by_password, signed_in, sql, text, undo_at_desk,
    undo_refused,
};

const UNDO: &str = "/admin/duplicates/undo";
const DONE: &str = "/admin/duplicates?done=merged";
const UNDONE: &str = "/admin/duplicates?done=merge_undone";
const ALMOST: Duration = Duration::from_secs(14 * 24 * 3600 - 1);
const TWO_WEEKS: Duration = Duration::from_hours(14 * 24);

/// The event of the last merge, about the account that stayed or the one that went.
async fn event(site: &Site, which: &str) -> i64 {
    let event = format!("SELECT {which}_event_id FROM merges ORDER BY merged_at DESC LIMIT 1");
    number(site, &event).await
}

async fn undo(browser: &Browser, event: i64) -> crate::harness::Reply {
    send(browser, UNDO, &[("event", event.to_string())]).await
}

/// Asks for a merge to be undone, and checks that it stays, for `reason`.
async fn stays(site: &Site, browser: &Browser, event: i64, reason: &str) {
    let event = event.to_string();
    let form = (UNDO, &[("event", event.as_str())][..]);
    let place = "/admin/duplicates?problem=merge_stays";
    let event = form_refused(site, browser, form, place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some(reason))
    );
}

/// Both accounts, their logins, and what waits, as the database has them.
async fn all(site: &Site, accounts: [Uuid; 2]) -> Vec<String> {
    let mut all = Vec::new();
    for account in accounts {
        all.push(row(site, "accounts", account).await);
    }
    for table in ["identities", "cases", "email_changes"] {
        let rows = format!(
            "SELECT coalesce(string_agg({table}::text, E'\\n' ORDER BY id), '') FROM {table} WHERE account_id IN ('{}', '{}')",
            accounts[0], accounts[1]
        );
        all.push(text(site, &rows).await.unwrap());
    }
    all
}

/// A merge that changed everything there is to change. Gives the account that stayed and the one that went.
async fn merged(site: &Site, browser: &Browser, turn: usize) -> (Uuid, Uuid) {
    let mail = |which: &str| format!("{which}-{turn}@harbourlane.test");
    let into = person(site, "Dana", "Whitlock", &mail("into")).await;
    let from = person(site, "D.", "Osei", &mail("from")).await;
    login(site, into, &format!("into-{turn}")).await;
    login(site, from, &format!("from-{turn}")).await;
    let order = Merge {
        first_name: "from",
        last_name: "from",
        email: "from",
        ..Merge::of(into, from)
    };
    merge(browser, &order).await.leads_to(DONE);
    (into, from)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn both_accounts_are_as_they_were_to_the_last_column(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for (turn, which) in ["into", "from"].into_iter().enumerate() {
        let mail = |which: &str| format!("{which}-{turn}@harbourlane.test");
        let into = account_with_password(&site, &mail("into")).await;
        let from = if turn == 0 {
            account_with_password(&site, &mail("from")).await
        } else {
            waiting(&site, "Dana", "Whitlock", &mail("from")).await
        };
        login(&site, into, &format!("into-{turn}")).await;
        let moved = login(&site, from, &format!("from-{turn}")).await;
        login(&site, from, &format!("more-{turn}")).await;
        sql(
            &site,
            &format!(
                "INSERT INTO identities (account_id, issuer, subject, unlinked_at)
                 VALUES ('{from}', 'x', 'former-{turn}', now());
                 INSERT INTO email_changes (account_id, identity_id, new_email, at, outcome)
                 VALUES ('{from}', '{moved}', 'c@d.test', now(), 'asked');
                 INSERT INTO cases (reference, kind, account_id, identity_id, email, created_at)
                 VALUES ('MAIL-{turn}', 'email_change', '{from}', '{moved}', 'c@d.test', now());
                 INSERT INTO cases (reference, kind, account_id, issuer, subject, created_at)
                 VALUES ('ELSE-{turn}', 'link_asked', '{from}', 'issuer', 'else', now()),
                        ('BOTH-{turn}', 'link_asked', '{from}', 'issuer', 'both', now()),
                        ('SAME-{turn}', 'link_asked', '{into}', 'issuer', 'both', now())"
            ),
        )
        .await;
        let before = all(&site, [into, from]).await;
        let order = Merge {
            first_name: "from",
            last_name: "from",
            email: if turn == 0 { "from" } else { "into" },
            ..Merge::of(into, from)
        };
        merge(&admin, &order).await.leads_to(DONE);
        assert_ne!(all(&site, [into, from]).await, before);
        let of_the_merge = event(&site, which).await;
        let last = last_event(&site).await;
        empty_outbox(&site).await;

        undo(&admin, of_the_merge).await.leads_to(UNDONE);

        assert_eq!(all(&site, [into, from]).await, before);
        let events = events_after(&site, last).await;
        let actions: Vec<_> = events
            .iter()
            .map(|event| (event.action.as_str(), event.account_id))
            .filter(|(action, _)| *action != "account.email_changed")
            .collect();
        assert_eq!(
            actions,
            [
                ("account.merge_undone", Some(into)),
                ("account.came_back", Some(from)),
                ("identity.moved_back", Some(from)),
                ("identity.moved_back", Some(from)),
            ]
        );
        let mut letters = mailed(&site).await;
        letters.retain(|letter| letter.starts_with("merge_undone"));
        letters.sort();
        let told = |which| format!("merge_undone {}", mail(which));
        assert_eq!(letters, [told("from"), told("into")]);
        let page = admin.get(UNDONE).await.body;
        assert!(page.contains("The merge is undone") && !page.contains("Merged lately"));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_login_and_each_password_opens_its_own_account_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = account_with_password(&site, "dana@elsewhere.test").await;
    let from = site.linked("dana", DANA).await;
    let order = Merge {
        email: "from",
        ..Merge::of(into, from)
    };
    merge(&admin, &order).await.leads_to(DONE);
    let meanwhile = signed_in(&site, "dana").await;
    assert_eq!(meanwhile.account().await, Some(into));
    undo(&admin, event(&site, "into").await)
        .await
        .leads_to(UNDONE);
    assert_eq!(meanwhile.account().await, None, "signed out");
    let again = signed_in(&site, "dana").await;
    assert_eq!(again.account().await, Some(from));
    let browser = Browser::new(&site);
    sign_in_by_password(&browser, "dana@elsewhere.test", PASSWORD).await;
    assert_eq!(browser.account().await, Some(into));
    // The search finds the two again.
    sql(&site, "UPDATE accounts SET first_name = 'Dana', last_name = 'Whitlock' WHERE role = 'member'; DELETE FROM sessions").await;
    search(&site).await;
    assert_eq!(pairs(&site).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn it_is_undone_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    merged(&site, &admin, 0).await;
    let of_the_merge = event(&site, "into").await;
    undo(&admin, of_the_merge).await.leads_to(UNDONE);
    stays(&site, &admin, of_the_merge, "no_merge").await;
    stays(&site, &admin, 0, "no_merge").await;
    stays(&site, &admin, i64::MAX, "no_merge").await;
    for odd in ["", "x", "-", "9223372036854775808", "1.5"] {
        let reply = admin.post_form(UNDO, &[("event", odd)]).await;
        assert_eq!(reply.status, 400, "{odd}: {reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn it_can_be_undone_for_two_weeks_and_not_a_second_longer(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = admin(&site).await;
    merged(&site, &browser, 0).await;
    let of_the_merge = event(&site, "into").await;
    site.advance(ALMOST);
    let browser = admin(&site).await;
    assert!(
        browser
            .get("/admin/duplicates")
            .await
            .body
            .contains("Merged lately")
    );
    undo(&browser, of_the_merge).await.leads_to(UNDONE);
    merged(&site, &browser, 1).await;
    let of_the_merge = event(&site, "into").await;
    site.advance(TWO_WEEKS);
    let browser = admin(&site).await;
    assert!(
        !browser
            .get("/admin/duplicates")
            .await
            .body
            .contains("Merged lately")
    );
    stays(&site, &browser, of_the_merge, "too_late").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_changed_since_is_not_overwritten(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for (turn, (change, reason)) in [
        ("UPDATE accounts SET first_name = 'Ada' WHERE id = 'INTO'", "facts_changed"),
        ("UPDATE accounts SET last_name = 'Ada' WHERE id = 'INTO'", "facts_changed"),
        ("UPDATE accounts SET email = 'new@harbourlane.test' WHERE id = 'INTO'", "facts_changed"),
        ("UPDATE accounts SET email_verified_at = NULL WHERE id = 'INTO'", "facts_changed"),
        ("UPDATE accounts SET status = 'suspended', status_changed_at = now() WHERE id = 'INTO'", "account_changed"),
        ("UPDATE accounts SET status_changed_at = now() WHERE id = 'INTO'", "account_changed"),
        ("UPDATE accounts SET role = 'admin' WHERE id = 'INTO'", "account_changed"),
        ("UPDATE accounts SET role = 'owner' WHERE id = 'FROM'", "account_changed"),
        ("UPDATE accounts SET status = 'active' WHERE id = 'FROM'", "account_changed"),
        ("UPDATE accounts SET status_changed_at = now() + '1 second' WHERE id = 'FROM'", "account_changed"),
        ("UPDATE identities SET unlinked_at = now() WHERE subject LIKE 'from-%' AND account_id = 'INTO'", "login_gone"),
        ("UPDATE identities SET account_id = 'FROM' WHERE subject LIKE 'from-%' AND account_id = 'INTO'", "login_gone"),
        ("INSERT INTO accounts (email, email_verified_at) SELECT changed->'before'->>'email', now() FROM merges WHERE into_account_id = 'INTO'", "email_taken"),
        ("UPDATE merges SET changed = NULL", "too_late"),
    ]
    .into_iter()
    .enumerate()
    {
        let (into, from) = merged(&site, &admin, turn).await;
        let of_the_merge = event(&site, "into").await;
        let change = change
            .replace("INTO'", &format!("{into}'"))
            .replace("FROM'", &format!("{from}'"));
        // An account in use keeps its e-mail to itself: it gives it up first.
        sql(&site, &format!("UPDATE accounts SET email = 'given-up-{turn}@harbourlane.test' WHERE id = '{from}' AND status = 'deleted'")).await;
        sql(&site, &change).await;
        stays(&site, &admin, of_the_merge, reason).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_the_merge_left_alone_may_have_changed_and_stays_so(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = person(&site, "Dana", "Whitlock", "from@harbourlane.test").await;
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);
    let change = format!(
        "UPDATE accounts
         SET first_name = 'Daniela', email = 'daniela@harbourlane.test'
         WHERE id = '{into}'"
    );
    sql(&site, &change).await;
    login(&site, into, "new-since").await;
    let before = row(&site, "accounts", into).await;
    undo(&admin, event(&site, "into").await)
        .await
        .leads_to(UNDONE);
    assert_eq!(row(&site, "accounts", into).await, before);
    assert_eq!(site.account_of("new-since").await, Some(into));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_e_mail_that_somebody_else_has_by_now_does_not_come_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let into = person(&site, "Dana", "Whitlock", "into@harbourlane.test").await;
    let from = person(&site, "Dana", "Whitlock", "from@harbourlane.test").await;
    merge(&admin, &Merge::of(into, from)).await.leads_to(DONE);
    let somebody = person(&site, "Some", "Body", "FROM@harbourlane.test").await;
    let of_the_merge = event(&site, "from").await;
    stays(&site, &admin, of_the_merge, "email_taken").await;
    sql(
        &site,
        &format!("DELETE FROM accounts WHERE id = '{somebody}'"),
    )
    .await;
    undo(&admin, of_the_merge).await.leads_to(UNDONE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn merges_one_upon_the_other_are_undone_in_turn(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    let mut accounts = Vec::new();
    for name in ["a", "b", "c"] {
        let email = format!("{name}@harbourlane.test");
        let account = person(&site, "Dana", "Whitlock", &email).await;
        login(&site, account, name).await;
        accounts.push(account);
    }
    let [a, b, c] = accounts[..] else {
        panic!("three");
    };
    merge(&admin, &Merge::of(b, a)).await.leads_to(DONE);
    let first = event(&site, "into").await;
    merge(&admin, &Merge::of(c, b)).await.leads_to(DONE);
    let second = event(&site, "into").await;
    // The first one's account went in the second.
    stays(&site, &admin, first, "account_changed").await;
    undo(&admin, second).await.leads_to(UNDONE);
    undo(&admin, first).await.leads_to(UNDONE);
    for (name, account) in [("a", a), ("b", b), ("c", c)] {
        assert_eq!(site.account_of(name).await, Some(account), "{name}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_merge_is_undone_from_what_happened_to_either_account(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = admin(&site).await;
    for (turn, which) in ["into", "from"].into_iter().enumerate() {
        let (into, from) = merged(&site, &admin, turn).await;
        let account = if which == "into" { into } else { from };
        let told = event(&site, which).await;
        let page = format!("/admin/accounts/{account}");
        let offered = format!("name=\"event\" value=\"{told}\"");
        let before = admin.get(&page).await.body;
        assert!(before.contains(&offered), "{which}: {before}");
        undo_at_desk(&admin, told)
            .await
            .leads_to(&format!("{page}?done=undone"));
        let open =
            format!("SELECT count(*) FROM accounts WHERE id = '{from}' AND status = 'active'");
        assert_eq!(number(&site, &open).await, 1, "{which}");
        let after = admin.get(&page).await.body;
        assert!(!after.contains(&offered), "{which}: {after}");
        undo_refused(&site, &admin, told, ("decided", "no_merge")).await;
    }
}
