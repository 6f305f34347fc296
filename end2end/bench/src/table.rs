//! A table in plain text.

use std::fmt::Write as _;

use crate::scale::number;

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    Below(f64),
    AtMost(f64),
    AtLeast(f64),
    Exactly(f64),
}

impl Goal {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Exactly(wanted) => (value - wanted).abs() < f64::EPSILON,
        }
    }
}

/// A figure with its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) value: f64,
    pub(crate) decimals: usize,
    pub(crate) unit: &'static str,
}

impl Figure {
    /// So many of something.
    pub(crate) fn count(count: usize) -> Self {
        Self {
            value: number(count),
            decimals: 0,
            unit: "",
        }
    }

    fn text(self, value: f64) -> String {
        let (decimals, unit) = (self.decimals, self.unit);
        format!("{value:.decimals$} {unit}").trim_end().to_owned()
    }
}

/// A row, or the heading of those that follow.
#[derive(Debug, Default)]
struct Row {
    what: String,
    measured: String,
    goal: String,
    verdict: &'static str,
    remark: String,
    is_heading: bool,
}

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// A heading for the rows that follow.
    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.0.push(Row {
            what: text.into(),
            is_heading: true,
            ..Row::default()
        });
    }

    /// A figure with a goal; `why` is said when it misses.
    pub(crate) fn goal(
        &mut self,
        what: impl Into<String>,
        figure: Figure,
        goal: Goal,
        why: impl Into<String>,
    ) {
        // What is shown is what is compared: 0.04999 doesn't pass for less than the 0.05 it reads.
        let text = figure.text(figure.value);
        let shown = text
            .split(' ')
            .next()
            .and_then(|number| number.parse().ok());
        let is_met = goal.is_met(shown.unwrap_or(figure.value));
        let (sign, limit) = match goal {
            Goal::Below(limit) => ("< ", limit),
            Goal::AtMost(limit) => ("≤ ", limit),
            Goal::AtLeast(limit) => ("≥ ", limit),
            Goal::Exactly(wanted) => ("", wanted),
        };
        self.0.push(Row {
            what: what.into(),
            measured: text,
            goal: format!("{sign}{}", figure.text(limit)),
            verdict: if is_met { "met" } else { "MISSED" },
            remark: if is_met { String::new() } else { why.into() },
            is_heading: false,
        });
    }

    /// A figure to know.
    pub(crate) fn fact(
        &mut self,
        what: impl Into<String>,
        measured: impl Into<String>,
        remark: impl Into<String>,
    ) {
        self.0.push(Row {
            what: what.into(),
            measured: measured.into(),
            remark: remark.into(),
            ..Row::default()
        });
    }

    /// The text, its columns aligned.
    pub(crate) fn text(&self) -> String {
        let head = ["", "measured", "goal", "", "remarks"];
        let rows = self.0.iter().map(|row| {
            [
                row.what.as_str(),
                &row.measured,
                &row.goal,
                row.verdict,
                &row.remark,
            ]
        });
        let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
        let is_heading =
            |place: usize| place > 0 && self.0.get(place - 1).is_some_and(|row| row.is_heading);
        let width = |column: usize| {
            let cells = rows.iter().enumerate();
            let cells = cells.filter(|(place, _)| !is_heading(*place));
            cells
                .filter_map(|(_, row)| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let [what, measured, goal, verdict] = [0, 1, 2, 3].map(width);
        let mut text = String::new();
        for (place, row) in rows.iter().enumerate() {
            let [what_is, is, should_be, judged, remark] = row;
            let line = if is_heading(place) {
                format!("\n{what_is}")
            } else {
                format!(
                    "  {what_is:what$}  {is:>measured$}  {should_be:>goal$}  {judged:verdict$}  {remark}"
                )
            };
            // Writing into a string doesn't fail.
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_only_misses_are_explained() {
        let mut table = Table::default();
        table.heading("A heading that is longer than everything");
        let figure = |value| Figure {
            value,
            decimals: 2,
            unit: "ms",
        };
        table.goal("CPU", figure(0.25), Goal::Below(0.4), "why");
        table.goal("CPU of ours", figure(0.404), Goal::Below(0.4), "why");
        table.fact("size", "3", "");
        assert_eq!(
            table.text(),
            "               measured       goal          remarks\n\
             \nA heading that is longer than everything\n\
             \x20 CPU           0.25 ms  < 0.40 ms  met\n\
             \x20 CPU of ours   0.40 ms  < 0.40 ms  MISSED  why\n\
             \x20 size                3\n"
        );
    }
}
