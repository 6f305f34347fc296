//! The press after the proof: names, what linking does, and what it leaves alone.

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{
    CONFIRMATION, NOTHING, PROMPT, links_of_dana, method_of_dana, name_of, nothing_linked,
    prompt_shows, refusal_recorded_after,
};
use crate::harness::{
    Browser, CONNECTED, DANA, NAME_HERE, PASSWORD, Rung, Site, account_with_every_proof,
    account_with_password, ask_administrator, confirm_link, confirm_with, dana_at_the_prompt,
    empty_outbox, events_after, forget_everybody, form_refused, give_password, ladder, last_event,
    mailed, not_me_link, number, prompted, signed_in, sql, text,
};

const LINKED: &str = "/account";

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_rung_proves_the_account_and_the_press_after_it_links(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for rung in Rung::ALL {
        forget_everybody(&site).await;
        let dana = account_with_every_proof(&site).await;
        let browser = prompted(&site, "dana").await;
        let before = last_event(&site).await;
        rung.climb(&site, &browser).await.leads_to("/link");
        empty_outbox(&site).await;
        confirm_link(&browser).await.leads_to(LINKED);

        assert_eq!(browser.account().await, Some(dana), "{rung:?}");
        assert_eq!(site.account_of("dana").await, Some(dana), "{rung:?}");
        assert_eq!(
            method_of_dana(&site).await.as_deref(),
            Some(rung.method()),
            "{rung:?}"
        );
        let events = events_after(&site, before).await;
        for (action, times) in [
            ("link.proved", 1),
            ("identity.linked", 1),
            ("link.refused", 0),
        ] {
            let found = events.iter().filter(|event| event.action == action);
            assert_eq!(found.count(), times, "{rung:?}, {action}: {events:?}");
        }
        assert_eq!(mailed(&site).await, [format!("linked {DANA}")], "{rung:?}");
        // From then on the login opens the account.
        let again = signed_in(&site, "dana").await;
        assert_eq!(again.account().await, Some(dana), "{rung:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_names_of_both_sides_are_shown_once_the_account_is_proved_and_not_before(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    for rung in Rung::ALL {
        let browser = prompted(&site, "dana").await;
        let page = prompt_shows(&browser, PROMPT).await;
        assert!(page.contains("Dana Whitlock") && !page.contains(NAME_HERE));
        rung.climb(&site, &browser).await.leads_to("/link");
        let page = prompt_shows(&browser, CONFIRMATION).await;
        assert!(
            page.contains("Dana Whitlock") && page.contains(NAME_HERE),
            "{rung:?}: {page}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_person_chooses_between_two_names(pool: PgPool) {
    for (choice, name) in [("clio", "Dana Whitlock"), ("account", NAME_HERE)] {
        let (site, dana) = ladder(pool.clone()).await;
        let browser = prompted(&site, "dana").await;
        give_password(&browser, PASSWORD).await.leads_to("/link");
        confirm_with(&browser, Some(choice)).await.leads_to(LINKED);
        assert_eq!(name_of(&site, dana).await, name, "{choice}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_choice_between_two_names_nothing_is_linked_and_the_page_asks_again(
    pool: PgPool,
) {
    let (site, dana) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    for fields in [&[][..], &[("name", "")]] {
        let place = "/link?problem=choice_missing";
        let event = form_refused(&site, &browser, ("/link/confirm", fields), place).await;
        assert_eq!(event.reason.as_deref(), Some("name_missing"));
        let page = browser.get(place).await;
        assert!(page.body.contains(CONFIRMATION), "{}", page.body);
    }
    assert_eq!(name_of(&site, dana).await, NAME_HERE);
    confirm_with(&browser, Some("account"))
        .await
        .leads_to(LINKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_name_that_isnt_one_of_the_two_is_refused_and_changes_nothing(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    let before = site.dump().await;
    for name in ["Clio", "both", "owner", "clio account", "\u{0}"] {
        let reply = confirm_with(&browser, Some(name)).await;
        assert!(reply.status.is_client_error(), "{name:?}: {reply:?}");
    }
    assert_eq!(site.dump().await, before);
    confirm_with(&browser, Some("clio")).await.leads_to(LINKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_the_names_dont_differ_there_is_nothing_to_choose(pool: PgPool) {
    for (what, here, at_clio) in [
        ("the same", ("Dana", "Whitlock"), Some(("Dana", "Whitlock"))),
        ("none here", ("", ""), Some(("Dana", "Whitlock"))),
        ("none at Clio", ("Beatrix", "Kiddo"), None),
    ] {
        for choice in [None, Some("clio"), Some("account")] {
            let site = Site::start(pool.clone(), |_| ()).await;
            let mut person = Person::new("dana", DANA);
            if let Some((first, last)) = at_clio {
                person = person.named(first, last);
            }
            site.clio.add_person(person);
            let dana = account_with_password(&site, DANA).await;
            let (first, last) = here;
            let named = format!("UPDATE accounts SET first_name = '{first}', last_name = '{last}'");
            sql(&site, &named).await;
            let browser = prompted(&site, "dana").await;
            give_password(&browser, PASSWORD).await.leads_to("/link");
            confirm_with(&browser, choice).await.leads_to(LINKED);
            let name = name_of(&site, dana).await;
            assert_eq!(name, format!("{first} {last}"), "{what}, {choice:?}");
            forget_everybody(&site).await;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_confirmed_that_wasnt_proved(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = last_event(&site).await;
    let reply = confirm_link(&browser).await;
    nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
    refusal_recorded_after(&site, before, "not_proved").await;
    // Nor after a wrong proof.
    give_password(&browser, "wrong").await;
    let reply = confirm_link(&browser).await;
    nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
    // The prompt is still there for the right one.
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to(LINKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn linking_ends_the_accounts_other_sessions_and_nobody_elses(pool: PgPool) {
    let (site, dana) = ladder(pool).await;
    let before = signed_in(&site, CONNECTED).await;
    let ikram = signed_in(&site, "ikram").await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    assert_eq!(before.account().await, Some(dana), "a proof ends nothing");
    confirm_link(&browser).await.leads_to(LINKED);
    assert_eq!(before.account().await, None);
    assert!(ikram.account().await.is_some());
    assert_eq!(browser.account().await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn linking_leads_to_where_the_person_was_going(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = Browser::new(&site);
    let start = "/auth/clio/start?return_to=%2Fmatters%2F7";
    browser
        .sign_in_at(&site, start, "dana")
        .await
        .leads_to("/link");
    // Also by way of Clio, which comes back to the prompt first.
    Rung::ConnectedLogin
        .climb(&site, &browser)
        .await
        .leads_to("/link");
    confirm_link(&browser).await.leads_to("/matters/7");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_notice_goes_to_the_accounts_mailbox_as_the_account_writes_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, "D.Whitlock@HarbourLane.test").await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to(LINKED);
    assert_eq!(mailed(&site).await, ["linked D.Whitlock@HarbourLane.test"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_notice_undoes_the_link_at_the_press_of_its_button(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to(LINKED);
    let link = not_me_link(&site, "linked").await;
    let (_, token) = link.split_once("token=").unwrap();

    let reader = Browser::new(&site);
    reader.get(&link).await;
    assert!(browser.account().await.is_some(), "looking does nothing");
    reader.post_form("/not-me/act", &[("token", token)]).await;
    assert_eq!(browser.account().await, None);
    assert_eq!(site.account_of("dana").await, None);
    assert!(site.account_of(CONNECTED).await.is_some());
    prompted(&site, "dana").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invited_account_becomes_active_and_is_welcomed_with_clios_names(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "closed");
    })
    .await;
    let dana = account_with_password(&site, DANA).await;
    sql(&site, "UPDATE accounts SET status = 'invited'").await;
    let browser = Browser::new(&site);
    let start = "/auth/clio/start?return_to=%2Fmatters%2F7";
    browser
        .sign_in_at(&site, start, "dana")
        .await
        .leads_to("/link");
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_with(&browser, None).await.leads_to("/welcome");
    assert_eq!(browser.account().await, Some(dana));
    assert_eq!(name_of(&site, dana).await, "Dana Whitlock");
    // Which goes on to where the person was going.
    let names = [("first_name", "Dana"), ("last_name", "Whitlock")];
    let reply = browser.post_form("/welcome/names", &names).await;
    reply.leads_to("/matters/7");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_account_is_linked_and_goes_on_waiting(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to("/pending");
    assert_eq!(browser.account().await, None, "it isn't admitted by that");
    assert_eq!(links_of_dana(&site).await, 1);
    let status = text(&site, "SELECT status FROM accounts").await;
    assert_eq!(status.as_deref(), Some("pending"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn linking_takes_the_question_to_the_administrator_back(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let reply = ask_administrator(&browser, "It is mine.").await;
    reply.leads_to("/link?done=asked");
    give_password(&browser, PASSWORD).await.leads_to("/link");
    confirm_link(&browser).await.leads_to(LINKED);
    let outcomes = text(&site, "SELECT string_agg(outcome, ' ') FROM cases").await;
    assert_eq!(outcomes.as_deref(), Some("withdrawn"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_confirmation_sent_twice_links_once(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    let double_click = browser.copied();
    confirm_link(&browser).await.leads_to(LINKED);
    confirm_link(&double_click)
        .await
        .leads_to("/link?problem=expired");
    prompt_shows(&double_click, NOTHING).await;
    assert_eq!(links_of_dana(&site).await, 1);
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM audit_events WHERE action = 'identity.linked'"
        )
        .await,
        1
    );
}
