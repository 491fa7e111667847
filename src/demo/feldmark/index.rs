//! The start page and the shelves.

use super::{PER_PAGE, missing, page, tile};
use crate::demo::catalogue::Catalogue;
use crate::demo::html::escape;
use crate::demo::reply::{Asked, Reply};

pub(super) fn home(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let mut main = String::from("<h1>Feldmark</h1>\n<section class=\"shelves\">\n");
    for shelf in catalogue.shelves(2) {
        main.push_str(&format!("<a href=\"/ads/{}/\">{}</a>\n", shelf.slug, escape(&shelf.path.join(" > "))));
    }
    main.push_str("</section>\n<h2>Latest</h2>\n<ul class=\"tiles\">\n");
    let mut ads: Vec<_> = catalogue.ads.iter().filter(|ad| ad.site == 2 && ad.shown(asked.visit)).collect();
    ads.sort_by_key(|ad| std::cmp::Reverse(ad.id));
    main.extend(ads.into_iter().take(8).map(|ad| tile(catalogue, ad, asked.visit)));
    main.push_str("</ul>\n<p><a href=\"/maze/tags\">Browse by tag</a></p>");
    page("en", "Classifieds", "", &main)
}

pub(super) fn shelf(catalogue: &Catalogue, asked: &Asked, slug: &str, number: usize) -> Reply {
    let Some(shelf) = catalogue.shelf(2, slug) else { return missing() };
    let (ads, pages) = catalogue.shelf_page(2, slug, number, PER_PAGE, asked.visit);
    if number > pages {
        return missing();
    }
    let tiles: String = ads.into_iter().map(|ad| tile(catalogue, ad, asked.visit)).collect();
    let address = |number: usize| if number <= 1 { format!("/ads/{slug}/") } else { format!("/ads/{slug}/page/{number}/") };
    let mut pager = String::new();
    if number > 1 {
        pager.push_str(&format!("<li><a rel=\"prev\" href=\"{}\">&lsaquo;</a></li>", address(number - 1)));
    }
    if number < pages {
        pager.push_str(&format!("<li class=\"next\"><a rel=\"next\" href=\"{}\">&rsaquo;</a></li>", address(number + 1)));
    }
    let name = shelf.path.join(" > ");
    let main = format!(
        "<nav class=\"path\"><a href=\"/\">Feldmark</a> &gt; {0}</nav>\n<h1>{1}</h1>\n<ul class=\"tiles\">\n{tiles}</ul>\n<ul class=\"pager\">{pager}</ul>",
        escape(&name),
        escape(shelf.path.last().map_or("", String::as_str))
    );
    page("en", &format!("{name} ({number}/{pages})"), "", &main)
}
