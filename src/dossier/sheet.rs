//! The trace preparation sheet as a page to print: no script, nothing fetched, what the seller wrote shown as text.

use std::fmt::Write as _;

use super::trace::{Arm, Sheet};
use crate::shown::escaped;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:15px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}\
p{margin:.25rem 0}.note{opacity:.75}\
table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #8886;padding:.35rem .6rem;text-align:left;vertical-align:top}td{overflow-wrap:anywhere}\
th{width:38%;font-weight:600}td.none::before{content:'not told';opacity:.6;font-style:italic}td.blank{height:1.6rem}\
@media print{body{margin:0;max-width:none;font-size:11pt}h2,table{break-inside:avoid}}";

/// Writes the sheet as one HTML document.
pub fn html(sheet: &Sheet) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>Trace preparation: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Trace preparation sheet</h1>\n\
         <p class=\"note\">Filled in as far as an advertisement tells. An offer is a lead, not a recovery; check every field on the arm itself.</p>\n\
         <h2>Advertisement</h2>\n<table>\n",
        title = escaped(&sheet.title),
    );
    let (first, last) = &sheet.seen;
    let vendor = sheet.vendor.as_deref().unwrap_or_default();
    let told = [
        ("Title", sheet.title.as_str()),
        ("Vendor", vendor),
        ("Source", &sheet.source),
        ("Address", &sheet.url),
        ("First seen", first),
        ("Last seen", last),
        ("Listing", &sheet.listing),
        ("Capture", &sheet.capture),
    ];
    told.iter().for_each(|(name, value)| row(&mut page, name, Some(value).filter(|value| !value.is_empty()).copied()));
    page.push_str("</table>\n");
    for (at, arm) in sheet.arms.iter().enumerate() {
        section(&mut page, at + 1, arm);
    }
    page.push_str("<h2>To be filled in by hand</h2>\n<table>\n");
    for blank in &sheet.recovery {
        let _ = writeln!(page, "<tr><th scope=\"row\">{}</th><td class=\"blank\"></td></tr>", escaped(blank.name));
    }
    page.push_str("</table>\n</main>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, number: usize, arm: &Arm) {
    let _ = write!(
        page,
        "<h2>Item {number}: {}</h2>\n<p class=\"note\">Category by classification, probability {:.2}{}</p>\n<table>\n",
        escaped(&arm.category),
        arm.probability,
        if arm.because.is_empty() { ".".to_owned() } else { format!("; decided by: {}.", escaped(&arm.because.join(", "))) },
    );
    arm.fields.iter().for_each(|field| row(page, field.name, field.value.as_deref()));
    page.push_str("</table>\n");
    if !arm.lacking.is_empty() {
        let _ = writeln!(page, "<p>Required and lacking: {}.</p>", escaped(&arm.lacking.join(", ")));
    }
}

fn row(page: &mut String, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => writeln!(page, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(value)),
        None => writeln!(page, "<tr><th scope=\"row\">{}</th><td class=\"none\"></td></tr>", escaped(name)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_seller_wrote_stays_text() {
        let sheet = Sheet {
            listing: "1".into(),
            source: "s".into(),
            url: "http://a.example/\"onload=x".into(),
            title: "</title><script>alert(1)</script>\u{202e}".into(),
            vendor: Some("<img src=x>".into()),
            capture: "c".into(),
            seen: (String::new(), String::new()),
            arms: Vec::new(),
            recovery: Vec::new(),
        };
        let page = html(&sheet);
        for bad in ["<script", "<img", "\u{202e}", "\"onload"] {
            assert!(!page.contains(bad), "{bad}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
}
