//! The list of links, in words.

use crate::wire::{
    LinkMethod, Role,
    desk::links::{Column, Connection, Matched, Origin, Part, RosterLogin},
};

/// The head of a column.
pub const fn column(column: Column) -> &'static str {
    match column {
        Column::Person => "Person",
        Column::Email => "E-mail",
        Column::ClioEmail => "E-mail at Clio",
        Column::Status => "Status",
        Column::Role => "Role",
        Column::Proof => "Proved by",
        Column::Matched => "Matched as",
        Column::Linked => "Linked",
        Column::Used => "Last used",
        Column::Drift => "E-mails",
        Column::Reviewed => "Reviewed",
        Column::Firm => "Firm in Clio",
        Column::Region => "Region",
        Column::ClioRole => "Role in Clio",
        Column::Enabled => "Login in Clio",
        Column::Seen => "Last seen in the roster",
    }
}

/// Whether somebody can sign in to a firm in Clio, as a choice.
pub const fn roster_login(login: RosterLogin) -> &'static str {
    match login {
        RosterLogin::Enabled => "Enabled in Clio",
        RosterLogin::Disabled => "Disabled in Clio",
        RosterLogin::Gone => "No longer in the firm",
        RosterLogin::Absent => "Not in the roster",
    }
}

/// How a link was proved, in a few words.
pub const fn proof(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::FirstSignIn => "First sign-in",
        LinkMethod::Password => "Password",
        LinkMethod::Claim => "One-time link",
        LinkMethod::Code => "Code to the mailbox",
        LinkMethod::LinkedSignIn => "Login linked before",
        LinkMethod::Administrator => "Administrator",
        LinkMethod::Session => "Signed-in browser",
    }
}

/// How a login and an account found each other.
pub const fn matched(matched: Matched) -> &'static str {
    match matched {
        Matched::NewAccount => "New account",
        Matched::Email => "Same e-mail",
        Matched::Invitation => "Invitation",
        Matched::Session => "Connected by the person",
        Matched::Case => "Decided case",
    }
}

/// What made an account.
pub const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::SignIn => "First sign-in",
        Origin::Invitation => "Invitation",
        Origin::Import => "List of people",
        Origin::CommandLine => "Command line",
    }
}

/// What an account may do, in a word.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "Member",
        Role::Reviewer => "Reviewer",
        Role::Admin => "Administrator",
        Role::Owner => "Owner",
    }
}

/// Which links are shown, by whether they are connected.
pub const fn connection(connection: Connection) -> &'static str {
    match connection {
        Connection::Connected => "Connected",
        Connection::Disconnected => "Disconnected",
        Connection::Either => "Connected or not",
    }
}

/// A part of a filter.
pub fn part(part: &Part) -> String {
    match part {
        Part::Search(text) => format!("“{text}”"),
        Part::Connection(which) => connection(*which).to_owned(),
        Part::Status(status) => super::desk::status(*status).to_owned(),
        Part::Role(which) => role(*which).to_owned(),
        Part::Method(method) => format!("Proved by: {}", proof(*method)),
        Part::Origin(which) => format!("Created by: {}", origin(*which)),
        Part::Reviewed(true) => "Reviewed".to_owned(),
        Part::Reviewed(false) => "Never reviewed".to_owned(),
        Part::Drifted(true) => "E-mails differ".to_owned(),
        Part::Drifted(false) => "E-mails are the same".to_owned(),
        Part::Dormant(1) => "Not used for 1 day".to_owned(),
        Part::Dormant(days) => format!("Not used for {days} days"),
        Part::LinkedFrom(day) => format!("Linked on {day} or later"),
        Part::LinkedTo(day) => format!("Linked on {day} or before"),
        Part::Firm(firm) => format!("Firm in Clio: {firm}"),
        Part::Region(region) => format!("Region: {}", super::region(*region)),
        Part::ClioRole(role) => format!("Role in Clio: {role}"),
        Part::Enabled(login) => roster_login(*login).to_owned(),
        Part::NotSeen(1) => "Not seen in the roster for 1 day".to_owned(),
        Part::NotSeen(days) => format!("Not seen in the roster for {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{wire::desk::links::Listing, words::assert_in_our_voice};

    #[test]
    fn columns_are_told_apart() {
        let words: HashSet<_> = Column::ALL.iter().map(|it| column(*it)).collect();
        assert_eq!(words.len(), Column::ALL.len());
    }

    #[test]
    fn parts_of_a_filter_are_told_apart() {
        let list = Listing::read(
            "q=anna&connection=either&status=active&status=suspended&role=member&proof=code\
             &created_by=import&reviewed=no&drift=yes&dormant=90&linked_from=2026-01-01&linked_to=2026-02-01\
             &firm=us:20001&region=us&clio_role=Billing&enabled=absent&not_seen=7",
        );
        let parts = list.parts();
        assert_eq!(parts.len(), 17);
        let words: HashSet<_> = parts.iter().map(part).collect();
        assert_eq!(words.len(), parts.len());
        for words in words {
            assert_in_our_voice(&words);
        }
    }
}
