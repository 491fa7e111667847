//! Many people at once: a page that reads and is logged must not wait for others that do the same.

use crate::desk::{Served, listing, stocked};

/// People at once, more than the store has connections.
const PEOPLE: usize = 12;

#[test]
pub(crate) fn many_at_once_are_all_answered() {
    let place = stocked();
    place.expect(0, &["case", "open", "C-7", "--title", "conversions"]);
    let id = listing(&place, "glock");
    let served = Served::over(&place);
    let signed_in: Vec<_> = (0..PEOPLE).map(|_| served.signed_in("supervisor")).collect();
    let pages = ["/trends", "/vendor?name=anna&source=alpha", "/cases/C-7", "/sources", &format!("/listing/{id}")];
    for page in pages {
        std::thread::scope(|scope| {
            let asking: Vec<_> = signed_in.iter().map(|client| scope.spawn(|| client.twin().get(page).status)).collect();
            for one in asking {
                assert_eq!(one.join().expect("the desk answers"), 200, "{page}");
            }
        });
    }
}
