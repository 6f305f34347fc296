//! The heart: what a verified Clio login means for the accounts here.
//!
//! [`decide`] is a pure function over [`Facts`]. The service reads the facts, decides, and writes
//! only while the facts still hold.
//!
//! | who came with | the identity is | a verified account has the e-mail | decision |
//! |---|---|---|---|
//! | anything | linked to an active or pending account | – | sign in |
//! | anything | linked to a suspended or deleted account | – | refuse: account closed |
//! | somebody else signed in in this browser | any | any | refuse: other person |
//! | an administrator's one-time link | unknown or unlinked | any | bind to the claimed account |
//! | an administrator's one-time link | linked to another account | – | refuse: other person |
//! | nothing | unknown or unlinked | active, pending or invited | prompt to link |
//! | nothing | unknown or unlinked | suspended or deleted | refuse: account closed |
//! | nothing | unknown | none | create as admission says, or refuse |
//! | nothing | unlinked | none | hold for an administrator, or refuse |
//! | nothing, and no usable e-mail | unknown or unlinked | none | refuse: no e-mail |
//!
//! An e-mail locates an account; only a demonstrated credential binds it. Unverified e-mails
//! neither match nor block.

use super::{
    account::{AccountId, IdentityId, Status},
    admission::{Admission, Verdict},
    email::Email,
};

/// An account and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Which account.
    pub account: AccountId,
    /// Its state.
    pub status: Status,
}

/// What is known of the Clio login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Never seen.
    Unknown,
    /// Seen, and unlinked since.
    Unlinked,
    /// It opens an account.
    Linked {
        /// The link.
        identity: IdentityId,
        /// The account it opens.
        holder: Holder,
    },
}

/// The administrator's one-time link that the attempt came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// None.
    Absent,
    /// It is alive and for this account.
    Alive(Holder),
    /// It is used, too old or unknown.
    Dead,
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who is signed in in this browser.
    pub signed_in: Option<AccountId>,
    /// What is known of the Clio login.
    pub identity: Identity,
    /// The login's e-mail, if it is usable.
    pub email: Option<&'a Email>,
    /// The account with that e-mail, verified.
    pub located: Option<Holder>,
    /// The one-time link.
    pub claim: Claim,
    /// The policy.
    pub admission: &'a Admission,
}

/// In what state an account is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Active at once.
    Active,
    /// Pending, until the mailbox is proved.
    AwaitsMailbox,
    /// Pending, until an administrator decides.
    AwaitsApproval,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Open a session of the account.
    SignIn {
        /// The link that was used.
        identity: IdentityId,
        /// The account and its state.
        holder: Holder,
    },
    /// Ask for a proof that the located account is the person's.
    Prompt(AccountId),
    /// Bind the login to the account of the one-time link.
    BindClaimed(AccountId),
    /// Create an account.
    Create(Standing),
    /// Refuse.
    Refuse(Refusal),
}

/// Why a verified login gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The login's account is suspended or deleted, or the account with its e-mail is.
    AccountClosed,
    /// Somebody else is signed in in this browser.
    BrowserOfAnother,
    /// The one-time link is for one account, and the login opens another.
    LoginOfAnother,
    /// The one-time link is used, too old or unknown.
    ClaimDead,
    /// A first sign-in without a usable e-mail.
    NoEmail,
    /// Only invited people get an account.
    NotInvited,
    /// Only e-mails of certain domains get an account.
    ForeignDomain,
    /// Nobody new gets an account.
    Closed,
}

impl Refusal {
    /// The word for the audit.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::AccountClosed => "account_closed",
            Self::BrowserOfAnother => "browser_of_another",
            Self::LoginOfAnother => "login_of_another",
            Self::ClaimDead => "claim_dead",
            Self::NoEmail => "no_email",
            Self::NotInvited => "not_invited",
            Self::ForeignDomain => "foreign_domain",
            Self::Closed => "closed",
        }
    }
}

/// Decides; see the table at the head of this module.
pub fn decide(facts: &Facts<'_>) -> Decision {
    let owner = match facts.identity {
        Identity::Linked { holder, .. } => Some(holder.account),
        Identity::Unknown | Identity::Unlinked => None,
    };
    if facts.signed_in.is_some() && facts.signed_in != owner {
        return Decision::Refuse(Refusal::BrowserOfAnother);
    }
    if let Identity::Linked { identity, holder } = facts.identity {
        return known(identity, holder, facts.claim);
    }
    match facts.claim {
        Claim::Alive(holder) if is_open(holder.status) => Decision::BindClaimed(holder.account),
        Claim::Alive(_) => Decision::Refuse(Refusal::AccountClosed),
        Claim::Dead => Decision::Refuse(Refusal::ClaimDead),
        Claim::Absent => match facts.located {
            Some(holder) if is_open(holder.status) => Decision::Prompt(holder.account),
            Some(_) => Decision::Refuse(Refusal::AccountClosed),
            None => stranger(facts),
        },
    }
}

fn known(identity: IdentityId, holder: Holder, claim: Claim) -> Decision {
    let claims_another = match claim {
        Claim::Alive(claimed) => claimed.account != holder.account,
        Claim::Absent | Claim::Dead => false,
    };
    match holder.status {
        _ if claims_another => Decision::Refuse(Refusal::LoginOfAnother),
        Status::Active | Status::Pending => Decision::SignIn { identity, holder },
        Status::Invited | Status::Suspended | Status::Deleted => {
            Decision::Refuse(Refusal::AccountClosed)
        }
    }
}

fn stranger(facts: &Facts<'_>) -> Decision {
    let Some(email) = facts.email else {
        return Decision::Refuse(Refusal::NoEmail);
    };
    let standing = match facts.admission.judge(email) {
        Verdict::Admit => Standing::Active,
        Verdict::AfterMailbox => Standing::AwaitsMailbox,
        Verdict::AfterApproval => Standing::AwaitsApproval,
        Verdict::NotInvited => return Decision::Refuse(Refusal::NotInvited),
        Verdict::ForeignDomain => return Decision::Refuse(Refusal::ForeignDomain),
        Verdict::Closed => return Decision::Refuse(Refusal::Closed),
    };
    // Somebody decided against this link once: a person decides again.
    if facts.identity == Identity::Unlinked {
        return Decision::Create(Standing::AwaitsApproval);
    }
    Decision::Create(standing)
}

/// Whether an account can still get a way in.
pub const fn is_open(status: Status) -> bool {
    matches!(status, Status::Invited | Status::Pending | Status::Active)
}

#[cfg(test)]
mod tests;
