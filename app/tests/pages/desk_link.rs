//! `/admin/links/{id}` and `/admin/links/{id}/unlink`.

use app::wire::{
    FormProblem, LinkMethod, Role, Status,
    desk::{Link, LinkDossier, Openers, Person, Reviewed, Timeline, UnlinkPage},
};

use crate::fake::{Fake, HOSTILE, Page, moment};

const ID: &str = "00000000-0000-7000-8000-00000000000c";
const HERE: &str = "/admin/links/00000000-0000-7000-8000-00000000000c";

fn person(name: &str) -> Person {
    Person {
        id: "00000000-0000-7000-8000-00000000000a".to_owned(),
        name: name.to_owned(),
    }
}

fn dossier(name: &str) -> LinkDossier {
    LinkDossier {
        link: Link {
            id: ID.to_owned(),
            clio_name: name.to_owned(),
            clio_email: Some("ikram@clio.test".to_owned()),
            method: LinkMethod::Code,
            linked: moment(),
            last_used: moment(),
            unlinked: None,
        },
        clio_id: "410272".to_owned(),
        person: person(name),
        email: "ikram@harbourlane.test".to_owned(),
        role: Role::Member,
        status: Status::Active,
        made_from: "Firefox on Windows, 192.0.2.17".to_owned(),
        reviewed: Some(Reviewed {
            at: moment(),
            by: person(name),
        }),
        may_review: true,
        may_unlink: true,
        timeline: Timeline {
            entries: Vec::new(),
            older: None,
            is_later_page: false,
        },
    }
}

async fn look(dossier: LinkDossier) -> Page {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.dossiers.link = Some(dossier);
    let page = fake.get(HERE).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn link_is_shown_with_both_sides_and_where_it_came_from() {
    let page = look(dossier("Ikram Osei")).await;
    for text in [
        "ikram@harbourlane.test",
        "ikram@clio.test",
        "410272",
        "Linked with a code sent to the account’s mailbox",
        "Firefox on Windows, 192.0.2.17",
        "href=\"/admin/accounts/00000000-0000-7000-8000-00000000000a\"",
        "Found right",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(page.contains(&format!("href=\"{HERE}/unlink\"")));
    assert!(page.form("/admin/links/reviewed").contains(ID));
    assert!(page.form("/admin/links/note").contains(ID));
}

#[tokio::test]
async fn what_whoever_looks_cant_do_isnt_offered() {
    let mut over = dossier("Ikram Osei");
    over.may_review = false;
    over.may_unlink = false;
    over.reviewed = None;
    over.link.unlinked = Some(moment());
    let page = look(over).await;
    assert!(!page.has_form("/admin/links/reviewed"));
    assert!(!page.contains("/unlink\""));
    assert!(page.contains("Unlinked") && page.contains("Nobody has reviewed it yet."));
}

#[tokio::test]
async fn names_are_text_wherever_they_stand() {
    let page = look(dossier(HOSTILE)).await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&lt;script&gt;"));
}

fn unlinking() -> UnlinkPage {
    UnlinkPage {
        link: ID.to_owned(),
        login: "ikram@clio.test".to_owned(),
        person: person("Ikram Osei"),
        email: "ikram@harbourlane.test".to_owned(),
        barred: None,
        is_fresh: true,
        sessions: 1,
        openers: Openers::default(),
        undo_until: "6 December 2026".to_owned(),
    }
}

async fn before(page: UnlinkPage, query: &str) -> Page {
    let mut fake = Fake::at_desk(Role::Admin);
    fake.dossiers.unlink = Some(page);
    fake.get(&format!("{HERE}/unlink{query}")).await
}

#[tokio::test]
async fn unlinking_says_what_will_happen_and_asks_why() {
    let page = before(unlinking(), "").await;
    for text in [
        "The login ikram@clio.test no longer opens the account of Ikram Osei.",
        "One browser is signed out.",
        "From then on nothing opens it.",
        "It can be undone until 6 December 2026",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    let form = page.form("/admin/links/unlink");
    assert!(form.contains(ID) && form.contains("required"), "{form}");
    let page = before(unlinking(), "?problem=reason_missing").await;
    assert!(page.focuses("id=\"reason\""), "{:?}", page.focused());
}

#[tokio::test]
async fn what_cant_be_unlinked_says_why() {
    let mut barred = unlinking();
    barred.barred = Some(FormProblem::Oneself);
    let page = before(barred, "").await;
    assert!(!page.has_form("/admin/links/unlink"));
    assert!(page.contains("can’t be done to your own account"));
    let mut stale = unlinking();
    stale.is_fresh = false;
    let page = before(stale, "").await;
    assert!(page.contains(&format!("then=%2Fadmin%2Flinks%2F{ID}%2Funlink")));
}
