//! Who gets an account by signing in.

use super::email::Email;

/// The policy `ADMISSION`, with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Everybody with a Clio login, at once.
    Open,
    /// Who proves a mailbox of one of these domains (ASCII case folded).
    Domains(Vec<String>),
    /// Everybody, once an administrator approves.
    Approval,
    /// Only who was invited.
    Invited,
    /// Nobody new.
    Closed,
}

/// What the policy says of a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An active account.
    Admit,
    /// An account that waits for a proof of its mailbox.
    AfterMailbox,
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
    /// The domains whose people are admitted by proving their mailbox; none under the other policies.
    pub fn domains(&self) -> &[String] {
        match self {
            Self::Domains(domains) => domains,
            Self::Open | Self::Approval | Self::Invited | Self::Closed => &[],
        }
    }

    /// What the policy says of a stranger with this e-mail.
    pub fn judge(&self, email: &Email) -> Verdict {
        match self {
            Self::Open => Verdict::Admit,
            Self::Domains(domains) if domains.contains(&email.domain()) => Verdict::AfterMailbox,
            Self::Domains(_) => Verdict::ForeignDomain,
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
