//! Charts as SVG without script or style of their own: classes name what `desk.css` colours.

use std::fmt::Write;

use crate::shown::escaped;

/// A bar of a chart over time.
pub(super) struct Bar {
    /// What stands under it and in its title.
    pub(super) label: String,
    /// Height.
    pub(super) value: u64,
    /// Where a press on it leads; escaped by the chart.
    pub(super) href: String,
    /// What a screen reader says.
    pub(super) said: String,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 88.0;

/// Bars side by side, each a link, the highest as high as the chart.
pub(super) fn bars(bars: &[Bar], name: &str) -> String {
    let highest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / bars.len().max(1) as f64;
    let mut svg = format!(
        "<svg class=\"bars\" viewBox=\"0 0 {WIDTH} {}\" preserveAspectRatio=\"none\" role=\"group\" aria-label=\"{}\">",
        HEIGHT,
        escaped(name)
    );
    for (place, bar) in bars.iter().enumerate() {
        let height = (bar.value as f64 / highest * (HEIGHT - 4.0)).max(if bar.value > 0 { 2.0 } else { 0.5 });
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<a href=\"{}\" aria-label=\"{}\" data-from=\"{}\"><rect class=\"hit\" x=\"{:.1}\" y=\"0\" width=\"{:.1}\" height=\"{HEIGHT}\"/>\
             <rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{}</title></rect></a>",
            escaped(&bar.href),
            escaped(&bar.said),
            escaped(&bar.label),
            place as f64 * step,
            step,
            place as f64 * step + step * 0.1,
            HEIGHT - height,
            step * 0.8,
            escaped(&bar.said)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A line over time: points of (share of the width, value), with steps between them, as prices have.
pub(super) fn steps(points: &[(f64, f64)], name: &str) -> String {
    let (lowest, highest) = points.iter().fold((f64::MAX, f64::MIN), |(low, high), (_, value)| (low.min(*value), high.max(*value)));
    let room = (highest - lowest).max(highest.abs() * 0.02).max(f64::MIN_POSITIVE);
    let y = |value: f64| HEIGHT - 8.0 - (value - lowest) / room * (HEIGHT - 16.0);
    let mut line = String::new();
    for (place, (x, value)) in points.iter().enumerate() {
        let x = x * WIDTH;
        // Writing to a string cannot fail.
        let _ = if place == 0 { write!(line, "M{x:.1} {:.1}", y(*value)) } else { write!(line, "H{x:.1}V{:.1}", y(*value)) };
    }
    if !points.is_empty() {
        let _ = write!(line, "H{WIDTH}");
    }
    format!(
        "<svg class=\"steps\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\
         <path d=\"{line}\"/></svg>",
        escaped(name)
    )
}

/// How much there was in each of some months, one beside the other: what is said of it, and how many. More is higher and darker.
pub(super) fn strip(months: &[(String, usize)], name: &str) -> String {
    const TALL: f64 = 24.0;
    let highest = months.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    // A short time keeps bars that are not as wide as the page.
    let step = WIDTH / months.len().max(24) as f64;
    let mut svg = format!(
        "<svg class=\"strip\" viewBox=\"0 0 {WIDTH} {TALL}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        escaped(name)
    );
    for (place, (said, value)) in months.iter().enumerate() {
        let level = (value * 4).div_ceil(highest);
        let height = if level == 0 { 2.0 } else { level as f64 * TALL / 4.0 };
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<rect class=\"b{level}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{}</title></rect>",
            place as f64 * step,
            TALL - height,
            step * 0.92,
            escaped(said)
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_as_high_as_there_is_much_and_says_so() {
        let month = |value| (format!("<{value}>"), value);
        let svg = strip(&[month(0), month(1), month(100)], "a\"b");
        assert_eq!((svg.matches("<rect").count(), svg.contains("class=\"b0\""), svg.contains("class=\"b1\"")), (3, true, true));
        assert!(svg.contains("class=\"b4\"") && svg.contains("&lt;100&gt;") && !svg.contains("a\"b"), "{svg}");
        assert!(strip(&[], "").ends_with("</svg>"));
    }
}
