//! Home, shelves with pages, new listings, search.

use super::{PER_PAGE, card, page};
use crate::demo::catalogue::{Catalogue, Change};
use crate::demo::html::escape;
use crate::demo::reply::{Asked, Reply};

/// All shelves with what they hold, and six cards whose links carry a session id, as careless markets do.
pub(super) fn home(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let mut main = String::from("<h1>Welcome to Lantern Bazaar</h1>\n<ul class=\"categories\">\n");
    for shelf in catalogue.shelves(1) {
        let held = catalogue.ads.iter().filter(|ad| ad.site == 1 && ad.shelf == shelf.slug && ad.shown(asked.visit)).count();
        main.push_str(&format!(
            "<li><a href=\"/c/{}\">{}</a> <span class=\"count\">({held})</span></li>\n",
            shelf.slug,
            escape(&shelf.path.join(" / "))
        ));
    }
    main.push_str("<li><a href=\"/c/winter-sale\">Winter sale</a></li>\n</ul>\n<h2>Featured</h2>\n<div class=\"grid\">\n");
    for ad in catalogue.ads.iter().filter(|ad| ad.site == 1 && ad.since == 1 && ad.change == Change::None).step_by(29).take(6) {
        main.push_str(&card(
            catalogue,
            ad,
            asked.visit,
            &format!("?PHPSESSID={:016x}", u64::from(ad.id).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        ));
    }
    main.push_str("</div>\n");
    page(asked, "Home", "", &main, true)
}

pub(super) fn shelf(catalogue: &Catalogue, asked: &Asked, slug: &str) -> Reply {
    // A shelf that is no longer there says so with status 200: a soft 404.
    let Some(shelf) = catalogue.shelf(1, slug) else {
        return page(
            asked,
            "Not found",
            "",
            "<h1>Nothing here</h1>\n<p>The category you are looking for does not exist or was removed.</p>\n",
            false,
        );
    };
    let number = asked.number("page").max(1);
    let (ads, pages) = catalogue.shelf_page(1, slug, number, PER_PAGE, asked.visit);
    let address = |number: usize| if number <= 1 { format!("/c/{slug}") } else { format!("/c/{slug}?page={number}") };
    let mut head = String::new();
    let mut pager = String::from("<div class=\"pager\">");
    for other in 1..=pages {
        pager.push_str(&if other == number { format!("<b>{other}</b> ") } else { format!("<a href=\"{}\">{other}</a> ", address(other)) });
    }
    if number < pages {
        head = format!("<link rel=\"next\" href=\"{}\">\n", address(number + 1));
        pager.push_str(&format!("<a rel=\"next\" href=\"{}\">Next &raquo;</a>", address(number + 1)));
    }
    pager.push_str("</div>\n");
    let cards: String = ads.into_iter().map(|ad| card(catalogue, ad, asked.visit, "")).collect();
    let name = shelf.path.last().map_or("", String::as_str);
    let crumbs: Vec<String> = shelf.path.iter().map(|name| escape(name)).collect();
    let main = format!(
        "<div class=\"breadcrumb\"><a href=\"/\">Home</a> &raquo; {}</div>\n<h1>{}</h1>\n<div class=\"grid\">\n{cards}</div>\n{pager}",
        crumbs.join(" &raquo; "),
        escape(name)
    );
    page(asked, &format!("{name}, page {number}"), &head, &main, number == 1)
}

/// The twenty newest by number.
pub(super) fn newest(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let mut ads: Vec<_> = catalogue.ads.iter().filter(|ad| ad.site == 1 && ad.shown(asked.visit)).collect();
    ads.sort_by_key(|ad| std::cmp::Reverse(ad.id));
    let cards: String = ads.into_iter().take(20).map(|ad| card(catalogue, ad, asked.visit, "")).collect();
    page(asked, "New listings", "", &format!("<h1>New listings</h1>\n<div class=\"grid\">\n{cards}</div>\n"), false)
}

/// Results for words of the title. robots.txt closes it: a crawler must not come here.
pub(super) fn search(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let words = asked.parameter("q").unwrap_or_default().to_lowercase();
    let found = |title: &str| words.split_whitespace().all(|word| title.to_lowercase().contains(word));
    let cards: String = (catalogue.ads.iter())
        .filter(|ad| ad.site == 1 && ad.shown(asked.visit) && found(&ad.title))
        .take(PER_PAGE)
        .map(|ad| card(catalogue, ad, asked.visit, ""))
        .collect();
    page(asked, "Search", "", &format!("<h1>Results for {}</h1>\n<div class=\"grid\">\n{cards}</div>\n", escape(&words)), false)
}
