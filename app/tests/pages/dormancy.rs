//! `/admin/dormancy`, and the page where an account is exempted.

use app::wire::{
    Role, Status,
    desk::dormancy::{
        ClosedAccount, Counted, Dormancy, DormancyChange, DormancyRule, ExemptAccount, Exemptible,
        Exempting, Exemptions, Hand, Spread, SpreadGroup, UnusedAccount, UnusedPage,
    },
};

use crate::fake::{Fake, HOSTILE, Page, moment};

const PAGE: &str = "/admin/dormancy";
const EXEMPT: &str = "/admin/dormancy/exempt";
const ID: &str = "00000000-0000-7000-8000-00000000000a";

fn rule(close_after: u16, remind_before: &[u16]) -> DormancyRule {
    DormancyRule {
        close_after,
        remind_before: remind_before.to_vec(),
    }
}

fn group(from_days: u16, to_days: Option<u16>, count: u64) -> SpreadGroup {
    SpreadGroup {
        from_days,
        to_days,
        count,
        is_over: from_days >= 90,
    }
}

/// A rule in force, as an owner sees it who has just shown that it's them.
fn dormancy() -> Dormancy {
    Dormancy {
        is_on: true,
        rule: rule(90, &[14, 3]),
        revision: 4,
        change: Some(DormancyChange {
            by: "Ikram Osei".to_owned(),
            account: ID.to_owned(),
            at: moment(),
            reason: "Fewer open doors.".to_owned(),
            undo_until: Some("26 November 2026".to_owned()),
        }),
        looked_at: rule(90, &[14, 3]),
        is_no_rule: false,
        is_in_force: true,
        not_before: "6 December 2026".to_owned(),
        over: Counted::Exactly(37),
        soon: Counted::Exactly(12),
        told: Counted::MoreThan(10_000),
        concerned: UnusedPage {
            accounts: vec![UnusedAccount {
                account: ID.to_owned(),
                name: "Tomás Ferreira".to_owned(),
                email: "tomas@harbourlane.test".to_owned(),
                last_sign_in: None,
                unused_days: 88,
                closes: Some("14 November 2026".to_owned()),
                reminded: Some(moment()),
            }],
            next: Some(format!("1790000000000000.{ID}")),
            is_later: false,
        },
        spread: Spread {
            groups: vec![
                group(0, Some(60), 400),
                group(60, Some(180), 100),
                group(180, None, 1),
            ],
            is_sample: false,
        },
        exemptions: Exemptions {
            accounts: vec![ExemptAccount {
                id: "0190-e1".to_owned(),
                account: ID.to_owned(),
                name: "Una Hart".to_owned(),
                email: "una@harbourlane.test".to_owned(),
                reason: "On leave.".to_owned(),
                granted: moment(),
                until: None,
                last_sign_in: Some(moment()),
            }],
            has_more: false,
        },
        closures: vec![ClosedAccount {
            account: ID.to_owned(),
            name: "Lee Park".to_owned(),
            email: "lee@harbourlane.test".to_owned(),
            closed: moment(),
            unused_days: 90,
            status: Status::Active,
        }],
        hand: Hand::Decides,
    }
}

async fn look(role: Role, dormancy: Dormancy, path: &str) -> Page {
    let fake = Fake {
        dormancy: Some(dormancy),
        ..Fake::at_desk(role)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

/// How a page differs from another.
type Change = fn(&mut Exempting);

fn exempting() -> Exempting {
    Exempting {
        candidates: vec![Exemptible {
            account: ID.to_owned(),
            name: "Una Hart".to_owned(),
            email: "una@harbourlane.test".to_owned(),
            status: Status::Active,
            last_sign_in: None,
            is_exempt: false,
        }],
        hand: Hand::Decides,
    }
}

async fn look_at_exempting(exempting: Exempting, path: &str) -> Page {
    let fake = Fake {
        exempting: Some(exempting),
        ..Fake::at_desk(Role::Admin)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn the_rule_is_told_with_who_changed_it_why_and_until_when_that_can_be_undone() {
    let page = look(Role::Owner, dormancy(), PAGE).await;
    for text in [
        "closed after 90 days without use; their people are reminded 14 and 3 days before.",
        "Ikram Osei",
        "Fewer open doors.",
        "Possible until 26 November 2026.",
        "In force",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(page.form("/admin/dormancy/undo").contains("value=\"4\""));
    assert!(
        page.contains("aria-current=\"page\">Dormancy"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn whom_it_concerns_is_told_in_numbers_as_bars_and_by_name() {
    let page = look(Role::Owner, dormancy(), PAGE).await;
    for text in [
        "<dd>37</dd>",
        "<dd>12</dd>",
        "<dd>more than 10,000</dd>",
        "of 501 in use",
        "60 to 179 days",
        "partly over",
        "180 days or longer",
        "Tomás Ferreira",
        "88 days",
        "14 November 2026",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    // Whoever hears the page hears the numbers, not the drawing; and the smallest bar is seen.
    assert_eq!(page.html.matches("<svg").count(), 3);
    assert_eq!(
        page.html
            .matches(
                "<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\""
            )
            .count(),
        3
    );
    for width in ["1000", "250", "3"] {
        let bar = format!("<rect width=\"{width}\" height=\"10\" class=\"spread-bar\"");
        assert!(page.contains(&bar), "{bar}: {}", page.html);
    }
    assert!(!page.contains("style=\""), "the page's policy allows none");
}

#[tokio::test]
async fn a_rule_to_be_tried_says_from_when_on_it_would_close_anybody() {
    let mut tried = dormancy();
    tried.looked_at = rule(30, &[15, 7, 1]);
    tried.is_in_force = false;
    let page = look(
        Role::Owner,
        tried,
        "/admin/dormancy?days=30&first=15&second=7&third=1",
    )
    .await;
    for text in [
        "Whom 30 days would concern",
        "Would be closed on",
        "reminded 15, 7 and 1 day before",
        "6 December 2026",
        "Close accounts after 30 days",
        "Or switch it off",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form("/admin/dormancy/rule");
    for field in [
        "name=\"seen\" value=\"4\"",
        "name=\"on\" value=\"true\"",
        "name=\"rule\" value=\"30,15,7,1\"",
        "name=\"reason\"",
    ] {
        assert!(form.contains(field), "{field}: {form}");
    }
    for value in ["value=\"30\"", "value=\"15\"", "value=\"7\"", "value=\"1\""] {
        assert!(page.contains(value), "{value}");
    }
    let next = format!("rule=30%2C15%2C7%2C1&amp;after=1790000000000000.{ID}");
    assert!(page.contains(&next), "{}", page.html);
}

#[tokio::test]
async fn while_it_is_off_only_putting_it_in_force_is_offered() {
    let mut off = dormancy();
    off.is_on = false;
    off.is_in_force = false;
    off.change = None;
    let page = look(Role::Admin, off, PAGE).await;
    assert!(page.says("Unused accounts stay open.") && page.says("Switched off"));
    assert!(page.says("Put it in force"));
    assert!(!page.says("Or switch it off") && !page.has_form("/admin/dormancy/undo"));
}

#[tokio::test]
async fn whoever_only_looks_or_signed_in_long_ago_gets_no_form_that_decides() {
    let mut seen = dormancy();
    seen.hand = Hand::Looks;
    let page = look(Role::Reviewer, seen, PAGE).await;
    assert!(page.says("Administrators and owners decide about the rule."));
    for form in ["rule", "undo", "exemptions/end"] {
        assert!(!page.has_form(&format!("/admin/dormancy/{form}")), "{form}");
    }
    assert!(!page.says("Exempt</a>") && !page.has_form(EXEMPT));
    let mut stale = dormancy();
    stale.hand = Hand::ConfirmsFirst;
    let page = look(Role::Owner, stale, PAGE).await;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Fdormancy%3Frule%3D90%252C14%252C3"));
    assert!(!page.has_form("/admin/dormancy/rule"));
}

#[tokio::test]
async fn what_is_no_rule_is_said_at_the_fields_and_a_missing_reason_at_its_own() {
    let mut wrong = dormancy();
    wrong.is_no_rule = true;
    let page = look(Role::Owner, wrong, "/admin/dormancy?days=3").await;
    assert!(page.focuses("id=\"days\"") && page.says("30 to 730 days"));
    assert!(page.title().starts_with("Problem: "), "{}", page.title());
    let page = look(
        Role::Owner,
        dormancy(),
        "/admin/dormancy?problem=reason_missing",
    )
    .await;
    assert!(page.says("Give a reason, in a few words"));
    assert_eq!(
        page.html.matches("Give a reason, in a few words").count(),
        1
    );
}

#[tokio::test]
async fn nobody_concerned_exempt_or_closed_is_said_in_words() {
    let mut quiet = dormancy();
    quiet.concerned.accounts = Vec::new();
    quiet.concerned.next = None;
    quiet.spread.groups = vec![group(0, None, 0)];
    quiet.exemptions.accounts = Vec::new();
    quiet.closures = Vec::new();
    let page = look(Role::Owner, quiet, PAGE).await;
    for text in [
        "Nobody is concerned",
        "No account is in use yet.",
        "Nobody is exempt.",
        "No account was closed because nobody used it.",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn later_pages_lead_back_to_the_beginning_even_when_they_are_empty() {
    let mut later = dormancy();
    later.concerned.accounts = Vec::new();
    later.concerned.next = None;
    later.concerned.is_later = true;
    let page = look(Role::Owner, later, PAGE).await;
    assert!(page.says("From the beginning</a>") && !page.says("Next accounts"));
}

#[tokio::test]
async fn acts_on_several_accounts_are_told_apart_by_whoever_hears_them() {
    let page = look(Role::Owner, dormancy(), PAGE).await;
    assert!(
        page.says("Exempt<span class=\"unseen\"> Tomás Ferreira</span>")
            || page.says("Exempt <span class=\"unseen\"> Tomás Ferreira</span>"),
        "{}",
        page.html
    );
    assert!(page.says(" for Una Hart</span>"));
    let form = page.form("/admin/dormancy/exemptions/end");
    assert!(form.contains("value=\"0190-e1\"") && form.contains(&format!("value=\"{ID}\"")));
}

#[tokio::test]
async fn hostile_names_and_reasons_are_text() {
    let mut hostile = dormancy();
    hostile.concerned.accounts[0].name = HOSTILE.to_owned();
    hostile.exemptions.accounts[0].reason = HOSTILE.to_owned();
    hostile.closures[0].email = HOSTILE.to_owned();
    if let Some(change) = &mut hostile.change {
        change.reason = HOSTILE.to_owned();
        change.by = HOSTILE.to_owned();
    }
    let page = look(Role::Owner, hostile, PAGE).await;
    assert!(!page.contains("<script>"), "{}", page.html);
    let mut hostile = exempting();
    hostile.candidates[0].name = HOSTILE.to_owned();
    let page = look_at_exempting(hostile, EXEMPT).await;
    assert!(!page.contains("<script"), "{}", page.html);
}

#[tokio::test]
async fn exempting_says_what_it_means_and_asks_why_and_until_when() {
    let page = look_at_exempting(exempting(), "/admin/dormancy/exempt?account=x").await;
    for text in [
        "stays open however long",
        "Una Hart",
        "Never",
        "Exempt this account",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form("/admin/dormancy/exemptions/grant");
    for field in [ID, "name=\"reason\"", "type=\"date\""] {
        assert!(form.contains(field), "{field}: {form}");
    }
    let page = look_at_exempting(exempting(), "/admin/dormancy/exempt?problem=bad_day").await;
    assert!(page.says("That isn’t a day ahead of us") && page.focuses("id=\"until\""));
}

#[tokio::test]
async fn exempting_is_not_offered_for_nobody_for_several_twice_or_without_the_right() {
    let cases: [(&str, Change); 5] = [
        ("No account was found.", |page| page.candidates.clear()),
        ("Which one is meant?", |page| {
            let one = page.candidates[0].clone();
            page.candidates.push(one);
        }),
        ("is exempt already", |page| {
            page.candidates[0].is_exempt = true;
        }),
        ("Administrators and owners decide", |page| {
            page.hand = Hand::Looks;
        }),
        ("Confirm that it’s you", |page| {
            page.hand = Hand::ConfirmsFirst;
        }),
    ];
    for (says, change) in cases {
        let mut exempting = exempting();
        change(&mut exempting);
        let page = look_at_exempting(exempting, EXEMPT).await;
        assert!(page.says(says), "{says}: {}", page.html);
        assert!(!page.has_form("/admin/dormancy/exemptions/grant"), "{says}");
        assert!(page.says("Back to dormancy"), "{says}");
    }
}

#[tokio::test]
async fn members_and_strangers_stay_outside_and_an_outage_is_said() {
    for path in [PAGE, EXEMPT] {
        let page = Fake::signed_in(Status::Active).get(path).await;
        assert_eq!(page.status(), 403);
        let page = Fake::default().get(path).await;
        let expected = format!("/sign-in?return_to={path}");
        assert_eq!(page.location(), Some(expected.as_str()));
        let away = Fake {
            down: true,
            dormancy: Some(dormancy()),
            exempting: Some(exempting()),
            ..Fake::at_desk(Role::Owner)
        };
        assert_eq!(away.get(path).await.status(), 503);
    }
}
