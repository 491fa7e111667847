//! Charts over time as SVG, without links: the table beneath each has them. Series differ by pattern as well as by colour.

use std::fmt::Write;

use crate::shown::escaped;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 150.0;
/// Lines drawn over the colour of each series, in a tile of 8 by 8; the first series is plain.
const HATCH: [&str; 8] = ["", "M0 8L8 0", "M1 1h3v3h-3z", "M0 4h8", "M0 0L8 8", "M4 0v8", "M0 0L8 8M0 8L8 0", "M3 4h2M4 3v2"];

/// Patterns and the colours under them, by series.
fn patterns(svg: &mut String, id: &str, series: usize) {
    svg.push_str("<defs>");
    for (n, hatch) in HATCH.iter().enumerate().take(series) {
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<pattern id=\"{id}-{n}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect class=\"s{n}\" width=\"8\" height=\"8\"/>\
             <path class=\"hatch\" d=\"{hatch}\"/></pattern>"
        );
    }
    svg.push_str("</defs>");
}

fn open(name: &str) -> String {
    format!("<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escaped(name))
}

/// What is not known is shaded.
fn shade(svg: &mut String, shaded: &[bool]) {
    let step = WIDTH / shaded.len().max(1) as f64;
    for (place, _) in shaded.iter().enumerate().filter(|(_, shaded)| **shaded) {
        let _ = write!(svg, "<rect class=\"blind\" x=\"{:.1}\" y=\"0\" width=\"{step:.1}\" height=\"{HEIGHT}\"/>", place as f64 * step);
    }
}

/// Bars side by side, each a stack of series from below. `id` stands on no other chart of the page; `shaded` marks places of which nothing is known.
pub(super) fn stacks(id: &str, series: &[Vec<u64>], shaded: &[bool], name: &str) -> String {
    let places = series.iter().map(Vec::len).max().unwrap_or(0);
    let sum = |place: usize| series.iter().filter_map(|one| one.get(place)).sum::<u64>();
    let highest = (0..places).map(sum).max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / places.max(1) as f64;
    let mut svg = open(name);
    patterns(&mut svg, id, series.len());
    shade(&mut svg, shaded);
    for place in 0..places {
        let mut top = HEIGHT - 1.0;
        for (n, value) in series.iter().enumerate().filter_map(|(n, one)| Some((n, *one.get(place)?))).filter(|(_, value)| *value > 0) {
            let height = (value as f64 / highest * (HEIGHT - 6.0)).max(1.0);
            top -= height;
            let _ = write!(
                svg,
                "<rect fill=\"url(#{id}-{})\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                n.min(HATCH.len() - 1),
                place as f64 * step + step * 0.08,
                step * 0.84
            );
        }
    }
    let _ = write!(svg, "<path class=\"base\" d=\"M0 {0}H{WIDTH}\"/></svg>", HEIGHT - 0.5);
    svg
}

/// A line in the middle of a band: low, middle and high of each place; places without values part it.
pub(super) fn band(points: &[Option<(f64, f64, f64)>], shaded: &[bool], name: &str) -> String {
    let known = || points.iter().flatten();
    let highest = known().map(|(_, _, high)| *high).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let step = WIDTH / points.len().max(1) as f64;
    let y = |value: f64| HEIGHT - 4.0 - value.max(0.0) / highest * (HEIGHT - 10.0);
    let x = |place: usize| (place as f64 + 0.5) * step;
    let mut svg = open(name);
    shade(&mut svg, shaded);
    let (mut line, mut joined) = (String::new(), false);
    for (place, point) in points.iter().enumerate() {
        let Some((low, middle, high)) = point else {
            joined = false;
            continue;
        };
        let (at, half) = (x(place), (step * 0.3).min(14.0));
        let _ = write!(
            svg,
            "<rect class=\"spread\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            at - half,
            y(*high),
            half * 2.0,
            (y(*low) - y(*high)).max(1.0)
        );
        let _ = write!(line, "{}{at:.1} {:.1}", if joined { "L" } else { "M" }, y(*middle));
        joined = true;
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{at:.1}\" cy=\"{:.1}\" r=\"4\"/>", y(*middle));
    }
    let _ = write!(svg, "<path class=\"line\" d=\"{line}\"/><path class=\"base\" d=\"M0 {0}H{WIDTH}\"/></svg>", HEIGHT - 0.5);
    svg
}

/// A square as the series of a chart is filled, for a legend.
pub(super) fn swatch(id: &str, n: usize) -> String {
    let n = n.min(HATCH.len() - 1);
    format!(
        "<svg class=\"swatch\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect fill=\"url(#{id}-{n})\" width=\"16\" height=\"16\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_stand_on_one_another_and_what_is_not_known_is_shaded() {
        let svg = stacks("t", &[vec![1, 0], vec![3, 0]], &[false, true], "a \"<b>\"");
        assert_eq!(svg.matches("<rect fill=\"url(#t-").count(), 2);
        assert!(svg.contains("height=\"36.0\"") && svg.contains("height=\"108.0\""), "{svg}");
        assert!(svg.contains("class=\"blind\" x=\"360.0\"") && svg.contains("aria-label=\"a &quot;&lt;b&gt;&quot;\""), "{svg}");
        assert!(!svg.contains("style"), "the policy of the pages refuses it");
        assert!(stacks("t", &[], &[], "").contains("</svg>"));
    }

    #[test]
    fn a_gap_parts_the_line() {
        let svg = band(&[Some((1.0, 2.0, 4.0)), None, Some((2.0, 2.0, 2.0))], &[false; 3], "prices");
        assert_eq!((svg.matches('M').count(), svg.matches("<circle").count()), (3, 2), "two lines and the base: {svg}");
        assert!(!svg.contains("NaN") && !band(&[], &[], "").contains("NaN"));
    }
}
