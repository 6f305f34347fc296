//! A login that is linked: the person has been here before.

use sqlx::{Connection, PgConnection};

use super::{Landing, Outcome, drift, settle::Arrival};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        identities::{self, Settle},
        sign_in::{self, Known, Profile, Replaced},
    },
    domain::not_me::Kind as NoticeKind,
    domain::{
        account::{AccountId, IdentityId, Status},
        email::Email,
        linking::Holder,
        login::Login,
        name::Name,
        profile::{Field, Refresh, refresh},
    },
    mail::letters,
    service::{
        ServiceError, Services,
        security_mail::{self, About},
    },
};

/// Opens a session, and lets the account's names follow Clio's where policy says so.
pub(super) async fn sign_in(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    known: &Known,
    identity: IdentityId,
    holder: Holder,
) -> Result<Option<Outcome>, ServiceError> {
    let (services, login) = (arrival.services, arrival.login);
    let now = services.now();
    let opening = arrival.opening()?;
    let news = News::of(services, known, login);
    let replaces = arrival.visit.session.as_ref().map(|live| Replaced {
        session: live.id,
        // Whom Clio lets through without asking has shown nothing new.
        fresh_at: if arrival.is_fresh() {
            now
        } else {
            live.fresh_at
        },
    });
    let row = opening.row();
    let opened = if news.is_none() {
        sign_in::open_session(connection, login, identity, holder, &row, replaces, now).await?
    } else {
        // What the sign-in brings commits together with it.
        let mut transaction = connection.begin().await?;
        // The account first: the lock that the sign-in takes on it would have to grow otherwise.
        let account = accounts::lock(&mut transaction, holder.account).await?;
        let to = &mut *transaction;
        // Under the lock: several sign-ins at once bring the same news once.
        let known = sign_in::look_up(to, login, &arrival.visit.device()).await?;
        let news = News::of(services, &known, login);
        let opened =
            sign_in::open_session(to, login, identity, holder, &row, replaces, now).await?;
        if opened && let Some(account) = account {
            let before = known.profile.as_ref();
            let before = before.and_then(|profile| profile.clio_email.as_deref());
            take_in(arrival, &mut transaction, &account, identity, before, &news).await?;
            transaction.commit().await?;
            services.mail_wake.notify_one();
        }
        opened
    };
    if !opened {
        return Ok(None);
    }
    let to = match holder.status {
        Status::Pending => Landing::Pending,
        _ => arrival.landing(),
    };
    Ok(Some(Outcome::signed_in(opening, to)))
}

/// What a sign-in brings beside itself.
struct News<'a> {
    followed: Option<Followed>,
    moved: Option<&'a Email>,
    is_new_device: bool,
}

impl<'a> News<'a> {
    fn of(services: &Services, known: &Known, login: &'a Login) -> Self {
        let profile = known.profile.as_ref();
        Self {
            followed: profile.and_then(|profile| followed(services, profile, login)),
            moved: profile.and_then(|profile| drift::new_email(profile, login)),
            is_new_device: known.new_device,
        }
    }

    const fn is_none(&self) -> bool {
        self.followed.is_none() && self.moved.is_none() && !self.is_new_device
    }
}

/// Writes down what a sign-in brings, and tells the person of a device that is new. The caller holds
/// the account locked.
async fn take_in(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    account: &AccountRow,
    identity: IdentityId,
    email_before: Option<&str>,
    news: &News<'_>,
) -> Result<(), ServiceError> {
    let (services, login) = (arrival.services, arrival.login);
    if let Some(followed) = &news.followed {
        follow(connection, account.id, identity, followed, services.now()).await?;
    }
    if let Some(email) = news.moved {
        drift::record(
            services,
            connection,
            account,
            identity,
            email_before,
            login,
            email,
        )
        .await?;
    }
    if news.is_new_device {
        let about = About {
            kind: NoticeKind::NewDevice,
            account: account.id,
            identity: Some(identity),
            visit: Some(arrival.visit),
        };
        let to = account.email.as_str();
        security_mail::put(services, connection, &about, to, letters::new_device).await?;
    }
    Ok(())
}

/// What the account's names become where policy lets them follow Clio.
struct Followed {
    first_name: Name,
    last_name: Name,
    settle: Settle,
}

fn followed(services: &Services, profile: &Profile, login: &Login) -> Option<Followed> {
    let policy = services.config.profile;
    let first = Field {
        ours: &profile.first_name,
        theirs: login.first_name.as_str(),
        settled: &profile.settled_first_name,
    };
    let last = Field {
        ours: &profile.last_name,
        theirs: login.last_name.as_str(),
        settled: &profile.settled_last_name,
    };
    let takes_first = refresh(policy.first_name, first) == Refresh::Take;
    let takes_last = refresh(policy.last_name, last) == Refresh::Take;
    let pick = |takes: bool, field: Field<'_>| {
        Name::from_provider(if takes { field.theirs } else { field.ours })
    };
    (takes_first || takes_last).then(|| Followed {
        first_name: pick(takes_first, first),
        last_name: pick(takes_last, last),
        settle: Settle {
            first_name: takes_first,
            last_name: takes_last,
            email: false,
        },
    })
}

async fn follow(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    followed: &Followed,
    now: time::OffsetDateTime,
) -> Result<(), ServiceError> {
    accounts::set_names(
        connection,
        account,
        &followed.first_name,
        &followed.last_name,
    )
    .await?;
    identities::settle(connection, identity, followed.settle).await?;
    let event = NewEvent {
        action: "account.names_followed_clio",
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    Ok(())
}
