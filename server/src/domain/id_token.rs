//! The rules an ID token must satisfy once its signature is good.
//!
//! OpenID Connect Core 1.0, section 3.1.3.7, and Clio's guide (`sid` present, `azp` absent or
//! equal to the application key). What general libraries leave out is here, too: authorized party,
//! issue time, not-before, absurd lifetimes, the subject's shape, and tokens made for logout.

/// Allowed difference between Clio's clock and ours, in seconds.
pub const LEEWAY: i64 = 60;
/// The oldest issue time, in seconds: the token was issued in answer to this very request.
pub const MAX_AGE: i64 = 600;
/// The longest lifetime, in seconds, beyond which a token makes no sense: 31 days.
pub const MAX_LIFETIME: i64 = 31 * 86_400;

/// The claims that are judged. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`, one or many.
    pub audience: Vec<String>,
    /// `azp`.
    pub authorized_party: Option<String>,
    /// `exp`.
    pub expires: i64,
    /// `iat`.
    pub issued: i64,
    /// `nbf`.
    pub not_before: Option<i64>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `at_hash`.
    pub access_token_hash: Option<String>,
    /// `sid`.
    pub session: Option<String>,
    /// Whether `events` is there, which marks a logout token (OpenID Connect Back-Channel Logout
    /// 1.0, section 2.4).
    pub has_events: bool,
}

/// What the claims are held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The configured issuer, compared byte for byte.
    pub issuer: &'a str,
    /// Our application key.
    pub client_id: &'a str,
    /// The nonce of the attempt; `None` where sending one is switched off.
    pub nonce: Option<&'a str>,
    /// The hash of the access token that came along.
    pub access_token_hash: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Another issuer.
    #[error("issuer")]
    Issuer,
    /// Not for us, or not for us alone.
    #[error("audience")]
    Audience,
    /// Issued to another application.
    #[error("authorized_party")]
    AuthorizedParty,
    /// Over.
    #[error("expired")]
    Expired,
    /// Issued in the future or long ago.
    #[error("issue_time")]
    IssueTime,
    /// Not valid yet.
    #[error("not_before")]
    NotBefore,
    /// Valid for longer than makes sense.
    #[error("lifetime")]
    Lifetime,
    /// Not for this attempt.
    #[error("nonce")]
    Nonce,
    /// The subject is empty, too long or not printable ASCII.
    #[error("subject")]
    Subject,
    /// The access token that came along is another.
    #[error("at_hash")]
    AccessTokenHash,
    /// No session id at Clio.
    #[error("sid")]
    Session,
    /// A logout token.
    #[error("events")]
    Events,
}

/// Judges the claims; the first fault wins.
///
/// # Errors
/// A [`Fault`] for the first rule that is broken.
pub fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), Fault> {
    let now = expected.now;
    let rules = [
        (claims.issuer == expected.issuer, Fault::Issuer),
        (
            !claims.audience.is_empty() && claims.audience.iter().all(|a| a == expected.client_id),
            Fault::Audience,
        ),
        (
            claims
                .authorized_party
                .as_deref()
                .is_none_or(|azp| azp == expected.client_id),
            Fault::AuthorizedParty,
        ),
        (claims.expires > now.saturating_sub(LEEWAY), Fault::Expired),
        (
            claims.issued <= now.saturating_add(LEEWAY)
                && claims.issued >= now.saturating_sub(MAX_AGE + LEEWAY),
            Fault::IssueTime,
        ),
        (
            claims
                .not_before
                .is_none_or(|nbf| nbf <= now.saturating_add(LEEWAY)),
            Fault::NotBefore,
        ),
        (
            claims.expires.saturating_sub(claims.issued) <= MAX_LIFETIME,
            Fault::Lifetime,
        ),
        (
            expected
                .nonce
                .is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce)),
            Fault::Nonce,
        ),
        (is_subject(&claims.subject), Fault::Subject),
        (
            claims
                .access_token_hash
                .as_deref()
                .is_none_or(|hash| hash == expected.access_token_hash),
            Fault::AccessTokenHash,
        ),
        (
            claims.session.as_deref().is_some_and(|sid| !sid.is_empty()),
            Fault::Session,
        ),
        (!claims.has_events, Fault::Events),
    ];
    rules
        .into_iter()
        .find(|(holds, _)| !holds)
        .map_or(Ok(()), |(_, fault)| Err(fault))
}

/// 1 to 255 printable ASCII characters (OpenID Connect Core 1.0, section 2: at most 255 ASCII).
fn is_subject(subject: &str) -> bool {
    (1..=255).contains(&subject.len()) && subject.bytes().all(|b| matches!(b, 0x20..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn good() -> Claims {
        Claims {
            issuer: "https://clio.test/".into(),
            subject: "person-1".into(),
            audience: vec!["key".into()],
            authorized_party: None,
            expires: NOW + 3600,
            issued: NOW,
            not_before: None,
            nonce: Some("nonce".into()),
            access_token_hash: Some("hash".into()),
            session: Some("sid".into()),
            has_events: false,
        }
    }

    fn judge(change: impl FnOnce(&mut Claims)) -> Result<(), Fault> {
        let mut claims = good();
        change(&mut claims);
        let expected = Expected {
            issuer: "https://clio.test/",
            client_id: "key",
            nonce: Some("nonce"),
            access_token_hash: "hash",
            now: NOW,
        };
        check(&claims, &expected)
    }

    #[test]
    fn a_token_as_clio_makes_it_passes() {
        assert_eq!(judge(|_| ()), Ok(()));
        assert_eq!(judge(|c| c.authorized_party = Some("key".into())), Ok(()));
        assert_eq!(judge(|c| c.access_token_hash = None), Ok(()));
    }

    #[test]
    fn each_rule_refuses_what_breaks_it() {
        type Change = fn(&mut Claims);
        let breaks: [(Fault, Change); 17] = [
            (Fault::Issuer, |c| c.issuer = "https://clio.test".into()),
            (Fault::Audience, |c| c.audience = vec![]),
            (Fault::Audience, |c| c.audience = vec!["other".into()]),
            (Fault::Audience, |c| {
                c.audience = vec!["key".into(), "other".into()];
            }),
            (Fault::AuthorizedParty, |c| {
                c.authorized_party = Some("other".into());
            }),
            (Fault::AuthorizedParty, |c| {
                c.authorized_party = Some(String::new());
            }),
            (Fault::Nonce, |c| c.nonce = None),
            (Fault::Nonce, |c| c.nonce = Some("other".into())),
            (Fault::Subject, |c| c.subject = String::new()),
            (Fault::Subject, |c| c.subject = "a".repeat(256)),
            (Fault::Subject, |c| c.subject = "a\0".into()),
            (Fault::Subject, |c| c.subject = "é".into()),
            (Fault::AccessTokenHash, |c| {
                c.access_token_hash = Some("other".into());
            }),
            (Fault::Session, |c| c.session = None),
            (Fault::Session, |c| c.session = Some(String::new())),
            (Fault::Events, |c| c.has_events = true),
            (Fault::Lifetime, |c| c.expires = i64::MAX),
        ];
        for (fault, change) in breaks {
            assert_eq!(judge(change), Err(fault));
        }
    }

    #[test]
    fn a_minute_of_clock_difference_is_forgiven_and_no_more() {
        assert_eq!(
            judge(|c| (c.issued, c.expires) = (NOW - 120, NOW - 59)),
            Ok(())
        );
        assert_eq!(
            judge(|c| (c.issued, c.expires) = (NOW - 120, NOW - 60)),
            Err(Fault::Expired)
        );
        assert_eq!(judge(|c| c.issued = NOW + 60), Ok(()));
        assert_eq!(judge(|c| c.issued = NOW + 61), Err(Fault::IssueTime));
        assert_eq!(judge(|c| c.issued = NOW - 660), Ok(()));
        assert_eq!(judge(|c| c.issued = NOW - 661), Err(Fault::IssueTime));
        assert_eq!(judge(|c| c.not_before = Some(NOW + 60)), Ok(()));
        assert_eq!(
            judge(|c| c.not_before = Some(NOW + 61)),
            Err(Fault::NotBefore)
        );
    }

    #[test]
    fn extreme_times_neither_pass_nor_overflow() {
        for time in [i64::MIN, i64::MAX] {
            assert!(judge(|c| c.issued = time).is_err());
            assert!(judge(|c| c.expires = time).is_err());
        }
    }

    #[test]
    fn a_subject_of_255_characters_passes() {
        assert_eq!(judge(|c| c.subject = "a".repeat(255)), Ok(()));
    }
}
