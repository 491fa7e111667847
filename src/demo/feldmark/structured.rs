//! What machines read in an advertisement's page: JSON-LD on most, microdata on some, OpenGraph on all but a few.

use crate::demo::catalogue::{Ad, Catalogue};
use crate::demo::html::escape;
use crate::demo::reply::Asked;
use serde_json::json;

/// Which vocabulary a page is marked up with, besides OpenGraph.
pub(super) enum Marking {
    JsonLd,
    Microdata,
    None,
}

/// By number, so that every shelf has all kinds.
pub(super) fn marking(ad: &Ad) -> Marking {
    match ad.id % 5 {
        0..=2 => Marking::JsonLd,
        3 => Marking::Microdata,
        _ => Marking::None,
    }
}

/// The elements for `<head>`.
pub(super) fn head(catalogue: &Catalogue, ad: &Ad, asked: &Asked) -> String {
    let mut out = format!("<link rel=\"canonical\" href=\"{}{}\">\n", asked.base, ad.path);
    if !ad.id.is_multiple_of(11) {
        let summary: String = ad.paragraphs.first().map(|text| text.chars().take(160).collect()).unwrap_or_default();
        for (property, content) in
            [("og:type", "product"), ("og:site_name", "Feldmark"), ("og:title", &ad.title), ("og:description", &summary)]
        {
            out.push_str(&format!("<meta property=\"{property}\" content=\"{}\">\n", escape(content)));
        }
        if let Some(price) = ad.price_on(asked.visit) {
            out.push_str(&format!("<meta property=\"product:price:amount\" content=\"{}\">\n", price.amount));
            out.push_str(&format!("<meta property=\"product:price:currency\" content=\"{}\">\n", price.currency));
        }
    }
    if matches!(marking(ad), Marking::JsonLd) {
        out.push_str(&format!("<script type=\"application/ld+json\">\n{}\n</script>\n", json_ld(catalogue, ad, asked)));
    }
    out
}

fn json_ld(catalogue: &Catalogue, ad: &Ad, asked: &Asked) -> String {
    let seller = catalogue.vendor(ad).map_or("", |vendor| vendor.name.as_str());
    let mut product = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": ad.title,
        "description": ad.paragraphs.join("\n"),
        "sku": format!("FM-{}", ad.id),
        "url": format!("{}{}", asked.base, ad.path),
        "category": catalogue.shelf(2, &ad.shelf).map(|shelf| shelf.path.join(" > ")),
    });
    if let (Some(price), Some(product)) = (ad.price_on(asked.visit), product.as_object_mut()) {
        let offer = json!({
            "@type": "Offer",
            "price": price.amount.to_string(),
            "priceCurrency": price.currency,
            "availability": "https://schema.org/InStock",
            "seller": {"@type": "Person", "name": seller},
        });
        product.insert("offers".into(), offer);
    }
    // "</" would end the script element.
    product.to_string().replace("</", "<\\/")
}
