//! Site 1, "Lantern Bazaar": the layout of a darknet market. Grids of cards, label/value tables, vendors with feedback, a login wall;
//! no structured data. The pages are in English around listings in any language.

mod index;
mod item;
mod vendor;

use crate::demo::catalogue::{Ad, Catalogue};
use crate::demo::html::escape;
use crate::demo::reply::{Asked, Reply};
use crate::dice::fingerprint;

/// Cards on one page of a shelf.
const PER_PAGE: usize = 12;

const ROBOTS: &str =
    "# Lantern Bazaar\nUser-agent: *\nDisallow: /search\nDisallow: /cart/\nAllow: /\n\nUser-agent: GreedyBot\nDisallow: /\n";

pub(crate) fn answer(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let parts: Vec<&str> = asked.path.split('/').skip(1).collect();
    match parts.as_slice() {
        [""] => index::home(catalogue, asked),
        ["robots.txt"] => Reply::text(ROBOTS),
        ["new"] => index::newest(catalogue, asked),
        ["search"] => index::search(catalogue, asked),
        ["c", slug] => index::shelf(catalogue, asked, slug),
        ["c"] | ["home"] => Reply::redirect(301, "/"),
        ["item", id] => moved(catalogue, id),
        ["item", id, _] => item::answer(catalogue, asked, id),
        ["vendor", name] => vendor::profile(catalogue, asked, name),
        ["vendor", name, "feedback"] => vendor::feedback(catalogue, asked, name),
        ["contact", name] => vendor::contact(catalogue, asked, name),
        ["account", "login"] => login(),
        ["account", ..] => Reply::redirect(302, "/account/login"),
        ["mirrors"] => mirrors(catalogue),
        _ => missing(),
    }
}

/// A page with the site's own surroundings. `counted` pages carry a counter that differs from visit to visit.
fn page(asked: &Asked, title: &str, head: &str, main: &str, counted: bool) -> Reply {
    let counter = if counted {
        let number = fingerprint(format!("{}/{}", asked.visit, asked.path).as_bytes());
        format!("<span class=\"online\">{} users online · {} page views today</span>", 150 + number % 400, 20_000 + number / 400 % 9_000)
    } else {
        String::new()
    };
    Reply::html(
        200,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} :: Lantern Bazaar</title>\n\
             <link rel=\"stylesheet\" href=\"/img/lantern.css\">\n{head}</head>\n<body>\n<div id=\"top\"><a class=\"logo\" href=\"/\">Lantern Bazaar</a>\
             <form action=\"/search\" method=\"get\"><input name=\"q\"><button>Search</button></form>\
             <span class=\"me\"><a href=\"/account/login\">Log in</a> <a href=\"/account/orders\">Orders</a> <a href=\"/cart/\">Cart (0)</a></span></div>\n\
             <div id=\"main\">\n{main}</div>\n<div id=\"foot\"><a href=\"/mirrors\">Mirrors</a> <a href=\"/calendar/2026/01\">Events</a> \
             <a href=\"/new\">New listings</a> {counter}</div>\n</body>\n</html>\n",
            title = escape(title)
        ),
    )
}

/// An advertisement as a card of a grid; `suffix` is a query string or empty.
fn card(catalogue: &Catalogue, ad: &Ad, visit: u32, suffix: &str) -> String {
    let Some(vendor) = catalogue.vendor(ad) else { return String::new() };
    let tables = &catalogue.tables;
    let to: Vec<&str> = vendor.to.iter().map(|code| tables.country(code, "en")).collect();
    format!(
        "<div class=\"card\"><a href=\"{path}{suffix}\"><img class=\"thumb\" src=\"/img/{id}.gif\" alt=\"\"></a>\
         <a class=\"card-title\" href=\"{path}{suffix}\">{title}</a>\
         <div class=\"card-vendor\">by <a href=\"/vendor/{name}\">{name}</a> ({rating}%)</div>\
         <div class=\"card-price\">{price}</div><div class=\"card-route\">{from} &rarr; {to}</div></div>\n",
        path = ad.path,
        id = ad.id,
        title = escape(&ad.title),
        name = vendor.name,
        rating = vendor.rating,
        price = ad.price_on(visit).map_or("on request".to_owned(), |price| escape(&price.written("en"))),
        from = tables.country(&vendor.from, "en"),
        to = to.join(", "),
    )
}

/// Addresses without a name lead to the one with it.
fn moved(catalogue: &Catalogue, id: &str) -> Reply {
    match id.parse().ok().and_then(|id| catalogue.by_id(1, id)) {
        Some(ad) => Reply::redirect(301, &ad.path),
        None => missing(),
    }
}

fn missing() -> Reply {
    Reply::html(404, "<!DOCTYPE html>\n<html lang=\"en\"><head><title>404 :: Lantern Bazaar</title></head><body><h1>Not found</h1><p>This page does not exist. <a href=\"/\">Home</a></p></body></html>\n".into())
}

fn login() -> Reply {
    Reply::html(
        200,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Login :: Lantern Bazaar</title></head><body><h1>Login</h1>\
         <p>You must be logged in to see this page.</p><form class=\"login\" action=\"/account/login\" method=\"post\">\
         <label>User name <input type=\"text\" name=\"user\"></label><label>Password <input type=\"password\" name=\"password\"></label>\
         <label>Captcha <input type=\"text\" name=\"captcha\"></label><button type=\"submit\">Log in</button></form>\
         <p><a href=\"/account/register\">Register</a></p></body></html>\n"
            .into(),
    )
}

fn mirrors(catalogue: &Catalogue) -> Reply {
    let names: String = (catalogue.tables.addresses.iter())
        .filter(|address| address.asset == "onion")
        .map(|address| format!("<li><code>{}</code></li>", address.value))
        .collect();
    Reply::html(
        200,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mirrors :: Lantern Bazaar</title></head><body><h1>Mirrors</h1>\
             <ul>{names}</ul><p>Status check: <a href=\"/loop/a\">mirror 2</a>. Our friends: <a href=\"/out\">forum</a>, \
             <a href=\"http://bazaar-friends.example/\">directory</a>.</p></body></html>\n"
        ),
    )
}
