//! The letters of review campaigns, to those who decide in them.

use super::Letter;

/// A campaign, as its letters tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The firm.
    pub firm: &'a str,
    /// What an administrator called it; stands in the text only.
    pub name: &'a str,
    /// Its last day, in words ([`crate::domain::moment::day`]).
    pub due: &'a str,
    /// Its page.
    pub url: &'a str,
}

impl Review<'_> {
    fn close(&self, letter: Letter) -> Letter {
        letter
            .facts(&[("Review", self.name), ("Last day", self.due)])
            .button("Open the review", self.url)
    }
}

/// A campaign waits for the reviewer.
pub fn review_begun(review: &Review<'_>) -> Letter {
    let firm = review.firm;
    let letter = Letter::new("review_begun", &format!("A review at {firm} waits for you"))
        .paragraph(&format!(
            "An administrator of {firm} asks you to look at linked Clio logins, and to say of each \
             whether it should stay."
        ))
        .paragraph("What you say changes nothing by itself.");
    review.close(letter)
}

/// Links wait for the reviewer's decision.
pub fn review_reminder(review: &Review<'_>, undecided: i64, is_overdue: bool) -> Letter {
    let firm = review.firm;
    let subject = if is_overdue {
        format!("A review at {firm} is overdue")
    } else {
        format!("A review at {firm} is due soon")
    };
    let waiting = match undecided {
        1 => "One linked Clio login waits".to_owned(),
        more => format!("{more} linked Clio logins wait"),
    };
    let letter = Letter::new("review_reminder", &subject).paragraph(&format!(
        "{waiting} for your decision in a review at {firm}."
    ));
    review.close(letter)
}
