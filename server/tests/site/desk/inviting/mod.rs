//! Invitations at the desk, one by one.

mod list;
mod making;
mod withdrawing;

use std::time::Duration;

use uuid::Uuid;

use crate::harness::{Browser, Reply, Site, only_event_after, text};

const LIST: &str = "/admin/invitations";
const LENA: &str = "lena@brandtlaw.test";
const DAY: Duration = Duration::from_hours(24);

async fn invite(browser: &Browser, email: &str) -> Reply {
    let fields = [
        ("email", email),
        ("first_name", "Lena"),
        ("last_name", "Brandt"),
    ];
    browser
        .post_form("/admin/invitations/create", &fields)
        .await
}

/// Sends a form about an invitation.
async fn act(browser: &Browser, act: &str, invitation: Uuid) -> Reply {
    let path = format!("/admin/invitations/{act}");
    let invitation = invitation.to_string();
    browser
        .post_form(&path, &[("invitation", &invitation)])
        .await
}

/// Lena's invitation, which is the account that was made for her last.
async fn invitation(site: &Site) -> Uuid {
    let id = text(
        site,
        "SELECT account_id::text FROM invitations JOIN accounts ON id = account_id
         WHERE email ILIKE 'lena@%' ORDER BY invitations.created_at DESC LIMIT 1",
    );
    id.await.unwrap().parse().unwrap()
}

async fn standing(site: &Site) -> String {
    let standing = text(
        site,
        "SELECT standing || ' ' || status FROM invitations JOIN accounts ON id = account_id
         WHERE email ILIKE 'lena@%' ORDER BY invitations.created_at DESC LIMIT 1",
    );
    standing.await.unwrap()
}

/// Follows a mailed link and comes back from Clio; gives the callback URL, not yet opened.
async fn claiming(site: &Site, browser: &Browser, path: &str, subject: &str) -> String {
    let (_, token) = path.split_once("token=").unwrap();
    let start = format!("/auth/clio/start?claim={token}");
    let url = browser.begin_at(&start).await;
    site.clio.authorize(&url, subject).unwrap()
}

/// What a refused form of the desk leaves: its page with a code, and one row in the record.
async fn told(site: &Site, since: i64, reply: &Reply, code: &str, reason: &str) {
    reply.leads_to(&format!("{LIST}?problem={code}"));
    let event = only_event_after(site, since).await;
    assert_eq!(event.action, "desk.refused");
    assert_eq!(event.reason.as_deref(), Some(reason));
}
