//! `/admin/queue`.

use app::wire::{
    NoticeKind, Role, Status,
    desk::queue::{
        Candidate, Card, ClioLogin, Decision, Likeness, Planned, ProofRequest, Question, Queue,
        QueueAct, QueueEntry, QueueKind, Report, Reported,
    },
};

use crate::fake::{Fake, HOSTILE, moment};

fn card(name: &str) -> Card {
    Card {
        id: "0190-a1".to_owned(),
        name: name.to_owned(),
        email: "lena@brandtlaw.test".to_owned(),
        is_proved: false,
        status: Status::Pending,
        role: Role::Member,
    }
}

fn entry(question: Question) -> QueueEntry {
    QueueEntry {
        item: "a01".to_owned(),
        since: moment(),
        who: card("Lena Brandt"),
        question,
        asked: None,
        obstacle: None,
        may_ask: true,
        candidates: Vec::new(),
    }
}

fn new_account() -> QueueEntry {
    entry(Question::NewAccount {
        clio: Some(ClioLogin {
            name: "Lena Brandt".to_owned(),
            email: "lena@brandtlaw.test".to_owned(),
        }),
        from: Some(("Firefox on Windows".to_owned(), "192.0.2.17".to_owned())),
        itself_by: None,
        manage: None,
    })
}

fn link(text: &str) -> QueueEntry {
    entry(Question::Link {
        clio: ClioLogin {
            name: text.to_owned(),
            email: "l@private.test".to_owned(),
        },
        message: text.to_owned(),
        reference: "7Q4K-92MX".to_owned(),
        logins: 2,
        mailbox_proved: None,
    })
}

fn not_me() -> QueueEntry {
    QueueEntry {
        may_ask: false,
        ..entry(Question::NotMe {
            about: Some(NoticeKind::Linked),
            since: Some(moment()),
            reference: "7Q4K-92MX".to_owned(),
            taken: vec![String::new()],
            email_taken: true,
        })
    }
}

fn queue(entries: Vec<QueueEntry>, may_decide: bool) -> Queue {
    Queue {
        kind: None,
        counts: vec![
            (QueueKind::Accounts, Some(2)),
            (QueueKind::Links, Some(1000)),
        ],
        entries,
        earlier: None,
        later: Some("1-2".to_owned()),
        may_decide,
    }
}

fn at_queue(role: Role, entries: Vec<QueueEntry>) -> Fake {
    Fake {
        queue: Some(queue(entries, role >= Role::Admin)),
        ..Fake::at_desk(role)
    }
}

#[tokio::test]
async fn what_waits_can_be_chosen_and_decided_without_a_script() {
    let fake = at_queue(Role::Admin, vec![new_account(), not_me()]);
    let page = fake.get("/admin/queue").await;
    assert_eq!(page.status(), 200);
    assert!(page.title().starts_with("Queue · "));
    for part in [
        "<form method=\"get\" action=\"/admin/queue/approve\"",
        "formaction=\"/admin/queue/decline\"",
        "type=\"checkbox\" name=\"item\" value=\"a01\"",
        "href=\"/admin/queue/approve?item=a01\"",
        "href=\"/admin/accounts/0190-a1\"",
        "href=\"/admin/queue?after=1-2\"",
        "datetime=\"2026-11-12T14:05:00Z\"",
        "aria-current=\"page\"",
    ] {
        assert!(page.contains(part), "{part}: {}", page.html);
    }
    for words in [
        "Lena Brandt asks to be let in",
        "Lena Brandt said “This wasn’t me”",
        "Clio login <span class=\"address\">without an e-mail</span>",
        "The proof of the account’s e-mail",
        "999+",
    ] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert_eq!(
        page.html.matches("href=\"/admin/queue/ask?item=").count(),
        1
    );
    assert!(!page.contains("Suspended"));
}

#[tokio::test]
async fn a_reviewer_looks_and_has_nothing_to_press() {
    let page = at_queue(Role::Reviewer, vec![new_account()])
        .get("/admin/queue")
        .await;
    assert!(page.says("Lena Brandt asks to be let in"));
    for part in ["checkbox", "formaction", "?item="] {
        assert!(!page.contains(part), "{part}");
    }
    let member = Fake::signed_in(Status::Active).get("/admin/queue").await;
    assert_eq!(member.status(), 403);
}

#[tokio::test]
async fn candidates_and_what_was_asked_are_told_in_words() {
    let waiting = QueueEntry {
        asked: Some(ProofRequest {
            at: moment(),
            note: "Call me, please.".to_owned(),
            is_given: true,
        }),
        candidates: vec![Candidate {
            who: Card {
                status: Status::Suspended,
                ..card("Lena Brandt")
            },
            alike: vec![Likeness::SameLogin, Likeness::SameName],
            name_differs: false,
            email_differs: true,
        }],
        ..new_account()
    };
    let page = at_queue(Role::Admin, vec![waiting])
        .get("/admin/queue")
        .await;
    for words in [
        "this Clio login opened it before, same name; the e-mail differs",
        "Suspended",
        "; the mailbox is proved since",
        "Written: “Call me, please.”",
    ] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
}

#[tokio::test]
async fn hostile_words_are_text() {
    let mut hostile = link(HOSTILE);
    hostile.who.name = HOSTILE.to_owned();
    let page = at_queue(Role::Admin, vec![hostile])
        .get("/admin/queue")
        .await;
    assert!(!page.contains("<script>alert"), "{}", page.html);
    assert!(page.contains("&lt;script&gt;alert"));
}

fn decision(act: QueueAct, planned: Vec<Planned>, is_fresh: bool) -> Fake {
    Fake {
        decision: Some(Decision {
            act,
            item: "a01.c02".to_owned(),
            planned,
            is_fresh,
        }),
        ..Fake::at_desk(Role::Admin)
    }
}

fn planned(entry: QueueEntry) -> Planned {
    Planned {
        entry: Some(entry),
        skip: None,
    }
}

fn skipped(entry: Option<QueueEntry>, word: &str) -> Planned {
    Planned {
        entry,
        skip: Some(word.to_owned()),
    }
}

#[tokio::test]
async fn a_page_says_what_will_happen_and_what_is_skipped_before_it_is_done() {
    let plan = vec![
        planned(new_account()),
        skipped(Some(link("Lena")), "login_opens"),
        skipped(None, "decided"),
    ];
    let page = decision(QueueAct::Decline, plan, true)
        .get("/admin/queue/decline?item=a01&item=c02")
        .await;
    assert!(page.says("Decline 1 of 3?"), "{}", page.html);
    for words in [
        "The account is closed and its browsers are signed out.",
        "That Clio login opens an account already.",
        "It doesn’t wait any more",
    ] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert!(!page.says("No account here looks like"), "{}", page.html);
    let form = page.form("/admin/queue/decline");
    assert!(form.contains("name=\"item\" value=\"a01.c02\""), "{form}");
    assert!(
        form.contains("name=\"reason\"") && form.contains(" required"),
        "{form}"
    );
}

#[tokio::test]
async fn the_reason_is_asked_for_again_where_it_was_missing() {
    let page = decision(QueueAct::Decline, vec![planned(new_account())], true)
        .get("/admin/queue/decline?problem=reason_missing&item=a01")
        .await;
    assert!(page.contains("aria-invalid=\"true\"") && page.says("Give a reason, in a few words"));
}

#[tokio::test]
async fn whoever_isnt_fresh_is_led_to_show_it_and_back() {
    let page = decision(QueueAct::Approve, vec![planned(new_account())], false)
        .get("/admin/queue/approve?problem=confirm_first&item=a01")
        .await;
    let back = "/account/confirm?then=%2Fadmin%2Fqueue%2Fapprove%3Fitem%3Da01.c02";
    assert!(page.contains(back), "{}", page.html);
    assert!(!page.has_form("/admin/queue/approve"));
}

#[tokio::test]
async fn nothing_chosen_and_nothing_possible_lead_back() {
    for (plan, says) in [
        (vec![], "Nothing was chosen."),
        (
            vec![skipped(None, "decided")],
            "Nothing can be done about it as things stand.",
        ),
    ] {
        let page = decision(QueueAct::Ask, plan, true)
            .get("/admin/queue/ask")
            .await;
        assert!(page.says(says), "{}", page.html);
        assert!(page.contains("href=\"/admin/queue\"") && !page.has_form("/admin/queue/ask"));
    }
    let odd = Fake::at_desk(Role::Admin)
        .get("/admin/queue/ask?item=x")
        .await;
    assert_eq!(odd.location(), Some("/admin/queue"));
}

#[tokio::test]
async fn a_report_tells_what_came_of_each() {
    let reported = |outcome: Option<&str>| Reported {
        who: Some(("0190-a1".to_owned(), HOSTILE.to_owned())),
        reference: Some("7Q4K-92MX".to_owned()),
        outcome: outcome.map(ToOwned::to_owned),
    };
    let fake = Fake {
        report: Some(Report {
            act: QueueAct::Approve,
            at: moment(),
            items: vec![
                reported(Some("done")),
                reported(Some("decided")),
                reported(Some("email_taken")),
                reported(None),
            ],
        }),
        ..Fake::at_desk(Role::Reviewer)
    };
    let page = fake.clone().get("/admin/queue/reports/0190-b1").await;
    for words in [
        "Approved: 1 of 4",
        "Decided meanwhile by somebody else",
        "Skipped",
        "Another account has that e-mail.",
        "Not finished: look whether it still waits",
    ] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert!(!page.contains("<script>alert"));
    let unknown = fake.get("/admin/queue/reports/unknown").await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn the_queue_says_so_when_the_database_is_away() {
    for path in [
        "/admin/queue",
        "/admin/queue/approve",
        "/admin/queue/reports/1",
    ] {
        let fake = Fake {
            down: true,
            ..Fake::at_desk(Role::Admin)
        };
        assert_eq!(fake.get(path).await.status(), 503, "{path}");
    }
}
