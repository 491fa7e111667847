//! Lists written line by line in preformatted text, as the tables that they are drawn as: sites without markup align their columns by blanks.
//!
//! A line with a link and a number outside of it is a row where at least two others like it stand right above or below. What stands above such lines in columns of
//! its own, often over a ruler of dashes, is their head. Everything else keeps its place.

use html5ever::local_name;

use super::build::Built;
use super::relaid::{Block, Builder, Line, Part, Piece};
use super::tree::{Html, Kind, Slot};

/// Rows of the shortest list.
const LEAST_ROWS: usize = 3;
/// Links of a row, at most; menus have more.
const MOST_LINKS: usize = 4;
/// Lines of a preformatted text that are looked at.
const MOST_LINES: usize = 5_000;
/// Lines above the first row among which its head is looked for.
const ABOVE: usize = 3;

impl Built {
    /// The same page with such lists as tables.
    pub(super) fn ruled(self) -> Self {
        let is_pre = |slot: &Slot| matches!(&slot.kind, Kind::Element { name, .. } if *name == local_name!("pre"));
        let pres: Vec<u32> = (0..).zip(&self.html.slots).filter(|(_, slot)| is_pre(slot)).map(|(at, _)| at).collect();
        let mut lists: Vec<(u32, Vec<Line>, Vec<Block>)> = Vec::new();
        let mut beyond = 0;
        for pre in pres {
            // Texts within texts are looked at once.
            if pre < beyond {
                continue;
            }
            beyond = self.html.slots.get(pre as usize).map_or(pre, |slot| slot.end);
            let holder = holder(&self.html, pre);
            let lines = lines(&self.html, holder);
            let blocks = blocks(&self.html, &lines);
            if blocks.iter().any(|block| matches!(block, Block::Table { .. })) {
                lists.push((holder, lines, blocks));
            }
        }
        if lists.is_empty() { self } else { Builder::rebuild(self, &lists) }
    }
}

/// The element that holds the lines: the text itself, or the one element that it holds.
fn holder(html: &Html, pre: u32) -> u32 {
    let mut at = pre;
    for _ in 0..4 {
        let mut full =
            children(html, at).filter(|child| !matches!(kind(html, *child), Kind::Text { .. }) || !text(html, *child).trim().is_empty());
        match (full.next(), full.next()) {
            (Some(only), None) if matches!(kind(html, only), Kind::Element { name, .. } if *name != local_name!("a")) => at = only,
            _ => break,
        }
    }
    at
}

fn kind(html: &Html, at: u32) -> &Kind {
    html.slots.get(at as usize).map_or(&Kind::Other, |slot| &slot.kind)
}

fn text(html: &Html, at: u32) -> &str {
    match kind(html, at) {
        Kind::Text { from, to } => html.text.get(*from as usize..*to as usize).unwrap_or_default(),
        _ => "",
    }
}

fn children(html: &Html, at: u32) -> impl Iterator<Item = u32> {
    let end = html.slots.get(at as usize).map_or(at, |slot| slot.end);
    let mut next = at + 1;
    std::iter::from_fn(move || {
        let child = Some(next).filter(|child| *child < end)?;
        next = html.slots.get(child as usize)?.end;
        Some(child)
    })
}

fn lines(html: &Html, holder: u32) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![Line::new()];
    let mut column = 0;
    for child in children(html, holder) {
        if let Kind::Text { from, .. } = kind(html, child) {
            let mut at = *from;
            for (n, part) in text(html, child).split('\n').enumerate() {
                if n > 0 {
                    lines.push(Line::new());
                    column = 0;
                    at += 1;
                }
                let to = at + part.len() as u32;
                let width = part.chars().fold(column, |column, c| if c == '\t' { column / 8 * 8 + 8 } else { column + 1 }) - column;
                push(&mut lines, Piece { part: Part::Text { from: at, to, node: child }, from: column, to: column + width });
                (at, column) = (to, column + width);
            }
        } else {
            let inside = (child..html.slots.get(child as usize).map_or(child + 1, |slot| slot.end)).map(|at| text(html, at));
            let width: usize = inside.map(|text| text.chars().count()).sum();
            let link = matches!(kind(html, child), Kind::Element { name, .. } if *name == local_name!("a"));
            push(&mut lines, Piece { part: Part::Node { at: child, link }, from: column, to: column + width });
            column += width;
        }
        if lines.len() > MOST_LINES {
            return Vec::new();
        }
    }
    lines
}

fn push(lines: &mut [Line], piece: Piece) {
    if let Some(line) = lines.last_mut().filter(|_| piece.to > piece.from || matches!(piece.part, Part::Node { .. })) {
        line.push(piece);
    }
}

/// Bytes of a text piece.
fn written(html: &Html, piece: Piece) -> &str {
    match piece.part {
        Part::Text { from, to, .. } => html.text.get(from as usize..to as usize).unwrap_or_default(),
        Part::Node { .. } => "",
    }
}

fn links(line: &Line) -> usize {
    line.iter().filter(|piece| matches!(piece.part, Part::Node { link: true, .. })).count()
}

/// Whether a line may be a row: it links to something, and says a number besides.
fn may_be_row(html: &Html, line: &Line) -> bool {
    (1..=MOST_LINKS).contains(&links(line)) && line.iter().any(|piece| written(html, *piece).bytes().any(|byte| byte.is_ascii_digit()))
}

fn is_blank(html: &Html, line: &Line) -> bool {
    line.iter().all(|piece| matches!(piece.part, Part::Text { .. }) && written(html, *piece).trim().is_empty())
}

/// Whether a line only draws one.
fn is_ruler(html: &Html, line: &Line) -> bool {
    let drawn = |c: char| c.is_whitespace() || matches!(c, '-' | '=' | '_' | '+' | '|' | '─' | '━' | '═' | '┼' | '*' | '~');
    !is_blank(html, line) && line.iter().all(|piece| matches!(piece.part, Part::Text { .. }) && written(html, *piece).chars().all(drawn))
}

fn blocks(html: &Html, lines: &[Line]) -> Vec<Block> {
    let rows: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| may_be_row(html, line))).collect();
    // Rows of one list have the same number of links.
    let most = (1..=MOST_LINKS).max_by_key(|n| rows.iter().filter(|at| lines.get(**at).is_some_and(|line| links(line) == *n)).count());
    let rows: Vec<usize> = rows.into_iter().filter(|at| lines.get(*at).map(links) == most).collect();
    // Goods that take several lines each are no rows: they are read as the blocks that they are.
    let runs = || rows.chunk_by(|one, next| one + 1 == *next);
    if !runs().any(|run| run.len() >= LEAST_ROWS) {
        return Vec::new();
    }
    let (mut blocks, mut done) = (Vec::new(), 0);
    for run in runs().filter(|run| run.len() > 1) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
        let head = head(html, lines, done, first);
        let from = head.as_ref().map_or(first, |(at, _)| *at);
        blocks.push(Block::Lines(done..from));
        let columns = head.map(|(_, columns)| columns).unwrap_or_default();
        let body = lines.get(first..=last).unwrap_or_default();
        let rows = body.iter().map(|line| in_columns(cells(html, line), &columns)).collect();
        blocks.push(Block::Table { head: columns.into_iter().map(|column| column.words).collect(), rows });
        done = last + 1;
    }
    blocks.push(Block::Lines(done..lines.len()));
    blocks
}

/// A column: where it stands, and what its head says.
struct ColumnHead {
    from: usize,
    to: usize,
    words: Vec<Piece>,
}

/// The line with the heads of the columns above a row, and the columns.
fn head(html: &Html, lines: &[Line], least: usize, first: usize) -> Option<(usize, Vec<ColumnHead>)> {
    let above = (least.max(first.saturating_sub(ABOVE))..first).rev();
    let mut ruler = None;
    for at in above {
        let line = lines.get(at)?;
        if is_ruler(html, line) {
            ruler = Some(line);
            continue;
        }
        if is_blank(html, line) || links(line) > 0 {
            return None;
        }
        let drawn = ruler.map(|ruler| parts(html, ruler, 1)).filter(|drawn| drawn.len() > 1);
        let columns: Vec<ColumnHead> = match drawn {
            // The ruler says how wide each column is.
            Some(drawn) => drawn.iter().map(|piece| column(html, line, piece.from, piece.to)).collect(),
            None => {
                parts(html, line, 2).into_iter().map(|piece| ColumnHead { from: piece.from, to: piece.to, words: vec![piece] }).collect()
            }
        };
        return (columns.len() > 1).then_some((at, columns));
    }
    None
}

/// The words of a line that stand within a column, or begin in it.
fn column(html: &Html, line: &Line, from: usize, to: usize) -> ColumnHead {
    let words = parts(html, line, 1).into_iter().filter(|word| word.from < to && word.to > from && (word.from >= from || word.to <= to));
    ColumnHead { from, to, words: words.collect() }
}

/// Text pieces of a line, cut where so many blanks stand.
fn parts(html: &Html, line: &Line, blanks: usize) -> Vec<Piece> {
    line.iter().filter(|piece| matches!(piece.part, Part::Text { .. })).flat_map(|piece| split(html, *piece, blanks)).collect()
}

/// A text piece cut where so many blanks stand, or a tab, a bar, or dots that lead the eye.
fn split(html: &Html, piece: Piece, blanks: usize) -> Vec<Piece> {
    let Part::Text { from, node, .. } = piece.part else { return vec![piece] };
    let text = written(html, piece);
    let mut cut = Vec::new();
    // First byte and column of the part under way, and behind its last word.
    let mut open: Option<(usize, usize)> = None;
    let (mut end, mut column) = ((0_usize, 0_usize), piece.from);
    let mut gap = 0;
    let mut dots = 0;
    let mut close = |open: &mut Option<(usize, usize)>, end: (usize, usize)| {
        if let Some((byte, first)) = open.take() {
            let part = Part::Text { from: from + byte as u32, to: from + end.0 as u32, node };
            cut.push(Piece { part, from: first, to: end.1 });
        }
    };
    for (at, c) in text.char_indices() {
        let width = if c == '\t' { column / 8 * 8 + 8 - column } else { 1 };
        let bar = matches!(c, '|' | '│' | '\t');
        dots = if c == '.' { dots + 1 } else { 0 };
        if c.is_whitespace() || bar || dots > 2 {
            gap += if bar || dots > 2 { blanks } else { width };
            if gap >= blanks {
                // Leading dots belong to nothing.
                let end = if dots > 2 { (end.0.saturating_sub(2), end.1.saturating_sub(2)) } else { end };
                if open.is_some_and(|(byte, _)| byte < end.0) {
                    close(&mut open, end);
                } else {
                    open = None;
                }
            }
        } else {
            open = open.or(Some((at, column)));
            end = (at + c.len_utf8(), column + width);
            gap = 0;
        }
        column += width;
    }
    close(&mut open, end);
    cut
}

/// The cells of a row: each link, and what stands between in one piece.
fn cells(html: &Html, line: &Line) -> Vec<Vec<Piece>> {
    let mut cells: Vec<Vec<Piece>> = Vec::new();
    let mut open = false;
    for piece in line {
        match piece.part {
            Part::Node { link: true, .. } => {
                cells.push(vec![*piece]);
                open = false;
            }
            Part::Node { .. } => match cells.last_mut().filter(|_| open) {
                Some(cell) => cell.push(*piece),
                None => {
                    cells.push(vec![*piece]);
                    open = true;
                }
            },
            Part::Text { .. } => {
                let text = written(html, *piece);
                let joined = open && !text.starts_with("  ");
                for (n, part) in split(html, *piece, 2).into_iter().enumerate() {
                    match cells.last_mut().filter(|_| n == 0 && joined) {
                        Some(cell) => cell.push(part),
                        None => cells.push(vec![part]),
                    }
                }
                open = !text.ends_with("  ");
            }
        }
    }
    cells
}

/// Cells in their columns, where there are heads: each in the column that it shares most with.
fn in_columns(cells: Vec<Vec<Piece>>, columns: &[ColumnHead]) -> Vec<Vec<Piece>> {
    if columns.is_empty() || columns.len() == cells.len() {
        return cells;
    }
    let mut placed: Vec<Vec<Piece>> = columns.iter().map(|_| Vec::new()).collect();
    for cell in cells {
        let (from, to) = (cell.first().map_or(0, |piece| piece.from), cell.last().map_or(0, |piece| piece.to));
        let shared = |column: &ColumnHead| column.to.min(to) as i64 - column.from.max(from) as i64;
        let best = (0..columns.len()).rev().max_by_key(|at| columns.get(*at).map(shared));
        best.and_then(|at| placed.get_mut(at)).into_iter().for_each(|place| place.extend(cell.iter().copied()));
    }
    placed
}

#[cfg(test)]
mod tests {
    use crate::html::{NodeRef, block_text, inline_text, parse, parse_placed};

    /// Cells of each row of the first table.
    fn rows(page: &str) -> Vec<Vec<String>> {
        let html = parse(page).html;
        let named = |node: NodeRef<'_>, name: &str| node.value().as_element().is_some_and(|element| element.name() == name);
        let Some(table) = html.nodes().find(|node| named(*node, "table")) else { return Vec::new() };
        let rows = table.descendants().filter(|node| named(*node, "tr"));
        rows.map(|row| row.children().map(|cell| inline_text(cell, 200).trim().to_owned()).collect()).collect()
    }

    const LIST: &str = "<title>x</title><pre>\n LIST  <a href=/>start</a> 3\n\n\
        no    item                 vendor    usd    from age\n\
        ----  -------------------  --------  -----  ---- ---\n\
        0412  <a href=/o/1>Lamp, brass</a>          anna      38.00  US    2d\n\
        0415  <a href=/o/2>Two old lamps</a>        <b>bert</b>      61.00  IN    5h\n\
        0399  <a href=/o/3>Lamp oil 5 l</a>         anna       5.00  --   11d\n\n\
        3 offers.</pre>";

    #[test]
    fn rows_under_a_ruler_are_a_table_with_heads() {
        let rows = rows(LIST);
        assert_eq!(rows[0], ["no", "item", "vendor", "usd", "from", "age"]);
        assert_eq!(rows[1], ["0412", "Lamp, brass", "anna", "38.00", "US", "2d"]);
        assert_eq!(rows[2], ["0415", "Two old lamps", "bert", "61.00", "IN", "5h"]);
        assert_eq!((rows.len(), rows[3][3].as_str()), (4, "5.00"));
        let html = parse(LIST).html;
        let text = block_text(html.root());
        assert!(text.contains("LIST") && text.contains("start") && text.ends_with("3 offers."), "{text}");
        // What is moved is still known to begin where it stands in the page.
        let (placed, source) = parse_placed(LIST);
        let is_link = |node: &NodeRef<'_>| node.value().as_element().is_some_and(|element| element.name() == "a");
        let places: Vec<usize> = placed.html.nodes().filter(is_link).filter_map(|node| source.node(node.id())).collect();
        assert_eq!(places, LIST.match_indices("<a ").map(|(at, _)| at).collect::<Vec<_>>());
    }

    #[test]
    fn dots_lead_to_prices_and_other_texts_stay() {
        let dotted: String = (1..4).map(|n| format!("  <a href=/p/{n}>Good {n}</a> ..........  {n}90 zl\n")).collect();
        assert_eq!(rows(&format!("<pre>{dotted}</pre>"))[1], ["Good 2", "290 zl"]);
        for other in [
            "<pre>a 1\nb 2\nc 3</pre>",
            "<pre><a href=/1>one</a> 5\n      more of it\n<a href=/2>two</a> 6\n      more\n<a href=/3>three</a> 7\n</pre>",
            "<pre><a>1</a> <a>2</a> <a>3</a> <a>4</a> <a>5</a> 6\n</pre>",
        ] {
            assert_eq!(rows(other), Vec::<Vec<String>>::new(), "{other}");
        }
        // Texts within texts: the outer one is looked at, and has one line.
        assert_eq!(rows(&"<pre><a href=x>y</a> 1\n".repeat(20_000)), Vec::<Vec<String>>::new());
    }
}
