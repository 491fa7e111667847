//! Where the nodes of a graph stand: in columns by their steps from the first one, so that nothing overlaps and nothing moves by chance.
//!
//! Within its column each node goes where its neighbours are on average (the barycentre method of Sugiyama, Tagawa and Toda, 1981), in a fixed
//! number of sweeps; equal ones keep their order.

/// Width and height of a node.
pub(super) const NODE: (f64, f64) = (190.0, 30.0);
/// Room between columns of different steps, and of the same step.
const BETWEEN: (f64, f64) = (90.0, 34.0);
/// From the top of a node to that of the one below.
const ROW: f64 = 46.0;
/// Rows of a column, at most; a step with more nodes takes several columns.
const MOST_ROWS: usize = 14;
/// Room at each side.
const MARGIN: f64 = 14.0;
const SWEEPS: usize = 6;

/// Places of nodes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// Left upper corner of each node, in the order of the nodes.
    pub(super) places: Vec<(f64, f64)>,
    /// Width and height of the whole.
    pub(super) size: (f64, f64),
}

/// Lays nodes out, given the step of each and the pairs that are joined.
pub(super) fn layout(steps: &[usize], edges: &[(usize, usize)]) -> Layout {
    let mut near = vec![Vec::new(); steps.len()];
    for (one, other) in edges {
        for (from, to) in [(one, other), (other, one)] {
            if *to < steps.len()
                && let Some(near) = near.get_mut(*from)
            {
                near.push(*to);
            }
        }
    }
    let mut levels: Vec<Vec<usize>> = vec![Vec::new(); steps.iter().max().map_or(0, |last| last + 1)];
    for (node, step) in steps.iter().enumerate() {
        if let Some(level) = levels.get_mut(*step) {
            level.push(node);
        }
    }
    let mut placed = place(&levels, steps.len());
    for sweep in 0..SWEEPS {
        let mut order: Vec<usize> = (0..levels.len()).collect();
        if sweep % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let middle = |node: usize| {
                let heights: Vec<f64> = near.get(node).into_iter().flatten().filter_map(|near| Some(placed.places.get(*near)?.1)).collect();
                let own = placed.places.get(node).map_or(0.0, |place| place.1);
                if heights.is_empty() { own } else { heights.iter().sum::<f64>() / heights.len() as f64 }
            };
            if let Some(level) = levels.get_mut(at) {
                let mut keyed: Vec<(f64, usize)> = level.iter().map(|node| (middle(*node), *node)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                *level = keyed.into_iter().map(|(_, node)| node).collect();
            }
            placed = place(&levels, steps.len());
        }
    }
    placed
}

/// Columns from left to right, each in the middle of the height.
fn place(levels: &[Vec<usize>], nodes: usize) -> Layout {
    let columns_of = |level: &Vec<usize>| level.len().div_ceil(MOST_ROWS).max(1);
    // A column beside another of the same step stands half a row lower, so that lines to it pass between.
    let height_of = |level: &Vec<usize>| {
        let columns = columns_of(level);
        level.len().div_ceil(columns) as f64 * ROW + if columns > 1 { ROW / 2.0 } else { 0.0 }
    };
    let height = levels.iter().map(height_of).fold(ROW, f64::max);
    let mut places = vec![(0.0, 0.0); nodes];
    let mut x = MARGIN;
    for level in levels.iter().filter(|level| !level.is_empty()) {
        let columns = columns_of(level);
        let top = MARGIN + (height - height_of(level)) / 2.0;
        for (rank, node) in level.iter().enumerate() {
            let (column, row) = (rank % columns, rank / columns);
            let lower = if column % 2 == 1 { ROW / 2.0 } else { 0.0 };
            if let Some(place) = places.get_mut(*node) {
                *place = (x + column as f64 * (NODE.0 + BETWEEN.1), top + row as f64 * ROW + lower);
            }
        }
        x += columns as f64 * (NODE.0 + BETWEEN.1) - BETWEEN.1 + BETWEEN.0;
    }
    Layout { places, size: (x - BETWEEN.0 + MARGIN, height + 2.0 * MARGIN - (ROW - NODE.1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree in which each node brings five more, with some ties across.
    fn tree(nodes: usize) -> (Vec<usize>, Vec<(usize, usize)>) {
        let mut steps = vec![0];
        let mut edges = Vec::new();
        for node in 1..nodes {
            let parent = (node - 1) / 5;
            steps.push(steps[parent] + 1);
            edges.push((parent, node));
            edges.push((node, (node * 7) % nodes));
        }
        (steps, edges)
    }

    #[test]
    fn nodes_neither_overlap_nor_leave_the_picture_and_stand_the_same_each_time() {
        for nodes in [1, 2, 60, 150] {
            let (steps, edges) = tree(nodes);
            let one = layout(&steps, &edges);
            assert_eq!(one, layout(&steps, &edges));
            for (at, a) in one.places.iter().enumerate() {
                assert!(a.0 >= 0.0 && a.1 >= 0.0 && a.0 + NODE.0 <= one.size.0 && a.1 + NODE.1 <= one.size.1, "{at} of {nodes}: {a:?}");
                for b in &one.places[at + 1..] {
                    assert!((a.0 - b.0).abs() >= NODE.0 || (a.1 - b.1).abs() >= NODE.1, "{a:?} {b:?}");
                }
            }
        }
        assert_eq!(layout(&[], &[]).places, []);
    }

    #[test]
    fn neighbours_come_beside_each_other_and_wrong_edges_change_nothing() {
        // Two pairs that cross as they come.
        let placed = layout(&[0, 1, 1, 2, 2], &[(0, 1), (0, 2), (1, 4), (2, 3)]);
        assert_eq!(placed.places[1].1 < placed.places[2].1, placed.places[4].1 < placed.places[3].1);
        assert_eq!(layout(&[0, 1], &[(0, 1), (7, 9), (0, 9)]), layout(&[0, 1], &[(0, 1)]));
    }
}
