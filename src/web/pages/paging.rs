//! Long lists in pages.

/// Where one is in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) struct Paging {
    /// Rows on all pages.
    pub(in crate::web) total: usize,
    /// From 1.
    pub(in crate::web) page: usize,
    pub(in crate::web) pages: usize,
    /// Address of the page before; empty on the first.
    pub(in crate::web) previous: String,
    /// Address of the page after; empty on the last.
    pub(in crate::web) next: String,
}

/// One page of a list, from 1; a page beyond the end is the last one.
pub(in crate::web) fn paged<T>(all: Vec<T>, page: usize, size: usize, link: impl Fn(usize) -> String) -> (Vec<T>, Paging) {
    let (total, size) = (all.len(), size.max(1));
    let pages = total.div_ceil(size).max(1);
    let page = page.clamp(1, pages);
    let rows = all.into_iter().skip((page - 1) * size).take(size).collect();
    let to = |there: bool, page: usize| if there { link(page) } else { String::new() };
    (rows, Paging { total, page, pages, previous: to(page > 1, page.saturating_sub(1)), next: to(page < pages, page + 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_none_lies_outside() {
        let at = |page| paged((1..=5).collect(), page, 2, |page| format!("?page={page}"));
        let (rows, paging) = at(2);
        assert_eq!((rows, paging.previous.as_str(), paging.next.as_str()), (vec![3, 4], "?page=1", "?page=3"));
        assert_eq!((at(0).0, at(0).1.previous.as_str()), (vec![1, 2], ""));
        assert_eq!((at(99).0, at(99).1.next.as_str()), (vec![5], ""));
        assert_eq!(paged(Vec::<u8>::new(), 3, 2, |_| String::new()).1.pages, 1);
    }
}
