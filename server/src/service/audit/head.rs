//! The end of the chain in one line, to be kept where nobody who can write to the database can.
//!
//! The end that the database keeps is signed too, but an old one can be put back together with the
//! old chain. A head kept elsewhere says how far the chain had come.

use std::{fmt, str::FromStr};

use subtle::ConstantTimeEq;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{link::Break, seal::sound_end};
use crate::{
    secrets::MasterKey,
    service::{ServiceError, Services},
};

const NAME: &str = "vestibule-audit-head";
const VERSION: &str = "v1";

/// A place of the chain and the link there, at a time, signed with the installation's key.
///
/// In words, one line: `vestibule-audit-head v1 position=… time=… hash=… signature=…`, the time as RFC
/// 3339 in UTC to the second, both hashes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    position: i64,
    at: OffsetDateTime,
    hash: [u8; 32],
    signature: [u8; 32],
}

/// A text that isn't a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this isn't a line as `vestibule audit head` writes it")]
pub struct NotAHead;

impl SignedHead {
    /// Signs a place of the chain, as it is at a time.
    pub fn sign(key: &MasterKey, position: i64, hash: [u8; 32], now: OffsetDateTime) -> Self {
        let at = now
            .to_offset(time::UtcOffset::UTC)
            .replace_nanosecond(0)
            .unwrap_or(now);
        Self {
            position,
            at,
            hash,
            signature: signature(key, position, at, &hash),
        }
    }

    /// Whether it was signed with this key and is as it was then.
    pub fn is_signed_with(&self, key: &MasterKey) -> bool {
        signature(key, self.position, self.at, &self.hash)
            .ct_eq(&self.signature)
            .into()
    }

    /// How many events the chain held, which is the place of its last link; 0 before the first.
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// The hash of that link; zeros before the first.
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// When it was signed.
    pub const fn at(&self) -> OffsetDateTime {
        self.at
    }
}

fn signature(key: &MasterKey, position: i64, at: OffsetDateTime, hash: &[u8; 32]) -> [u8; 32] {
    key.authenticate(
        "audit head kept elsewhere",
        &[
            &position.to_be_bytes(),
            &at.unix_timestamp().to_be_bytes(),
            hash,
        ],
    )
}

impl fmt::Display for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position,
            at,
            hash,
            signature,
        } = self;
        let at = at.format(&Rfc3339).map_err(|_| fmt::Error)?;
        write!(f, "{NAME} {VERSION} position={position} time={at} hash=")?;
        write_hex(f, hash)?;
        f.write_str(" signature=")?;
        write_hex(f, signature)
    }
}

impl FromStr for SignedHead {
    type Err = NotAHead;

    /// Reads the line again, also when a mail or a printer has broken it.
    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [NAME, VERSION, position, at, hash, signature] = *words else {
            return Err(NotAHead);
        };
        let position: i64 = value(position, "position=")?
            .parse()
            .map_err(|_| NotAHead)?;
        let at = OffsetDateTime::parse(value(at, "time=")?, &Rfc3339).map_err(|_| NotAHead)?;
        let head = Self {
            position,
            at,
            hash: read_hex(value(hash, "hash=")?)?,
            signature: read_hex(value(signature, "signature=")?)?,
        };
        if head.position < 0 {
            return Err(NotAHead);
        }
        Ok(head)
    }
}

fn value<'a>(word: &'a str, name: &str) -> Result<&'a str, NotAHead> {
    word.strip_prefix(name).ok_or(NotAHead)
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    // A string takes whatever is written to it.
    let _ = write_hex(&mut text, bytes);
    text
}

fn write_hex(f: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

pub(super) fn read_hex(text: &str) -> Result<[u8; 32], NotAHead> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let bytes: Vec<u8> = digits
        .ok_or(NotAHead)?
        .chunks(2)
        .filter_map(|pair| match pair {
            [high, low] => u8::try_from(high << 4 | low).ok(),
            _ => None,
        })
        .collect();
    if text.len() != 64 {
        return Err(NotAHead);
    }
    bytes.try_into().map_err(|_| NotAHead)
}

/// The end of the chain as it is now, signed to be kept elsewhere. What waits to be sealed isn't in it.
///
/// # Errors
/// [`ServiceError::AuditBroken`] when the end isn't as the last seal left it: what was altered isn't
/// signed.
pub async fn head(services: &Services) -> Result<SignedHead, ServiceError> {
    let mut transaction = services
        .pool
        .begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let head = sign_end(services, &mut transaction).await?;
    transaction.roll_back().await?;
    Ok(head)
}

/// The same in a transaction that reads more of that moment.
pub(super) async fn sign_end(
    services: &Services,
    connection: &mut sqlx::PgConnection,
) -> Result<SignedHead, ServiceError> {
    let key = &services.config.master_key;
    let (position, hash) = sound_end(key, connection).await?;
    let hash = match position {
        0 => [0; 32],
        _ => <[u8; 32]>::try_from(hash)
            .map_err(|_| ServiceError::AuditBroken(Break::Moved(position)))?,
    };
    Ok(SignedHead::sign(key, position, hash, services.now()))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn signed() -> SignedHead {
        let now = datetime!(2026-11-22 16:00:00.5 +1);
        SignedHead::sign(&MasterKey::new([7; 32]), 1204, [0xab; 32], now)
    }

    #[test]
    fn a_head_is_one_line_that_reads_back_as_it_was() {
        let line = signed().to_string();
        assert!(line.starts_with(
            "vestibule-audit-head v1 position=1204 time=2026-11-22T15:00:00Z hash=abab"
        ));
        assert!(!line.contains('\n'));
        assert_eq!(line.parse(), Ok(signed()));
        let mailed = format!("> \n {} \r\n", line.replace(" hash", "\r\n hash"));
        assert_eq!(mailed.trim_start_matches("> ").parse(), Ok(signed()));
        assert_eq!(line.replace("abab", "ABAB").parse(), Ok(signed()));
    }

    #[test]
    fn a_head_holds_only_as_it_was_signed_and_with_its_key() {
        let key = MasterKey::new([7; 32]);
        assert!(signed().is_signed_with(&key));
        assert!(!signed().is_signed_with(&MasterKey::new([8; 32])));
        let line = signed().to_string();
        for (was, is) in [
            ("1204", "1203"),
            ("15:00:00", "15:00:01"),
            ("=abab", "=abac"),
        ] {
            let altered: SignedHead = line.replacen(was, is, 1).parse().unwrap();
            assert!(!altered.is_signed_with(&key), "{is}");
        }
    }

    #[test]
    fn what_is_no_head_is_told() {
        let line = signed().to_string();
        for text in [
            "",
            "vestibule-audit-head",
            &line.replace("v1", "v2"),
            &line.replace("1204", "-1"),
            &line.replace("1204", "many"),
            &line.replace("T15", "T55"),
            &line.replacen("ab", "ag", 1),
            &line.replacen("abab", "ab", 1),
            &line.replacen("abab", "ababab", 1),
            &line.replacen("abab", "abé", 1),
            &format!("{line} more"),
        ] {
            assert_eq!(text.parse::<SignedHead>(), Err(NotAHead), "{text}");
        }
    }
}
