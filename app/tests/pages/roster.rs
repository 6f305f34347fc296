//! `/admin/roster`: the firms, how their reading stands, and their rules.

use app::wire::{
    Role, Status,
    desk::{
        dormancy::Hand,
        roster::{Firm, Roster, RosterProgress, RosterState, Trouble},
    },
};

use crate::fake::{
    Fake, HOSTILE, Page, moment,
    roster::Known,
    roster_samples::{ACCOUNT, FIRM, READ, at_roster, doer, firm, look, roster},
};

const PAGE: &str = "/admin/roster";

async fn look_at(state: RosterState) -> Page {
    let mut roster = roster();
    roster.firms[0].state = state;
    look(Role::Admin, roster, PAGE).await
}

#[tokio::test]
async fn without_clio_manage_there_is_no_such_room() {
    for path in [
        PAGE,
        "/admin/roster/people",
        "/admin/roster/decide",
        &format!("/admin/roster/rule?firm={FIRM}"),
        &format!("/admin/roster/disconnect?firm={FIRM}"),
        &format!("/admin/roster/reads/{READ}"),
    ] {
        let fake = Fake {
            roster: Box::new(Known {
                roster: Some(roster()),
                ..Known::default()
            }),
            ..Fake::at_desk(Role::Owner)
        };
        let page = fake.get(path).await;
        assert_eq!(page.status(), 404, "{path}");
        assert!(!page.says(">Roster"), "{path}");
    }
}

#[tokio::test]
async fn the_rail_says_how_many_differences_wait() {
    let page = look(Role::Reviewer, roster(), PAGE).await;
    assert!(
        page.says(
            "aria-current=\"page\">Roster<span aria-hidden=\"true\" class=\"rail-count\">6</span>"
        ),
        "{}",
        page.html
    );
    assert!(page.says(", 6 wait"));
}

#[tokio::test]
async fn before_anything_is_connected_an_administrator_chooses_the_region() {
    let nothing = Roster {
        firms: Vec::new(),
        waiting: Vec::new(),
        reads: Vec::new(),
        older_reads: None,
        ..roster()
    };
    let page = look(Role::Admin, nothing.clone(), PAGE).await;
    for text in [
        "No firm is connected yet.",
        "all people of the firm there",
        "href=\"/auth/clio-manage/start?region=eu&amp;purpose=roster\" class=\"button\">Connect the firm (Europe)",
        "It is the one whose address you see when you use Clio Manage",
        "href=\"/auth/clio-manage/start?region=us&amp;purpose=roster\">United States",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.says("What waits") && !page.says("What was read"));
    let looks = Roster {
        hand: Hand::Looks,
        ..nothing
    };
    let page = look(Role::Reviewer, looks, PAGE).await;
    assert!(page.says("Administrators and owners connect the firm."));
    assert!(!page.says("/auth/clio-manage/start"));
}

#[tokio::test]
async fn a_firm_says_who_connected_it_as_whom_and_how_its_reading_stands() {
    let page = look(Role::Owner, roster(), PAGE).await;
    for text in [
        "Harbour Lane LLP",
        "Europe (eu.app.clio.com)",
        "418273",
        &format!("href=\"/admin/accounts/{ACCOUNT}\" class=\"address\">Ikram Osei"),
        "ikram@harbourlane.test",
        "Up to date",
        ", 1,204 people",
        &format!("href=\"/admin/roster/reads/{READ}\""),
        "24 November 2026, 02:10 UTC",
        &format!("href=\"/admin/roster/disconnect?firm={FIRM}\""),
        "href=\"/admin/roster/people\"",
        "Connect another firm",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(page.form("/admin/roster/read").contains(FIRM));
    assert!(!page.has_form("/admin/roster/stop"));
    assert!(!page.says("another e-mail than the account here"));
}

#[tokio::test]
async fn another_e_mail_at_clio_than_that_of_the_account_that_connected_is_said() {
    let mut other = roster();
    other.firms[0].clio_user.is_other_email = true;
    let page = look(Role::Owner, other, PAGE).await;
    assert!(page.says("That is another e-mail than the account here has"));
}

#[tokio::test]
async fn a_read_under_way_shows_how_far_it_is_and_can_be_stopped() {
    let progress = RosterProgress {
        people: 1400,
        total: Some(5000),
        pages: 7,
    };
    let page = look_at(RosterState::Reading(progress)).await;
    for text in [
        "1,400 of 5,000 people read so far, in 7 pages.",
        "max=\"5000\"",
        "value=\"1400\"",
        "data-under-way",
        "See how far it is",
        "Reading now",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(page.form("/admin/roster/stop").contains(FIRM));
    assert!(!page.has_form("/admin/roster/read"));

    let page = look_at(RosterState::Paused {
        progress: RosterProgress {
            people: 200,
            total: None,
            pages: 1,
        },
        until: "14:05 UTC".to_owned(),
    })
    .await;
    for text in [
        "200 people read so far, in 1 page.",
        "Paused until 14:05 UTC, because Clio limits how often it is asked.",
        "data-under-way",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.says("max=\""), "how many there are isn’t known");
}

#[tokio::test]
async fn two_firms_read_at_once_are_told_in_one_place() {
    let mut both = roster();
    both.firms.push(Firm {
        name: "Quay Street".to_owned(),
        ..firm()
    });
    for firm in &mut both.firms {
        firm.state = RosterState::Reading(RosterProgress {
            people: 0,
            total: None,
            pages: 0,
        });
    }
    let page = look(Role::Admin, both, PAGE).await;
    assert_eq!(page.html.matches("data-under-way").count(), 1);
    assert_eq!(page.html.matches("id=\"progress\"").count(), 1);
    assert_eq!(page.html.matches("<progress").count(), 2);
}

#[tokio::test]
async fn a_read_that_failed_says_why_what_to_do_and_that_nobody_was_suspended() {
    for (trouble, says, does, connects) in [
        (
            Trouble::Unreachable,
            "Clio couldn’t be reached",
            "tried again tonight",
            false,
        ),
        (
            Trouble::NotAllowed,
            "A permission is missing",
            "allow reading users",
            true,
        ),
        (
            Trouble::Senseless,
            "Clio’s answer made no sense",
            "tell whoever runs this service",
            false,
        ),
        (
            Trouble::Stopped { by: Some(doer()) },
            "Stopped",
            "The next read begins by itself",
            false,
        ),
        (
            Trouble::ReconnectNeeded,
            "The connection needs to be renewed",
            "Connect the firm again.",
            true,
        ),
    ] {
        let page = look_at(RosterState::Failed {
            trouble,
            at: moment(),
        })
        .await;
        for text in [says, does, "Nobody was suspended because of it."] {
            assert!(page.says(text), "{text}: {}", page.html);
        }
        assert_eq!(page.says("Connect again"), connects, "{says}");
        assert!(page.has_form("/admin/roster/read"), "{says}");
    }
}

#[tokio::test]
async fn a_connection_that_clio_no_longer_takes_is_renewed_in_its_own_region() {
    let page = look_at(RosterState::ReconnectNeeded { since: moment() }).await;
    assert!(page.says("The connection needs to be renewed"));
    assert!(page.says(
        "href=\"/auth/clio-manage/start?region=eu&amp;purpose=roster\" class=\"button\">Connect again"
    ));
    assert!(!page.has_form("/admin/roster/read"), "it would only fail");
}

#[tokio::test]
async fn a_firm_read_in_the_name_of_somebody_who_decides_no_more_is_offered_to_those_who_do() {
    const SAYS: &str = "They no longer decide about accounts here";
    const OFFER: &str = "Connect it in my name";
    for (decides, hand, says, offers) in [
        (true, Hand::Decides, false, false),
        (false, Hand::Decides, true, true),
        (false, Hand::Looks, true, false),
    ] {
        let mut seen = roster();
        seen.firms[0].connector_decides = decides;
        seen.hand = hand;
        let page = look(Role::Admin, seen, PAGE).await;
        assert_eq!(
            (page.says(SAYS), page.says(OFFER)),
            (says, offers),
            "{hand:?}"
        );
    }
    let mut over = roster();
    over.firms[0].connector_decides = false;
    over.firms[0].state = RosterState::ReconnectNeeded { since: moment() };
    let page = look(Role::Admin, over, PAGE).await;
    assert!(!page.says(SAYS), "it is read in nobody’s name any more");
}

#[tokio::test]
async fn the_rule_says_what_becomes_of_leavers_who_said_so_and_how_to_undo_it() {
    let page = look(Role::Owner, roster(), PAGE).await;
    for text in [
        "Wait for an administrator",
        "If more than 20 % of the people here would be suspended at once",
        "Somebody looks first.",
        "Possible until 7 December 2026.",
        &format!("href=\"/admin/roster/rule?firm={FIRM}\""),
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let undo = page.form("/admin/roster/undo");
    assert!(undo.contains("name=\"revision\" value=\"3\"") && undo.contains(FIRM));
    let stale = Roster {
        hand: Hand::ConfirmsFirst,
        ..roster()
    };
    let page = look(Role::Owner, stale, PAGE).await;
    assert!(!page.has_form("/admin/roster/undo"));
}

#[tokio::test]
async fn whoever_only_looks_gets_no_form_and_no_way_to_act() {
    let mut seen = roster();
    seen.hand = Hand::Looks;
    seen.firms[0].state = RosterState::ReconnectNeeded { since: moment() };
    let page = look(Role::Reviewer, seen, PAGE).await;
    for path in ["read", "stop", "undo", "decide"] {
        assert!(!page.has_form(&format!("/admin/roster/{path}")), "{path}");
    }
    for text in [
        "type=\"checkbox\"",
        "/auth/clio-manage/start",
        "/admin/roster/rule",
        "/admin/roster/disconnect",
    ] {
        assert!(!page.says(text), "{text}");
    }
    assert!(page.says("The connection needs to be renewed"));
}

#[tokio::test]
async fn what_was_done_and_what_was_not_is_said_when_the_page_comes_back() {
    let page = look(Role::Admin, roster(), "/admin/roster?done=roster_begun").await;
    assert!(page.says("being read. This page says how far it is."));
    let page = look(
        Role::Admin,
        roster(),
        "/admin/roster?problem=reading_already",
    )
    .await;
    assert!(page.says("no second read was begun"));
    assert!(page.title().starts_with("Problem: "), "{}", page.title());
}

#[tokio::test]
async fn a_way_to_clio_that_did_not_work_out_is_explained() {
    let page = look(Role::Admin, roster(), "/admin/roster?manage=wrong_region").await;
    assert!(page.says("a firm’s account is in another region than the one chosen"));
}

#[tokio::test]
async fn hostile_names_and_reasons_are_text() {
    let mut hostile = roster();
    hostile.firms[0].name = HOSTILE.to_owned();
    hostile.firms[0].clio_user.name = HOSTILE.to_owned();
    if let Some(change) = &mut hostile.firms[0].rule.change {
        change.reason = HOSTILE.to_owned();
    }
    for group in &mut hostile.waiting {
        for difference in &mut group.differences {
            difference.name = HOSTILE.to_owned();
            difference.email = HOSTILE.to_owned();
            difference.firm = HOSTILE.to_owned();
        }
    }
    hostile.reads[0].firm = HOSTILE.to_owned();
    let page = look(Role::Owner, hostile, PAGE).await;
    assert!(!page.contains("<script>"), "{}", page.html);
}

#[tokio::test]
async fn members_and_strangers_stay_outside_and_an_outage_is_said() {
    let page = Fake::signed_in(Status::Active).get(PAGE).await;
    assert_eq!(page.status(), 403);
    let page = Fake::default().get(PAGE).await;
    assert_eq!(page.location(), Some("/sign-in?return_to=/admin/roster"));
    let known = Known {
        roster: Some(roster()),
        ..Known::default()
    };
    let away = Fake {
        down: true,
        ..at_roster(Role::Owner, known)
    };
    assert_eq!(away.get(PAGE).await.status(), 503);
}
