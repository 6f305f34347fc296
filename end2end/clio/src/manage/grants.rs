//! Codes, and the tokens that they were turned into.

use time::{Duration, OffsetDateTime};

use crate::expiring::Expiring;
use crate::random;

/// How long a code lives.
const CODE_LIFE: Duration = Duration::minutes(10);

/// What a code stands for.
#[derive(Clone, Debug)]
struct Code {
    user: u64,
    redirect_uri: String,
}

/// What a user granted.
#[derive(Clone, Debug)]
struct Grant {
    user: u64,
    access: Vec<(String, OffsetDateTime)>,
    refresh: String,
}

/// What everybody granted.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: Expiring<Code>,
    grants: Vec<Grant>,
}

/// A new access token, and the refresh token of its grant.
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Grants {
    /// A user approves.
    pub(crate) fn code(&mut self, user: u64, redirect_uri: &str, now: OffsetDateTime) -> String {
        let code = random::secret();
        let redirect_uri = redirect_uri.to_owned();
        self.codes
            .insert(code.clone(), Code { user, redirect_uri }, now, CODE_LIFE);
        code
    }

    /// Turns a code into tokens, once.
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        life: Duration,
        now: OffsetDateTime,
    ) -> Option<Issued> {
        let code = self.codes.take(code, now)?;
        (code.redirect_uri == redirect_uri).then(|| {
            let (access, refresh) = (random::secret(), random::secret());
            self.grants.push(Grant {
                user: code.user,
                access: vec![(access.clone(), now + life)],
                refresh: refresh.clone(),
            });
            Issued { access, refresh }
        })
    }

    /// Turns a refresh token into a new access token; the one before it is over, unless `keeps_old`.
    pub(crate) fn refresh(
        &mut self,
        refresh: &str,
        life: Duration,
        keeps_old: bool,
        now: OffsetDateTime,
    ) -> Option<Issued> {
        let grant = self
            .grants
            .iter_mut()
            .find(|grant| grant.refresh == refresh)?;
        let access = random::secret();
        if !keeps_old {
            grant.access.clear();
        }
        grant.access.push((access.clone(), now + life));
        Some(Issued {
            access,
            refresh: refresh.to_owned(),
        })
    }

    /// Whose a token is.
    pub(crate) fn user(&self, access: &str, now: OffsetDateTime) -> Option<u64> {
        let is_live = |(own, ends): &(String, OffsetDateTime)| own == access && *ends > now;
        let found = self
            .grants
            .iter()
            .find(|grant| grant.access.iter().any(is_live));
        found.map(|grant| grant.user)
    }

    /// Ends the grant of an access token.
    pub(crate) fn deauthorize(&mut self, access: &str) {
        self.grants
            .retain(|grant| !grant.access.iter().any(|(own, _)| own == access));
    }

    /// Ends all that a user granted; whether there was anything.
    pub(crate) fn revoke(&mut self, user: u64) -> bool {
        let before = self.grants.len();
        self.grants.retain(|grant| grant.user != user);
        self.grants.len() < before
    }

    /// Ends the access tokens of a user; refresh tokens stay.
    pub(crate) fn expire(&mut self, user: u64) {
        for grant in self.grants.iter_mut().filter(|grant| grant.user == user) {
            grant.access.clear();
        }
    }

    /// How many grants of a user there are.
    pub(crate) fn count(&self, user: u64) -> usize {
        self.grants
            .iter()
            .filter(|grant| grant.user == user)
            .count()
    }
}
