//! `/admin/roster`: what waits for a decision, and what was read.

use app::wire::{
    Role,
    desk::roster::{Firm, ReadLine, ReadOutcome, RosterState, TooMany, Trouble},
};

use crate::fake::roster_samples::{READ, doer, firm, look, read_line, roster};

const PAGE: &str = "/admin/roster";

#[tokio::test]
async fn each_kind_of_difference_says_what_differs_whose_it_is_what_would_happen_and_why_it_waits()
{
    let page = look(Role::Owner, roster(), PAGE).await;
    for text in [
        "No longer in the firm",
        "It is an owner’s account: never suspended by itself.",
        "Login disabled in Clio",
        "The rule says that an administrator decides.",
        "The account is suspended and its browsers are signed out; a mail says so.",
        "Back in the firm",
        "The account opens again; a mail says so.",
        "New in the firm",
        "No account here",
        "Left alone: Clio has no complete e-mail of the person.",
        "Another e-mail in Clio",
        "The question stands in the queue; nothing changes before.",
        "Another name in Clio",
        "Tomás Ferreira-Lima</span></ins>",
        "t.ferreira@harbourlane.test",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    // What takes away access comes first.
    let place = |text: &str| page.html.find(text).unwrap();
    assert!(place("together-gone") < place("together-disabled"));
    assert!(place("together-disabled") < place("together-new"));
}

#[tokio::test]
async fn ticked_rows_lead_to_the_preview_of_a_decision() {
    let page = look(Role::Admin, roster(), PAGE).await;
    for text in [
        "<form id=\"together-gone\" method=\"get\" action=\"/admin/roster/decide\" class=\"together\">",
        "value=\"00000000-0000-7000-8000-000000000001\" form=\"together-gone\"",
        "<option value=\"carry_out\">Suspend the accounts</option>",
        "<option value=\"carry_out\">Invite them</option>",
        "<option value=\"leave\">Leave as it is</option>",
        "name=\"all\" value=\"gone\" class=\"button button-quiet\">The one here</button>",
        "Tick Tomás Ferreira",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let mut many = roster();
    many.waiting[3].count = 4000;
    many.waiting[3].next = Some("place".to_owned());
    let page = look(Role::Admin, many.clone(), PAGE).await;
    for text in [
        "name=\"all\" value=\"new\" class=\"button button-quiet\">The oldest 100</button>",
        "href=\"/admin/roster?kind=new\" rel=\"next\" class=\"alone\">See all of these",
        "4,000",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let page = look(Role::Admin, many, "/admin/roster?kind=new").await;
    for text in [
        "href=\"/admin/roster?kind=new&amp;after=place\" rel=\"next\" class=\"alone\">Next",
        "See all that waits",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.says("together-gone"));
}

#[tokio::test]
async fn above_the_threshold_the_page_says_how_many_of_how_many_and_draws_it() {
    let mut many = roster();
    many.firms[0].too_many = Some(TooMany {
        leavers: 31,
        accounts: 120,
        threshold: 20,
    });
    let page = look(Role::Reviewer, many, PAGE).await;
    for text in [
        "31 of 120 accounts would be suspended at once. The rule allows 20 %, which is 24.",
        "Nobody was suspended.",
        "width=\"259\" height=\"8\"",
        "d=\"M200 0v14\"",
        "<svg viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\"",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.contains("style=\""), "the page's policy allows none");
}

#[tokio::test]
async fn reads_are_listed_with_how_they_ended_and_what_they_found() {
    let mut several = roster();
    several.reads.push(ReadLine {
        by: Some(doer()),
        counts: Vec::new(),
        ..read_line(ReadOutcome::Failed(Trouble::Stopped { by: Some(doer()) }))
    });
    several.reads.push(ReadLine {
        took: None,
        ..read_line(ReadOutcome::UnderWay)
    });
    let page = look(Role::Reviewer, several, PAGE).await;
    for text in [
        "By itself",
        "40 seconds",
        "Everybody was read",
        "2 gone, 1 new",
        "Stopped",
        "No difference",
        "Under way",
        &format!("href=\"/admin/roster/reads/{READ}\""),
        "href=\"/admin/roster?before=place#reads\"",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn nothing_that_waits_and_nothing_read_is_said_in_words() {
    let mut quiet = roster();
    quiet.waiting.clear();
    let page = look(Role::Admin, quiet.clone(), PAGE).await;
    assert!(page.says("Nothing waits: what Clio says and the accounts here agree."));
    let page = look(Role::Admin, quiet.clone(), "/admin/roster?kind=gone").await;
    assert!(page.says("Nothing of this kind waits."));
    quiet.reads.clear();
    quiet.firms[0].last = None;
    quiet.firms[0].state = RosterState::NotRead;
    let page = look(Role::Admin, quiet, PAGE).await;
    for text in [
        "Nothing was read to its end yet",
        "Not read yet",
        "Nothing was read yet.",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
}

#[tokio::test]
async fn several_firms_are_told_apart_in_every_list() {
    let mut both = roster();
    both.firms.push(Firm {
        name: "Quay Street".to_owned(),
        ..firm()
    });
    let page = look(Role::Admin, both, PAGE).await;
    assert!(page.says("<th scope=\"col\">Firm</th>"));
    assert!(page.says("<span class=\"second\">Harbour Lane LLP</span>"));
    assert!(
        page.says("Read now<span class=\"unseen\"> Quay Street</span>")
            || page.says("Read now <span class=\"unseen\"> Quay Street</span>"),
        "{}",
        page.html
    );
}
