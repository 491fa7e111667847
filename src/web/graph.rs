//! A graph as SVG without script: every node is a link, its outline tells its kind, every line says why in its title.

use std::fmt::Write;

use super::layout::{Layout, NODE};
use crate::dossier::graph::Kind;
use crate::shown::escaped;

/// Characters of a label that fit into a node.
const LABEL: usize = 22;

/// A node as it is drawn.
pub(super) struct Drawn {
    /// Outline and colour.
    pub(super) kind: Kind,
    /// Cut to fit.
    pub(super) label: String,
    /// Where it leads; escaped here.
    pub(super) href: String,
    /// What a screen reader says, and its title.
    pub(super) said: String,
    pub(super) opened: bool,
    /// What hangs on it and is not drawn.
    pub(super) more: usize,
}

/// A line as it is drawn.
pub(super) struct Line {
    pub(super) ends: (usize, usize),
    /// Class of `desk.css`.
    pub(super) class: &'static str,
    pub(super) said: String,
}

/// Draws a graph.
pub(super) fn draw(layout: &Layout, nodes: &[Drawn], lines: &[Line], name: &str) -> String {
    let (width, height) = layout.size;
    let mut svg = format!(
        "<svg class=\"graph\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"group\" aria-label=\"{}\">",
        escaped(name)
    );
    for line in lines {
        let (Some(one), Some(other)) = (layout.places.get(line.ends.0), layout.places.get(line.ends.1)) else { continue };
        // Writing to a string cannot fail.
        let _ =
            write!(svg, "<path class=\"edge {}\" d=\"{}\"><title>{}</title></path>", line.class, curve(*one, *other), escaped(&line.said));
    }
    for (node, (x, y)) in nodes.iter().zip(&layout.places) {
        let short = cut(&node.label, if node.more > 0 { LABEL - 5 } else { LABEL });
        let _ = write!(
            svg,
            "<a href=\"{}\" aria-label=\"{}\"><path class=\"node {}{}\" d=\"{}\"><title>{}</title></path><text x=\"{:.0}\" y=\"{:.0}\">{}</text></a>",
            escaped(&node.href),
            // What is seen comes first, so that whoever speaks to the machine can name it.
            escaped(&format!("{short}: {}", node.said)),
            class(node.kind),
            if node.opened { " opened" } else { "" },
            outline(node.kind, *x, *y),
            escaped(&node.said),
            x + 16.0,
            y + 19.0,
            escaped(&short),
        );
        if node.more > 0 {
            let _ = write!(
                svg,
                "<text class=\"more\" aria-hidden=\"true\" x=\"{:.0}\" y=\"{:.0}\">+{}</text>",
                x + NODE.0 - 14.0,
                y + 19.0,
                node.more
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Name of a kind in classes.
pub(super) fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Persona => "persona",
        Kind::Vendor => "vendor",
        Kind::Indicator => "indicator",
        Kind::Listing => "listing",
    }
}

/// A hexagon, a pill, a box with cut corners, a box.
fn outline(kind: Kind, x: f64, y: f64) -> String {
    let (w, h) = NODE;
    match kind {
        Kind::Persona => {
            format!("M{x} {:.0}l12 {:.0}h{:.0}l12 {:.0}l-12 {:.0}h-{:.0}z", y + h / 2.0, -h / 2.0, w - 24.0, h / 2.0, h / 2.0, w - 24.0)
        }
        Kind::Vendor => {
            let r = h / 2.0;
            format!("M{:.0} {y}h{:.0}a{r} {r} 0 0 1 0 {h}h-{:.0}a{r} {r} 0 0 1 0 -{h}z", x + r, w - h, w - h)
        }
        Kind::Indicator => format!("M{:.0} {y}h{:.0}v{:.0}l-10 10h-{:.0}v-{:.0}z", x + 10.0, w - 10.0, h - 10.0, w - 10.0, h - 10.0),
        Kind::Listing => format!("M{x} {y}h{w}v{h}h-{w}z"),
    }
}

/// From side to side between columns, around the left side within one.
fn curve(one: (f64, f64), other: (f64, f64)) -> String {
    let (left, right) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    let (y1, y2) = (left.1 + NODE.1 / 2.0, right.1 + NODE.1 / 2.0);
    if right.0 - left.0 < NODE.0 {
        let out = left.0 - 12.0;
        return format!("M{:.0} {y1:.0}C{out:.0} {y1:.0} {out:.0} {y2:.0} {:.0} {y2:.0}", left.0, right.0);
    }
    let (from, to) = (left.0 + NODE.0, right.0);
    let middle = from.midpoint(to);
    format!("M{from:.0} {y1:.0}C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {to:.0} {y2:.0}")
}

fn cut(label: &str, most: usize) -> String {
    match label.char_indices().nth(most) {
        Some(_) => label.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::layout::layout;

    #[test]
    fn what_was_captured_stays_text_and_every_node_is_a_link() {
        let node = |kind, label: &str| Drawn {
            kind,
            label: label.to_owned(),
            href: "/graph?vendor=a\"b&open=v1".to_owned(),
            said: "\"><script>x</script>".to_owned(),
            opened: false,
            more: 12,
        };
        let nodes = [node(Kind::Vendor, "<b>anna</b>"), node(Kind::Indicator, &"é".repeat(90))];
        let lines =
            [Line { ends: (0, 1), class: "shows", said: "<i>".to_owned() }, Line { ends: (0, 9), class: "shows", said: String::new() }];
        let svg = draw(&layout(&[0, 1], &[(0, 1)]), &nodes, &lines, "a & b");
        for bad in ["<script", "<b>", "<i>", "a\"b"] {
            assert!(!svg.contains(bad), "{bad} in {svg}");
        }
        assert_eq!((svg.matches("<a href").count(), svg.matches("class=\"edge").count(), svg.matches("+12").count()), (2, 1, 2));
        assert!(svg.contains(&format!("{}…", "é".repeat(16))), "{svg}");
    }
}
