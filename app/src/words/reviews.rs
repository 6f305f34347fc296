//! What the pages of reviews say.

use super::links;
use crate::wire::{
    LinkMethod, Status,
    desk::{
        ReviewDecision, ReviewShow, ReviewState,
        links::{Count, Listing},
    },
};

/// Where a review stands.
pub const fn state(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Gathering => "Being prepared",
        ReviewState::Running => "Under way",
        ReviewState::Overdue => "Overdue",
        ReviewState::Closed => "Closed",
    }
}

/// Which links are reviewed.
pub fn scope(list: &Listing) -> String {
    let parts: Vec<String> = list.parts().iter().map(links::part).collect();
    if parts.is_empty() {
        "All connected links".to_owned()
    } else {
        format!("Connected links: {}", parts.join(" · "))
    }
}

/// "1 link", "12 links".
pub fn counted(links: u32) -> String {
    super::counted(links, "link", "links")
}

/// "1 login", "12 logins".
pub fn logins(logins: u32) -> String {
    super::counted(logins, "login", "logins")
}

/// Why links wait for nobody; and what to do about it, for whoever may.
pub const fn nobodys(may_ask: bool) -> &'static str {
    if may_ask {
        "Nobody decides about their own link. Ask another reviewer."
    } else {
        "Nobody decides about their own link."
    }
}

/// Why links wait for somebody in vain; and what to do about it, for whoever may.
pub const fn left_the_desk(may_ask: bool) -> &'static str {
    if may_ask {
        "Can’t decide any more: the account is closed or has another role. The other reviewers may \
         decide instead; whoever you ask now takes over what waits."
    } else {
        "Can’t decide any more: the account is closed or has another role."
    }
}

/// What closing leaves undecided.
pub fn stay_undecided(links: u32) -> String {
    let stay = if links == 1 { "stays" } else { "stay" };
    format!(
        "{} {stay} without a decision, and the evidence says so.",
        counted(links)
    )
}

/// What closing leaves open.
pub fn stay_unsure(links: u32) -> String {
    match links {
        1 => "1 link stays as an open question.".to_owned(),
        more => format!("{} stay as open questions.", counted(more)),
    }
}

/// What closing leaves connected.
pub fn stay_connected(count: u32) -> String {
    let stay = if count == 1 { "stays" } else { "stay" };
    format!("{} that should go {stay} connected.", logins(count))
}

/// What a choice says.
pub const fn choice(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Keep => "Keep",
        ReviewDecision::Revoke => "Disconnect",
        ReviewDecision::Unsure => "Unsure",
    }
}

/// What was chosen.
pub const fn said(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Keep => "To keep",
        ReviewDecision::Revoke => "To disconnect",
        ReviewDecision::Unsure => "Unsure",
    }
}

/// Which links are shown.
pub const fn shown(show: ReviewShow) -> &'static str {
    match show {
        ReviewShow::Yours => "Waiting for you",
        ReviewShow::Undecided => "Not decided",
        ReviewShow::Decided(ReviewDecision::Keep) => "To keep",
        ReviewShow::Decided(ReviewDecision::Revoke) => "To disconnect",
        ReviewShow::Decided(ReviewDecision::Unsure) => "Unsure",
        ReviewShow::All => "All",
    }
}

/// In place of links, where none are shown.
pub const fn none_shown(show: ReviewShow) -> &'static str {
    match show {
        ReviewShow::Yours => {
            "Nothing waits for you here. Thank you. “Not decided” shows what waits for others."
        }
        ReviewShow::Undecided => "Every link is decided.",
        ReviewShow::Decided(_) => "No link is decided so.",
        ReviewShow::All => "No link was connected that the review is about.",
    }
}

/// Whether the account could be used when the review began.
pub const fn standing(status: Status) -> &'static str {
    match status {
        Status::Invited => "invited",
        Status::Pending => "waiting for approval",
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Deleted => "closed",
    }
}

/// "12 links", or "more than 10,000 links".
pub fn size(count: Count) -> String {
    match count {
        Count::Exactly(links) => counted(links),
        Count::MoreThan(links) => format!("more than {}", counted(links)),
    }
}

/// How a login was linked; the moment goes behind it.
pub const fn proved(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::FirstSignIn => "linked at the first sign-in,",
        LinkMethod::Password => "linked with the account’s password,",
        LinkMethod::Claim => "linked by a one-time link from an administrator,",
        LinkMethod::Code => "linked with a code from the account’s mailbox,",
        LinkMethod::LinkedSignIn => "linked by signing in with another login of the account,",
        LinkMethod::Administrator => "linked by an administrator, who was asked,",
        LinkMethod::Session => "linked by somebody signed in to the account,",
    }
}

/// What was done, by its code in the URL.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "begun" => {
            "The review has begun. Its reviewers get a mail as soon as its links are gathered."
        }
        "decided" => "What you chose is saved.",
        "decided_but" => {
            "What you chose is saved, except where somebody else had decided since you opened the \
             page. Those show what was said; say otherwise if you still want to."
        }
        "named" => "The reviewer is asked, and gets a mail.",
        "carried_out" => "The logins are disconnected, and each person gets a mail.",
        "carried_out_but" => {
            "Some logins stay connected, because your role doesn’t reach them, or something about \
             them changed just now. All others are disconnected."
        }
        "closed" => "The review is closed. Its evidence can be downloaded.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn everything_is_said_in_our_voice() {
        for code in [
            "begun",
            "decided",
            "decided_but",
            "named",
            "carried_out",
            "carried_out_but",
            "closed",
        ] {
            assert_in_our_voice(done(code).unwrap());
        }
        assert_eq!(done("Closed"), None);
        for show in ReviewShow::ALL {
            assert_in_our_voice(shown(show));
            assert_in_our_voice(none_shown(show));
        }
        for decision in ReviewDecision::ALL {
            assert_in_our_voice(choice(decision));
            assert_in_our_voice(said(decision));
        }
    }

    #[test]
    fn what_is_reviewed_is_said_in_words() {
        assert_eq!(scope(&Listing::default()), "All connected links");
        let list = Listing::read("q=anna&status=suspended&reviewed=no");
        assert_eq!(
            scope(&list),
            "Connected links: “anna” · Suspended · Never reviewed"
        );
    }

    #[test]
    fn one_is_one() {
        assert_eq!(counted(1), "1 link");
        assert_eq!(logins(1), "1 login");
        assert_eq!(counted(0), "0 links");
        assert!(stay_undecided(1).starts_with("1 link stays without"));
        assert!(stay_undecided(2).starts_with("2 links stay without"));
        assert_eq!(stay_unsure(2), "2 links stay as open questions.");
        for may_ask in [true, false] {
            assert_in_our_voice(nobodys(may_ask));
            assert_in_our_voice(left_the_desk(may_ask));
        }
        for words in [stay_unsure(1), stay_connected(1), stay_connected(1_200)] {
            assert_in_our_voice(&words);
        }
        assert_eq!(size(Count::Exactly(1)), "1 link");
        assert_eq!(size(Count::MoreThan(10_000)), "more than 10,000 links");
    }
}
