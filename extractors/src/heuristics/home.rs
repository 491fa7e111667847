//! Where a page is at home, as far as that tells what its signs of money stand for.

/// The currency for which a sign stands that several share, by the country of the page's language (`es-AR`) or of its host (`.com.au`).
pub fn home_currency(language: Option<&str>, host: Option<&str>) -> Option<&'static str> {
    #[rustfmt::skip]
    const HOMES: &[(&str, &str)] = &[
        ("ca", "CAD"), ("au", "AUD"), ("nz", "NZD"), ("mx", "MXN"), ("ar", "ARS"), ("cl", "CLP"), ("co", "COP"), ("uy", "UYU"), ("sg", "SGD"),
        ("hk", "HKD"), ("tw", "TWD"), ("br", "BRL"), ("se", "SEK"), ("no", "NOK"), ("dk", "DKK"), ("is", "ISK"), ("cn", "CNY"), ("jp", "JPY"),
        ("in", "INR"), ("pk", "PKR"), ("gb", "GBP"), ("uk", "GBP"), ("eg", "EGP"), ("do", "DOP"),
    ];
    let of = |country: &str| HOMES.iter().find(|(code, _)| country.eq_ignore_ascii_case(code)).map(|(_, currency)| *currency);
    // `.co` and `.is` are sold to everyone.
    let host =
        || host.and_then(|host| host.rsplit_once('.')).filter(|(head, last)| head.contains('.') || !matches!(*last, "co" | "is" | "in"));
    language.and_then(|language| language.split(['-', '_']).skip(1).last()).and_then(of).or_else(|| host().and_then(|(_, last)| of(last)))
}
