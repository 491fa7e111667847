//! Whole numbers with decimal places as decimal strings: amounts are never floats.

/// `digits` over ten to the power of `places`, without zeros that say nothing.
pub(super) fn decimal(digits: &str, places: usize) -> Option<String> {
    if digits.is_empty() || digits.len() > 80 || places > 80 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{}{digits}", "0".repeat((places + 1).saturating_sub(digits.len())));
    let (whole, part) = padded.split_at_checked(padded.len() - places)?;
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}
