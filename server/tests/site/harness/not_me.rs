//! Letters that ask whether it was the person, and what pressing "This wasn't me" does.

use simulated_clio::Person;

use super::{
    accounts::{PASSWORD, set_password},
    browser::Browser,
    database::{forget_everybody, sql},
    letters::{empty_outbox, not_me_link},
    own::{connect, dana_signed_in, disconnect},
    people::DANA,
    reply::Reply,
    site::Site,
};

/// Dana's account is changed as a letter of that kind tells; gives her browser and the letter's link.
/// The account has a password, and two logins where one of them is left.
pub async fn told(site: &Site, kind: &str) -> (Browser, String) {
    let dana = site.linked("dana", DANA).await;
    set_password(site, dana, PASSWORD).await;
    let browser = dana_signed_in(site).await;
    connect(site, &browser, "stranger").await;
    match kind {
        "linked" => {}
        "unlinked" => {
            disconnect(&browser, site.identity_of("stranger").await).await;
        }
        "new_device" => {
            let phone = Browser::new(site).with_header("user-agent", "Safari/605 (iPhone)");
            phone.sign_in(site, "stranger").await.leads_to("/account");
        }
        "password_changed" => {
            let fields = [
                ("password", "harbour bell lantern"),
                ("again", "harbour bell lantern"),
            ];
            let reply = browser.post_form("/account/password", &fields).await;
            reply.leads_to("/account/password?done=password_set");
        }
        "email_changed" => {
            let moved = Person::new("dana", "daniela@harbourlane.test").named("Linked", "Person");
            site.clio.add_person(moved);
            browser.sign_in(site, "dana").await.leads_to("/account");
        }
        other => panic!("no such letter: {other}"),
    }
    let link = not_me_link(site, kind).await;
    (browser, link)
}

/// Presses the button of a letter's link, in a browser that has never been here.
pub async fn press(site: &Site, link: &str) -> Reply {
    let (_, token) = link.split_once("token=").unwrap();
    Browser::new(site)
        .post_form("/not-me/act", &[("token", token)])
        .await
}

/// Presses the button, which does what it says.
pub async fn pressed(site: &Site, link: &str) {
    let (_, token) = link.split_once("token=").unwrap();
    press(site, link)
        .await
        .leads_to(&format!("/not-me?token={token}&done=not_me"));
}

/// Forgets everybody, what they were told and what they told, for the next turn of a loop.
pub async fn nobody_was_told(site: &Site) {
    sql(
        site,
        "DELETE FROM cases; DELETE FROM notices; DELETE FROM guesses",
    )
    .await;
    site.clio
        .add_person(Person::new("dana", DANA).named("Dana", "Whitlock"));
    empty_outbox(site).await;
    forget_everybody(site).await;
}
