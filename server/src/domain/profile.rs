//! What happens when Clio says something else about a person than the account does.

use std::str::FromStr;

/// The policy for one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPolicy {
    /// The account stays as it is; nobody is asked.
    Keep,
    /// The person is asked.
    Suggest,
    /// The account follows Clio at the next sign-in.
    Follow,
}

impl FromStr for FieldPolicy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "keep" => Ok(Self::Keep),
            "suggest" => Ok(Self::Suggest),
            "follow" => Ok(Self::Follow),
            _ => Err(()),
        }
    }
}

/// The policies of all fields. An e-mail never follows: it locates accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfilePolicy {
    /// For the first name.
    pub first_name: FieldPolicy,
    /// For the last name.
    pub last_name: FieldPolicy,
    /// For the e-mail; [`FieldPolicy::Follow`] is refused by the settings.
    pub email: FieldPolicy,
}

/// One field as the account has it, as Clio says now, and as Clio said when it was last settled.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The account's value.
    pub ours: &'a str,
    /// Clio's value; empty when Clio says nothing, which changes nothing.
    pub theirs: &'a str,
    /// Clio's value when the person or policy last decided.
    pub settled: &'a str,
}

/// What to do about one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Nothing.
    Leave,
    /// Take Clio's value.
    Take,
    /// Ask the person.
    Ask,
}

/// Decides about one field.
pub fn refresh(policy: FieldPolicy, field: Field<'_>) -> Refresh {
    let news =
        !field.theirs.is_empty() && field.theirs != field.ours && field.theirs != field.settled;
    match policy {
        _ if !news => Refresh::Leave,
        FieldPolicy::Keep => Refresh::Leave,
        FieldPolicy::Suggest => Refresh::Ask,
        FieldPolicy::Follow => Refresh::Take,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'a>(ours: &'a str, theirs: &'a str, settled: &'a str) -> Field<'a> {
        Field {
            ours,
            theirs,
            settled,
        }
    }

    #[test]
    fn news_from_clio_are_treated_as_policy_says() {
        let news = field("Dana", "Daniela", "Dana");
        assert_eq!(refresh(FieldPolicy::Keep, news), Refresh::Leave);
        assert_eq!(refresh(FieldPolicy::Suggest, news), Refresh::Ask);
        assert_eq!(refresh(FieldPolicy::Follow, news), Refresh::Take);
    }

    #[test]
    fn a_name_mended_by_the_person_stays_until_clio_says_something_new() {
        assert_eq!(
            refresh(FieldPolicy::Follow, field("Dany", "Dana", "Dana")),
            Refresh::Leave
        );
        assert_eq!(
            refresh(FieldPolicy::Suggest, field("Dany", "Dana", "Dana")),
            Refresh::Leave
        );
    }

    #[test]
    fn silence_changes_nothing() {
        assert_eq!(
            refresh(FieldPolicy::Follow, field("Dana", "", "Dana")),
            Refresh::Leave
        );
    }
}
