//! The pages of the list of links that are asked for: families of a hundred, each page drawn by chance.

use url::form_urlencoded::Serializer;

use super::{chance::Chance, people::Person};

/// What a list can be sorted by, as URLs say it.
const SORTS: [&str; 11] = [
    "linked",
    "person",
    "email",
    "clio_email",
    "status",
    "role",
    "proof",
    "matched",
    "used",
    "drift",
    "reviewed",
];

/// Filters, as URLs say them: of each kind one.
const FILTERS: [&[(&str, &str)]; 7] = [
    &[
        ("status", "pending"),
        ("status", "active"),
        ("status", "suspended"),
    ],
    &[
        ("role", "member"),
        ("role", "reviewer"),
        ("role", "admin"),
        ("role", "owner"),
    ],
    &[
        ("proof", "first_sign_in"),
        ("proof", "password"),
        ("proof", "code"),
        ("proof", "claim"),
        ("proof", "linked_sign_in"),
        ("proof", "session"),
        ("proof", "administrator"),
    ],
    &[
        ("created_by", "sign_in"),
        ("created_by", "invitation"),
        ("created_by", "import"),
    ],
    &[("reviewed", "no"), ("reviewed", "yes")],
    &[("drift", "yes"), ("drift", "no")],
    &[("connection", "either"), ("connection", "disconnected")],
];

/// What is searched for often: common names, parts of names, firms' domains.
const COMMON: [&str; 24] = [
    "anna",
    "maria",
    "james",
    "michael",
    "smith",
    "johnson",
    "garcia",
    "muller",
    "john",
    "mar",
    "son",
    "berg",
    "field",
    "wood",
    "stein",
    "ton",
    "harbour",
    "northgate",
    "whitlock",
    "webmail",
    "letterbox.example",
    ".test",
    "chambers1",
    "chris",
];

/// Days that a link hasn't been used for.
const IDLE_DAYS: [&str; 6] = ["30", "60", "90", "180", "365", "730"];

/// Pages that are alike in what they ask of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    First,
    AnySort,
    AnyFilter,
    Deep,
    Last,
    FullName,
    Common,
    AnySearch,
    Times,
    FiltersAndSearch,
    Everything,
}

impl Family {
    pub(crate) const ALL: [Self; 11] = [
        Self::First,
        Self::AnySort,
        Self::AnyFilter,
        Self::Deep,
        Self::Last,
        Self::FullName,
        Self::Common,
        Self::AnySearch,
        Self::Times,
        Self::FiltersAndSearch,
        Self::Everything,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::First => "first page",
            Self::AnySort => "first page, any sort",
            Self::AnyFilter => "any filters, any sort",
            Self::Deep => "a place anywhere, any sort",
            Self::Last => "the last page, any sort",
            Self::FullName => "a first and a last name, any sort",
            Self::Common => "a common search, any sort",
            Self::AnySearch => "a search of 3 to 7 characters, any sort",
            Self::Times => "linked between, or not used for long, any sort",
            Self::FiltersAndSearch => "filters and a search, any sort",
            Self::Everything => "filters, search and times, anywhere",
        }
    }

    /// The path of one page of the family.
    pub(crate) fn page(self, chance: &mut Chance, people: &[Person]) -> anyhow::Result<String> {
        let person = chance.one_of(people)?;
        let mut query = Query::default();
        match self {
            Self::First => return Ok(query.path()),
            Self::AnySort => query.sort(chance)?,
            Self::AnyFilter => {
                query.filters(chance)?;
                query.sort(chance)?;
            }
            Self::Deep => {
                query.sort(chance)?;
                query.place(chance, person);
            }
            Self::Last => {
                query.sort(chance)?;
                query.say("page", "last");
            }
            Self::FullName => {
                query.say("q", &format!("{} {}", person.first_name, person.last_name));
                query.sort(chance)?;
            }
            Self::Common => {
                query.say("q", chance.one_of(&COMMON)?);
                query.sort(chance)?;
            }
            Self::AnySearch => {
                query.say("q", &person.part(chance));
                query.sort(chance)?;
            }
            Self::Times => {
                query.times(chance, person)?;
                query.sort(chance)?;
            }
            Self::FiltersAndSearch => {
                query.filters(chance)?;
                query.search(chance, person)?;
                query.sort(chance)?;
            }
            Self::Everything => {
                query.filters(chance)?;
                query.search(chance, person)?;
                query.times(chance, person)?;
                query.sort(chance)?;
                if chance.is(50) {
                    query.place(chance, person);
                }
            }
        }
        Ok(query.path())
    }
}

/// A query string that is being put together.
#[derive(Debug, Default)]
struct Query {
    pairs: Vec<(&'static str, String)>,
    sorted_by: &'static str,
}

impl Query {
    fn say(&mut self, name: &'static str, value: &str) {
        self.pairs.push((name, value.to_owned()));
    }

    fn sort(&mut self, chance: &mut Chance) -> anyhow::Result<()> {
        self.sorted_by = chance.one_of(&SORTS)?;
        self.say("sort", self.sorted_by);
        if chance.is(50) {
            self.say("order", "reversed");
        }
        Ok(())
    }

    /// One filter, often two, seldom three.
    fn filters(&mut self, chance: &mut Chance) -> anyhow::Result<()> {
        let first = chance.below(FILTERS.len());
        let count = [1, 1, 2, 2, 3].get(chance.below(5)).copied().unwrap_or(1);
        for (_, kind) in (0..count).zip(FILTERS.iter().cycle().skip(first).step_by(2)) {
            let (name, value) = chance.one_of(kind)?;
            self.say(name, value);
        }
        Ok(())
    }

    fn search(&mut self, chance: &mut Chance, person: &Person) -> anyhow::Result<()> {
        let word = if chance.is(50) {
            (*chance.one_of(&COMMON)?).to_owned()
        } else {
            person.part(chance)
        };
        self.say("q", &word);
        Ok(())
    }

    fn times(&mut self, chance: &mut Chance, person: &Person) -> anyhow::Result<()> {
        if chance.is(50) {
            self.say("dormant", chance.one_of(&IDLE_DAYS)?);
        } else {
            self.say("linked_from", &person.linked_on);
            self.say("linked_to", &person.some_time_later(chance));
        }
        Ok(())
    }

    /// Behind or before the person's place.
    fn place(&mut self, chance: &mut Chance, person: &Person) {
        let turn = if chance.is(50) { "after" } else { "before" };
        self.say(turn, &person.place(self.sorted_by));
    }

    fn path(&self) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.pairs);
        let query = query.finish();
        if query.is_empty() {
            "/admin/links".to_owned()
        } else {
            format!("/admin/links?{query}")
        }
    }
}
