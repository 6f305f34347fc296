//! The first line of a list, which names its columns.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The e-mail.
    Email,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
}

impl Field {
    /// What a column of this name holds. Case, spaces, and the marks that people put between words
    /// make no difference.
    fn of(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        Some(match plain.as_str() {
            "email" | "mail" | "emailaddress" | "emailid" => Self::Email,
            "firstname" | "givenname" | "first" | "forename" => Self::FirstName,
            "lastname" | "surname" | "familyname" | "last" => Self::LastName,
            _ => return None,
        })
    }
}

/// Why a list can't be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is no row below the line that names the columns, or not even that.
    #[error("list_empty")]
    Empty,
    /// No column is named as the one of the e-mails.
    #[error("list_without_email")]
    NoEmailColumn,
    /// Two columns are named as the same thing.
    #[error("list_column_twice")]
    ColumnTwice,
    /// There are more rows than [`MAX_ROWS`](super::MAX_ROWS).
    #[error("list_too_long")]
    TooLong,
}

/// Which column of a list holds what. Places count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    email: usize,
    first_name: Option<usize>,
    last_name: Option<usize>,
}

impl Columns {
    /// Reads the line that names the columns.
    ///
    /// # Errors
    /// [`Unreadable`] when it doesn't name one for the e-mails, or one thing twice.
    pub fn read(cells: &[&str]) -> Result<Self, Unreadable> {
        let place = |field: Field| {
            let mut places = (0..)
                .zip(cells)
                .filter(|(_, name)| Field::of(name) == Some(field));
            match (places.next(), places.next()) {
                (found, None) => Ok(found.map(|(place, _)| place)),
                _ => Err(Unreadable::ColumnTwice),
            }
        };
        Ok(Self {
            names: cells.iter().map(|name| name.trim().to_owned()).collect(),
            email: place(Field::Email)?.ok_or(Unreadable::NoEmailColumn)?,
            first_name: place(Field::FirstName)?,
            last_name: place(Field::LastName)?,
        })
    }

    /// The place of what a row holds, where it has one.
    pub const fn place(&self, field: Field) -> Option<usize> {
        match field {
            Field::Email => Some(self.email),
            Field::FirstName => self.first_name,
            Field::LastName => self.last_name,
        }
    }

    /// How many columns are named.
    pub const fn count(&self) -> usize {
        self.names.len()
    }

    /// The name of a column as it was written, empty where there is none.
    pub fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// The names of the columns that aren't read.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty() && Field::of(name).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_any_order_and_under_the_names_that_people_give_them() {
        for (names, places) in [
            (vec!["email"], (0, None, None)),
            (
                vec!["first_name", "last_name", "email"],
                (2, Some(0), Some(1)),
            ),
            (
                vec!["Surname", "Given name", "E-Mail"],
                (2, Some(1), Some(0)),
            ),
            (vec![" LAST-NAME ", "Email address", ""], (1, None, Some(0))),
        ] {
            let columns = Columns::read(&names).unwrap();
            let found = (
                columns.place(Field::Email).unwrap(),
                columns.place(Field::FirstName),
                columns.place(Field::LastName),
            );
            assert_eq!(found, places, "{names:?}");
        }
    }

    #[test]
    fn a_list_needs_one_column_of_emails() {
        for names in [vec![], vec![""], vec!["name"], vec!["dana@firm.test"]] {
            assert_eq!(
                Columns::read(&names),
                Err(Unreadable::NoEmailColumn),
                "{names:?}"
            );
        }
        for names in [
            vec!["email", "E-mail"],
            vec!["email", "first name", "given name"],
            vec!["email", "last name", "Surname"],
        ] {
            assert_eq!(
                Columns::read(&names),
                Err(Unreadable::ColumnTwice),
                "{names:?}"
            );
        }
    }

    #[test]
    fn columns_that_are_not_read_are_named() {
        let columns = Columns::read(&["email", "Role", "", "first", " Office "]).unwrap();
        assert_eq!(columns.ignored().collect::<Vec<_>>(), ["Role", "Office"]);
        assert_eq!(
            (columns.count(), columns.name(1), columns.name(9)),
            (5, "Role", "")
        );
    }
}
