//! The heart: what a verified Clio login means for the accounts here.
//!
//! [`decide`] is a pure function over [`Facts`]. The service reads the facts, decides, and writes
//! only while the facts still hold.
//!
//! **To sign in** ([`Purpose::SignIn`]):
//!
//! | signed in here | the identity is | a verified account has the e-mail | decision |
//! |---|---|---|---|
//! | nobody, or its owner | linked to an active or pending account | – | sign in |
//! | nobody, or its owner | linked to a suspended, deleted or invited account | – | refuse: account closed |
//! | somebody else | any | any | refuse: browser of another |
//! | nobody | unknown or unlinked | active, pending or invited | prompt to link |
//! | nobody | unknown or unlinked | suspended or deleted | refuse: account closed |
//! | nobody | unknown | none | create as admission says, or refuse |
//! | nobody | unlinked | none | hold for an administrator, or refuse |
//! | nobody | unknown or unlinked, without a usable e-mail | none | refuse: no e-mail |
//!
//! **With an administrator's one-time link**, which is a proof of its own:
//!
//! | the link is | the identity is | decision |
//! |---|---|---|
//! | alive | unknown or unlinked | bind to the claimed account, if it is invited |
//! | alive, but its account is in use by now | unknown or unlinked | refuse: claim dead |
//! | alive | linked to another account | refuse: login of another |
//! | alive, used or too old | linked to the claimed account | sign in |
//! | used, too old or unknown | unknown or unlinked | refuse: claim dead |
//!
//! **To connect, to confirm, to prove**: the attempt names the account it began for. The login must
//! have been typed for it at Clio just now, or the answer is refused: not fresh. The e-mail plays no
//! part, nor does admission.
//!
//! | purpose | signed in here | the identity is | decision |
//! |---|---|---|---|
//! | connect | that account | unknown or unlinked | connect |
//! | connect, confirm | that account | linked to it | sign in anew |
//! | connect, confirm | that account | linked to another, in whatever state | refuse: login of another |
//! | confirm | that account | unknown or unlinked | refuse: login of another |
//! | connect, confirm | nobody any more | any | refuse: session over |
//! | connect, confirm | somebody else | any | refuse: browser of another |
//! | prove | nobody | linked to that account, active or pending | proved |
//! | prove | nobody | linked to that account, closed | refuse: account closed |
//! | prove | nobody | unknown, unlinked, or linked to another | refuse: login of another |
//! | prove | anybody | any | refuse: browser of another |
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

/// What an attempt began for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To prove the account of a pending link, with a login that opens it already.
    Prove(AccountId),
    /// To connect the login to the account of the session that began it.
    Connect(AccountId),
    /// To show that whoever is signed in to this account is still there.
    Confirm(AccountId),
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What the attempt began for.
    pub purpose: Purpose,
    /// Whether the person typed the login at Clio since the attempt began.
    pub is_fresh: bool,
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
    /// Pending, until the person is shown to belong to the firm.
    AwaitsMembership,
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
    /// Bind the login to the account of the person who is signed in.
    Connect(AccountId),
    /// The account of the pending link is proved.
    Proved {
        /// The link that was used.
        identity: IdentityId,
        /// The account.
        account: AccountId,
    },
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
    /// The attempt is for one account, and the login doesn't open it, or opens another.
    LoginOfAnother,
    /// Nobody is signed in any more in the session that the attempt began in.
    SessionOver,
    /// Clio doesn't say that the login was typed just now.
    NotFresh,
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
            Self::SessionOver => "session_over",
            Self::NotFresh => "not_fresh",
            Self::ClaimDead => "claim_dead",
            Self::NoEmail => "no_email",
            Self::NotInvited => "not_invited",
            Self::ForeignDomain => "foreign_domain",
            Self::Closed => "closed",
        }
    }
}

/// Decides; see the tables at the head of this module.
pub fn decide(facts: &Facts<'_>) -> Decision {
    let owner = match facts.identity {
        Identity::Linked { holder, .. } => Some(holder.account),
        Identity::Unknown | Identity::Unlinked => None,
    };
    match facts.purpose {
        Purpose::SignIn if facts.signed_in.is_some() && facts.signed_in != owner => {
            Decision::Refuse(Refusal::BrowserOfAnother)
        }
        Purpose::SignIn => sign_in(facts),
        Purpose::Prove(_) if facts.signed_in.is_some() => {
            Decision::Refuse(Refusal::BrowserOfAnother)
        }
        Purpose::Connect(_) | Purpose::Confirm(_) if facts.signed_in.is_none() => {
            Decision::Refuse(Refusal::SessionOver)
        }
        Purpose::Connect(account) | Purpose::Confirm(account)
            if facts.signed_in != Some(account) =>
        {
            Decision::Refuse(Refusal::BrowserOfAnother)
        }
        _ if !facts.is_fresh => Decision::Refuse(Refusal::NotFresh),
        Purpose::Prove(account) => match facts.identity {
            Identity::Linked { identity, holder } if holder.account == account => {
                prove(identity, holder)
            }
            _ => Decision::Refuse(Refusal::LoginOfAnother),
        },
        Purpose::Connect(account) | Purpose::Confirm(account) => match facts.identity {
            Identity::Linked { identity, holder } if holder.account == account => {
                known(identity, holder, Claim::Absent)
            }
            Identity::Unknown | Identity::Unlinked
                if facts.purpose == Purpose::Connect(account) =>
            {
                Decision::Connect(account)
            }
            _ => Decision::Refuse(Refusal::LoginOfAnother),
        },
    }
}

fn sign_in(facts: &Facts<'_>) -> Decision {
    if let Identity::Linked { identity, holder } = facts.identity {
        return known(identity, holder, facts.claim);
    }
    match facts.claim {
        Claim::Alive(holder) => claimed(holder),
        Claim::Dead => Decision::Refuse(Refusal::ClaimDead),
        Claim::Absent => match facts.located {
            Some(holder) if is_open(holder.status) => Decision::Prompt(holder.account),
            Some(_) => Decision::Refuse(Refusal::AccountClosed),
            None => stranger(facts),
        },
    }
}

/// The link opens an account that nobody has opened yet, and no other.
fn claimed(holder: Holder) -> Decision {
    match holder.status {
        Status::Invited => Decision::BindClaimed(holder.account),
        Status::Pending | Status::Active => Decision::Refuse(Refusal::ClaimDead),
        Status::Suspended | Status::Deleted => Decision::Refuse(Refusal::AccountClosed),
    }
}

fn prove(identity: IdentityId, holder: Holder) -> Decision {
    match holder.status {
        Status::Active | Status::Pending => Decision::Proved {
            identity,
            account: holder.account,
        },
        Status::Invited | Status::Suspended | Status::Deleted => {
            Decision::Refuse(Refusal::AccountClosed)
        }
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
        Verdict::AfterMembership => Standing::AwaitsMembership,
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
