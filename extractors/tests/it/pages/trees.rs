//! The tree of a page is the one that html5ever makes of it, whoever cuts the tokens and keeps the nodes.

use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::TendrilSink;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{QualName, ns};
use proptest::prelude::*;
use scraper::{HtmlTreeSink, Node as Theirs};
use vigie_extractors::html::{Edge, Html, Node, parse, parse_placed};

/// A line for each node: depth, kind, what it holds.
fn ours(html: &Html) -> Vec<String> {
    let (mut lines, mut depth) = (Vec::new(), 0);
    for edge in html.root().traverse() {
        let Edge::Open(node) = edge else {
            depth -= 1;
            continue;
        };
        depth += 1;
        lines.push(match node.value() {
            Node::Text(text) => format!("{depth} text {text:?}"),
            Node::Element(element) => {
                let own = element.attributes().map(|(own, value)| format!(" {} {} {value:?}", &*own.name, own.is_plain()));
                format!("{depth} <{} {}{}", element.name(), element.is_html(), sorted(own))
            }
            Node::Comment => format!("{depth} comment"),
            Node::Document | Node::Other => format!("{depth} other"),
        });
    }
    assert_eq!(depth, 0);
    lines
}

fn sorted(attributes: impl Iterator<Item = String>) -> String {
    let mut sorted: Vec<String> = attributes.collect();
    sorted.sort();
    sorted.concat()
}

fn theirs(text: &str) -> Vec<String> {
    let builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    // Zeros are taken out of every page before anything is read.
    let text = &text.replace('\0', "");
    // A mark of byte order counts at the beginning; html5ever would drop it behind scripts, too.
    let tokenizer = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let options = ParseOpts { tree_builder: builder, tokenizer };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let html = parse_document(HtmlTreeSink::new(scraper::Html::new_document()), options).one(text);
    let (mut lines, mut depth) = (Vec::new(), 0);
    for edge in html.tree.root().traverse() {
        let ego_tree::iter::Edge::Open(node) = edge else {
            depth -= 1;
            continue;
        };
        depth += 1;
        lines.push(match node.value() {
            Theirs::Text(text) => format!("{depth} text {:?}", &**text),
            Theirs::Element(element) => {
                let plain = |name: &QualName| name.ns.is_empty() && name.prefix.is_none();
                let own = element.attrs.iter().map(|(own, value)| format!(" {} {} {:?}", &*own.local, plain(own), &**value));
                format!("{depth} <{} {}{}", element.name(), element.name.ns == ns!(html), sorted(own))
            }
            Theirs::Comment(_) => format!("{depth} comment"),
            _ => format!("{depth} other"),
        });
    }
    lines
}

fn agree(text: &str) {
    let parsed = parse(text);
    if parsed.tamed {
        return;
    }
    let (ours, theirs) = (ours(&parsed.html), theirs(text));
    if let Some(at) = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at)) {
        let text: String = text.chars().take(2_000).collect();
        panic!("of {text:?} node {at} is {:?}, not {:?}", ours.get(at), theirs.get(at));
    }
}

#[test]
fn trees_are_those_of_the_standard() {
    #[rustfmt::skip]
    let pages = [
        "", "x", "<", "a<", "a</", "a</>b", "a<b", "<p", "<p a=\"x", "a < b <3 c", "<?xml version='1.0'?><p>x", "<!x><p>", "<!doctype html><p>x",
        "<p>a&amp;b &copy x &notit; &notin; &no; &#65;&#x41 &#0; &#x80; &#xd800; &#99999999999; &#; &#x; & &; &ngE; &#13;\n&#10;x",
        "<a href='?a=1&copy=2&copy;&copy&amp=3&reg x&lt'>&ltx", "<a href=x&copy y=&notit z=&not;a>", "<pre>\nx</pre><pre>\r\nx</pre><pre>\n\nx</pre><pre></>\nx",
        "<textarea>\nx</b>&amp;<p></textarea >y", "<title>a<b>&lt;</TITLE x=1>y", "<title>x", "<style>a</styles></style>b", "<script>a<!--<script></script>b--></script>c",
        "<script>a<!-- </script>b-->c", "<script><!--><script></script>x", "<script><!--<script x></script/>--></script>y", "<script><!--<scripts></script>z",
        "<script><!--<script><script></script></script>--></script>", "<script><!-- <script> --></script>x", "<script><!-- <script> </scripts> </script> </SCRIPT >x",
        "<!", "<!-", "<!x", "<?", "</3>x", "</3", "<!doctype", "<!doctype html public \"a>b\">x", "<p><!doctype html>x", "<svg><![CDATA[a&amp;b]]>c<![CDATA[d", "<![CDATA[x]]>y", "<script></script", "<script>x</script/>y", "<svg><title>a<b>c</title><style><a></style><![CDATA[<p>]]>x</svg>y", "<svg/><p>",
        "<svg><script>a</script><a xlink:href=x XML:lang=y viewbox=z></svg>", "<math><mi>x<p>y", "<select><textarea><p></select>x", "<plaintext><p>x",
        "<!--><p>--><!---><p><!----><!--a--!>b<!--a--!-->c<!--->d<!-- a -- b - > c -->", "<!-- <p>x", "<div a a=1 A=2 =x ==y \"z' <w/>x", "<p/x/ y=z/>x", "<p x = y>",
        "<p x=\ty>", "<p x=>y", "<p x='a'y=\"b\">", "<P CLASS=A DATA-LongName=B>", "<table>a<tr>b<td>c</table>d", "<table><b>x<tr><td></b>y</table>z",
        "<b>1<p>2</b>3<i>4</p>5</i>", "<a>1<a>2<div>3</a>4", "<b><table>x<b>y</table>z", "a\r\nb\rc\n\r\n", "<p title='a\r\nb\rc'>", "\u{feff}<p>x\u{feff}", "\0<p>\0x<a b=\0>",
        "<html a=1><body b=2>x<html a=3 c=4><body b=5 d=6 a=7>y", "<template><p>x<td>y</template>z", "<noscript><p>x</noscript>", "<frameset><frame></frameset>x",
        "<iframe><p></iframe>x<noembed><p></noembed><noframes><p></noframes><xmp><p></xmp>", "<form><form><input></form>", "<meta charset=latin1><p>\u{e9}", "<p>\u{1f600}<é>x",
        "<div\u{e9}x>y</div\u{e9}x>z", "<a\x0cb\x0c=\x0cc>", "</p>", "</br>x", "</p x='>'>y", "<p x='>'>y", "<ruby>a<rb>b<rt>c<rp>d", "<li>a<li>b<dd>c<dt>d",
    ];
    pages.iter().for_each(|page| agree(page));
}

#[test]
fn saved_pages_have_the_trees_of_the_standard() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "html") {
                agree(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn whatever_is_written_the_tree_is_that_of_the_standard(parts in proptest::collection::vec(proptest::sample::select(PIECES), 0..28)) {
        let page = parts.concat();
        agree(&page);
        // Where its nodes begin changes nothing.
        let (placed, _) = parse_placed(&page);
        prop_assert_eq!(ours(&placed.html), ours(&parse(&page).html));
    }
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "<p>", "</p>", "<div class=a>", "</div>", "<b>", "</b>", "<i id='x'>", "</i>", "<a href=\"/x?a=1&b=2\">", "<a href=/y&copy=1>", "</a>", "<table>", "</table>", "<tr>",
    "</tr>", "<td>", "</td>", "<tbody>", "<caption>", "<col>", "<ul>", "<li>", "</ul>", "<select>", "<option>", "</select>", "<button>", "</button>", "<form>", "</form>",
    "<svg>", "</svg>", "<title>", "</title>", "<style>", "</style>", "<script>", "</script>", "<textarea>", "</textarea>", "<template>", "</template>", "<math>", "</math>",
    "<br>", "<br/>", "<hr>", "<img src=x alt='y'>", "<input type=hidden>", "<pre>", "</pre>", "<h1>", "</h1>", "<html lang=en>", "<head>", "</head>", "<body x=y>", "</body>", "</html>",
    "<!doctype html>", "<!-- c -->", "<!--", "-->", "--!>", "<!-", "<?php", "?>", "<![CDATA[", "]]>", "<!", "</", "<", ">", "/", "/>", "=", "\"", "'", " ", "\n", "\r\n", "\r", "\t",
    "&", "&amp;", "&lt", "&copy", "&notit;", "&#65;", "&#x", "&nbsp;", ";", "x", "Y", "1", "é", "\u{feff}", "😀", " word ", "a=b", " DATA-Some-Name='v'", " x=", "noscript", "<noscript>",
    "</noscript>", "<iframe>", "</iframe>", "<xmp>", "</xmp>", "<object>", "</object>", "<nobr>", "<font color=red>", "</font>", "<foreignObject>", "<desc>", "<frameset>", "<plaintext>", "\0",
];
