//! Pages built from pieces, and pages changed piece by piece: mutations that stay markup get beyond the tokenizer.

/// Bytes of a page that is built or grown; more finds nothing new and costs time.
const LONGEST: usize = 24 << 10;

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "div", "div class=card", "div class='product-item item'", "li", "ul", "ol", "p", "span", "span class=price", "b", "i", "s", "del", "ins", "h1", "h2", "h3",
    "a href=/item/1", "a href=/item/2?id=7", "a href='?user=bob' class=vendor", "a href=//z.example/p rel=next", "a href='javascript:x'", "table", "tr", "td", "th",
    "tbody", "td colspan=2", "dl", "dt", "dd", "form", "button", "select", "option", "option selected", "label", "input type=password", "input name=captcha",
    "input type=hidden value=1", "img src=/a.jpg alt='x'", "pre", "textarea", "nav class=breadcrumb", "nav", "footer", "header", "main", "article class=post",
    "div id=post1 class=post", "div id=post2 class='post reply'", "blockquote", "time datetime=2020-01-01T10:00:00Z", "section", "div itemscope itemtype='https://schema.org/Product'",
    "span itemprop=name", "span itemprop=price content=12.50", "meta itemprop=priceCurrency content=EUR", "div itemprop=offers itemscope itemtype=Offer", "link itemprop=availability href=InStock",
    "div vocab='http://schema.org/' typeof=Product", "span property=price", "meta property=og:title content='A thing'", "meta property=product:price:amount content=9,99",
    "meta property=og:type content=product", "svg", "template", "noscript", "style", "title", "base href=//b.example/x/", "html lang=de", "body", "head", "div hidden", "div style='display:none'",
    "div class=seller", "div class=rating", "div class=feedback", "div class=description", "div class=related", "div class=pagination", "br", "hr", "script", "frameset", "math", "object",
    "meta charset=windows-1251", "input type=submit value='Buy now'", "div data-price=12 data-currency=USD", "p class=stock", "data value=12", "center", "font color=red",
];

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "Glock 19 Gen5 9mm", "AR-15 lower receiver", "Box of 50 rounds", "10 x 50 rounds .308 Win", "Price:", "Preis", "Prix :", "Цена:", "السعر", "Vendor: Bob", "Seller", "Verkäufer: eisen",
    "Ships from: DE → US", "Ships to", "Worldwide except US, UK", "Germany", "EU", "🇩🇪", "Category", "Home > Arms > Pistols", "In stock", "Out of stock", "SOLD", "Sold!!", "WTS", "WTB:", "[WTT]",
    "Add to cart", "Buy now", "Escrow", "Finalize early", "Multisig", "Payment: BTC, XMR", "Quantity left: 14", "(1,234)", "4.95 (1200) 98%", "Level 5", "Member since", "yesterday", "3 days ago",
    "vor 2 Stunden", "12/11/2023", "2023-12-11", "11. März 2020", "Jan 5, 2021 10:00", "Posted", "on request", "free", "from", "ab", "was", "now", "each", "per 100", "+ $15 shipping", "deposit",
    "part 1 of 3", "1/2", "Captcha", "Please wait", "Login", "Password", "Not found", "404", "Next", "»", "1 2 3 4 5", "Page 2 of 9", "Reply", "Quote", "wrote:", "Rating", "Sales: 120", "Feedback",
    "no prints, milled slide", "serial number removed", "SKU: A-12", "GTIN 4006381333931", "MPN", "Brand", "Shipping: DHL 5-7 days", "dead drop", "tracked", "USPS Priority $9.95",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "someone@mail.example", "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n", "-----BEGIN PGP SIGNATURE-----", "@handle", "t.me/handle", "wickr: abc", "session 05abcdef", "expyuzz4wqqyqhjn.onion", "http://h.example/",
    "\u{200b}", "\u{202e}", "\u{ad}", "\u{feff}", "\u{a0}", "\u{202f}", "\u{2066}", "\u{301}\u{301}\u{301}", "İ", "ß", "ﬁ", "１２", "９．５", "Ⅷ", "\u{1f1e9}", "\u{0}", "\u{fffd}", "é", "و",
    "&amp;", "&nbsp;", "&euro;", "&#46;", "&#0;", "&#x110000;", "&notit;", "&", "&#", "&pound", "<", "<!--", "-->", "]]>", "<![CDATA[", "<!doctype html>", "</", "<?", "=", "\"", "'", ":", "|", "·", "/", "-",
    "\n", "\n\n", "\t", " ", "  ",
];

#[rustfmt::skip]
const MONEY: &[&str] = &[
    "$12.50", "12,50 €", "1.234,56 EUR", "1'234.50 CHF", "1 234,5 zł", "£1,234", "0.0145 BTC", "฿0.001", "฿1,500", "34.000", "€ 10 - 20", "$1k", "2.5k USD", "10.000 ₽", "250,-", "XMR 0.5", "3 mBTC",
    "12,34,567.00 INR", "US$5", "$", "€", "USD", "kr", "1.1.1.1", "1,2,3", "0", "0.00", "-5 €", "99999999999999999999999999999", "79228162514264337593543950335 $", "1e9", ".50", "5.", "5,--", "½", "50%",
    "$1.00/rd", "2 for $5", "100 zł/szt", "٣٤ ريال", "¥1,000", "1000円", "R$ 10", "10 Kč", "₿0.1", "1 ETH", "$$", "$5-$10", "from $3", "25 TL", "1 000 000", "0,125", "1\u{202f}234,50\u{a0}€",
];

#[rustfmt::skip]
const JSON: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"@context\":\"https://schema.org\"", "\"@type\":\"Product\"", "\"@type\":[\"Product\",\"Thing\"]", "\"@type\":\"Offer\"", "\"@type\":\"AggregateOffer\"",
    "\"@type\":\"BreadcrumbList\"", "\"@type\":\"ItemList\"", "\"@graph\":[", "\"@id\":\"#a\"", "{\"@id\":\"#a\"}", "\"name\":\"Thing\"", "\"name\":{\"@value\":\"x\"}", "\"offers\":{", "\"offers\":[{",
    "\"price\":12.5", "\"price\":\"1.234,50\"", "\"price\":-1", "\"price\":1e400", "\"price\":null", "\"priceCurrency\":\"EUR\"", "\"priceCurrency\":\"x\"", "\"lowPrice\":1", "\"highPrice\":\"9\"",
    "\"availability\":\"http://schema.org/InStock\"", "\"sku\":\"a\"", "\"gtin13\":\"4006381333931\"", "\"mpn\":7", "\"brand\":{\"name\":\"B\"}", "\"image\":[\"/a.jpg\",{\"url\":\"b\"}]", "\"url\":\"/p/1\"",
    "\"category\":\"A > B\"", "\"itemListElement\":[", "{\"position\":1,\"item\":{\"@id\":\"/c\",\"name\":\"C\"}}", "\"aggregateRating\":{\"ratingValue\":4.5,\"reviewCount\":\"12\"}", "\"description\":\"<p>x</p>\"",
    "\"priceSpecification\":{\"price\":3,\"priceCurrency\":\"USD\"}", "\"seller\":{\"name\":\"S\"}", "\"hasVariant\":[", "\"isRelatedTo\":[", "\"\\u0000\\ud800\"", "\\", "\"", "//x\n", "/*", "<!--", "true", "1", "\"x\"", "\n", "NaN", "'a'",
];

const CLOSERS: &[&str] = &[
    "div", "li", "ul", "p", "span", "b", "a", "table", "tr", "td", "h1", "script", "title", "select", "form", "pre", "svg", "template",
    "body", "html",
];

/// A source of decisions; zeros at its end.
pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    /// Decisions from the bytes of an input.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    fn next(&mut self) -> Option<usize> {
        self.bytes.next().map(|byte| usize::from(*byte))
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next().unwrap_or(0) % limit.max(1)
    }

    fn of(&mut self, table: &[&'static str]) -> &'static str {
        table[self.below(table.len())]
    }
}

/// A page after the decisions of an input.
pub fn page(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut open: Vec<&'static str> = Vec::new();
    // Where a stretch began that may be repeated.
    let mut marks = vec![0];
    while out.len() < LONGEST
        && let Some(kind) = choices.next()
    {
        match kind % 16 {
            0..=3 => {
                let tag = choices.of(TAGS);
                out.extend(format!("<{tag}>").bytes());
                open.push(tag.split(' ').next().unwrap_or(tag));
                marks.push(out.len());
            }
            4 | 5 => out.extend(open.pop().map(|name| format!("</{name}>")).unwrap_or_default().bytes()),
            6..=8 => out.extend(choices.of(TEXTS).bytes()),
            9 => out.extend(choices.of(MONEY).bytes()),
            10 => {
                // A card or row again, as on a page of many: the same markup with other words.
                let from = marks.get(marks.len().saturating_sub(1 + choices.below(6))).copied().unwrap_or(0);
                let stretch = out.get(from..).unwrap_or_default().to_vec();
                for number in 0..1 + choices.below(12) {
                    if out.len() + stretch.len() > LONGEST {
                        break;
                    }
                    out.extend(
                        stretch.iter().map(|byte| if byte.is_ascii_digit() { b'0' + (byte - b'0' + number as u8) % 10 } else { *byte }),
                    );
                }
            }
            11 => {
                out.extend(b"<script type=\"application/ld+json\">{");
                for _ in 0..choices.below(24) {
                    out.extend(choices.of(JSON).bytes());
                    out.extend([&b""[..], b",", b",", b"}"][choices.below(4)]);
                }
                out.extend([&b"}</script>"[..], b"}]}</script>", b"</script>", b"}}}</script>"][choices.below(4)]);
            }
            12 => {
                let (label, value) = (choices.of(TEXTS), choices.of(if kind > 127 { MONEY } else { TEXTS }));
                let (before, between, after) =
                    [("<tr><td>", "</td><td>", "</td></tr>"), ("<dt>", "<dd>", ""), ("<p><b>", ":</b> ", "</p>"), ("<li>", ": ", "</li>")]
                        [choices.below(4)];
                out.extend([before, label, between, value, after].concat().bytes());
            }
            13 => {
                let tag = choices.of(TAGS);
                let times = [2, 8, 40, 300][choices.below(4)];
                out.extend(format!("<{tag}>").repeat(times).bytes());
            }
            14 => out.extend(format!("</{}>", choices.of(CLOSERS)).bytes()),
            _ => {
                let count = 1 + choices.below(8);
                out.extend((0..count).filter_map(|_| choices.next()).map(|byte| byte as u8));
            }
        }
        if kind % 16 > 3 && kind > 200 {
            marks.push(out.len());
        }
    }
    if choices.next().is_none() && open.len() % 2 == 0 {
        while let Some(name) = open.pop() {
            out.extend(format!("</{name}>").bytes());
        }
    }
    out.truncate(LONGEST);
    out
}

/// Numbers from a seed, for changes that need no more than variety.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit.max(1)
    }

    fn of(&mut self, table: &[&'static str]) -> &'static str {
        table[self.below(table.len())]
    }
}

/// Changes a page by whole tags and words; at most `limit` bytes come back.
pub fn change(page: &[u8], seed: u32, limit: usize) -> Vec<u8> {
    let mut dice = Dice(u64::from(seed) << 8 | 0x9e37_79b9);
    // Places where a tag begins or has just ended.
    let mut cuts: Vec<usize> = vec![0];
    for (at, byte) in page.iter().enumerate() {
        match byte {
            b'<' => cuts.push(at),
            b'>' => cuts.push(at + 1),
            _ => {}
        }
    }
    cuts.push(page.len());
    let at = |dice: &mut Dice| dice.below(cuts.len());
    let (one, other) = (at(&mut dice), at(&mut dice));
    let near = (one + 1 + dice.below(24)).min(cuts.len() - 1);
    let (start, end) = (cuts[one.min(near)], cuts[near]);
    let stretch = &page[start..end];
    let mut out = page.to_vec();
    let target = cuts[other];
    match dice.below(12) {
        0 | 1 => {
            out.drain(start..end);
        }
        2 => {
            let times = 1 + dice.below(10);
            let room = limit.saturating_sub(out.len()) / stretch.len().max(1);
            out.splice(end..end, stretch.repeat(times.min(room)));
        }
        3 => {
            out.splice(target..target, stretch.iter().copied());
        }
        4 | 5 => {
            out.splice(target..target, format!("<{}>", dice.of(TAGS)).into_bytes());
        }
        6 => {
            out.splice(target..target, format!("</{}>", dice.of(CLOSERS)).into_bytes());
        }
        7 => {
            out.splice(start..end, dice.of(TEXTS).bytes());
        }
        8 => {
            out.splice(target..target, dice.of(MONEY).bytes());
        }
        9 => {
            let name = dice.of(TAGS);
            let close = name.split(' ').next().unwrap_or(name);
            out.splice(start..end, [format!("<{name}>").as_bytes(), stretch, format!("</{close}>").as_bytes()].concat());
        }
        10 => {
            // Within a script of JSON or a text: behind some punctuation.
            let marks: Vec<usize> =
                page.iter().enumerate().filter(|(_, b)| matches!(b, b',' | b'{' | b':' | b' ' | b'"')).map(|(at, _)| at + 1).collect();
            let place = marks.get(dice.below(marks.len())).copied().unwrap_or(0);
            let piece = match dice.below(4) {
                0 | 1 => dice.of(JSON),
                2 => dice.of(MONEY),
                _ => dice.of(TEXTS),
            };
            out.splice(place..place, piece.bytes());
        }
        _ => {
            let digits: Vec<usize> = page.iter().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
            let place = digits.get(dice.below(digits.len())).copied().unwrap_or(0);
            let piece = ["9", "0", "00", ".", ",", "000", " ", "\u{200b}", "\u{a0}", "-", "/", "%", "x"][dice.below(13)];
            out.splice(place..(place + dice.below(2)).min(page.len()), piece.bytes());
        }
    }
    out.truncate(limit);
    out
}
