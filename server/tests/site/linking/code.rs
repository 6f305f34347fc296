//! The second rung: a code to the account's mailbox.

use std::time::Duration;

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{CONFIRMATION, PROMPT, nothing_linked, prompt_shows, refusal_recorded_after};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, account_with_password, another_code, confirm_link,
    dana_at_the_prompt, forget_everybody, give_password, last_event, mailed, mailed_code,
    only_event_after, overtaken, prompted, send_link_code, sql, type_link_code,
};

const WRONG: &str = "/link?problem=wrong_code";
const TOO_MANY: &str = "/link?problem=too_many";

/// Asks for a code, which leads back to the prompt, and gives it.
#[track_caller]
fn code_for<'a>(site: &'a Site, browser: &'a Browser) -> impl Future<Output = String> + 'a {
    let at = std::panic::Location::caller();
    async move {
        let reply = send_link_code(browser).await;
        assert_eq!(reply.location(), "/link", "{at}");
        mailed_code(site, DANA).await
    }
}

/// A site behind a proxy, where Dana has an account, at the beginning of a day that stands still.
async fn behind_a_proxy(pool: PgPool) -> Site {
    let site = Site::start(pool, |settings| {
        settings.set("TRUSTED_PROXIES", "127.0.0.0/8");
    })
    .await;
    site.begin_a_day();
    account_with_password(&site, DANA).await;
    site
}

/// Dana at a prompt of hers, whose browser is at an address.
async fn prompted_at(site: &Site, address: &str) -> Browser {
    let browser = prompted(site, "dana").await;
    browser.with_header("x-forwarded-for", address)
}

/// Fails unless another prompt at an address gets no code.
async fn is_out_of_codes(site: &Site, address: &str) {
    let browser = prompted_at(site, address).await;
    let before = last_event(site).await;
    send_link_code(&browser).await.leads_to(TOO_MANY);
    refusal_recorded_after(site, before, "too_many_codes").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_mailed_code_proves_the_account_and_links_nothing_yet(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = last_event(&site).await;
    let code = code_for(&site, &browser).await;
    assert_eq!(
        only_event_after(&site, before).await.action,
        "link.code_sent"
    );
    let before = last_event(&site).await;
    let reply = type_link_code(&browser, &code).await;
    nothing_linked(&site, &browser, &reply, "/link").await;
    assert_eq!(only_event_after(&site, before).await.action, "link.proved");
    prompt_shows(&browser, CONFIRMATION).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_code_goes_to_the_mailbox_on_file_as_the_account_writes_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let on_file = "D.Whitlock@HarbourLane.test";
    account(&site, on_file, "active").await;
    let browser = prompted(&site, "dana").await;
    send_link_code(&browser).await.leads_to("/link");
    assert_eq!(mailed(&site).await, [format!("link_code {on_file}")]);
    let code = mailed_code(&site, on_file).await;
    let spaced = format!(" {} - {} ", &code[..3], &code[3..]);
    type_link_code(&browser, &spaced).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_code_proves_nothing_and_every_refusal_is_recorded(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let code = code_for(&site, &browser).await;
    for wrong in [another_code(&code).as_str(), "", &code[..5], "abcdef"] {
        let before = last_event(&site).await;
        let reply = type_link_code(&browser, wrong).await;
        nothing_linked(&site, &browser, &reply, WRONG).await;
        refusal_recorded_after(&site, before, "wrong_code").await;
    }
    type_link_code(&browser, &code).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_that_nobody_asked_for_proves_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = last_event(&site).await;
    let reply = type_link_code(&browser, "123456").await;
    nothing_linked(&site, &browser, &reply, WRONG).await;
    refusal_recorded_after(&site, before, "no_code").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_prompt_has_five_tries_over_password_and_code_together(pool: PgPool) {
    for passwords in [0, 3, 5] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        let code = code_for(&site, &browser).await;
        for turn in 0..5 {
            let reply = if turn < passwords {
                give_password(&browser, "wrong").await
            } else {
                type_link_code(&browser, &another_code(&code)).await
            };
            assert_ne!(reply.location(), TOO_MANY, "the try {turn}");
        }
        for (what, reply) in [
            ("the right code", type_link_code(&browser, &code).await),
            (
                "the right password",
                give_password(&browser, PASSWORD).await,
            ),
            ("another code", send_link_code(&browser).await),
        ] {
            assert_eq!(reply.location(), TOO_MANY, "{what}");
            nothing_linked(&site, &browser, &reply, TOO_MANY).await;
        }
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_used_up_by_its_proof(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let code = code_for(&site, &browser).await;
    type_link_code(&browser, &code).await.leads_to("/link");
    type_link_code(&browser, &code).await.leads_to(WRONG);
    // Which takes nothing of the proof away.
    confirm_link(&browser).await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_worth_nothing_at_another_prompt_in_another_browser_or_for_another_login(
    pool: PgPool,
) {
    let site = Site::start(pool, |settings| {
        let same_email = Person::new("recreated", DANA).named("Dana", "Whitlock");
        settings.people.push(same_email);
    })
    .await;
    account_with_password(&site, DANA).await;
    let first = prompted(&site, "dana").await;
    let code = code_for(&site, &first).await;

    let elsewhere = prompted(&site, "dana").await;
    let other_login = prompted(&site, "recreated").await;
    let without_prompt = Browser::new(&site);
    for (browser, place) in [
        (&elsewhere, WRONG),
        (&other_login, WRONG),
        (&without_prompt, "/link?problem=expired"),
    ] {
        let reply = type_link_code(browser, &code).await;
        nothing_linked(&site, browser, &reply, place).await;
        // Nor does it fit where another one was sent.
        if browser.get("/link").await.body.contains(PROMPT) {
            code_for(&site, browser).await;
            let reply = type_link_code(browser, &code).await;
            nothing_linked(&site, browser, &reply, place).await;
        }
    }
    // Where it was asked for it still fits, until that browser gets another prompt.
    type_link_code(&first, &code).await.leads_to("/link");
    let code = {
        site.advance(Duration::from_secs(61));
        let reply = first.sign_in(&site, "dana").await;
        reply.leads_to("/link");
        code_for(&site, &first).await
    };
    first.sign_in(&site, "dana").await.leads_to("/link");
    type_link_code(&first, &code).await.leads_to(WRONG);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_older_code_dies_when_a_new_one_is_sent(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let older = code_for(&site, &browser).await;
    site.advance(Duration::from_mins(1));
    let newer = code_for(&site, &browser).await;
    if older != newer {
        type_link_code(&browser, &older).await.leads_to(WRONG);
    }
    type_link_code(&browser, &newer).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_code_is_sent_after_a_minute_and_no_sooner(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    site.clock.freeze();
    code_for(&site, &browser).await;
    site.advance(Duration::from_secs(59));
    let before = last_event(&site).await;
    send_link_code(&browser).await.leads_to(TOO_MANY);
    refusal_recorded_after(&site, before, "code_asked_a_moment_ago").await;
    assert_eq!(mailed(&site).await.len(), 1);
    site.advance(Duration::from_secs(1));
    code_for(&site, &browser).await;
    assert_eq!(mailed(&site).await.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_gets_twelve_codes_a_day_over_all_prompts_and_a_mailbox_thirty_six(
    pool: PgPool,
) {
    let site = behind_a_proxy(pool).await;
    let addresses = ["198.51.100.7", "198.51.100.8", "198.51.100.9"];
    for (address, mailed_before) in addresses.into_iter().zip([0, 12, 24]) {
        // Another address still gets one when one has had its twelve.
        for _ in 0..12 {
            let browser = prompted_at(&site, address).await;
            send_link_code(&browser).await.leads_to("/link");
        }
        is_out_of_codes(&site, address).await;
        assert_eq!(mailed(&site).await.len(), mailed_before + 12);
    }
    is_out_of_codes(&site, "198.51.100.10").await;
    site.advance(Duration::from_hours(24));
    let browser = prompted_at(&site, addresses[0]).await;
    send_link_code(&browser).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refused_for_coming_a_moment_after_a_code_uses_none_up(pool: PgPool) {
    let site = behind_a_proxy(pool).await;
    let address = "198.51.100.7";
    let browser = prompted_at(&site, address).await;
    send_link_code(&browser).await.leads_to("/link");
    for _ in 0..36 {
        send_link_code(&browser).await.leads_to(TOO_MANY);
    }
    for _ in 0..11 {
        let browser = prompted_at(&site, address).await;
        send_link_code(&browser).await.leads_to("/link");
    }
    is_out_of_codes(&site, address).await;
    assert_eq!(mailed(&site).await.len(), 12);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn codes_for_a_mailbox_are_guessed_thirty_times_a_day_over_all_prompts(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account_with_password(&site, DANA).await;
    for _ in 0..6 {
        let browser = prompted(&site, "dana").await;
        code_for(&site, &browser).await;
        for _ in 0..5 {
            type_link_code(&browser, "").await.leads_to(WRONG);
        }
        // The limits per account and per address have shorter windows, which are over.
        sql(
            &site,
            "DELETE FROM guesses WHERE bucket ~ '^(account|address):'",
        )
        .await;
    }
    let browser = prompted(&site, "dana").await;
    let code = code_for(&site, &browser).await;
    type_link_code(&browser, &code).await.leads_to(TOO_MANY);
    // The other rungs are still there.
    give_password(&browser, PASSWORD).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_lives_as_long_as_its_prompt(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let code = code_for(&site, &browser).await;
    site.advance(Duration::from_mins(15));
    let reply = type_link_code(&browser, &code).await;
    nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_code_works_where_it_was_asked_for_wherever_the_mail_is_read(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let code = code_for(&site, &browser).await;
    let before = site.dump().await;
    let phone = Browser::new(&site);
    for path in ["/link", "/sign-in", "/", "/account"] {
        phone.get(path).await;
    }
    assert_eq!(site.dump().await, before);
    type_link_code(&browser, &code).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_proves_nothing_once_the_account_has_changed(pool: PgPool) {
    for (change, place) in [
        ("email = 'partner@harbourlane.test'", WRONG),
        ("email_verified_at = NULL", "/link?problem=changed"),
        ("status = 'suspended'", "/link?problem=changed"),
        ("status = 'deleted'", "/link?problem=changed"),
    ] {
        for overtakes in [false, true] {
            let (site, browser) = dana_at_the_prompt(pool.clone()).await;
            let code = code_for(&site, &browser).await;
            let change = format!("UPDATE accounts SET {change}");
            let typed = type_link_code(&browser, &code);
            let reply = if overtakes {
                overtaken(&site, &change, typed).await
            } else {
                sql(&site, &change).await;
                typed.await
            };
            nothing_linked(&site, &browser, &reply, place).await;
            prompt_shows(&browser, PROMPT).await;
            forget_everybody(&site).await;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_code_is_sent_to_an_account_that_has_changed(pool: PgPool) {
    for change in [
        "email = 'partner@harbourlane.test'",
        "email_verified_at = NULL",
        "status = 'suspended'",
        "status = 'deleted'",
    ] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        sql(&site, &format!("UPDATE accounts SET {change}")).await;
        let before = last_event(&site).await;
        send_link_code(&browser)
            .await
            .leads_to("/link?problem=changed");
        refusal_recorded_after(&site, before, "account_changed").await;
        assert_eq!(mailed(&site).await, Vec::<String>::new(), "{change}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_for_signing_in_or_for_admission_proves_nothing_at_the_prompt(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let reply = browser
        .copied()
        .post_form("/auth/local/code/send", &[("email", DANA)])
        .await;
    reply.leads_to("/sign-in/code");
    let to_sign_in = mailed_code(&site, DANA).await;
    type_link_code(&browser, &to_sign_in).await.leads_to(WRONG);
    // Nor the other way about.
    let to_link = code_for(&site, &browser).await;
    let fields = [("email", DANA), ("code", to_link.as_str())];
    let reply = browser.post_form("/auth/local/code", &fields).await;
    assert!(
        to_link == to_sign_in || reply.location().contains("problem=wrong_code"),
        "{reply:?}"
    );
    type_link_code(&browser, &to_link).await.leads_to("/link");
}
