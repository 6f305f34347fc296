//! `/admin/accounts/{id}` and the pages of its acts.

use app::wire::{
    FormProblem, OpenSession, Role, Status,
    desk::{
        AccountAct, AccountDossier, ActPage, Change, DoneBy, Entry, Link, Openers, Person,
        Timeline, UndoPage, Undoing,
    },
};

use crate::fake::{Dossiers, Fake, HOSTILE, Page, connections, moment, sessions};

const ID: &str = "00000000-0000-7000-8000-00000000000a";
const HERE: &str = "/admin/accounts/00000000-0000-7000-8000-00000000000a";

fn person(name: &str) -> Person {
    Person {
        id: ID.to_owned(),
        name: name.to_owned(),
    }
}

fn entry() -> Entry {
    Entry {
        event: "17".to_owned(),
        at: moment(),
        action: "account.suspended".to_owned(),
        method: None,
        reason: None,
        by: DoneBy::Another(Person {
            id: "00000000-0000-7000-8000-00000000000b".to_owned(),
            name: "Olga Ruiz".to_owned(),
        }),
        link: None,
        reference: None,
        remark: Some("Left the firm.".to_owned()),
        change: Some(Change::Status {
            from: Status::Active,
            to: Status::Suspended,
            until: Some("24 December 2026".to_owned()),
        }),
        undoing: Undoing::Until("26 November 2026".to_owned()),
    }
}

fn dossier(name: &str) -> AccountDossier {
    let connection = connections().connections.remove(0);
    AccountDossier {
        person: person(name),
        first_name: name.to_owned(),
        last_name: String::new(),
        email: "ikram@harbourlane.test".to_owned(),
        email_verified: None,
        role: Role::Member,
        status: Status::Suspended,
        status_since: moment(),
        suspended_until: Some("24 December 2026".to_owned()),
        created: moment(),
        last_used: Some(moment()),
        has_password: false,
        links: vec![Link {
            id: "0190".to_owned(),
            clio_name: name.to_owned(),
            clio_email: connection.clio_email,
            method: connection.method,
            linked: moment(),
            last_used: moment(),
            unlinked: None,
        }],
        sessions: sessions(),
        questions: 2,
        can_resend: false,
        acts: vec![AccountAct::Reactivate],
        timeline: Timeline {
            entries: vec![entry()],
            older: Some("16".to_owned()),
            is_later_page: false,
        },
    }
}

async fn look(role: Role, dossier: AccountDossier) -> Page {
    let mut fake = Fake::at_desk(role);
    fake.dossiers.account = Some(dossier);
    let page = fake.get(HERE).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn an_invitation_is_mailed_again_where_its_account_is_shown() {
    let invited = |can_resend| AccountDossier {
        status: Status::Invited,
        can_resend,
        ..dossier("Ikram")
    };
    let page = look(Role::Admin, invited(true)).await;
    let form = page.form("/admin/invitations/resend");
    assert!(form.contains("name=\"invitation\""), "{form}");
    assert!(page.says("The older one opens nothing from then on."));
    let page = look(Role::Reviewer, invited(false)).await;
    assert!(!page.has_form("/admin/invitations/resend"));
    assert!(page.contains("/admin/invitations?q=ikram%40harbourlane.test"));
}

#[tokio::test]
async fn account_is_shown_with_what_opens_it_who_is_in_and_what_happened() {
    let page = look(Role::Admin, dossier("Ikram")).await;
    for text in [
        "<h1 class=\"address\">Ikram</h1>",
        "badge badge-danger\">Suspended",
        "which nobody has proved",
        "24 December 2026, by itself",
        "2 questions in the queue",
        "href=\"/admin/links/0190\"",
        "Left the firm.",
        "<span class=\"unseen\">Before: </span>Active</del>",
        "Suspended until 24 December 2026</ins>",
        "href=\"/admin/accounts/00000000-0000-7000-8000-00000000000b\"",
        "Undoing it opens the account as it was.",
        "Possible until 26 November 2026.",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form("/admin/undo");
    assert!(form.contains("name=\"event\" value=\"17\""), "{form}");
    assert!(page.contains(&format!("href=\"{HERE}/reactivate\"")));
    assert!(!page.contains(&format!("href=\"{HERE}/suspend\"")));
    assert!(page.contains(&format!("href=\"{HERE}?before=16\"")));
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn names_and_notes_are_text_wherever_they_stand() {
    let mut hostile = dossier(HOSTILE);
    hostile.timeline.entries[0].remark = Some(HOSTILE.to_owned());
    hostile.timeline.entries[0].by = DoneBy::Another(person(HOSTILE));
    let page = look(Role::Admin, hostile).await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn nothing_there_is_told_in_words() {
    let mut bare = dossier("Ikram");
    bare.links.clear();
    bare.sessions = Vec::<OpenSession>::new();
    bare.acts.clear();
    bare.questions = 0;
    bare.timeline.entries.clear();
    bare.timeline.older = None;
    let page = look(Role::Reviewer, bare).await;
    for text in [
        "No Clio login opens it, and none has.",
        "Nobody is signed in to it at the moment.",
        "Nothing is recorded yet.",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.has_form("/admin/undo") && !page.contains("/admin/queue\">2"));
    let form = page.form("/admin/accounts/note");
    assert!(form.contains(ID) && form.contains("maxlength=\"2000\""));
}

#[tokio::test]
async fn members_see_no_account_and_an_unknown_one_is_not_found() {
    let mut member = Fake::at_desk(Role::Member);
    member.dossiers.account = Some(dossier("Ikram"));
    assert_eq!(member.get(HERE).await.status(), 403);
    let admin = Fake::at_desk(Role::Admin);
    assert_eq!(admin.get(HERE).await.status(), 404);
}

fn act(act: AccountAct) -> ActPage {
    ActPage {
        act,
        person: person("Ikram Osei"),
        email: "ikram@harbourlane.test".to_owned(),
        role: Role::Member,
        barred: None,
        is_fresh: true,
        is_own: false,
        sessions: 2,
        openers: Openers {
            logins: vec!["ikram@clio.test".to_owned()],
            password: true,
            code: false,
        },
        roles: vec![Role::Reviewer, Role::Admin],
        undo_until: (act != AccountAct::EndSessions).then(|| "6 December 2026".to_owned()),
        earliest_day: "2026-11-23".to_owned(),
    }
}

async fn before(page: ActPage, query: &str) -> Page {
    let word = page.act.word();
    let mut fake = Fake::at_desk(Role::Owner);
    fake.dossiers = Box::new(Dossiers {
        act: Some(page),
        ..Dossiers::default()
    });
    let page = fake.get(&format!("{HERE}/{word}{query}")).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn each_act_says_what_will_happen_and_is_sent_to_its_own_address() {
    for (one, says, asks_why) in [
        (AccountAct::Approve, "The person is let in", false),
        (AccountAct::Reject, "2 browsers are signed out.", true),
        (AccountAct::Suspend, "can’t be used for now", true),
        (
            AccountAct::Reactivate,
            "it opens with ikram@clio.test and its password.",
            false,
        ),
        (AccountAct::EndSessions, "It can’t be undone", false),
        (AccountAct::Role, "Reviewer", false),
    ] {
        let page = before(act(one), "").await;
        let form = page.form(&format!("/admin/accounts/{}", one.word()));
        assert!(
            form.contains(&format!("name=\"account\" value=\"{ID}\"")),
            "{form}"
        );
        assert!(page.says(says), "{says}: {}", page.html);
        assert!(page.contains("A mail to ikram@harbourlane.test says so."));
        let undo = page.contains("It can be undone until 6 December 2026");
        assert_eq!(undo, one != AccountAct::EndSessions, "{one:?}");
        let (_, field) = form.split_once("name=\"reason\"").unwrap();
        let field = field.split_once('>').unwrap().0;
        assert_eq!(field.contains(" required"), asks_why, "{one:?}: {field}");
    }
}

#[tokio::test]
async fn whoever_isnt_fresh_confirms_first_and_comes_back() {
    let mut stale = act(AccountAct::Suspend);
    stale.is_fresh = false;
    let page = before(stale, "").await;
    assert!(!page.has_form("/admin/accounts/suspend"));
    let there = format!("/account/confirm?then=%2Fadmin%2Faccounts%2F{ID}%2Fsuspend");
    assert!(page.contains(&there), "{}", page.html);
    assert!(page.contains("What will happen"));
}

#[tokio::test]
async fn what_cant_be_done_says_why_once() {
    let mut barred = act(AccountAct::Suspend);
    barred.barred = Some(FormProblem::LastOwner);
    let page = before(barred.clone(), "").await;
    assert!(!page.has_form("/admin/accounts/suspend"));
    assert!(page.contains("the firm’s last owner"));
    let page = before(barred, "?problem=last_owner").await;
    assert_eq!(
        page.html
            .matches("<p>This is the firm’s last owner")
            .count(),
        1
    );
}

#[tokio::test]
async fn problems_are_told_at_their_fields() {
    for (query, field) in [
        ("?problem=reason_missing", "id=\"reason\""),
        ("?problem=too_long", "id=\"reason\""),
        ("?problem=bad_day", "id=\"until\""),
    ] {
        let page = before(act(AccountAct::Suspend), query).await;
        assert!(page.focuses(field), "{query}: {:?}", page.focused());
        assert_eq!(page.focused().len(), 1, "{query}");
    }
    let page = before(act(AccountAct::Role), "?problem=choice_missing").await;
    assert!(page.contains("Choose one of the roles, then go on."));
}

#[tokio::test]
async fn roles_are_those_that_may_be_given() {
    let page = before(act(AccountAct::Role), "").await;
    let form = page.form("/admin/accounts/role");
    for (role, offered) in [
        ("member", false),
        ("reviewer", true),
        ("admin", true),
        ("owner", false),
    ] {
        assert_eq!(
            form.contains(&format!("value=\"{role}\"")),
            offered,
            "{role}"
        );
    }
}

#[tokio::test]
async fn undoing_that_came_back_says_what_it_does_and_offers_it_again() {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.dossiers.undo = Some(UndoPage {
        event: "17".to_owned(),
        action: "account.suspended".to_owned(),
        change: entry().change,
        person: person("Ikram Osei"),
        until: Some("6 December 2026".to_owned()),
        is_fresh: true,
    });
    let page = fake.get("/admin/undo?problem=confirm_first&event=17").await;
    assert!(page.form("/admin/undo").contains("value=\"17\""));
    assert!(page.says("Undoing it opens the account as it was."));
}
