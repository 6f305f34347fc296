//! The pages of the roster on which something is decided: about differences, a rule, a connection.

use app::wire::{
    FormProblem, Role,
    desk::{
        dormancy::Hand,
        roster::{Became, Difference, FirmPage, Group, Obstacle, RosterDecision, What, Why},
    },
};

use crate::fake::{
    HOSTILE, Page,
    roster::Known,
    roster_samples::{FIRM, at_roster, difference, firm},
};

const DECIDE: &str = "/admin/roster/decide";
const FIRST: &str = "00000000-0000-7000-8000-000000000001";
const SECOND: &str = "00000000-0000-7000-8000-000000000002";

/// One that can be carried out, and one that can't.
fn decision() -> RosterDecision {
    let mut oneself = difference("02", What::Disabled, Became::Waits(Why::Rule));
    oneself.obstacle = Some(Obstacle::Oneself);
    RosterDecision {
        differences: vec![
            difference("01", What::Gone, Became::Waits(Why::Threshold)),
            oneself,
        ],
        left_over: 0,
        hand: Hand::Decides,
    }
}

async fn asked(decision: RosterDecision, query: &str) -> Page {
    let known = Known {
        decision: Some(decision),
        ..Known::default()
    };
    let page = at_roster(Role::Admin, known)
        .get(&format!("{DECIDE}?{query}"))
        .await;
    assert_eq!(page.status(), 200);
    page
}

fn both() -> String {
    format!("difference={FIRST}&difference={SECOND}")
}

async fn look_at_firm(hand: Hand, page: &str, more: &str) -> Page {
    let known = Known {
        firm: Some(FirmPage {
            firm: firm(),
            waiting: 6,
            hand,
        }),
        ..Known::default()
    };
    let path = format!("/admin/roster/{page}?firm={FIRM}{more}");
    let page = at_roster(Role::Admin, known).get(&path).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn a_preview_says_what_would_change_and_what_is_left_alone_and_sends_only_the_former() {
    let page = asked(decision(), &both()).await;
    for text in [
        "<strong>1</strong> will be carried out",
        "<strong>1</strong> left alone:",
        "1 because it is your own account",
        "Left alone: it is your own account.",
        "The account is suspended and its browsers are signed out; a mail says so.",
        "undone one by one for 14 days",
        "Carry out (1)",
        "Leave as it is instead",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form(DECIDE);
    for field in [
        format!("name=\"difference\" value=\"{FIRST}\""),
        "name=\"decision\" value=\"carry_out\"".to_owned(),
        "name=\"reason\"".to_owned(),
    ] {
        assert!(form.contains(&field), "{field}: {form}");
    }
    assert!(!form.contains(SECOND), "{form}");
}

#[tokio::test]
async fn leaving_as_it_is_takes_all_that_still_waits() {
    let query = format!("decision=leave&{}", both());
    let page = asked(decision(), &query).await;
    assert!(page.says("Leave as it is (2)") && page.says("Carry it out instead"));
    let form = page.form(DECIDE);
    assert!(
        form.contains(&format!("value=\"{FIRST},{SECOND}\"")),
        "{form}"
    );
    let mut settled = decision();
    settled.differences[0].obstacle = Some(Obstacle::Decided);
    let page = asked(settled, &query).await;
    assert!(page.says("Leave as it is (1)"), "{}", page.html);
    assert!(!page.form(DECIDE).contains(FIRST));
}

#[tokio::test]
async fn all_of_a_kind_are_decided_about_as_far_as_one_decision_goes() {
    let mut many = decision();
    many.left_over = 3900;
    let page = asked(many, "decision=carry_out&all=gone").await;
    assert!(
        page.says("3,900 more wait: one decision takes 100 at most."),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn nothing_ticked_or_nothing_to_be_done_is_said_and_asks_for_nothing() {
    let page = asked(decision(), "decision=carry_out").await;
    assert!(page.says("Nothing was chosen that waits.") && !page.has_form(DECIDE));
    let page = asked(decision(), &format!("difference={SECOND}")).await;
    assert!(page.says("Nothing can be done about it as things stand."));
    assert!(!page.has_form(DECIDE));
}

#[tokio::test]
async fn whoever_signed_in_long_ago_shows_first_that_it_is_them_and_comes_back_to_the_same() {
    let stale = || RosterDecision {
        hand: Hand::ConfirmsFirst,
        ..decision()
    };
    let page = asked(stale(), &both()).await;
    assert!(!page.has_form(DECIDE));
    let back = format!(
        "/account/confirm?then=%2Fadmin%2Froster%2Fdecide%3Fdecision%3Dcarry_out%26difference%3D{FIRST}%26difference%3D{SECOND}"
    );
    assert!(page.contains(&back), "{}", page.html);
    let page = asked(stale(), "decision=leave&all=gone").await;
    assert!(page.contains("then=%2Fadmin%2Froster%2Fdecide%3Fdecision%3Dleave%26all%3Dgone"));
    // An address that would be cut off leads back to the roster.
    let ids: Vec<String> = (10..60).map(|id| id.to_string()).collect();
    let many: Vec<Difference> = ids
        .iter()
        .map(|id| difference(id, What::Gone, Became::Waits(Why::Rule)))
        .collect();
    let ticked: Vec<String> = many
        .iter()
        .map(|each| format!("difference={}", each.id))
        .collect();
    let too_long = RosterDecision {
        differences: many,
        ..stale()
    };
    let page = asked(too_long, &ticked.join("&")).await;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Froster\""));
}

#[tokio::test]
async fn as_many_as_a_page_shows_still_fit_into_the_address_that_comes_back() {
    let ids: Vec<String> = (10..10 + Group::MOST_SHOWN)
        .map(|id| id.to_string())
        .collect();
    let differences: Vec<Difference> = ids
        .iter()
        .map(|id| difference(id, What::Gone, Became::Waits(Why::Rule)))
        .collect();
    let ticked: Vec<String> = differences
        .iter()
        .map(|each| format!("difference={}", each.id))
        .collect();
    let stale = RosterDecision {
        differences,
        left_over: 0,
        hand: Hand::ConfirmsFirst,
    };
    let page = asked(stale, &ticked.join("&")).await;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Froster%2Fdecide"));
}

#[tokio::test]
async fn a_missing_reason_is_said_at_its_field() {
    let page = asked(decision(), &format!("{}&problem=reason_missing", both())).await;
    assert!(page.focuses("id=\"reason\""));
    assert_eq!(
        page.html.matches("Give a reason, in a few words").count(),
        1
    );
}

#[tokio::test]
async fn the_rule_is_changed_by_choosing_what_becomes_of_leavers_and_a_threshold_with_a_reason() {
    let page = look_at_firm(Hand::Decides, "rule", "").await;
    let form = page.form("/admin/roster/rule");
    for field in [
        "name=\"seen\" value=\"3\"",
        "name=\"leavers\" value=\"automatic\"",
        "name=\"leavers\" value=\"approval\" checked",
        "name=\"threshold\"",
        "min=\"1\" max=\"100\"",
        "value=\"20\"",
        "name=\"reason\"",
        FIRM,
    ] {
        assert!(form.contains(field), "{field}: {form}");
    }
    for text in [
        "Suspend by itself",
        "Wait for an administrator",
        "an administrator decides, whatever the rule",
        "A read that didn’t get to its end suspends nobody.",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn a_threshold_that_is_none_is_said_at_its_field_and_what_was_chosen_stays() {
    let more = format!(
        "&leavers=automatic&threshold=120&problem={}",
        FormProblem::BadThreshold.code()
    );
    let page = look_at_firm(Hand::Decides, "rule", &more).await;
    let form = page.form("/admin/roster/rule");
    assert!(form.contains("value=\"120\"") && form.contains("value=\"automatic\" checked"));
    assert!(page.focuses("id=\"threshold\""));
    assert!(page.says("The threshold is a whole number from 1 to 100."));
}

#[tokio::test]
async fn disconnecting_says_that_nobody_loses_access_and_what_ends_and_asks_why() {
    let page = look_at_firm(Hand::Decides, "disconnect", "").await;
    for text in [
        "Disconnect Harbour Lane LLP",
        "is no longer read",
        "Nobody loses access by it.",
        "What was found and done so far stays on record.",
        "6 differences wait for a decision, and won’t any more.",
        "connect it again",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form("/admin/roster/disconnect");
    assert!(form.contains(FIRM) && form.contains("name=\"reason\""));
    assert!(page.says("aria-current=\"page\">Roster"));
}

#[tokio::test]
async fn the_rule_and_a_connection_are_changed_only_by_whoever_has_just_shown_that_it_is_them() {
    for path in ["rule", "disconnect"] {
        let page = look_at_firm(Hand::ConfirmsFirst, path, "").await;
        assert!(!page.has_form(&format!("/admin/roster/{path}")), "{path}");
        let back = format!("then=%2Fadmin%2Froster%2F{path}%3Ffirm%3D{FIRM}");
        assert!(page.contains(&back), "{path}: {}", page.html);
    }
}

#[tokio::test]
async fn reviewers_see_no_page_that_decides_and_unknown_firms_have_none() {
    for path in ["rule", "disconnect", "decide"] {
        let page = at_roster(Role::Reviewer, Known::default())
            .get(&format!("/admin/roster/{path}?firm={FIRM}"))
            .await;
        assert_eq!(page.status(), 403, "{path}");
    }
    for path in ["rule", "disconnect"] {
        let page = at_roster(Role::Owner, Known::default())
            .get(&format!("/admin/roster/{path}?firm={FIRM}"))
            .await;
        assert_eq!(page.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn hostile_names_are_text_where_something_is_decided() {
    let mut hostile = decision();
    for each in &mut hostile.differences {
        each.name = HOSTILE.to_owned();
        each.what = What::Name {
            before: HOSTILE.to_owned(),
            after: HOSTILE.to_owned(),
        };
    }
    let page = asked(hostile, &both()).await;
    assert!(!page.contains("<script>"), "{}", page.html);
}
