//! Lists of people at the desk: the dry run, carrying them out, and whatever comes in between.

mod afterwards;
mod carrying_out;
mod looking;

use std::fmt::Write as _;

use vestibule::service::importing;

use crate::harness::{Browser, Reply, Site};

const IMPORT: &str = "/admin/invitations/import";

/// Sends a list to be looked through; gives the path of its report.
async fn check(browser: &Browser, csv: &str) -> String {
    let reply = browser.post_form(IMPORT, &[("csv", csv)]).await;
    assert!(
        reply.location().starts_with("/admin/invitations/import/"),
        "{reply:?}"
    );
    reply.location().to_owned()
}

/// Says yes to a list that was looked through.
async fn apply(browser: &Browser, report: &str) -> Reply {
    let (_, id) = report.rsplit_once('/').unwrap();
    browser
        .post_form(IMPORT, &[("csv", ""), ("apply", id)])
        .await
}

/// Carries out all that was begun.
async fn carry_out(site: &Site) {
    while importing::step(&site.services).await.unwrap() {}
}

/// A list of so many people.
fn people(count: usize) -> String {
    let mut csv = "email,first_name,last_name\n".to_owned();
    for n in 0..count {
        writeln!(csv, "person.{n}@harbourlane.test,Pat {n},Ferreira-O’Hara").unwrap();
    }
    csv
}

/// The rows of a report's page: line, person, and what it says, in plain text.
fn rows(page: &str) -> Vec<String> {
    let (_, table) = page.split_once("<tbody>").unwrap();
    let (table, _) = table.split_once("</tbody>").unwrap();
    // Where an e-mail may be broken is nothing to read.
    let table = table.replace("<wbr>", "");
    table.split("<tr ").skip(1).map(plain).collect()
}

/// What is read of a piece of a page.
fn plain(html: &str) -> String {
    let pieces = html
        .split('<')
        .filter_map(|piece| Some(piece.split_once('>')?.1));
    let words: Vec<&str> = pieces.flat_map(str::split_whitespace).collect();
    words.join(" ")
}
