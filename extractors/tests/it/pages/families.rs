//! Families of hostile pages that grow: what is linear in small members is linear in large ones.
//!
//! `extractors/fuzz` measures the same families at full size.

/// Makes a page of about so many bytes.
pub(super) type Grow = fn(usize) -> String;

/// Stretches that are written again and again, each after a beginning and before an end. `#` becomes a number that counts.
#[rustfmt::skip]
const REPEATED: &[(&str, &str, &str, &str)] = &[
    ("nested divs", "", "<div>", "x"),
    ("nested spans with classes", "", "<span class=a#>", "x"),
    ("nested formatting", "", "<b><i><u>", "x"),
    ("nested fonts", "", "<font color=#>", "x"),
    ("nested tables", "", "<table><tr><td>", "x"),
    ("nested tables in a cell without row", "", "<table><td>", "x"),
    ("nested lists", "", "<ul><li>", "x"),
    ("nested forms and buttons", "", "<form><button>", "x"),
    ("nested items of microdata", "", "<div itemscope itemtype=Product itemprop=offers><i itemprop=name>n</i>", "x"),
    ("nested items of RDFa", "", "<div typeof=Product property=offers><i property=name>n</i>", "x"),
    ("nested svg", "", "<svg><g>", "x"),
    ("nested templates", "", "<template>", "x"),
    ("nested definition lists", "", "<dl><dt>Price<dd>", "x"),
    ("nested selects", "", "<select><option>", "x"),
    ("nested frames", "<frameset>", "<frameset>", "x"),
    ("nested and closed", "", "<div><p>$#.50</div>", ""),
    ("deep and priced", "", "<div>$#.50 <a href=/item/#>thing #</a>", ""),
    ("end tags", "", "</div></p></b>", ""),
    ("end tags of nothing", "", "</x#>", ""),
    ("unclosed paragraphs", "", "<p>word # word", ""),
    ("unclosed anchors", "", "<a href=/#>link #", ""),
    ("unclosed headings", "", "<h1>head #", ""),
    ("unclosed bold in paragraphs", "", "<p><b>", ""),
    ("misnested", "", "<a href=/#><table><b><tr></a><td></b>", ""),
    ("foster parents", "<table>", "text # <b>x</b>", ""),
    ("less-than signs", "", "<", ""),
    ("less-than signs and blanks", "", "< ", ""),
    ("tags of one letter", "", "<a", ""),
    ("quotes", "<a href=\"", "'\"=", ""),
    ("attributes", "<p", " a#=1", ">x"),
    ("attributes of many tags", "", "<p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 class='x y z w' id=i# style='display:block'>x</p>", ""),
    ("a huge attribute", "<a href=\"/item/", "x", "\">thing</a>"),
    ("a huge class", "<div class=\"", "card item# ", "\"><a href=/item/1>thing</a> $5</div>"),
    ("a huge style", "<div style=\"", "display:block;", "\">x</div>"),
    ("a huge title attribute", "<a href=/item/1 title=\"", "Next ", "\">thing</a>"),
    ("comments", "", "<!-- # -->", ""),
    ("a comment", "<!--", "- -", ""),
    ("comments left open", "", "<!--", ""),
    ("declarations", "", "<!doctype html>", ""),
    ("processing instructions", "", "<?xml #?>", ""),
    ("entities", "", "&amp;&euro;&#x41;&nbsp;", ""),
    ("broken entities", "", "&notanentity&#xffffffff;&#;&x", ""),
    ("entities of one character", "", "&", ""),
    ("numeric entities of great length", "&#", "0", ""),
    ("scripts", "", "<script>var a=#</script>", ""),
    ("a script", "<script>", "</scrip ", "</script>"),
    ("a script with escapes", "<script>", "<!--<script>", ""),
    ("styles", "", "<style>a{b:#}</style>", ""),
    ("a title", "<title>", "Thing # ", "</title>"),
    ("titles", "", "<title>Thing #</title>", ""),
    ("a heading", "<h1>", "Thing # ", "</h1><p>Price: $5</p><button>Buy now</button>"),
    ("headings", "", "<h1>Thing #</h1>", ""),
    ("cards", "", "<div class=card><a href=/item/#>Title number #</a><span class=price>$#.00</span></div>", ""),
    ("cards of links to one target", "", "<div class=card><a href=/item/1>Title number #</a><span class=price>$#.00</span></div>", ""),
    ("cards of distinct classes", "", "<div class='card c#'><a href=/item/#>Title number #</a><span>$#.00</span></div>", ""),
    ("cards in cards", "", "<div class=card><a href=/item/#>Title number #</a><b>$#</b>", ""),
    ("cards without price", "", "<li><a href=/item/#>A title of some length #</a><p>And words beside it</p></li>", ""),
    ("one card of many links", "<div class=card><a href=/item/1>A title</a>$5", "<a href=/item/#>t</a>", "</div><div class=card><a href=/item/2>B title</a>$5</div>"),
    ("threads", "", "<div class=topic><a href='/viewtopic.php?t=#'>Subject number # of many</a> by <a href=/user/#>u#</a></div>", ""),
    ("posts", "", "<div class=post id=p#><a href=/user/u#>user#</a> <time datetime=2020-01-01>1 Jan 2020</time><p>WTS Glock # $#00 shipped</p></div>", ""),
    ("one post of many lines", "<div class=post id=p1><a href=/user/u>user</a><p>WTS", "Glock # $#00 shipped SOLD<br>", "</div><div class=post id=p2><a href=/user/v>v</a> 2020-01-01 reply</div>"),
    ("quotes in posts", "<div class=post id=p1>", "<blockquote>user # wrote:", "</div>"),
    ("rows", "<table><tr><th>Title<th>Price<th>Vendor", "<tr><td><a href=/item/#>Thing #</a><td>$#<td>bob#", "</table>"),
    ("cells", "<table><tr>", "<td>#", ""),
    ("cells of a header", "<table><tr>", "<th>Price", "<tr><td>1<td>2<td>3"),
    ("wide cells", "<table><tr><th>Price<th>Vendor<th>Title", "<tr><td colspan=1000>#<td>x<td>y", ""),
    ("labels", "", "<p>Price: $#</p><p>Vendor: bob#</p>", ""),
    ("labels without values", "", "<p>Price:</p>", ""),
    ("labels in a row", "<p>", "Price: ", "</p>"),
    ("labels and bars", "<p>", "Price: # | ", "</p>"),
    ("labels in cells", "<table>", "<tr><td>Price<td>$#<td>Ships from<td>Germany", "</table>"),
    ("labels and punctuation", "", "<b>Price</b>:<i>-</i>", ""),
    ("definition lists", "<dl>", "<dt>Ships to<dd>Worldwide", "</dl>"),
    ("prices in elements", "", "<b>$#.50</b>", ""),
    ("prices apart from their signs", "", "<i>$</i><b>#</b>", ""),
    ("prices in one text", "<h1>Thing</h1><p>", "$#.50 ", ""),
    ("amounts in one text", "<p>", "# ", ""),
    ("currencies in one text", "<p>", "USD EUR € $ ", ""),
    ("codes beside codes", "<p>", "1 USD EUR ", ""),
    ("ranges of prices", "<p>", "$1-", ""),
    ("digits", "<p>", "1", ""),
    ("digits and commas", "<p>", "1,", ""),
    ("digits and points", "<p>", "1.", ""),
    ("digits in groups", "<p>", "123 ", ""),
    ("digits and apostrophes", "<p>", "123'", ""),
    ("commas", "<p>", ",", ""),
    ("points", "<p>", ".", ""),
    ("labels of domains", "<p>", "a.", ""),
    ("at signs", "<p>", "a@", ""),
    ("at signs in brackets", "<p>", "a [at] b ", ""),
    ("blanks and brackets", "<p>", " ( at ", ""),
    ("points in brackets", "<p>", "a[.]", ""),
    ("words of dots", "<p>a@b", " dot c", ""),
    ("mail addresses", "<p>", "a#@b#.example ", ""),
    ("onions", "<p>", "a.onion ", ""),
    ("onions of letters", "<p>", "abcdefghijklmnopqrstuvwxyz234567.onion", ""),
    ("base58", "<p>", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", ""),
    ("base58 in pieces", "<p>", "1BoatSLR ", ""),
    ("base58 in pieces without width", "<p>", "1BoatSLR\u{200b}", ""),
    ("bech32", "<p>", "bc1q", ""),
    ("bech32 in pieces", "<p>", "bc1 qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq ", ""),
    ("invoices", "<p>", "lnbc1p0 ", ""),
    ("hexadecimal", "<p>", "0xdeadbeef", ""),
    ("base64", "<p>", "QUJD/+", ""),
    ("base64 in an attribute", "<img src='data:image/png;base64,", "QUJD", "'>"),
    ("key blocks begun", "<pre>", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", ""),
    ("key blocks", "<pre>", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nQUJDRA==\n-----END PGP PUBLIC KEY BLOCK-----\n", ""),
    ("a key block", "<pre>-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n", "mQINBFzkMkgBEADKt3RKDrKmYUzNVOMmbxRV8VbO7TWMc4zFGyCMgqKBLbiPVpiA\n", "-----END PGP PUBLIC KEY BLOCK-----"),
    ("signed messages begun", "<pre>", "-----BEGIN PGP SIGNED MESSAGE-----\n", ""),
    ("signed messages", "<pre>", "-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", ""),
    ("messengers", "<p>", "wickr: a# telegram @b# session 05ab ", ""),
    ("handles", "<p>", "@", ""),
    ("telegram", "<p>", "t.me/", ""),
    ("zero width", "<p>", "\u{200b}", ""),
    ("zero width in words", "<p>", "a\u{200b}", ""),
    ("overrides of direction", "<p>", "\u{202e}$1\u{202c}", ""),
    ("combining marks", "<p>a", "\u{301}", ""),
    ("combining marks in the title", "<h1>a", "\u{301}\u{327}", "</h1>"),
    ("full-width digits", "<p>", "１２３", ""),
    ("ligatures", "<p>", "ﷺ", ""),
    ("flags", "<p>Ships to: ", "🇩🇪", ""),
    ("countries", "<p>Ships to: ", "Germany, France, ", ""),
    ("arrows", "<p>", "DE → US ", ""),
    ("dates", "<p>Posted: ", "2020-01-01 ", ""),
    ("dates in elements", "", "<span class=date>3 days ago</span>", ""),
    ("white space", "<p>", " ", "x"),
    ("line ends", "<pre>", "\n", "x"),
    ("lines", "<pre>", "line #\n", "x"),
    ("breaks", "", "<br>", "x"),
    ("ladders", "", "<li># pieces: $#", ""),
    ("ladders in a text", "<p>", "1-9 pcs $5, 10+ pcs $4; ", ""),
    ("shipping", "<select>", "<option>DHL - 5 days - USD +#.00 / order", "</select>"),
    ("shipping in a text", "<p>", "USPS priority $# DHL 5-7 days tracked ", ""),
    ("crumbs", "<div class=breadcrumb>", "<a href=/c#>Home</a> > ", "</div>"),
    ("trails", "", "<ul class=breadcrumb><li><a href=/>Home</a><li>x", ""),
    ("menus", "<ul>", "<li><a href=/c#>Menu #</a>", "</ul>"),
    ("menus in menus", "", "<ul class=menu><li><a href=/c#>Menu #</a>", ""),
    ("forms", "", "<form action=/login><input name=user><input type=password></form>", ""),
    ("inputs", "<form>", "<input name=captcha#>", "</form>"),
    ("pictures", "<h1>Thing</h1>", "<img src=/#.jpg alt='Thing #'>", ""),
    ("bases", "", "<base href=/#/>", "<a href=x>y</a>"),
    ("descriptions", "<h1>Thing</h1><div class=description>", "<p>Words # that say little.</p>", "</div>"),
    ("properties of Open Graph", "", "<meta property=og:a# content=#>", ""),
    ("one property of Open Graph", "", "<meta property=og:image content=/#.jpg>", ""),
    ("prices of Open Graph", "<meta property=og:type content=product>", "<meta property=product:price:amount content=#>", ""),
    ("properties of microdata", "<div itemscope itemtype=Product>", "<i itemprop=p#>#</i>", "</div>"),
    ("one property of microdata", "<div itemscope itemtype=Product><i itemprop=name>n</i>", "<i itemprop=image>/#.jpg</i>", "</div>"),
    ("references of microdata", "<div id=r itemprop=x>r</div>", "<div itemscope itemtype=Product itemref='r r2 r3'><i itemprop=name id=r2>n</i></div>", ""),
    ("references to all", "", "<i id=a# itemprop=name>x</i><div itemscope itemref='a1 a2 a3 a4 a5 a6 a7 a8'></div>", ""),
    ("a reference of great length", "<i id=a1 itemprop=name>x</i><div itemscope itemtype=Product itemref='", "a# ", "'>x</div>"),
    ("things of JSON-LD", "", "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"n#\",\"offers\":{\"price\":#}}</script>", ""),
    ("offers of JSON-LD", "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"n\",\"offers\":[", "{\"@type\":\"Offer\",\"price\":#,\"priceCurrency\":\"EUR\"},", "1]}</script>"),
    ("variants of JSON-LD", "<script type=application/ld+json>{\"@type\":\"ProductGroup\",\"name\":\"n\",\"hasVariant\":[", "{\"@type\":\"Product\",\"name\":\"v#\",\"offers\":{\"price\":#,\"priceCurrency\":\"EUR\"}},", "1]}</script>"),
    ("a list of JSON-LD", "<script type=application/ld+json>{\"@type\":\"ItemList\",\"itemListElement\":[", "{\"@type\":\"ListItem\",\"position\":#,\"item\":{\"@type\":\"Product\",\"name\":\"v#\",\"url\":\"/p/#\",\"offers\":{\"price\":#}}},", "1]}</script>"),
    ("products of JSON-LD", "<script type=application/ld+json>[", "{\"@type\":\"Product\",\"name\":\"v#\",\"url\":\"/p/#\",\"offers\":{\"price\":#}},", "1]</script>"),
    ("a graph of JSON-LD", "<script type=application/ld+json>{\"@graph\":[", "{\"@id\":\"#\",\"@type\":\"Product\",\"name\":\"v\",\"brand\":{\"@id\":\"1\"}},", "1]}</script>"),
    ("graphs in graphs", "<script type=application/ld+json>", "{\"@graph\":[", "</script>"),
    ("depth of JSON", "<script type=application/ld+json>", "[", "</script>"),
    ("depth of objects", "<script type=application/ld+json>", "{\"offers\":", "</script>"),
    ("keys of JSON", "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"n\"", ",\"k#\":#", "}</script>"),
    ("values of JSON", "<script type=application/ld+json>[", "1,", "1]</script>"),
    ("empty objects of JSON", "<script type=application/ld+json>[", "{},", "1]</script>"),
    ("empty lists of JSON", "<script type=application/ld+json>{\"image\":[", "[],", "1]}</script>"),
    ("a string of JSON", "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"", "word ", "\"}</script>"),
    ("escapes of JSON", "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"", "\\u0041\\", "\"}</script>"),
    ("comments of JSON", "<script type=application/ld+json>{", "<!--", "</script>"),
    ("comments of JSON around braces", "<script type=application/ld+json>", "<!--{", "--></script>"),
    ("slashes of JSON", "<script type=application/ld+json>{", "/*", "</script>"),
    ("objects of JSON in a row", "<script type=application/ld+json>", "{\"@type\":\"Product\"}", "</script>"),
    ("objects of broken JSON", "<script type=application/ld+json>", "{\"@type\":\"Product\",}", "x</script>"),
    ("blanks of JSON", "<script type=application/ld+json>[", "  ]", "</script>"),
    ("scripts of JSON", "", "<script type=application/json>{\"product\":{\"id\":#,\"title\":\"t\",\"price\":#,\"variants\":[{\"id\":#,\"price\":#}]}}</script>", ""),
    ("scripts with assignments", "<script>", "var meta = {\"product\":{\"id\":#,\"variants\":[", "</script>"),
    ("scripts with objects", "<script>", "dataLayer.push({\"ecommerce\":{\"detail\":{\"products\":[{\"name\":\"n#\",\"price\":\"#\"}]}}});", "</script>"),
    ("state of a shop", "<script>window.__STATE__={\"a\":", "{\"product\":", "</script>"),
    ("forms of variations", "", "<form class=variations_form data-product_variations='[{\"display_price\":#,\"sku\":\"s\"}]'>", ""),
    ("prefixes of RDFa", "", "<div prefix='a#: http://x.example/#' typeof=Product><i property=name>n</i>", ""),
    ("a prefix list of RDFa", "<div typeof=Product prefix='", "a#: http://x.example/# ", "'><i property=name>n</i></div>"),
    ("names of a property of RDFa", "<div typeof=Product><i property='", "p# ", "'>text</i></div>"),
    ("names of a property", "<div itemscope itemtype=Product><i itemprop='", "p ", "'><b></b><b></b></i></div>"),
    ("relations of RDFa", "<div typeof=Product rel='a b c d e f g h i j k l m n o p q r s t'>", "<a href=/#>x</a>", "</div>"),
    ("properties around empty elements", "<div itemscope itemtype=Product>", "<p itemprop=a><b itemprop=b><i itemprop=c><br>", "</div>"),
    ("properties of RDFa around empty elements", "<div typeof=Product>", "<p property=a><b property=b><i property=c><br>", "</div>"),
    ("literals left open", "<script>var price", "=[", "</script>"),
    ("literals left open in strings", "<script>var price", "={a:\"", "</script>"),
    ("literals with bad escapes", "<script>var price", "={a:\"\\u00zz\"}", "</script>"),
    ("literals with functions", "<script>var price={", "a#:function(){return {b:[1]}},", "c:1}</script>"),
    ("literals of keys", "<script>var price={", "price#:#,", "c:1}</script>"),
    ("literals of products", "<script>var a=[", "{name:'n#',price:#,sku:'s#'},", "]</script>"),
    ("parses of JSON", "<script>var price;", "JSON.parse('{\"price\":", "</script>"),
    ("JSON in JSON", "<script type=application/json>{\"price\":1,\"a\":[", "\"{\\\"price\\\":#,\\\"name\\\":\\\"n\\\"}\",", "1]}</script>"),
    ("data attributes", "", "<div data-product='{\"name\":\"n#\",\"price\":#,\"sku\":\"s#\"}'></div>", ""),
    ("strings of JSON left open", "<script type=application/ld+json>[", "\"a\":x\"b\":", "</script>"),
    ("CDATA marks of JSON", "<script type=application/ld+json>", "///<![CDATA[", "{}</script>"),
    ("sold marks", "<h1>WTS several</h1><p>", "Glock # SOLD $#00 shipped<br>", "</p>"),
    ("posts of one line", "", "<div class=post>WTS Glock # $#00 OBO, SOLD</div>", ""),
    ("models and calibres", "<h1>Glock 19 9mm</h1><p>", "Glock 19 9mm .308 Win AK-47 AR-15 # ", "</p>"),
    ("lines of models", "<h1>Guns</h1><p>", "Glock 19 9mm $#00<br>", "</p>"),
    ("words of risk", "<h1>Glock 19 9mm</h1><p>", "no serial number, ghost gun, escrow, no background check ", "</p>"),
    ("words of other tongues", "<p>", "пистолет Макарова калибр ", ""),
    ("addresses of many segments", "<a href=http://h.example", "/a", ">x</a>"),
    ("addresses of many points", "<a href=http://h.example", "/..", ">x</a>"),
    ("addresses of many parameters", "<a href=\"http://h.example/?", "a#=1&", "\">x</a>"),
    ("links of many parameters", "", "<a href=\"/i?a=1&b=2&c=3&d=4&e=#&sid=0123456789abcdef0123456789abcdef\">x #</a>", ""),
    ("links to one another", "", "<a href=/#>Next</a>", ""),
];

/// A name, and the page of it for a number of bytes.
type Family = (&'static str, Box<dyn Fn(usize) -> String>);

/// All families by name.
pub(super) fn all() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for (name, before, again, after) in REPEATED {
        families.push((name, Box::new(move |bytes| repeated(before, again, after, bytes))));
    }
    let made: [(&'static str, Grow); 10] = [
        ("a long thing that many name", |bytes| {
            let before = format!(
                "<script type=application/ld+json>{{\"@graph\":[{{\"@id\":\"L\",\"@type\":\"Brand\",\"name\":\"{}\",\"url\":\"/b\"}},",
                "long ".repeat(bytes / 20)
            );
            repeated(&before, "{\"@id\":\"#\",\"@type\":\"Product\",\"name\":\"v\",\"brand\":{\"@id\":\"L\"}},", "1]}</script>", bytes)
        }),
        ("a long item that many refer to", |bytes| {
            let before =
                format!("<div id=l itemprop=brand itemscope><i itemprop=name>{}</i></div>", "long ".repeat(bytes.min(1 << 20) / 20));
            repeated(&before, "<div itemscope itemtype=Product itemref=l><i itemprop=name>n#</i></div>", "", bytes)
        }),
        ("a long resource that many name", |bytes| {
            let before = format!(
                "<div vocab=http://schema.org/><div resource=/l typeof=Brand><i property=name>{}</i></div>",
                "long ".repeat(bytes.min(1 << 20) / 20)
            );
            repeated(&before, "<div typeof=Product><i property=name>n#</i><a property=brand href=/l>b</a></div>", "</div>", bytes)
        }),
        ("a long vocabulary", |bytes| {
            let before = format!("<div vocab='http://{}/'>", "v".repeat(bytes / 2));
            repeated(&before, "<div typeof=Product><i property='name a b c d e f g h'>n#</i></div>", "</div>", bytes)
        }),
        ("one element around many without words", |bytes| {
            let names = "a b c d e f g h i j k l m n o p q r s t u v w x y z ".repeat(bytes / 4 / 52);
            repeated(&format!("<div itemscope typeof=Product><i itemprop='{names}' property='{names}'>"), "<br>", "</i></div>", bytes)
        }),
        ("levels that are closed again", |bytes| format!("{}x{}", "<div>".repeat(bytes / 11), "</div>".repeat(bytes / 11))),
        ("formatting that is opened again", |bytes| {
            let open: String = (0..300).map(|n| format!("<b id={n}>")).collect();
            format!("<div>{open}</div>{}", repeated("", "<div>x</div>", "", bytes))
        }),
        ("cards of growing depth", |bytes| {
            (0..)
                .map(|n| format!("{}<a href=/item/{n}>thing {n}</a>$5{}", "<i>".repeat(n % 200), "</i>".repeat(n % 200)))
                .scan(0, |made, card| {
                    *made += card.len();
                    (*made < bytes).then_some(card)
                })
                .collect()
        }),
        ("words of growing length", |bytes| {
            (1..)
                .map(|n| format!("{} ", "ab".repeat(n)))
                .scan(0, |made, word| {
                    *made += word.len();
                    (*made < bytes).then_some(word)
                })
                .collect()
        }),
        ("letters without order", |bytes| {
            let mut state = 1_u32;
            (0..bytes)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from(b" <>/=\"'&;ab1$.,:-@"[(state >> 16) as usize % 18])
                })
                .collect()
        }),
    ];
    for (name, grow) in made {
        families.push((name, Box::new(grow)));
    }
    families
}

fn repeated(before: &str, again: &str, after: &str, bytes: usize) -> String {
    let mut page = String::with_capacity(bytes + after.len() + 64);
    page.push_str(before);
    let mut number = 0_usize;
    if again.contains('#') {
        let parts: Vec<&str> = again.split('#').collect();
        while page.len() < bytes {
            number += 1;
            let written = number.to_string();
            page.push_str(&parts.join(&written));
        }
    } else {
        page.push_str(&again.repeat((bytes.saturating_sub(before.len())).div_ceil(again.len())));
    }
    page.push_str(after);
    page
}
