//! Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.

use crate::domain::name::is_unprintable;

/// A line of cells, its end included.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        write_cell(&mut line, cell);
    }
    line.push_str("\r\n");
    line
}

/// A cell. What a spreadsheet would calculate has an apostrophe before it, which says "text" there.
/// Spreadsheets differ in what they leave out at the beginning: here, all that isn't seen.
fn write_cell(line: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['\t', '\r', '\n'])
        || cell
            .trim_start_matches(|c: char| c.is_whitespace() || is_unprintable(c))
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let needs_quotes = is_formula || cell.contains(['"', ',', '\r', '\n', ';', '\t']);
    if !needs_quotes {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if is_formula {
        line.push('\'');
    }
    for character in cell.chars() {
        if character == '"' {
            line.push('"');
        }
        line.push(character);
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_part_lines_or_cells_are_quoted() {
        assert_eq!(line(["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(
            line(["a,b", "say \"x\"", "two\nlines"]),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn nothing_is_calculated() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\u{feff}=1",
            "\u{3000}\u{200b}\0=1",
            "＝1",
        ] {
            let line = line([formula]);
            assert!(line.starts_with("\"'"), "{line:?}");
        }
        assert_eq!(line(["7Q4K-92MX", "1-2"]), "7Q4K-92MX,1-2\r\n");
    }
}
