//! The links of the chain and its signed end: pure, under keys that aren't in the database.

use subtle::ConstantTimeEq;

use crate::{
    db::audit_chain::{EventRow, Head},
    secrets::{DerivedKey, MasterKey},
};

/// Where the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// An event was altered, or its link was.
    #[error("event {0} isn't what was sealed: it or its place in the chain was altered")]
    Altered(i64),
    /// An event was removed.
    #[error("event {0} was removed")]
    Removed(i64),
    /// A link was removed or moved.
    #[error("place {0} of the chain is missing")]
    Gap(i64),
    /// The end was cut off, or moved.
    #[error("the chain ends at {found}, but its signed end is at {signed}")]
    Cut {
        /// Where the signed end is.
        signed: i64,
        /// Where the chain ends.
        found: i64,
    },
    /// The end is gone.
    #[error("the end of the chain was removed")]
    Headless,
    /// The end and the last link differ.
    #[error("the end of the chain doesn't fit its last link, at place {0}")]
    Moved(i64),
    /// The end isn't signed with this installation's key.
    #[error("the end of the chain isn't signed with this SECRET_KEY")]
    Forged,
    /// Events were put in beside the chain.
    #[error(
        "{0} events aren't in the chain, the oldest for more than a minute: they were put in beside it, or no server has run since"
    )]
    Unsealed(i64),
    /// A head that was kept elsewhere isn't signed with this installation's key.
    #[error("the head kept of place {0} isn't signed with this SECRET_KEY, or was altered")]
    KeptForged(i64),
    /// The chain doesn't hold what a head says that was kept elsewhere.
    #[error(
        "the chain doesn't hold the link that the head kept of place {0} names: what was recorded before it was cut off or replaced"
    )]
    NotAsKept(i64),
}

/// Makes the hashes of links.
#[derive(Clone, Debug)]
pub(super) struct Links(DerivedKey);

impl Links {
    pub(super) fn of(key: &MasterKey) -> Self {
        Self(key.derive("audit link"))
    }

    /// The hash of a link: over the link before and the event. The first link has nothing before it.
    ///
    /// A missing field and an empty one are told apart by a leading byte, and all fields by their
    /// lengths, so that no two different events read the same. Every chain there is was sealed so:
    /// what is hashed never changes.
    pub(super) fn hash(&self, previous: &[u8], event: &EventRow) -> [u8; 32] {
        let mut message = self.0.begin();
        message.part(&[previous]);
        message.part(&[&event.id.to_be_bytes()]);
        message.part(&[&event.at.unix_timestamp_nanos().to_be_bytes()]);
        message.part(&[event.action.as_bytes()]);
        for id in [
            &event.actor_account_id,
            &event.account_id,
            &event.identity_id,
        ] {
            match id {
                Some(id) => message.part(&[&[1], id.as_bytes()]),
                None => message.part(&[&[0]]),
            }
        }
        for text in [&event.reference, &event.reason, &event.detail] {
            match text {
                Some(text) => message.part(&[&[1], text.as_bytes()]),
                None => message.part(&[&[0]]),
            }
        }
        message.finish()
    }
}

/// The end of the chain with this last link.
pub(super) fn signed_end(key: &MasterKey, position: i64, hash: &[u8]) -> Head {
    Head {
        position,
        hash: hash.to_vec(),
        signature: signature(key, position, hash).to_vec(),
    }
}

fn signature(key: &MasterKey, position: i64, hash: &[u8]) -> [u8; 32] {
    key.authenticate("audit head", &[&position.to_be_bytes(), hash])
}

/// Whether the end is signed with our key and fits the last link. Before the first link it is
/// unsigned.
pub(super) fn check_end(key: &MasterKey, head: &Head, last_link: &[u8]) -> Result<(), Break> {
    let expected: &[u8] = match head.position {
        0 => &[],
        position => &signature(key, position, &head.hash),
    };
    if !bool::from(expected.ct_eq(&head.signature)) {
        return Err(Break::Forged);
    }
    if head.hash != last_link {
        return Err(Break::Moved(head.position));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_has_the_hash_that_it_was_sealed_with_years_ago() {
        let links = Links::of(&MasterKey::new([7; 32]));
        let event = EventRow {
            id: 42,
            at: datetime!(2026-11-22 15:00:00.123_456 UTC),
            action: "identity.linked".to_owned(),
            actor_account_id: None,
            account_id: Some(Uuid::from_u128(1)),
            identity_id: None,
            reference: Some(String::new()),
            reason: None,
            detail: Some(r#"{"method": "code"}"#.to_owned()),
        };
        let hash = links.hash(b"before", &event);
        assert_eq!(
            hash,
            [
                0x3e, 0x1e, 0xe8, 0x68, 0x77, 0x3a, 0xc2, 0xd2, 0x36, 0xd8, 0x4f, 0xb6, 0xa8, 0x61,
                0x21, 0x5e, 0xf0, 0xd3, 0xc7, 0x47, 0x71, 0xfa, 0x73, 0xef, 0xec, 0x76, 0x59, 0x05,
                0x9b, 0x2d, 0xe2, 0x39
            ]
        );
    }
}
