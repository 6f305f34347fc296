//! Limits on guessing at the door without Clio: shared by all nodes, and never for good.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use tokio::task::JoinSet;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account, account_with_password, another_code,
    ask_for_code, confirm_by_password, form_refused, mailed_code, number, set_password,
    sign_in_by_code, sign_in_by_password, signed_in_by_code, sql, with_a_code,
};

const TOO_MANY: &str = "/sign-in?problem=too_many";
const NOT_MATCHING: &str = "/sign-in?problem=not_matching";
const WRONG_CODE: &str = "/sign-in/code?problem=wrong_code";
const CODE_TOO_MANY: &str = "/sign-in/code?problem=too_many";

/// How many letters were put into the outbox.
const LETTERS: &str = "SELECT count(*) FROM mail_outbox";

/// A site behind a proxy, at a moment that stands still.
async fn behind_a_proxy(pool: PgPool) -> Site {
    let site = Site::start(pool, |settings| {
        settings.set("TRUSTED_PROXIES", "127.0.0.0/8");
    })
    .await;
    site.clock.freeze();
    site
}

fn from(browser: &Browser, address: &str) -> Browser {
    browser.with_header("x-forwarded-for", address)
}

/// Does something many times at once; gives the answers.
async fn times<F>(count: usize, doing: impl Fn(usize) -> F) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let mut running = JoinSet::new();
    for turn in 0..count {
        running.spawn(doing(turn));
    }
    running.join_all().await
}

/// Lets as many browsers at an address ask for a code at once; gives the answers.
async fn codes_asked_from(address: &str, count: usize, site: &Site, email: &str) -> Vec<Reply> {
    times(count, |turn| {
        let browser = from(&Browser::new(site), address);
        // Upper case is no way around.
        let email = if turn % 3 == 0 {
            email.to_ascii_uppercase()
        } else {
            email.to_owned()
        };
        async move { ask_for_code(&browser, &email).await }
    })
    .await
}

/// Fails unless one more code for an e-mail is refused at an address.
async fn is_out_of_codes(site: &Site, address: &str, email: &str) {
    let browser = from(&Browser::new(site), address);
    let form = ("/auth/local/code/send", &[("email", email)][..]);
    let event = form_refused(site, &browser, form, TOO_MANY).await;
    assert_eq!(event.reason.as_deref(), Some("too_many_codes"), "{email}");
}

/// Fails unless all answers lead there.
#[track_caller]
fn all_lead_to(replies: &[Reply], place: &str) {
    for reply in replies {
        assert_eq!(
            (reply.status, reply.location()),
            (StatusCode::SEE_OTHER, place)
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn twenty_guesses_at_an_email_from_wherever_are_enough_for_a_quarter_of_an_hour(
    pool: PgPool,
) {
    let site = behind_a_proxy(pool).await;
    let node = site.another_node().await;
    account_with_password(&site, DANA).await;
    // The same whether somebody has the e-mail or nobody.
    for email in [DANA, "nobody@harbourlane.test"] {
        let guesses = times(20, |turn| {
            let browser = from(&Browser::new(&site), &format!("198.51.100.{turn}"));
            let browser = if turn % 2 == 0 {
                browser
            } else {
                browser.at_node(&node)
            };
            // Upper case is no way around.
            let email = if turn % 3 == 0 {
                email.to_ascii_uppercase()
            } else {
                email.to_owned()
            };
            async move { sign_in_by_password(&browser, &email, "a guess at it").await }
        })
        .await;
        all_lead_to(&guesses, NOT_MATCHING);
        for own in [&site, &node] {
            let browser = from(&Browser::new(own), "203.0.113.9");
            let fields = [("email", email), ("password", PASSWORD)];
            let form = ("/auth/local/password", &fields[..]);
            let event = form_refused(&site, &browser, form, TOO_MANY).await;
            assert_eq!(event.reason.as_deref(), Some("too_many"), "{email}");
        }
    }
    // Somebody else isn't kept out by it, and nobody is for good.
    let ikram = "ikram.osei@harbourlane.test";
    account_with_password(&site, ikram).await;
    let reply = sign_in_by_password(&Browser::new(&site), ikram, PASSWORD).await;
    reply.leads_to("/account");
    site.advance(Duration::from_mins(15));
    let reply = sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_at_passwords_and_codes_of_an_email_are_counted_together(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account_with_password(&site, DANA).await;
    let guesses = times(19, |turn| {
        let browser = from(&Browser::new(&site), &format!("198.51.100.{turn}"));
        async move { sign_in_by_password(&browser, DANA, "a guess at it").await }
    })
    .await;
    all_lead_to(&guesses, NOT_MATCHING);
    let (browser, code) = with_a_code(&site, DANA).await;
    let wrong = sign_in_by_code(&browser, DANA, &another_code(&code)).await;
    wrong.leads_to(WRONG_CODE);
    let fields = [("email", DANA), ("code", code.as_str())];
    let form = ("/auth/local/code", &fields[..]);
    let event = form_refused(&site, &browser, form, CODE_TOO_MANY).await;
    assert_eq!(event.reason.as_deref(), Some("too_many"));
    site.advance(Duration::from_mins(15));
    signed_in_by_code(&site, DANA).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_guessed_at_gets_in_with_clio_and_confirms_inside(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    let dana = site.linked("dana", DANA).await;
    set_password(&site, dana, PASSWORD).await;
    let guesses = times(20, |turn| {
        let browser = from(&Browser::new(&site), &format!("198.51.100.{turn}"));
        async move { sign_in_by_password(&browser, DANA, "a guess at it").await }
    })
    .await;
    all_lead_to(&guesses, NOT_MATCHING);
    let browser = Browser::new(&site);
    sign_in_by_password(&browser, DANA, PASSWORD)
        .await
        .leads_to(TOO_MANY);
    browser.sign_in(&site, "dana").await.leads_to("/account");
    // What strangers do at the door takes nothing from whoever is in.
    confirm_by_password(&browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_that_guesses_at_many_emails_is_kept_out_for_a_quarter_of_an_hour(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    let node = site.another_node().await;
    account_with_password(&site, DANA).await;
    let window = site.services.now().unix_timestamp() / 900 * 900;
    let spent = format!(
        "INSERT INTO guesses (bucket, window_start, count)
         VALUES ('address:198.51.100.7', to_timestamp({window}), 99),
                ('codes:198.51.100.7', to_timestamp({window}), 99)"
    );
    sql(&site, &spent).await;
    let guesser = from(&Browser::new(&site), "198.51.100.7").at_node(&node);
    let reply = sign_in_by_password(&guesser, "nobody@harbourlane.test", "a guess at it").await;
    reply.leads_to(NOT_MATCHING);
    sign_in_by_password(&guesser, DANA, PASSWORD)
        .await
        .leads_to(TOO_MANY);
    ask_for_code(&guesser, DANA).await.leads_to("/sign-in/code");
    let reply = ask_for_code(&guesser, "nobody@harbourlane.test").await;
    reply.leads_to(CODE_TOO_MANY);

    let neighbour = from(&Browser::new(&site), "198.51.100.8");
    sign_in_by_password(&neighbour, DANA, PASSWORD)
        .await
        .leads_to("/account");
    site.advance(Duration::from_mins(15));
    sign_in_by_password(&guesser, DANA, PASSWORD)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_bears_five_tries(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    for (wrong_tries, then) in [(4, "/account"), (5, WRONG_CODE)] {
        let (browser, code) = with_a_code(&site, DANA).await;
        for _ in 0..wrong_tries {
            let wrong = another_code(&code);
            sign_in_by_code(&browser, DANA, &wrong)
                .await
                .leads_to(WRONG_CODE);
        }
        sign_in_by_code(&browser, DANA, &code).await.leads_to(then);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn tries_made_at_once_are_all_counted(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    account(&site, DANA, "active").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    let wrong = another_code(&code);
    let tries = times(12, |turn| {
        let browser = if turn % 2 == 0 {
            browser.clone()
        } else {
            browser.at_node(&node)
        };
        let wrong = wrong.clone();
        async move { sign_in_by_code(&browser, DANA, &wrong).await }
    })
    .await;
    all_lead_to(&tries, WRONG_CODE);
    for (reason, count) in [("wrong_code", 5), ("no_code", 7)] {
        let recorded = format!("SELECT count(*) FROM audit_events WHERE reason = '{reason}'");
        assert_eq!(number(&site, &recorded).await, count, "{reason}");
    }
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to(WRONG_CODE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_code_can_be_asked_for_after_a_minute_and_ends_the_one_before(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account(&site, DANA, "active").await;
    let (browser, first) = with_a_code(&site, DANA).await;
    site.advance(Duration::from_secs(59));
    let form = ("/auth/local/code/send", &[("email", DANA)][..]);
    let event = form_refused(&site, &browser, form, CODE_TOO_MANY).await;
    assert_eq!(event.reason.as_deref(), Some("code_asked_a_moment_ago"));

    site.advance(Duration::from_secs(1));
    ask_for_code(&browser, DANA).await.leads_to("/sign-in/code");
    let second = mailed_code(&site, DANA).await;
    if first != second {
        sign_in_by_code(&browser, DANA, &first)
            .await
            .leads_to(WRONG_CODE);
    }
    sign_in_by_code(&browser, DANA, &second)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_gets_twelve_codes_a_day_for_a_mailbox_and_leaves_others_theirs(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account(&site, DANA, "active").await;
    // The same whether somebody has the e-mail or nobody.
    for email in [DANA, "nobody@harbourlane.test"] {
        let asked = codes_asked_from("198.51.100.7", 12, &site, email).await;
        all_lead_to(&asked, "/sign-in/code");
        is_out_of_codes(&site, "198.51.100.7", email).await;
        let asked = codes_asked_from("198.51.100.8", 1, &site, email).await;
        all_lead_to(&asked, "/sign-in/code");
    }
    assert_eq!(number(&site, LETTERS).await, 13);
    let asked = codes_asked_from("198.51.100.7", 1, &site, "else@harbourlane.test").await;
    all_lead_to(&asked, "/sign-in/code");
    site.advance(Duration::from_hours(24));
    let asked = codes_asked_from("198.51.100.7", 1, &site, DANA).await;
    all_lead_to(&asked, "/sign-in/code");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailbox_gets_thirty_six_codes_a_day_whichever_addresses_ask(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account(&site, DANA, "active").await;
    for email in [DANA, "nobody@harbourlane.test"] {
        for address in ["198.51.100.7", "198.51.100.8", "198.51.100.9"] {
            let asked = codes_asked_from(address, 12, &site, email).await;
            all_lead_to(&asked, "/sign-in/code");
        }
        is_out_of_codes(&site, "198.51.100.10", email).await;
    }
    assert_eq!(number(&site, LETTERS).await, 36);
    site.advance(Duration::from_hours(24));
    with_a_code(&site, DANA).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_codes_asked_for_at_once_no_more_are_mailed_than_an_address_gets(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account(&site, DANA, "active").await;
    let asked = codes_asked_from("198.51.100.7", 20, &site, DANA).await;
    let (mailed, refused): (Vec<Reply>, Vec<Reply>) = asked
        .into_iter()
        .partition(|reply| reply.location() == "/sign-in/code");
    all_lead_to(&refused, TOO_MANY);
    assert_eq!((mailed.len(), refused.len()), (12, 8));
    assert_eq!(number(&site, LETTERS).await, 12);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refused_for_coming_a_moment_after_a_code_uses_none_up(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account(&site, DANA, "active").await;
    for email in [DANA, "nobody@harbourlane.test"] {
        let hasty = from(&Browser::new(&site), "198.51.100.7");
        ask_for_code(&hasty, email).await.leads_to("/sign-in/code");
        for _ in 0..36 {
            ask_for_code(&hasty, email).await.leads_to(CODE_TOO_MANY);
        }
        let asked = codes_asked_from("198.51.100.7", 11, &site, email).await;
        all_lead_to(&asked, "/sign-in/code");
        is_out_of_codes(&site, "198.51.100.7", email).await;
    }
    assert_eq!(number(&site, LETTERS).await, 12);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_codes_of_a_mailbox_bear_thirty_tries_a_day_together(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    site.begin_a_day();
    account(&site, DANA, "active").await;
    for turn in 0..6 {
        // An account bears twenty guesses of whatever kind in a quarter of an hour.
        if turn == 4 {
            site.advance(Duration::from_mins(15));
        }
        let (browser, code) = with_a_code(&site, DANA).await;
        let wrong = another_code(&code);
        let tries = times(5, |_| {
            let (browser, wrong) = (browser.clone(), wrong.clone());
            async move { sign_in_by_code(&browser, DANA, &wrong).await }
        })
        .await;
        all_lead_to(&tries, WRONG_CODE);
    }
    let (browser, code) = with_a_code(&site, DANA).await;
    let fields = [("email", DANA), ("code", code.as_str())];
    let form = ("/auth/local/code", &fields[..]);
    let event = form_refused(&site, &browser, form, CODE_TOO_MANY).await;
    assert_eq!(event.reason.as_deref(), Some("too_many"));
    site.advance(Duration::from_hours(24));
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
}
