//! Numbers as people read them.

/// A number with marks between its thousands: “12,000”.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its noun: “1 person”, “1,204 people”.
pub fn counted(count: impl Into<u64>, one: &str, more: &str) -> String {
    let count = count.into();
    let noun = if count == 1 { one } else { more };
    format!("{} {noun}", grouped(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        for (count, words) in [
            (0_u32, "0 people"),
            (1, "1 person"),
            (999, "999 people"),
            (1_204, "1,204 people"),
            (10_000, "10,000 people"),
            (1_234_567, "1,234,567 people"),
        ] {
            assert_eq!(counted(count, "person", "people"), words);
        }
    }
}
