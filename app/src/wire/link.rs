//! The prompt to link, and the waiting room.

use super::{LinkMethod, Moment, OwnManage};

/// What the prompt to link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLink {
    /// The name at Clio; empty if Clio sent none.
    pub clio_name: String,
    /// The e-mail at Clio, which is also that of the account.
    pub clio_email: String,
    /// How far the person has got.
    pub step: LinkStep,
}

/// How far a person has got on the prompt to link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStep {
    /// Nothing is proved. What stands here is the same for every account: it comes from what the
    /// person brought along and did, and from the policy.
    Prove {
        /// Guesses that are left.
        tries_left: u8,
        /// Whether a code was asked for and can be typed.
        code_sent: bool,
        /// The question to an administrator, if it was put.
        asked: Option<Asked>,
        /// Whether policy lets the person have an account beside the one that is there.
        may_keep_separate: bool,
    },
    /// The mailbox is proved, and this account asks for its own credential as well: its password or
    /// a login that is connected already.
    ProveMore {
        /// Guesses that are left.
        tries_left: u8,
        /// The question to an administrator, if it was put.
        asked: Option<Asked>,
    },
    /// The account is proved; now both may be shown.
    Confirm {
        /// What proved it.
        by: LinkMethod,
        /// The name of the account; empty if it has none.
        account_name: String,
        /// Whether the two names differ, so that the person chooses one.
        names_differ: bool,
    },
}

/// A question that was put to an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When.
    pub at: Moment,
    /// What the person reads to an administrator.
    pub reference: String,
    /// Whether it was decided against; otherwise it waits.
    pub declined: bool,
    /// More proof that the administrator asks for before they decide.
    pub more: Option<MoreAsked>,
}

/// More proof that an administrator asks for before they decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreAsked {
    /// When.
    pub at: Moment,
    /// What they wrote; may be empty.
    pub note: String,
}

/// Why a person waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// An administrator decides.
    ForApproval {
        /// The e-mail of the account.
        email: String,
        /// Since when.
        since: Moment,
        /// Whether an administrator asked for proof of the mailbox, and it was given.
        is_proved: bool,
        /// Clio Manage, where showing that one belongs to the firm is another way in.
        manage: Option<Box<OwnManage>>,
    },
    /// The person can show by Clio Manage that they belong to the firm, and is admitted at once.
    ForMembership {
        /// The e-mail of the account.
        email: String,
        /// Clio Manage.
        manage: Box<OwnManage>,
        /// Whether an administrator can be asked instead.
        may_ask: bool,
    },
    /// An administrator decides, who asks for proof of the mailbox first.
    ForProof {
        /// The e-mail the code goes to.
        email: String,
        /// Since when the person waits.
        since: Moment,
        /// When it was asked for.
        asked: Moment,
        /// What the administrator wrote; may be empty.
        note: String,
        /// Whether a code is on its way and can be typed.
        code_sent: bool,
    },
    /// The person can prove the mailbox with a mailed code, and is admitted at once.
    ForMailbox {
        /// The e-mail the code goes to.
        email: String,
        /// Whether a code is on its way and can be typed.
        code_sent: bool,
    },
}
