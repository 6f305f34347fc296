//! What becomes of each act of the record that a restored database doesn't have: one table for all.

use super::Status;

/// What becomes of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What of it is carried out again.
    pub taking: Taking,
    /// What the operator has to look at.
    pub look: Look,
}

/// What an act took away, or gave back of what was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// Nothing that isn't over anyway.
    Nothing,
    /// Whether the account can be used: how it stood afterwards, unless the event says it.
    Standing(Option<Status>),
    /// A role, or that one was given.
    Role,
    /// A login.
    Disconnects,
    /// A login was connected.
    Connects,
    /// The password that the account had.
    Password,
    /// The mailbox that the account had.
    Mailbox,
    /// The same, if the account got the e-mail of another.
    MailboxOfOther,
    /// That the e-mail counted as proved.
    Unproves,
    /// It counted as proved again.
    Proves,
}

/// What the operator has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing: it is carried out again, over, or told something only.
    Nothing,
    /// It gave somebody something, and isn't carried out again.
    Given,
    /// It is lost, and something is to be done about it: this.
    Lost(&'static str),
}

const fn done(taking: Taking) -> Fate {
    let look = Look::Nothing;
    Fate { taking, look }
}

const fn given(taking: Taking) -> Fate {
    let look = Look::Given;
    Fate { taking, look }
}

const fn lost(taking: Taking, hint: &'static str) -> Fate {
    let look = Look::Lost(hint);
    Fate { taking, look }
}

/// What becomes of an act.
pub fn fate(act: &str) -> Fate {
    known(act).unwrap_or(lost(Taking::Nothing, "this release doesn’t know it"))
}

/// The same; `None` for an act that this release doesn't know.
pub(super) fn known(act: &str) -> Option<Fate> {
    let fate = match act {
        "account.suspended"
        | "account.rejected"
        | "account.suspended.undone"
        | "account.rejected.undone"
        | "account.approved.undone"
        | "account.reactivated.undone" => done(Taking::Standing(None)),
        "account.approved"
        | "account.reactivated"
        | "account.admitted"
        | "account.admitted_as_member" => given(Taking::Standing(Some(Status::Active))),
        "account.suspension_ended" => done(Taking::Standing(Some(Status::Active))),
        "account.merged_away" | "invitation.revoked" => {
            done(Taking::Standing(Some(Status::Deleted)))
        }
        "account.came_back" => lost(
            Taking::Standing(Some(Status::Active)),
            "undo the merge at the desk again",
        ),
        "invitation.restored" => given(Taking::Standing(Some(Status::Invited))),
        "account.role_granted" | "account.role_revoked.undone" => given(Taking::Role),
        "account.role_revoked" | "account.role_granted.undone" => done(Taking::Role),
        "identity.unlinked" => done(Taking::Disconnects),
        "identity.linked" | "identity.restored" => given(Taking::Connects),
        "account.password_changed" => lost(
            Taking::Password,
            "the new password isn’t in the record; the old one is removed",
        ),
        "account.password_removed" => done(Taking::Password),
        "account.email_changed" => lost(
            Taking::Mailbox,
            "the new e-mail isn’t in the record; the old one no longer counts as proved",
        ),
        "account.merged" => lost(
            Taking::MailboxOfOther,
            "merge the accounts at the desk again",
        ),
        "account.email_unverified" => done(Taking::Unproves),
        "account.email_verified" => done(Taking::Proves),
        "account.created"
        | "account.invited"
        | "account.password_set"
        | "dormancy.exempted"
        | "import.begun"
        | "manage.connected"
        | "roster.connected" => given(Taking::Nothing),
        "notice.not_me" | "case.opened" | "link.asked" => lost(
            Taking::Nothing,
            "the question to the administrators is lost; its person asks again",
        ),
        "case.approved" | "case.declined" | "case.approved.undone" | "case.declined.undone" => {
            lost(Taking::Nothing, "decide about the case again")
        }
        "dormancy.changed" | "dormancy.changed.undone" => lost(
            Taking::Nothing,
            "set the rules about unused accounts at the desk again",
        ),
        "roster.rule_changed" | "roster.rule_changed.undone" => lost(
            Taking::Nothing,
            "set the rule for leavers at the desk again",
        ),
        "roster.disconnected" => lost(Taking::Nothing, "disconnect the firm at the desk again"),
        "dormancy.exemption_ended" => lost(Taking::Nothing, "end the exemption at the desk again"),
        "review.begun" | "review.decided" | "review.closed" | "review.reviewer_named" => {
            lost(Taking::Nothing, "what was attested since is lost")
        }
        _ if tells_only(act) => done(Taking::Nothing),
        _ => return None,
    };
    Some(fate)
}

/// What changed nothing that matters here, and what is over once every session and every proof under way
/// has been ended.
fn tells_only(act: &str) -> bool {
    act.ends_with(".refused")
        || [
            "session.",
            "sign_in.",
            "confirm.",
            "admission.",
            "link.",
            "duplicate.",
            "bulk.",
            "desk.",
            "audit.",
            "database.",
        ]
        .iter()
        .any(|room| act.starts_with(room))
        || [
            "account.gave_way",
            "account.names_changed",
            "account.names_followed_clio",
            "account.names_from_roster",
            "account.names_from_roster.undone",
            "account.suggestion_taken",
            "account.suggestion_declined",
            "account.reminded",
            "account.noted",
            "account.merge_undone",
            "account.proof_asked",
            "invitation.resent",
            "manage.disconnected",
            "manage.reconnect_needed",
            "identity.email_changed",
            "identity.moved",
            "identity.moved_back",
            "identity.reviewed",
            "identity.reviewed.undone",
            "case.withdrawn",
            "case.proof_asked",
            "import.finished",
            "import.stopped",
            // Whoever is left as they are is found again, and asked about again.
            "roster.left",
            "roster.read",
            "roster.read_begun",
            "roster.read_failed",
            "roster.read_stopped",
            "review.gathered",
            "review.pack_taken",
        ]
        .contains(&act)
}
