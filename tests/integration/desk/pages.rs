//! Every page as each role sees it: accessible, light, narrow and wide, and walked without a mouse.

use std::collections::{BTreeMap, BTreeSet};

use super::browser::Browser;
use super::{ROLES, Served, listing};
use crate::instance::Instance;

/// Pages with something on them, by the letters of the roles that open them; `-` is nobody.
const PAGES: &[(&str, &str)] = &[
    ("-", "/signin"),
    ("IR", "/"),
    ("IR", "/?q=glock"),
    ("I", "/?q=price%3A%28"),
    ("I", "/listing/{listing}"),
    ("I", "/listing/{listing}/trace"),
    ("I", "/cases"),
    ("I", "/cases/C-7"),
    ("IRUA", "/me"),
    ("I", "/me/password"),
    ("IS", "/alerts"),
    ("I", "/alerts?state=any&all=1"),
    ("IS", "/alerts/{alert}"),
    ("I", "/watches"),
    ("I", "/watches/new?query=glock"),
    ("I", "/watches/pistols"),
    ("I", "/watches/pistols/remove"),
    ("IA", "/sources"),
    ("IA", "/sources/lantern"),
    ("IR", "/trends"),
    ("IR", "/trends?split=source&weeks=13"),
    ("IR", "/trends?measure=price"),
    ("I", "/vendor?source=lantern&name=Zinnsoldat"),
    ("I", "/persona/{persona}"),
    ("I", "/indicator?value=zinnsoldat%40nachtpost.example"),
    ("I", "/graph?vendor=lantern:Zinnsoldat"),
    ("I", "/graph?persona={persona}&open={open}"),
    ("IS", "/subjects"),
    ("I", "/subjects?find=lantern:Zinnsoldat"),
    ("IS", "/subjects?find=lantern:Zinnsoldat&why=request"),
    ("I", "/export?query=glock"),
    ("IR", "/export/research"),
    ("IRUA", "/nowhere"),
    ("A", "/users"),
    ("A", "/users/investigator"),
    ("A", "/users/investigator/remove"),
    ("U", "/log"),
    ("U", "/log/sample"),
    ("U", "/log/verify"),
];

/// Most bytes of a page on a cold load.
const HEAVIEST: u64 = 200_000;

/// A desk on which something was done already.
struct Furnished {
    served: Served,
    /// What stands in the places of paths.
    places: Vec<(&'static str, String)>,
    /// Kept, so that its folder stays.
    _instance: Instance,
}

impl Furnished {
    fn new() -> Self {
        let instance = Instance::new();
        instance.expect(0, &["watch", "add", "pistols", "category:firearm.pistol"]);
        instance.crawl(&[]);
        instance.expect(0, &["case", "open", "C-7", "--title", "conversions"]);
        let id = listing(&instance, "converted");
        instance.expect(0, &["case", "add", "C-7", "listing", &id]);
        instance.expect(0, &["case", "note", "C-7", "ask for the seller's other listings"]);
        let alert = instance.rows(&["alerts", "--json"])[0]["id"].as_str().unwrap().to_owned();
        instance.expect(0, &["alerts", "set", &alert, "in_work", "--note", "looked at"]);
        let dossier = instance.rows(&["show", "persona", "lantern:Zinnsoldat", "--json"]).remove(0);
        let persona = dossier["persona"].as_str().unwrap().to_owned();
        let open: Vec<String> =
            dossier["accounts"].as_array().unwrap().iter().map(|one| format!("v{}", &one["vendor"].as_str().unwrap()[..12])).collect();
        let places = vec![("{listing}", id), ("{alert}", alert), ("{persona}", persona), ("{open}", open.join("."))];
        let served = Served::over(&instance);
        Self { served, places, _instance: instance }
    }

    /// The pages of a role.
    fn pages(&self, letter: char) -> Vec<String> {
        let own = PAGES.iter().filter(|(roles, _)| roles.contains(letter));
        own.map(|(_, path)| self.places.iter().fold((*path).to_owned(), |path, (place, value)| path.replace(place, value))).collect()
    }

    /// A window in which somebody of this role is signed in, or nobody.
    fn window(&self, letter: char, width: u32, dark: bool) -> (Browser, String) {
        let role = ROLES.iter().find(|(known, _)| *known == letter).map_or("nobody", |(_, role)| *role);
        let look = format!("{role}-{width}-{}", if dark { "dark" } else { "light" });
        let browser = Browser::open(&self.served.address, width, dark, &look);
        if role != "nobody" {
            browser.sign_in(role);
        }
        (browser, look)
    }
}

/// The letters of [`PAGES`].
fn letters() -> BTreeSet<char> {
    PAGES.iter().flat_map(|(roles, _)| roles.chars()).collect()
}

/// A name for the picture of a page.
fn called(number: usize, path: &str) -> String {
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty() && word.len() < 20).collect();
    format!("{number:02}-{}", words.join("-"))
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn every_page_is_accessible_narrow_and_wide_light_and_dark() {
    if !Browser::is_there() {
        return;
    }
    let furnished = Furnished::new();
    let (mut looks, mut weights, mut paints) = (0, BTreeMap::new(), Vec::new());
    for (width, dark) in [(1280, false), (360, true), (360, false), (1280, true)] {
        for letter in letters() {
            let (browser, look) = furnished.window(letter, width, dark);
            for (number, path) in furnished.pages(letter).iter().enumerate() {
                let weight = browser.weight(path);
                assert!(weight < HEAVIEST, "{path} weighs {weight} bytes");
                weights.insert(weight, path.clone());
                paints.push((browser.first_paint(), format!("{look} {path}")));
                browser.picture(&called(number, path));
                assert!(browser.overflow() <= 0, "{look} {path} is {} pixels too wide", browser.overflow());
                let found = browser.violations();
                assert!(found.is_empty(), "{look} {path}: {found:#?}");
                looks += 1;
            }
        }
    }
    paints.sort_by(|one, other| one.0.total_cmp(&other.0));
    let at = |share: usize| &paints[(paints.len() - 1) * share / 100];
    println!("{looks} looks without a violation; the heaviest page: {:?}", weights.last_key_value());
    println!("first contentful paint on cold loads, ms: median {:.0}, of 90 in 100 {:.0}, slowest {:?}", at(50).0, at(90).0, at(100));
}

/// What a keyboard must reach, as places among all elements. Of a closed menu that is the menu itself.
const REACHABLE: &str = "const all = [...document.querySelectorAll('*')];\
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]')]\
    .filter(one => one.checkVisibility() && !one.disabled && !one.closest('dialog')).map(one => all.indexOf(one))";

/// Where the focus is, whether it is seen, and whether what has it has any size.
const FOCUS: &str = "const one = document.activeElement; const box = one.getBoundingClientRect(); const style = getComputedStyle(one);\
    return [[...document.querySelectorAll('*')].indexOf(one), one === document.body || style.outlineStyle !== 'none', box.width > 0]";

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn everything_can_be_reached_by_keyboard() {
    if !Browser::is_there() {
        return;
    }
    let furnished = Furnished::new();
    let (mut pages, mut reached) = (0, 0);
    for letter in letters() {
        let (browser, look) = furnished.window(letter, 1280, false);
        for path in furnished.pages(letter) {
            browser.go(&path);
            let mut left: BTreeSet<i64> = browser.run(REACHABLE).as_array().unwrap().iter().map(|at| at.as_i64().unwrap()).collect();
            let all = left.len();
            // A field for a day holds the focus several times.
            for _ in 0..all * 2 + 20 {
                if left.is_empty() {
                    break;
                }
                browser.keys("\u{e004}");
                let focus = browser.run(FOCUS);
                let shown = focus[1] == true && focus[2] == true;
                assert!(shown, "{look} {path}: the focus is not seen on {}", browser.run("return document.activeElement.outerHTML"));
                left.remove(&focus[0].as_i64().unwrap());
            }
            let missed = format!("return [...document.querySelectorAll('*')][{}].outerHTML.slice(0, 200)", left.first().unwrap_or(&0));
            assert!(left.is_empty(), "{look} {path}: {} of {all} not reached: {}", left.len(), browser.run(&missed));
            (pages, reached) = (pages + 1, reached + all);
        }
        if letter == 'I' {
            browser.keys("?");
            assert_eq!(browser.run("return document.getElementById('keys').open"), true);
        }
    }
    println!("{reached} links, buttons and fields of {pages} pages reached by the keyboard");
}
