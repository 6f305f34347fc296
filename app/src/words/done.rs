//! What people read when something worked out.

/// What was done, by its code in the URL; `None` for a code that this release doesn't know.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "linked" => "Your Clio login and this account are linked. From now on that login opens it.",
        "connected" => "The Clio login is connected. From now on it opens this account, too.",
        "manage_connected" => "Clio Manage is connected.",
        "manage_other_person" => {
            "Clio Manage is connected, but somebody else approved there than signed in here. Look at it below."
        }
        "manage_disconnected" => {
            "Clio Manage is disconnected. Clio is told that the access is over."
        }
        "disconnected" => {
            "The Clio login is disconnected, and the browsers signed in with it are signed out. You \
             can connect it again for 14 days."
        }
        "undone" => "That is undone, and what it changed is as it was before.",
        "password_set" => {
            "Your new password is set. It opens this account from now on; a mail to your address \
             says so."
        }
        "sessions_ended" => "Signed out, as you asked. Whoever wants back in there signs in again.",
        "confirmed" => "Thank you, it’s you. For 5 minutes nothing more is asked.",
        "not_me" => {
            "What somebody may have put in place is taken away, everybody was signed out, and an \
             administrator knows."
        }
        "not_me_stays" => {
            "Everybody was signed out, and an administrator knows. What opens the account stays \
             until they have decided, because nothing else would open it: speak to them now."
        }
        "merged" => {
            "The two accounts are one now, and everybody who was signed in to either was signed out. \
             It can be undone for 14 days, below."
        }
        "merge_undone" => {
            "The merge is undone: both accounts are as they were before, and whoever was signed in to \
             either signs in again."
        }
        "set_aside" => "Put aside as two people’s. You find the pair under “Put aside”.",
        "reconsidered" => "The pair is back in the list.",
        "dormancy_on" => {
            "The rule is in force. Nobody is closed who hasn’t been told; every owner has a mail \
             about it."
        }
        "dormancy_off" => "Unused accounts stay open from now on. Every owner has a mail about it.",
        "dormancy_undone" => {
            "The rule is as it was before that change. Every owner has a mail about it."
        }
        "exempted" => "The account stays open, however long nobody uses it.",
        "exemption_ended" => {
            "The exemption has ended. The account isn’t closed before 14 days are over, and its \
             person is told before."
        }
        "asked" => "An administrator has your question. A mail tells you what was decided.",
        "invited" => "The invitation is on its way. The link in it works once, for 7 days.",
        "resent" => {
            "A new link is on its way and works for 7 days. The older one opens nothing any more."
        }
        "revoked" => {
            "The invitation is withdrawn, and its link opens nothing any more. You can undo this for \
             14 days."
        }
        "restored" => "The invitation stands again, and a new link is on its way.",
        _ => return None,
    })
}

/// The same on the sign-in page, where nobody is signed in any more.
pub fn done_at_the_door(code: &str) -> Option<&'static str> {
    match code {
        "disconnected" => Some(
            "The Clio login is disconnected, and you are signed out, because it had opened this \
             session. To connect it again, sign in another way within 14 days, and open \
             Connections.",
        ),
        _ => done(code),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::assert_in_our_voice;

    #[test]
    fn every_deed_has_its_own_words() {
        let codes = [
            "linked",
            "connected",
            "disconnected",
            "undone",
            "password_set",
            "sessions_ended",
            "confirmed",
            "not_me",
            "not_me_stays",
            "merged",
            "merge_undone",
            "set_aside",
            "reconsidered",
            "asked",
            "invited",
            "resent",
            "revoked",
            "restored",
            "dormancy_on",
            "dormancy_off",
            "dormancy_undone",
            "exempted",
            "exemption_ended",
        ];
        let sentences: HashSet<_> = codes.into_iter().filter_map(done).collect();
        assert_eq!(sentences.len(), codes.len());
        sentences.into_iter().for_each(assert_in_our_voice);
    }

    #[test]
    fn whoever_is_signed_out_by_disconnecting_reads_how_to_undo_it() {
        let words = done_at_the_door("disconnected").unwrap();
        assert!(words.contains("you are signed out") && words.contains("Connections"));
        assert_in_our_voice(words);
        assert_eq!(done_at_the_door("undone"), done("undone"));
    }

    #[test]
    fn unknown_deeds_have_none() {
        assert_eq!(done("Linked"), None);
        assert_eq!(done(""), None);
    }
}
