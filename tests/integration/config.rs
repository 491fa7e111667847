//! Configuration through its surface: what is accepted, what is refused and where, `init` and `check`.

use jiff::civil::{Date, date};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use url::Url;
use vigie::commands::{check, init};
use vigie::config::{self, Access, Config, HostPattern, Problem, Refusal, Robots, Scope, Source, SourceType, Standing, Watch, units};

const TODAY: Date = date(2026, 6, 1);

/// The least source file that the contract shows.
const LEAST: &str = r#"
id = "shop1"
name = "Shop one"
type = "shop"                      # cryptomarket | shop | classifieds | forum | social
route = "clearnet"                 # clearnet | tor | i2p
seeds = ["http://127.0.1.1:18080/"]

[scope]
hosts = ["127.0.1.1"]              # without ports; a leading "*." allows subdomains
allow_private = true               # loopback and private addresses are refused without it

[authority]
reference = "CASE-1"
legal_basis = "test"
approved_by = "test"
expires = "2099-01-01"

[politeness]
interval = "200ms"                 # least time between the starts of two requests to one host
concurrency = 1                    # requests to one host at a time
"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn load(files: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    config::load(Some(folder(files).path())).map_err(|error| error.problems)
}

fn source(text: &str) -> Source {
    load(&[("sources/shop1.toml", text)]).unwrap().source("shop1").unwrap().clone()
}

/// The problems of one source file, as `line:column what (hint)`.
fn faults(text: &str) -> Vec<String> {
    let problems = load(&[("sources/shop1.toml", text)]).unwrap_err();
    problems.iter().map(|p| format!("{}:{} {} ({})", p.line, p.column, p.what, p.hint.clone().unwrap_or_default())).collect()
}

#[test]
fn defaults_are_compiled_in() {
    let config = config::load(None).unwrap();
    assert_eq!(config.settings, config::Settings::default());
    assert!(config.sources.is_empty() && config.watches.is_empty() && config.dir.is_none());
    assert!(config.settings.user_agent.starts_with("Vigie/"));
}

#[test]
fn a_provider_that_could_do_harm_is_refused_in_a_sentence() {
    let good = "[web.oidc]\nissuer = \"https://login.example/realm\"\nclient_id = \"vigie\"\nsecret_file = \"s\"\ndesk = \"https://desk.example/\"\n";
    let oidc = load(&[("vigie.toml", good)]).unwrap().settings.web.oidc.unwrap();
    assert_eq!((oidc.issuer.as_str(), oidc.name.as_str()), ("https://login.example/realm", "login.example"));
    assert_eq!((oidc.back().as_str(), oidc.scopes.len()), ("https://desk.example/signin/provider/back", 1));
    let file = serde_json::to_value(&oidc.secret).unwrap();
    assert!(file["file"].as_str().unwrap().ends_with("/s"), "beside the configuration: {file}");
    load(&[("vigie.toml", &good.replace("https://login.example/realm", "http://127.0.0.1:9"))]).unwrap();
    for (from, to, why) in [
        ("https://login.example/realm", "http://login.example", "`issuer` of [web.oidc] is not encrypted"),
        ("https://login.example/realm", "login.example", "`issuer` of [web.oidc] is no address"),
        ("https://login.example/realm", "https://a:b@login.example", "`issuer` of [web.oidc] is no address"),
        ("https://login.example/realm", "https://127.0.1.1", "a host of the source `shop1`"),
        ("issuer = \"https://login.example/realm\"", "", "`issuer` is missing"),
        ("client_id = \"vigie\"", "", "`client_id` is missing"),
        ("https://desk.example/", "http://desk.example", "`desk` of [web.oidc] is not encrypted"),
        ("https://desk.example/", "https://desk.example/vigie", "more than the beginning"),
        ("secret_file = \"s\"", "", "one place of its secret"),
        ("secret_file = \"s\"", "secret = \"in the open\"", "unknown key `secret`"),
        ("secret_file = \"s\"", "secret_file = \"s\"\nscopes = [\"profile\"]", "lacks \"openid\""),
    ] {
        let problems = load(&[("vigie.toml", &good.replace(from, to)), ("sources/shop1.toml", LEAST)]).unwrap_err();
        assert!(problems.iter().any(|problem| problem.what.contains(why)), "{to}: {problems:?}");
    }
}

#[test]
fn least_source_of_the_contract_is_read() {
    let source = source(LEAST);
    assert_eq!((source.kind, source.name.as_str()), (SourceType::Shop, "Shop one"));
    assert_eq!(source.politeness.interval, Duration::from_millis(200));
    assert_eq!(source.politeness.max_interval, Duration::from_secs(600));
    assert_eq!(source.authority.as_ref().unwrap().access, Access::Public);
    assert_eq!(source.robots, Robots::Obey);
    assert_eq!(source.standing(TODAY), Standing::Crawlable);
    assert_eq!(source.scope.admits(&Url::parse("http://127.0.1.1:18080/item?id=1").unwrap(), 3), Ok(()));
}

#[test]
fn all_problems_are_told_with_place_and_hint() {
    let dir = folder(&[
        ("vigie.toml", "user_agnet = \"x\"\n[crawl]\nconcurrency = 0\nbatch_time = 8\n[log]\nformat = \"jsn\"\nlevel = \"loud\"\n"),
        ("sources/a.toml", &LEAST.replace("shop1", "b").replace("\"shop\"", "\"shopp\"").replace("200ms", "200 fortnights")),
        ("sources/c.toml", "id = \"c\"\ntype = \"shop\"\nseeds = [\n"),
        ("watches.toml", "[[watch]]\nname = \"w\"\nquery = \"x\"\n[[watch]]\nname = \"w\"\nquery = \"y\"\n"),
    ]);
    let error = config::load(Some(dir.path())).unwrap_err();
    let short = |p: &Problem| format!("{}:{}:{}", p.file.file_name().unwrap().to_str().unwrap(), p.line, p.column);
    let found: Vec<(String, &str)> = error.problems.iter().map(|p| (short(p), p.what.as_str())).collect();
    assert_eq!(found[0], ("vigie.toml:1:1".to_owned(), "unknown key `user_agnet`"));
    assert!(error.problems[0].hint.as_ref().unwrap().starts_with("did you mean `user_agent`? "));
    assert_eq!(found[1], ("vigie.toml:3:15".to_owned(), "`concurrency` is below 1"));
    assert_eq!(found[2].0, "vigie.toml:4:14");
    assert!(found[2].1.contains("a duration in words such as \"8s\""), "{}", found[2].1);
    assert_eq!(found[3], ("vigie.toml:6:10".to_owned(), "unknown value `jsn`"));
    assert!(error.problems[3].hint.as_ref().unwrap().contains("text, json"));
    assert_eq!(found[4], ("vigie.toml:7:9".to_owned(), "unknown level `loud`"));
    assert_eq!(found[5], ("a.toml:2:6".to_owned(), "the id `b` is not the name of the file"));
    assert_eq!(found[6], ("a.toml:4:8".to_owned(), "unknown value `shopp`"));
    assert_eq!(found[7].0, "a.toml:19:12");
    assert!(found[7].1.contains("200 fortnights"));
    assert!(found[8].0.starts_with("c.toml:3:") && found[8].1.starts_with("not TOML"), "{:?}", found[8]);
    assert_eq!(found[9], ("watches.toml:5:8".to_owned(), "a second watch named `w`"));
    assert_eq!(found.len(), 10, "{error}");
}

#[test]
fn values_that_make_no_sense_are_refused_in_their_place() {
    let with = |from: &str, to: &str| {
        assert!(LEAST.contains(from), "{from}");
        faults(&LEAST.replacen(from, to, 1))
    };
    let one = |faults: Vec<String>, start: &str| {
        assert!(faults.len() == 1 && faults[0].starts_with(start), "{faults:?} should be one that begins with {start}");
    };
    one(with("[scope]", "[robots]\npolicy = \"ignore\"\n[scope]"), "8:1 robots.txt is ignored without a reason");
    one(with("[scope]", "[headers]\nCookie = \"a=b\"\n[scope]"), "9:1 the header `Cookie` carries an account");
    one(with("[scope]", "[headers]\nHost = \"x\"\n[scope]"), "9:1 the header `Host` belongs to the transport");
    one(with("[scope]", "[headers]\nA = \"x\\r\\nB: y\"\n[scope]"), "9:5 `A` can't be sent");
    one(with("[\"127.0.1.1\"]", "[\"127.0.1.1:80\"]"), "9:10 `127.0.1.1:80` is no host name");
    one(with("hosts = [", "deny = [\"(\"]\nhosts = ["), "9:9 `(` is no rule: unclosed group");
    one(with("allow_private = true", ""), "6:10 `http://127.0.1.1:18080/` is out of scope: a private address");
    one(with("[scope]", "mirrors = [\"ftp://x.example/\"]\n[scope]"), "8:12 `ftp://x.example/` is neither http nor https");
    one(with("18080/\"", "18080/\", \"http://abc.onion/\""), "6:37 the host `abc.onion` can't be reached by the route clearnet");
    let tor = |host: &str| LEAST.replace("\"clearnet\"", "\"tor\"").replace("[scope]", &format!("mirrors = [\"http://{host}/\"]\n[scope]"));
    one(faults(&tor("expyuzz4wqqyqhjn.onion")), "8:12 `expyuzz4wqqyqhjn.onion` is no onion service of version 3");
    assert_eq!(source(&tor("duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion")).mirrors.len(), 1);
    let i2p = with("\"clearnet\"", "\"i2p\"");
    assert!(i2p.len() == 2 && i2p.iter().all(|fault| fault.contains("the host `127.0.1.1` can't be reached by the route i2p")), "{i2p:?}");
    one(with("[scope]", "private = [\"#me\", \"..\"]\n[scope]"), "8:19 `..` is no CSS selector");
    one(with("2099-01-01", "soon"), "16:11 `soon` is no date");
    one(with("[politeness]", "[expectations]\nmin_listings = 5\nmax_listings = 4\n[politeness]"), "20:16 `max_listings` is below");
    one(with("type = \"shop\"", ""), "0:0 the key `type` is missing");
    one(with("[scope]", "[extractor]\nkined = \"x\"\n[scope]"), "9:1 unknown key `kined`");
    one(with("[scope]", "[[extractor.page]]\nkind = \"listing\"\nfields.title = \"h1[\"\n[scope]"), "10:17 [extractor] page[0] (listing)");
    one(with("[scope]", "extractor = \"atuo\"\n[scope]"), "8:13 unknown value `atuo`");
    one(with("[scope]", "currency = \"euro\"\n[scope]"), "8:12 `euro` is no code of a currency");
    one(with("hosts = [\"127.0.1.1\"]", "hosts = [\"127.0.1.1\", \"*.onion\"]"), "9:23 `*.onion` takes in sites of many owners");
    one(with("[scope]", "[sweep]\nevery = \"0d\"\n[scope]"), "9:9 `every` is nought");
    one(with("[scope]", "intervall = \"8s\"\n[scope]"), "8:1 unknown key `intervall` (`interval` stands under [politeness].");
    let three = with("seeds = [\"http://127.0.1.1:18080/\"]", "mirrors = [5]\nretention = \"x\"\nseeds = [\"http://10.0.0.1/\"]");
    assert_eq!(three.len(), 3, "{three:?}");
    assert!(with("hosts = [\"127.0.1.1\"]", "hosts = [\"10.0.0.1\"]")[0].contains("the host is not in scope"));
}

#[test]
fn watches_are_questions_that_can_be_asked() {
    let text = "[[watch]]\nname = \"a\"\nquery = 'glock AND vender:x'\n[[watch]]\nname = \" \"\nquery = \"(\"\n[[watch]]\nname = \"c\"\n";
    let found: Vec<String> =
        load(&[("watches.toml", text)]).unwrap_err().iter().map(|p| format!("{}:{} {}", p.line, p.column, p.what)).collect();
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].starts_with("0:0 the key `watch.name or watch.query` is missing"), "{found:?}");
    assert!(found[1].starts_with("3:20 the query can't be watched: there is no field `vender`"), "{found:?}");
    assert_eq!(found[2], "5:8 a watch with a blank name");
    assert!(found[3].starts_with("6:"), "{found:?}");

    let good = load(&[("watches.toml", "[[watch]]\nname = \"b\"\nquery = \"category:firearm AND converted\"\n")]).unwrap();
    let options = vigie::config::watch::Options::default();
    assert_eq!(good.watches, [Watch { name: "b".to_owned(), query: "category:firearm AND converted".to_owned(), options }]);
}

#[test]
fn a_database_is_a_file_or_a_server() {
    let config = load(&[("vigie.toml", "database = \"postgres://u:p@h/d\"")]).unwrap();
    assert_eq!(config.settings.database.to_string(), "postgres://u:***@h/d");
    for wrong in ["postgres://u@h", "postgres://u@h/d?paswort=x", "mysql://u@h/d", "nowhere"] {
        let problems = load(&[("vigie.toml", &format!("database = \"{wrong}\""))]).unwrap_err();
        assert_eq!((problems.len(), problems[0].line, problems[0].column), (1, 1, 12), "{wrong}");
        assert!(problems[0].hint.is_some(), "{wrong}");
    }
}

#[test]
fn accounts_and_robots_take_their_reasons() {
    let account = LEAST.replace(
        "[politeness]",
        "access = \"account\"\n[headers]\nCookie = \"session=1\"\n[robots]\npolicy = \"ignore\"\nreason = \"court order\"\n[politeness]",
    );
    let source = source(&account);
    assert_eq!(source.headers, [("Cookie".to_owned(), "session=1".to_owned())]);
    assert_eq!(source.robots, Robots::Ignore { reason: "court order".to_owned() });

    let mut out = Vec::new();
    check::run(Some(folder(&[("sources/shop1.toml", &account)]).path()), TODAY, false, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("Cookie = \"(hidden)\"") && !text.contains("session=1"), "{text}");
}

#[test]
fn a_bridge_line_that_is_not_understood_is_told_and_not_repeated() {
    let line = "192.0.2.55:38114 316E643333645F6D79216558614D3931657A5F5F";
    let load = |bridge: &str| {
        let dir = folder(&[("vigie.toml", &format!("[tor]\nbridges = [\"{bridge}\"]\n"))]);
        config::load(Some(dir.path()))
    };
    let settings = load(line).unwrap().settings;
    assert_eq!(settings.tor.bridges, [line]);
    assert!(!serde_json::to_string(&settings).unwrap().contains("192.0.2.55"), "a bridge line is a secret");
    let said = load("192.0.2.55").unwrap_err().to_string();
    assert!(said.contains("vigie.toml:2:12") && said.contains("bridge line") && !said.contains("192.0.2.55"), "{said}");
}

#[test]
fn standing_follows_authority_route_and_day() {
    let on = |text: &str, day: Date| source(text).standing(day);
    let expiring = LEAST.replace("\"2099-01-01\"", "2026-05-31");
    assert_eq!(on(&expiring, date(2026, 5, 31)), Standing::Crawlable, "the last day counts, and TOML's own date is read");
    assert_eq!(on(&expiring, TODAY), Standing::Expired(date(2026, 5, 31)));
    let blank = on(&LEAST.replace("legal_basis = \"test\"", "legal_basis = \" \""), TODAY);
    assert_eq!(blank, Standing::NoAuthority(vec!["legal_basis"]));
    assert!(blank.hint().contains("legal_basis") && blank.sentence().contains("no authority"));
    for route in ["tor", "clearnet"] {
        assert_eq!(on(&LEAST.replace("\"clearnet\"", &format!("\"{route}\"")), TODAY), Standing::Crawlable);
    }
    let import = "id = \"shop1\"\ntype = \"forum\"\nimport_only = true\n";
    assert_eq!(on(import, TODAY), Standing::ImportOnly);
}

fn scope(lines: &str) -> Scope {
    source(&format!(
        "id = \"shop1\"\ntype = \"shop\"\nseeds = [\"https://a.example/\"]\nmirrors = [\"https://m.test/\"]\n[scope]\n{lines}\n"
    ))
    .scope
}

#[test]
fn scope_admits_what_it_names_and_nothing_else() {
    let scope =
        scope("hosts = [\"a.example\", \"*.b.example\", \"MÜNZ.example\"]\nallow = [\"^/item/\"]\ndeny = [\"[?&]sid=\"]\nmax_depth = 2");
    let admits = |url: &str, depth: u32| scope.admits(&Url::parse(url).unwrap(), depth);
    for url in [
        "https://a.example/item/1",
        "http://x.b.example:81/item/",
        "https://y.x.b.example/item/2",
        "https://m.test/item/",
        "https://münz.example/item/9",
    ] {
        assert_eq!(admits(url, 2), Ok(()), "{url}");
    }
    assert_eq!(admits("https://a.example/", 0), Ok(()), "a seed need not match `allow`");
    assert_eq!(admits("https://a.example/item/1", 3), Err(Refusal::Depth));
    assert_eq!(admits("https://a.example/about", 1), Err(Refusal::NotAllowed));
    assert_eq!(admits("https://a.example/item/1?sid=4", 1), Err(Refusal::Denied));
    for url in [
        "https://b.example/item/",
        "https://xb.example/item/",
        "https://a.example.evil.test/item/",
        "https://aa.example/item/",
        "https://a.example./item/",
    ] {
        assert_eq!(admits(url, 1), Err(Refusal::Host), "{url}");
    }
    for url in ["ftp://a.example/item/", "https://me@a.example/item/", "https://me:pw@a.example/item/"] {
        assert_eq!(admits(url, 1), Err(Refusal::Scheme), "{url}");
    }
}

#[test]
fn private_addresses_in_all_their_spellings() {
    let private = [
        "127.1",
        "10.0.0.1",
        "172.31.255.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "224.0.0.1",
    ];
    let six = [
        "[::1]",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[ff02::1]",
        "[2001:db8::1]",
    ];
    for host in private.iter().chain(&six).chain(&["localhost", "x.localhost"]) {
        let url = Url::parse(&format!("http://{host}/")).unwrap();
        assert!(config::scope::is_private_host(&url.host().unwrap()), "{host}");
    }
    for host in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "[2a00:1450::1]", "[64:ff9b::808:808]", "shop.example"] {
        let url = Url::parse(&format!("http://{host}/")).unwrap();
        assert!(!config::scope::is_private_host(&url.host().unwrap()), "{host}");
    }
}

#[test]
fn durations_and_sizes_in_words() {
    let text = |words: &str| units::parse_duration(words).map(units::duration_text);
    for (words, shortest) in
        [("8s", "8s"), ("200ms", "200ms"), ("120 s", "2min"), ("10m", "10min"), ("36h", "36h"), ("2w", "14d"), ("0s", "0s")]
    {
        assert_eq!(text(words).as_deref(), Ok(shortest));
    }
    for words in ["", "s", "8", "8 sec", "-1s", "1.5h", "1h30m", "99999999999999999999d", "36526d", "٣s", "8\u{a0}s x"] {
        assert!(text(words).is_err(), "{words}");
    }
    let size = |words: &str| units::parse_size(words).map(|bytes| (bytes, units::size_text(bytes)));
    assert_eq!(size("16MB"), Ok((16_000_000, "16MB".to_owned())));
    assert_eq!(size("16MiB"), Ok((16 << 20, "16MiB".to_owned())));
    assert_eq!(size("1500B"), Ok((1_500, "1500B".to_owned())));
    assert!(size("16mb").is_err() && size("99999999TB").is_err());
}

#[test]
fn host_patterns_are_hosts() {
    for (text, normal) in
        [("Shop.EXAMPLE", "shop.example"), ("*.shop.example", "*.shop.example"), ("::1", "[::1]"), ("127.0.1.1", "127.0.1.1")]
    {
        assert_eq!(HostPattern::parse(text).unwrap().to_string(), normal);
    }
    for text in
        ["*.com", "*.co.uk", "*.github.io", "http://a.example", "a.example/", "a.example:80", "", "*", "a.*.example", "*.10.0.0.1", "a b"]
    {
        assert!(HostPattern::parse(text).is_err(), "{text}");
    }
}

#[test]
fn hostile_files_give_problems_and_no_panic() {
    let deep = format!("x = {}", "[".repeat(200_000));
    let many: String = (0..5_000).map(|n| format!("k{n} = 1\n")).collect();
    for text in [
        deep.as_str(),
        &many,
        "\u{0}",
        "[[[[",
        "id = \"\u{202e}\"",
        "scope = 5\nauthority = []\nseeds = \"x\"\nheaders = [1]\ntraps.max_urls = -1",
    ] {
        let problems = load(&[("sources/x.toml", text)]).unwrap_err();
        assert!((1..=60).contains(&problems.len()), "{}", problems.len());
    }
    let dir = folder(&[("vigie.toml", "")]);
    fs::write(dir.path().join("watches.toml"), b"# ok\n# \xff\n").unwrap();
    let error = config::load(Some(dir.path())).unwrap_err();
    assert_eq!((error.problems[0].line, error.problems[0].what.as_str()), (2, "the text is not UTF-8"));
    assert!(config::load(Some(Path::new("/does/not/exist"))).unwrap_err().to_string().contains("vigie init"));
}

#[test]
fn init_writes_what_check_accepts_and_overwrites_nothing() {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("new/config");
    init::run(&target).unwrap();
    fs::write(target.join("watches.toml"), "# mine\n").unwrap();
    let refusal = init::run(&target).unwrap_err().to_string();
    assert!(refusal.contains("vigie.toml") && refusal.contains("nothing was written"), "{refusal}");
    assert_eq!(fs::read_to_string(target.join("watches.toml")).unwrap(), "# mine\n");

    let mut out = Vec::new();
    assert_eq!(check::run(Some(&target), TODAY, false, &mut out).unwrap(), 0);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("# Source example (An example): it is not crawled: no authority is given"), "{text}");
    assert!(text.contains("fill in reference, legal_basis, approved_by, expires under [authority]"));
    assert!(text.contains("interval = \"8s\"") && text.contains("1 source, 0 crawlable"));
}

#[test]
fn check_exits_2_and_says_where() {
    let dir = folder(&[("sources/shop1.toml", &LEAST.replace("interval", "intervall"))]);
    let mut out = Vec::new();
    assert_eq!(check::run(Some(dir.path()), TODAY, false, &mut out).unwrap(), 2);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("shop1.toml:19:1: unknown key `intervall`") && text.contains("did you mean `interval`?"), "{text}");

    let mut out = Vec::new();
    assert_eq!(check::run(Some(dir.path()), TODAY, true, &mut out).unwrap(), 2);
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((report["ok"].as_bool(), report["problems"][0]["line"].as_u64()), (Some(false), Some(19)));

    let good = folder(&[("sources/shop1.toml", LEAST)]);
    let mut out = Vec::new();
    assert_eq!(check::run(Some(good.path()), TODAY, true, &mut out).unwrap(), 0);
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(report["sources"][0]["standing"], "crawlable");
    assert_eq!(report["sources"][0]["politeness"]["interval"], "200ms");
    assert_eq!(report["settings"]["limits"]["body"], "16MB");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    /// Whatever stands in a file, loading it ends, and each problem lies inside the file.
    #[test]
    fn damaged_files_are_read_without_panic(at in 0usize..LEAST.len(), cut in 0usize..40, insert in "[\\PC\\n\"\\[\\]=.']{0,6}") {
        let start = LEAST.floor_char_boundary(at);
        let end = LEAST.floor_char_boundary((at + cut).min(LEAST.len()));
        let text = format!("{}{insert}{}", &LEAST[..start], &LEAST[end.max(start)..]);
        if let Err(problems) = load(&[("sources/shop1.toml", &text), ("vigie.toml", &text), ("watches.toml", &text)]) {
            let lines = text.split('\n').count();
            for problem in problems {
                proptest::prop_assert!(problem.line <= lines, "{problem}");
            }
        }
    }
}
