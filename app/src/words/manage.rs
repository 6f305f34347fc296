//! Clio Manage, in words.

use super::Words;
use crate::wire::{ManageProblem, ManageUser, NoMember, Region};

/// A region, as the end of "Clio Manage …".
pub const fn region(region: Region) -> &'static str {
    match region {
        Region::Us => "United States",
        Region::Ca => "Canada",
        Region::Eu => "Europe",
        Region::Au => "Australia",
    }
}

/// The address at which people use Clio Manage in a region.
pub const fn region_address(region: Region) -> &'static str {
    match region {
        Region::Us => "app.clio.com",
        Region::Ca => "ca.app.clio.com",
        Region::Eu => "eu.app.clio.com",
        Region::Au => "au.app.clio.com",
    }
}

/// Why somebody isn't taken for a member of the firm, in a sentence about what Clio Manage says.
pub fn turned_down(user: &ManageUser, why: NoMember) -> String {
    let ManageUser {
        name, email, firm, ..
    } = user;
    let place = region(user.region);
    match (why, email) {
        (NoMember::Portal, _) => format!(
            "In Clio Manage ({place}), {name} is a client of {firm}, and uses the client portal."
        ),
        (NoMember::OtherPerson, Some(email)) => format!(
            "In Clio Manage ({place}), {name} approved, whose e-mail there is {email}. That isn’t the e-mail \
             that you signed in with here."
        ),
        (NoMember::OtherPerson, None) => format!(
            "In Clio Manage ({place}), {name} approved, who has no e-mail there that could be compared with yours."
        ),
        (NoMember::Disabled, _) => {
            format!("In Clio Manage ({place}), the login of {name} at {firm} is switched off.")
        }
        (NoMember::OtherFirm, _) => format!(
            "In Clio Manage ({place}), {name} belongs to {firm}, which isn’t the firm that this is for."
        ),
    }
}

/// What happened, to the person whom it happened to; `None` for what has nothing to do with Clio Manage.
pub fn manage_happening(action: &str) -> Option<&'static str> {
    Some(match action {
        "account.admitted_as_member" => {
            "The account was admitted, because Clio Manage says that you belong to the firm"
        }
        "admission.asked" => "It was left to an administrator whether you are admitted",
        "manage.connected" => "Clio Manage was connected",
        "manage.disconnected" => "Clio Manage was disconnected",
        "manage.reconnect_needed" => "Clio Manage no longer answers in your name",
        "manage.refused" => "A try to connect Clio Manage was refused",
        "roster.left" => "What Clio says differently of you was left as it is here",
        _ => return None,
    })
}

/// The same, to administrators.
pub fn manage_happened(action: &str) -> Option<&'static str> {
    Some(match action {
        "account.admitted_as_member" => {
            "Admitted, because Clio Manage says that they belong to the firm"
        }
        "admission.asked" => "Left to an administrator whether they are admitted",
        "manage.reconnect_needed" => "Clio Manage no longer answers in their name",
        "roster.left" => "What Clio says differently of them was left as it is here",
        action => return manage_happening(action),
    })
}

/// Why connecting Clio Manage didn't work out; `None` stands for a code that this release doesn't know.
pub const fn manage_problem(problem: Option<ManageProblem>) -> Words {
    let Some(problem) = problem else {
        return Words {
            title: "Clio Manage wasn’t connected",
            happened: "Something kept it from finishing, and nothing was changed.",
            next: "Try again below. If it happens again, give your firm’s administrator the reference.",
        };
    };
    match problem {
        ManageProblem::Declined => Words {
            title: "You declined at Clio Manage",
            happened: "Clio asked, and you chose Decline, so nothing was shared and nothing was stored.",
            next: "If that was a slip, try again below and approve.",
        },
        ManageProblem::Expired => Words {
            title: "That has run out",
            happened: "Connecting can be finished once, within ten minutes, in the browser and the session where \
                       it began. This one was older, already used, or begun somewhere else.",
            next: "Begin again below.",
        },
        ManageProblem::ClioError => Words {
            title: "Clio Manage couldn’t complete it",
            happened: "Clio sent you back without an answer. Nothing was changed here.",
            next: "Try again below. If it happens again, give your firm’s administrator the reference.",
        },
        ManageProblem::ClioUnavailable => Words {
            title: "Clio Manage can’t be reached at the moment",
            happened: "Clio didn’t answer in time, so nothing was changed.",
            next: "Wait a minute, then try again below.",
        },
        ManageProblem::WrongRegion => Words {
            title: "Clio Manage doesn’t know that answer",
            happened: "That is what happens when a firm’s account is in another region than the one chosen, or \
                       when access was withdrawn at once. Nothing was changed.",
            next: "Look at the address where you use Clio Manage, choose that region below, and try again.",
        },
        ManageProblem::NotPermitted => Words {
            title: "Clio Manage doesn’t let us ask",
            happened: "This application lacks a permission there. That is for whoever runs this page to mend, and \
                       they have been told.",
            next: "Try again later, or give your firm’s administrator the reference.",
        },
        ManageProblem::ClientPortal => Words {
            title: "That is a client-portal login",
            happened: "This page is for people who work at the firm. Logins of Clio’s client portal can’t be used \
                       here, and yours keeps working in the portal.",
            next: "If you work at the firm, try again with your firm’s Clio login.",
        },
        ManageProblem::OtherPerson => Words {
            title: "Somebody else approved at Clio Manage",
            happened: "The person who approved there has another e-mail than the one that you signed in with here.",
            next: "Sign out of Clio Manage in this browser, then try again below with your own login.",
        },
        ManageProblem::Disabled => Words {
            title: "Your login is switched off at Clio Manage",
            happened: "Clio Manage knows you, and says that your login there can’t be used any more.",
            next: "Speak to the person who looks after Clio in your firm, then try again below.",
        },
        ManageProblem::OtherFirm => Words {
            title: "Clio Manage names another firm",
            happened: "You belong to a firm there that this page isn’t for.",
            next: "If you have a login at this firm, too, or it is in another region, try again below.",
        },
        ManageProblem::UserOfAnother => Words {
            title: "That Clio user is connected to another account here",
            happened: "One user of Clio Manage stands for one account. Nothing was changed.",
            next: "If both accounts are yours, ask an administrator to merge them.",
        },
        ManageProblem::FirmNotOurs => Words {
            title: "Clio Manage names a firm that isn’t let in here",
            happened: "Only people of certain firms get in here, and that one isn’t among them. It wasn’t \
                       connected, and its people aren’t read.",
            next: "Approve as somebody of the right firm, or ask whoever runs this page to name that firm, too.",
        },
        ManageProblem::NotConnected => Words {
            title: "That isn’t connected any more",
            happened: "It was disconnected somewhere else, or the account was closed. Nothing was changed.",
            next: "What is connected stands below.",
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn every_problem_has_words_of_its_own_and_a_way_on() {
        let mut titles = HashSet::new();
        for problem in ManageProblem::ALL.map(Some).into_iter().chain([None]) {
            let words = manage_problem(problem);
            assert!(titles.insert(words.title), "{problem:?}");
            for text in [words.title, words.happened, words.next] {
                assert_in_our_voice(text);
            }
        }
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for problem in ManageProblem::ALL {
            assert_eq!(ManageProblem::from_code(problem.code()), Some(problem));
        }
        assert_eq!(ManageProblem::from_code("Declined"), None);
    }
}
