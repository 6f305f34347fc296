//! The form of an evidence pack: a text that says of itself what it was, by a checksum over its contents,
//! the end of the audit at that time, and a signature over both with this installation's key.
//!
//! It is a table throughout (RFC 4180), so that a spreadsheet opens it: facts about the campaign, an empty
//! line, the links, and the three closing lines.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{secrets::MasterKey, service::audit::SignedHead};

/// The first line of every pack.
pub const FIRST_LINE: &str = "vestibule-review-pack,v1\r\n";

const CHECKSUM: &str = "sha256,";
const SIGNATURE: &str = "signature,";

/// A pack that is being written.
pub struct Pack {
    sum: Sha256,
    key: MasterKey,
}

impl Pack {
    /// A pack to be signed with a key.
    pub fn new(key: &MasterKey) -> Self {
        Self {
            sum: Sha256::new(),
            key: key.clone(),
        }
    }

    /// Adds to its contents what is written next.
    pub fn add(&mut self, text: &str) {
        self.sum.update(text);
    }

    /// The closing lines.
    pub fn close(mut self, head: &SignedHead) -> String {
        let checksum: [u8; 32] = self.sum.clone().finalize().into();
        let mut closing = format!("{CHECKSUM}{}\r\n{head}\r\n", hex(&checksum));
        self.sum.update(&closing);
        let signed = signature(&self.key, &self.sum.finalize().into());
        closing.push_str(SIGNATURE);
        closing.push_str(&hex(&signed));
        closing.push_str("\r\n");
        closing
    }
}

fn signature(key: &MasterKey, digest: &[u8; 32]) -> [u8; 32] {
    key.authenticate("review pack", &[digest])
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text doesn't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A text that isn't a pack from its first line to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this isn't a whole evidence pack")]
pub struct NotAPack;

/// What a pack says of itself, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether its contents fit their checksum.
    pub has_its_contents: bool,
    /// Whether all of it was signed with this installation's key.
    pub is_signed: bool,
    /// The end of the audit that it names.
    pub head: SignedHead,
    /// How many links it lists.
    pub links: usize,
}

/// Compares what a pack says of itself.
///
/// # Errors
/// [`NotAPack`] when it doesn't begin or end as one.
pub fn check(key: &MasterKey, pack: &[u8]) -> Result<Checked, NotAPack> {
    let text = std::str::from_utf8(pack).map_err(|_| NotAPack)?;
    let (before, signed) = last_line(text)?;
    let (above, head) = last_line(before)?;
    let (contents, checksum) = last_line(above)?;
    if !contents.starts_with(FIRST_LINE) {
        return Err(NotAPack);
    }
    let checksum = checksum.strip_prefix(CHECKSUM).ok_or(NotAPack)?;
    let signed = signed.strip_prefix(SIGNATURE).ok_or(NotAPack)?;
    let head: SignedHead = head.parse().map_err(|_| NotAPack)?;
    let (_, table) = contents.split_once("\r\n\r\n").ok_or(NotAPack)?;
    let is_signed = hex(&signature(key, &Sha256::digest(before).into()))
        .as_bytes()
        .ct_eq(signed.as_bytes())
        .into();
    Ok(Checked {
        has_its_contents: hex(&Sha256::digest(contents).into()) == checksum,
        is_signed,
        head,
        links: table.lines().count().saturating_sub(1),
    })
}

/// What stands before the last line, and that line.
fn last_line(text: &str) -> Result<(&str, &str), NotAPack> {
    let text = text.strip_suffix("\r\n").ok_or(NotAPack)?;
    let begin = text.rfind("\r\n").map_or(0, |end| end + 2);
    Ok(text.split_at(begin))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn key(byte: u8) -> MasterKey {
        MasterKey::new([byte; 32])
    }

    fn written() -> String {
        let mut text = format!("{FIRST_LINE}review,Q4\r\n\r\nplace,link\r\n1,a\r\n2,b\r\n");
        let mut pack = Pack::new(&key(7));
        pack.add(&text);
        let head = SignedHead::sign(&key(7), 12, [1; 32], OffsetDateTime::UNIX_EPOCH);
        text.push_str(&pack.close(&head));
        text
    }

    #[test]
    fn a_pack_is_as_it_was_written() {
        let checked = check(&key(7), written().as_bytes()).unwrap();
        assert!(checked.has_its_contents && checked.is_signed);
        assert_eq!(checked.links, 2);
        assert_eq!(checked.head.position(), 12);
    }

    #[test]
    fn a_pack_written_in_parts_is_the_same() {
        let whole = written();
        let (contents, closing) = whole.split_once("sha256,").unwrap();
        let mut pack = Pack::new(&key(7));
        contents
            .split_inclusive('\n')
            .for_each(|line| pack.add(line));
        let head = SignedHead::sign(&key(7), 12, [1; 32], OffsetDateTime::UNIX_EPOCH);
        assert_eq!(pack.close(&head), format!("sha256,{closing}"));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let whole = written().into_bytes();
        for place in 0..whole.len() {
            let mut altered = whole.clone();
            altered[place] ^= 1;
            let found = match check(&key(7), &altered) {
                Err(NotAPack) => true,
                Ok(checked) => !checked.is_signed,
            };
            assert!(found, "byte {place} of {}", whole.len());
        }
    }

    #[test]
    fn rows_removed_or_added_are_found_also_with_their_checksum_made_anew() {
        for (was, is) in [("2,b\r\n", ""), ("2,b\r\n", "2,b\r\n3,c\r\n")] {
            let altered = written().replacen(was, is, 1);
            let checked = check(&key(7), altered.as_bytes()).unwrap();
            assert!(!checked.has_its_contents && !checked.is_signed);

            let (contents, closing) = altered.split_once("sha256,").unwrap();
            let (_, closing) = closing.split_at(64);
            let sum = hex(&Sha256::digest(contents).into());
            let anew = format!("{contents}sha256,{sum}{closing}");
            let checked = check(&key(7), anew.as_bytes()).unwrap();
            assert!(checked.has_its_contents && !checked.is_signed);
        }
    }

    #[test]
    fn another_installation_did_not_sign_it() {
        let checked = check(&key(8), written().as_bytes()).unwrap();
        assert!(checked.has_its_contents && !checked.is_signed);
    }

    #[test]
    fn what_is_cut_off_or_no_pack_is_told() {
        let whole = written();
        for text in [
            "",
            "signature,\r\n",
            "place,link\r\n",
            &whole[FIRST_LINE.len()..],
            &whole[..whole.len() - 2],
            whole.split_once("vestibule-audit-head").unwrap().0,
            &whole.replace("vestibule-audit-head", "vestibule-audit-tail"),
        ] {
            assert_eq!(check(&key(7), text.as_bytes()), Err(NotAPack), "{text}");
        }
    }
}
