//! Who gets an account by signing in.

use std::sync::LazyLock;

use super::{email::Email, manage::region::FirmKey};

/// The policy `ADMISSION`, with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Everybody with a Clio login, at once.
    Open,
    /// Who proves a mailbox of one of these domains (ASCII case folded).
    Domains(Vec<String>),
    /// Who belongs to the firm, as Clio Manage says.
    Firm(FirmAdmission),
    /// Everybody, once an administrator approves.
    Approval,
    /// Only who was invited.
    Invited,
    /// Nobody new.
    Closed,
}

/// Who belongs to the firm, and what becomes of those who don't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmAdmission {
    /// The firm.
    pub firms: Firms,
    /// What becomes of others.
    pub others: Others,
}

/// Which firms' members are admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Firms {
    /// These.
    Listed(Vec<FirmKey>),
    /// The one whose member the first owner showed to be; nobody's until then.
    OfFirstOwner,
}

/// What becomes of people who aren't shown to belong to the firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// An administrator decides.
    Queue,
    /// They aren't admitted. They can try with another login or region.
    Refuse,
}

/// What the policy says of a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An active account.
    Admit,
    /// An account that waits for a proof of its mailbox.
    AfterMailbox,
    /// An account that waits for a proof that its person belongs to the firm.
    AfterMembership,
    /// An account that waits for an administrator.
    AfterApproval,
    /// No account: the person isn't invited.
    NotInvited,
    /// No account: the e-mail is of none of the domains.
    ForeignDomain,
    /// No account for anybody new.
    Closed,
}

impl Admission {
    /// What people who are admitted by what they show themselves wait for: the domains of mailboxes, or the
    /// word for belonging to the firm; nothing under the other policies.
    pub fn by_themselves(&self) -> &[String] {
        static MEMBERSHIP: LazyLock<[String; 1]> = LazyLock::new(|| ["membership".to_owned()]);
        match self {
            Self::Domains(domains) => domains,
            Self::Firm(_) => &*MEMBERSHIP,
            Self::Open | Self::Approval | Self::Invited | Self::Closed => &[],
        }
    }

    /// How members of the firm are admitted, where they are.
    pub const fn firm(&self) -> Option<&FirmAdmission> {
        match self {
            Self::Firm(firm) => Some(firm),
            _ => None,
        }
    }

    /// Whether an administrator decides about people who aren't shown to belong to the firm.
    pub fn queues_others(&self) -> bool {
        self.firm().is_some_and(|firm| firm.others == Others::Queue)
    }

    /// What the policy says of a stranger with this e-mail.
    pub fn judge(&self, email: &Email) -> Verdict {
        match self {
            Self::Open => Verdict::Admit,
            Self::Domains(domains) if domains.contains(&email.domain()) => Verdict::AfterMailbox,
            Self::Domains(_) => Verdict::ForeignDomain,
            Self::Firm(_) => Verdict::AfterMembership,
            Self::Approval => Verdict::AfterApproval,
            Self::Invited => Verdict::NotInvited,
            Self::Closed => Verdict::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_domain_counts_whatever_its_case() {
        let policy = Admission::Domains(vec!["firm.test".into()]);
        let judge = |text: &str| policy.judge(&Email::parse(text).unwrap());
        assert_eq!(judge("dana@FIRM.test"), Verdict::AfterMailbox);
        assert_eq!(judge("dana@sub.firm.test"), Verdict::ForeignDomain);
        assert_eq!(judge("dana@evil-firm.test"), Verdict::ForeignDomain);
        assert_eq!(judge("dana@firm.test.evil.test"), Verdict::ForeignDomain);
    }
}
