//! Lists of people at the desk: the dry run, carrying them out, and whatever comes in between.

use std::{fmt::Write as _, time::Duration};

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::{migrations::MIGRATOR, outbox},
    service::{background, importing},
};

use super::{administrator, with_role};
use crate::harness::{
    Browser, Reply, Site, account, empty_outbox, events_after, last_event, number,
    only_event_after, signed_in, sql, text,
};

const IMPORT: &str = "/admin/invitations/import";

/// Sends a list to be looked through; gives the path of its report.
async fn check(browser: &Browser, csv: &str) -> String {
    let reply = browser.post_form(IMPORT, &[("csv", csv)]).await;
    assert!(
        reply.location().starts_with("/admin/invitations/import/"),
        "{reply:?}"
    );
    reply.location().to_owned()
}

/// Says yes to a list that was looked through.
async fn apply(browser: &Browser, report: &str) -> Reply {
    let (_, id) = report.rsplit_once('/').unwrap();
    browser
        .post_form(IMPORT, &[("csv", ""), ("apply", id)])
        .await
}

/// Carries out all that was begun.
async fn carry_out(site: &Site) {
    while importing::step(&site.services).await.unwrap() {}
}

/// A list of so many people.
fn people(count: usize) -> String {
    let mut csv = "email,first_name,last_name\n".to_owned();
    for n in 0..count {
        writeln!(csv, "person.{n}@harbourlane.test,Pat {n},Ferreira-O’Hara").unwrap();
    }
    csv
}

/// The rows of a report's page: line, person, and what it says, in plain text.
fn rows(page: &str) -> Vec<String> {
    let (_, table) = page.split_once("<tbody>").unwrap();
    let (table, _) = table.split_once("</tbody>").unwrap();
    table.split("<tr>").skip(1).map(plain).collect()
}

/// What is read of a piece of a page.
fn plain(html: &str) -> String {
    let pieces = html
        .split('<')
        .filter_map(|piece| Some(piece.split_once('>')?.1));
    let words: Vec<&str> = pieces.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_dry_run_says_row_by_row_what_would_happen_and_does_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for status in ["active", "pending", "suspended", "deleted", "invited"] {
        account(&site, &format!("{status}@firm.test"), status).await;
    }
    sql(
        &site,
        "INSERT INTO accounts (email) VALUES ('unproved@firm.test')",
    )
    .await;
    empty_outbox(&site).await;
    let before = counts(&site).await;
    let csv = "Last name;Office;E-Mail;First name\r\n\
               Brandt;Oslo;Lena@BrandtLaw.test;Lena\r\n\
               Twice;;LENA@brandtlaw.test;Lena\r\n\
               ;;ACTIVE@firm.test;\r\n\
               ;;pending@firm.test;\r\n\
               ;;suspended@firm.test;\r\n\
               ;;deleted@firm.test;\r\n\
               ;;Invited@Firm.test;\r\n\
               ;;unproved@firm.test;\r\n\
               \r\n\
               =1+1;;<script>@firm;D\u{202e}na\r\n\
               Zhao;;mei@firm.test;Mei;Lin\r\n";
    let report = check(&browser, csv).await;
    assert_eq!(counts(&site).await, before);
    let page = browser.get(&format!("{report}?show=all")).await.body;
    let told = rows(&page);
    let expected = [
        "2 Lena Brandt Lena@BrandtLaw.test Will be invited",
        "3 Lena Twice LENA@brandtlaw.test Skipped: the same e-mail stands in an earlier line, line 2",
        "4 ACTIVE@firm.test Skipped: has an account",
        "5 pending@firm.test Skipped: has an account",
        "6 suspended@firm.test Skipped: the account is closed",
        "7 deleted@firm.test Skipped: the account is closed",
        "8 Invited@Firm.test Skipped: invited already",
        "9 unproved@firm.test Will be invited. Somebody signs in with this e-mail already",
        "11 Dna =1+1 &lt;script&gt;@firm Column 3, “E-Mail” : “&lt;script&gt;@firm”. This isn’t a complete",
        "11 Dna =1+1 &lt;script&gt;@firm Column 4, “First name” : “Dna”. This is too long for a name",
        "12 Mei Zhao mei@firm.test Column 5 : “Lin”. The first line names no column",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (row, expected) in told.iter().zip(expected) {
        assert!(row.starts_with(expected), "{row}\n{expected}");
    }
    assert!(page.contains("Columns that weren’t read: Office."));
    // Mistakes come first.
    let page = browser.get(&report).await.body;
    assert_eq!(rows(&page).len(), 3);
    for text in [
        "2 with mistakes",
        "1 to invite",
        "1 repeated",
        "Invite 2 people",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let page = browser.get(&format!("{report}?show=closed")).await.body;
    assert_eq!(rows(&page).len(), 2);
}

/// What no dry run changes.
async fn counts(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "accounts",
        "invitations",
        "claims",
        "mail_outbox",
        "audit_events",
    ] {
        counts.push(number(site, &format!("SELECT count(*) FROM {table}")).await);
    }
    counts
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_is_carried_out_invites_each_person_once_on_record(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    let own = browser.account().await;
    empty_outbox(&site).await;
    let report = check(
        &browser,
        "email\tfirst name\nlena@brandtlaw.test\tLena\ntom@brandtlaw.test\n",
    )
    .await;
    let since = last_event(&site).await;
    apply(&browser, &report).await.leads_to(&report);
    assert_eq!(only_event_after(&site, since).await.action, "import.begun");
    assert!(browser.get(&report).await.body.contains("0 of 2 people"));
    carry_out(&site).await;
    let events = events_after(&site, since).await;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "import.begun",
            "account.invited",
            "account.invited",
            "import.finished"
        ]
    );
    assert!(events.iter().all(|event| event.actor_account_id == own));
    let made = "SELECT string_agg(concat_ws(' ', email, first_name, status, role, made_by), ', ' ORDER BY email)
                FROM invitations JOIN accounts ON id = account_id";
    assert_eq!(
        text(&site, made).await.as_deref(),
        Some(
            "lena@brandtlaw.test Lena invited member import, tom@brandtlaw.test  invited member import"
        )
    );
    let page = browser.get(&format!("{report}?show=all")).await.body;
    assert!(page.contains("2 people invited."));
    assert!(
        rows(&page).iter().all(|row| row.ends_with("Invited")),
        "{:?}",
        rows(&page)
    );
    // Nothing of whom it was about stands in the record.
    let detail = "SELECT count(*) FROM audit_events WHERE detail::text ILIKE '%brandt%' OR detail::text ILIKE '%lena%'";
    assert_eq!(number(&site, detail).await, 0);
    // The mailed link opens the account.
    let letter = text(
        &site,
        "SELECT body_text FROM mail_outbox WHERE to_email LIKE 'lena@%'",
    )
    .await
    .unwrap();
    let token = letter
        .split_once("token=")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let lena = Browser::new(&site);
    let url = lena
        .begin_at(&format!("/auth/clio/start?claim={token}"))
        .await;
    let callback = site.clio.authorize(&url, "lena").unwrap();
    lena.finish(&callback).await.leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_list_again_invites_nobody_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let csv = people(3);
    // Looked through and carried out in one go.
    for (round, invited) in [(1, "3 people invited."), (2, "0 people invited.")] {
        let reply = browser
            .post_form(IMPORT, &[("csv", &csv), ("apply", "true")])
            .await;
        carry_out(&site).await;
        let page = browser
            .get(&format!("{}?show=all", reply.location()))
            .await
            .body;
        assert!(page.contains(invited), "{round}: {page}");
        assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 3);
        let mails = "SELECT count(*) FROM mail_outbox WHERE kind = 'invitation'";
        assert_eq!(number(&site, mails).await, 3);
    }
    // What was begun can't be begun again.
    let report = check(&browser, &people(4)).await;
    apply(&browser, &report).await.leads_to(&report);
    let since = last_event(&site).await;
    apply(&browser, &report)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some("import_gone"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_was_cut_short_between_two_batches_goes_on_elsewhere_and_does_nothing_twice(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    let report = check(&browser, &people(600)).await;
    apply(&browser, &report).await;
    assert!(importing::step(&site.services).await.unwrap());
    let done = number(&site, "SELECT count(*) FROM invitations").await;
    assert!((1..600).contains(&done), "{done}");
    assert!(
        browser
            .get(&report)
            .await
            .body
            .contains(&format!("{done} of 600 people"))
    );
    // Two other nodes go on at once.
    let (one, other) = (site.another_node().await, site.another_node().await);
    tokio::join!(carry_out(&one), carry_out(&other));
    for (table, count) in [
        ("invitations", 600),
        ("claims", 600),
        ("mail_outbox", 600),
        ("accounts WHERE status = 'invited'", 600),
        ("import_rows WHERE outcome = 'invited'", 600),
    ] {
        let query = format!("SELECT count(*) FROM {table}");
        assert_eq!(number(&site, &query).await, count, "{table}");
    }
    let events = events_after(&site, since).await;
    let of = |action: &str| events.iter().filter(|event| event.action == action).count();
    assert_eq!(
        (
            of("import.begun"),
            of("account.invited"),
            of("import.finished")
        ),
        (1, 600, 1)
    );
    assert!(
        browser
            .get(&report)
            .await
            .body
            .contains("600 people invited.")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_administrators_with_one_list_at_once_invite_everybody_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, ikram) = (
        administrator(&site).await,
        with_role(&site, "ikram", "owner").await,
    );
    let backwards: String = {
        let all = people(300);
        let (head, rows) = all.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        format!("{head}\n{}", rows.join("\n").to_uppercase())
    };
    let (first, second) = (
        check(&dana, &people(300)).await,
        check(&ikram, &backwards).await,
    );
    apply(&dana, &first).await.leads_to(&first);
    apply(&ikram, &second).await.leads_to(&second);
    let node = site.another_node().await;
    tokio::join!(carry_out(&site), carry_out(&node));
    assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 300);
    let mails = "SELECT count(*) FROM mail_outbox WHERE kind = 'invitation'";
    assert_eq!(number(&site, mails).await, 300);
    let outcomes = "SELECT string_agg(outcome || n, ' ' ORDER BY outcome)
                    FROM (SELECT outcome, count(*) AS n FROM import_rows GROUP BY 1) AS of";
    assert_eq!(
        text(&site, outcomes).await.as_deref(),
        Some("invited300 invited_already300")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_changed_since_the_dry_run_is_told_row_by_row(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(4)).await;
    for (n, status) in [(0, "active"), (1, "deleted"), (2, "invited")] {
        account(&site, &format!("PERSON.{n}@harbourlane.test"), status).await;
    }
    apply(&browser, &report).await;
    carry_out(&site).await;
    let page = browser.get(&format!("{report}?show=all")).await.body;
    let rows = rows(&page);
    for (row, words) in rows.iter().zip([
        "they have got an account meanwhile",
        "the account was closed meanwhile",
        "somebody else invited them meanwhile",
        "Invited",
    ]) {
        assert!(row.ends_with(words), "{row}");
    }
    assert!(page.contains("1 person invited.") && page.contains("3 people would have been"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_may_not_invite_any_more_invites_nobody_more(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(300)).await;
    apply(&browser, &report).await;
    importing::step(&site.services).await.unwrap();
    let done = number(&site, "SELECT count(*) FROM invitations").await;
    sql(
        &site,
        "UPDATE accounts SET role = 'member' WHERE role = 'admin'",
    )
    .await;
    let since = last_event(&site).await;
    carry_out(&site).await;
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("import.stopped", Some("role"))
    );
    assert_eq!(
        number(&site, "SELECT count(*) FROM invitations").await,
        done
    );
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE role = 'member' AND status = 'active'",
    )
    .await;
    let page = browser.get(&report).await.body;
    assert!(page.contains(&format!("stopped after {done} people")));
    assert!(!importing::step(&site.services).await.unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_is_seen_and_carried_out_by_whoever_sent_it_and_nobody_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, ikram) = (
        administrator(&site).await,
        with_role(&site, "ikram", "owner").await,
    );
    let report = check(&dana, &people(2)).await;
    assert_eq!(ikram.get(&report).await.status, StatusCode::NOT_FOUND);
    let since = last_event(&site).await;
    apply(&ikram, &report)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    assert_eq!(
        only_event_after(&site, since).await.reason.as_deref(),
        Some("import_gone")
    );
    assert!(!importing::step(&site.services).await.unwrap());
    for id in [Uuid::max().to_string(), "x".to_owned(), "%00".to_owned()] {
        let reply = dana.get(&format!("{IMPORT}/{id}")).await;
        assert!(reply.status.is_client_error(), "{id}: {reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn carrying_out_asks_for_a_fresh_sign_in_and_keeps_the_list_meanwhile(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    site.advance(Duration::from_mins(6));
    let report = check(&browser, &people(2)).await;
    let since = last_event(&site).await;
    apply(&browser, &report)
        .await
        .leads_to(&format!("{report}?problem=confirm_first"));
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some("not_fresh"))
    );
    let page = browser
        .get(&format!("{report}?problem=confirm_first"))
        .await
        .body;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Finvitations%2Fimport%2F"));
    // Sent along with the answer, the list is kept just as well.
    let reply = browser
        .post_form(IMPORT, &[("csv", &people(2)), ("apply", "yes")])
        .await;
    assert!(
        reply.location().ends_with("?problem=confirm_first"),
        "{reply:?}"
    );
    let kept = reply.location().split_once('?').unwrap().0.to_owned();
    let again = signed_in(&site, "dana").await;
    apply(&again, &kept).await.leads_to(&kept);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_cannot_be_read_comes_back_on_record(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for (csv, code) in [
        ("", "list_empty"),
        ("email,first name\r\n\r\n", "list_empty"),
        ("dana@firm.test\nikram@firm.test", "list_without_email"),
        ("email,E-Mail\na@firm.test,b@firm.test", "list_column_twice"),
    ] {
        for apply in ["", "true"] {
            let since = last_event(&site).await;
            let reply = browser
                .post_form(IMPORT, &[("csv", csv), ("apply", apply)])
                .await;
            reply.leads_to(&format!("{IMPORT}?problem={code}"));
            let event = only_event_after(&site, since).await;
            assert_eq!(
                (event.action.as_str(), event.reason.as_deref()),
                ("desk.refused", Some(code))
            );
            let page = browser.get(&format!("{IMPORT}?problem={code}")).await.body;
            assert!(page.contains("role=\"alert\""), "{code}");
        }
    }
    assert_eq!(number(&site, "SELECT count(*) FROM imports").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_thousand_people_fit_and_more_are_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(50_000)).await;
    let page = browser.get(&report).await.body;
    for text in [
        "A list of 50,000 rows",
        "Invite 50,000 people",
        "Further rows",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert_eq!(rows(&page).len(), 100);
    let page = browser
        .get(&format!("{report}?show=invite&below=50000.0"))
        .await
        .body;
    assert_eq!(rows(&page).len(), 1);
    browser
        .post_form(IMPORT, &[("csv", &people(50_001))])
        .await
        .leads_to("/admin/invitations/import?problem=list_too_long");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_an_administrators_list_may_be_long(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, reviewer) = (
        administrator(&site).await,
        with_role(&site, "ikram", "reviewer").await,
    );
    let long = "x".repeat(100_000);
    let huge = "x".repeat(9_000_000);
    for (who, path, text) in [
        (&reviewer, IMPORT, &long),
        (&Browser::new(&site), IMPORT, &long),
        (&admin, IMPORT, &huge),
        (&admin, "/admin/invitations/create", &long),
        (&admin, "/account/password", &long),
    ] {
        let reply = who
            .post_form(path, &[("csv", text.as_str()), ("email", "")])
            .await;
        assert_eq!(
            reply.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{path} {}",
            text.len()
        );
    }
    admin
        .post_form(IMPORT, &[("csv", &long)])
        .await
        .leads_to("/admin/invitations/import?problem=list_without_email");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn letters_to_many_wait_behind_those_that_somebody_waits_for(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let report = check(&browser, &people(3)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    account(&site, "tom@firm.test", "active").await;
    let fields = [("email", "tom@firm.test")];
    Browser::new(&site)
        .post_form("/auth/local/code/send", &fields)
        .await;
    let mut connection = site.pool.acquire().await.unwrap();
    let mut kinds = Vec::new();
    while let Some(mail) = outbox::take_due(&mut connection, site.services.clock.now())
        .await
        .unwrap()
    {
        kinds.push(mail.kind);
    }
    assert_eq!(
        kinds,
        ["sign_in_code", "invitation", "invitation", "invitation"]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_is_withdrawn_before_their_letter_left_gets_none(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let report = check(&browser, &people(1)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    let id = text(&site, "SELECT account_id::text FROM invitations")
        .await
        .unwrap();
    browser
        .post_form("/admin/invitations/revoke", &[("invitation", &id)])
        .await
        .leads_to("/admin/invitations?done=revoked");
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_are_forgotten_when_they_are_over(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = administrator(&site).await;
    let report = check(&browser, &people(1)).await;
    apply(&browser, &report).await;
    carry_out(&site).await;
    let first = check(&browser, &people(2)).await;
    // A newer one takes the place of one that wasn't carried out.
    let second = check(&browser, &people(2)).await;
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
    site.advance(Duration::from_hours(24));
    let browser = signed_in(&site, "dana").await;
    apply(&browser, &second)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    site.advance(Duration::from_secs(1));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(browser.get(&second).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&report).await.status, StatusCode::OK);
    site.advance(Duration::from_hours(24 * 30));
    background::sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, "SELECT count(*) FROM import_rows").await, 0);
}
