//! The import rule and its neighbours: what `ARCHITECTURE.md` says in words is held here.
//!
//! A module uses only modules declared above it in its `lib.rs`. Files under `tests.rs` and items behind `#[cfg(test)]` are free.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Edges that the order alone would allow: (user, used, why not).
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("web", "fetch", "the web UI never opens an outbound connection; `oidc` asks the one provider that is configured"),
    ("fetch", "frontier", "transport knows nothing of schedules; robots, politeness and budgets are written once above it"),
    ("store", "fetch", "facts come from captures, however these were made"),
    ("search", "fetch", "reading opens no outbound connection"),
    ("export", "fetch", "reading opens no outbound connection"),
];

/// Files of more than 500 lines: (path, why it is long). A row whose file is short again is to be removed.
const LONG: &[(&str, &str)] = &[
    ("extractors/src/record.rs", "one uniform table: the structs of all records"),
    ("extractors/tests/it/pages/wall_styles.rs", "one page after the other: every style of wall, and what looks like one"),
    ("src/cli.rs", "one declaration: every command with its arguments and help"),
    ("tests/integration/fetch.rs", "one case after the other: every way in which a server can fail"),
    ("tests/integration/export.rs", "one store filled by hand, and all that is exported of it"),
];

/// Words that may stand in some places only: (word, path prefixes where it may, why).
const CONFINED: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["src/database", "src/audit/", "src/store/", "src/frontier/"], "SQL stays plain and in a narrow layer"),
    (
        "reqwest",
        &["src/fetch/", "src/alert/channel/http.rs", "src/oidc/ask.rs", "src/bench/crawl.rs", "src/bench/desk.rs"],
        "what leaves this machine leaves in three places: GET and HEAD to sources, notifications to channels, questions to the provider through which people sign in; the bare loop of a benchmark and its people at the desk ask loopback alone",
    ),
    ("ring::signature", &["src/oidc/keys.rs"], "signatures of others are checked in one place"),
    ("lettre", &["src/alert/channel/mail.rs"], "mail is sent by one channel"),
    ("tantivy", &["index/"], "the only crate that knows tantivy"),
    ("Timestamp::now", &["src/clock.rs"], "time is passed in"),
    ("Zoned::now", &["src/clock.rs"], "time is passed in"),
    ("SystemTime::now", &["src/clock.rs"], "time is passed in"),
    ("unbounded_channel", &[], "channels are bounded: a slow reader slows its writer, memory does not grow"),
];

/// Places that may wait, and why; clippy.toml refuses sleeping everywhere else.
const WAITS: &[(&str, &str)] = &[
    ("src/frontier/politeness.rs", "the one gate that waits for politeness"),
    ("src/demo/", "the mock market answers slowly on purpose"),
    ("src/bench/", "its servers answer slowly on purpose, and a benchmark lasts a fixed time"),
];

#[test]
fn modules_use_only_what_is_declared_above_them() {
    let mut wrong = Vec::new();
    for crate_root in ["src", "extractors/src", "index/src"] {
        let order = declared(&read(&format!("{crate_root}/lib.rs")));
        for file in rust_files(crate_root) {
            let path = module_path(&file, crate_root);
            let Some(user) = path.first().filter(|name| order.contains(name)) else { continue };
            for used in uses(&code(&read(&file)), path.len()) {
                let above = order.iter().position(|name| *name == used) <= order.iter().position(|name| name == user);
                if order.contains(&used) && !above {
                    wrong.push(format!("{file}: `{user}` uses `{used}`, which is declared below it"));
                }
                for (_, _, why) in FORBIDDEN.iter().filter(|(from, to, _)| crate_root == "src" && from == user && *to == used) {
                    wrong.push(format!("{file}: `{user}` uses `{used}`: {why}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_declared() {
    let order = declared(&read("src/lib.rs"));
    let found: BTreeSet<String> = rust_files("src").iter().filter_map(|file| module_path(file, "src").first().cloned()).collect();
    let declared: BTreeSet<String> = order.into_iter().collect();
    assert_eq!(found, declared);
}

#[test]
fn member_crates_use_nothing_of_ours() {
    for member in ["extractors", "index"] {
        let manifest: toml::Table = read(&format!("{member}/Cargo.toml")).parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
            let ours: Vec<&String> = dependencies.keys().filter(|name| name.starts_with("vigie")).collect();
            assert!(ours.is_empty(), "{member} uses {ours:?}");
        }
    }
}

#[test]
fn words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for file in ["src", "extractors/src", "index/src", "xtask/src"].iter().flat_map(|root| rust_files(root)) {
        let code = code(&read(&file));
        for (word, places, why) in CONFINED {
            if has_word(&code, word) && !places.iter().any(|place| file.starts_with(place)) {
                wrong.push(format!("{file}: `{word}` may stand only in {places:?}: {why}"));
            }
        }
        let sleeps = ["time::sleep", "time::sleep_until", "time::interval", "thread::sleep"].iter().any(|word| has_word(&code, word));
        if sleeps && !WAITS.iter().any(|(place, _)| file.starts_with(place)) {
            wrong.push(format!("{file}: only these wait: {WAITS:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_files_have_a_reason() {
    let roots = ["src", "extractors/src", "extractors/tests", "index/src", "index/tests", "tests", "xtask/src"];
    let long: Vec<String> = roots.iter().flat_map(|root| rust_files(root)).filter(|file| read(file).lines().count() > 500).collect();
    let unexplained: Vec<&String> = long.iter().filter(|file| !LONG.iter().any(|(path, _)| path == file)).collect();
    let stale: Vec<&str> = LONG.iter().map(|(path, _)| *path).filter(|path| !long.iter().any(|file| file == path)).collect();
    assert!(unexplained.is_empty(), "over 500 lines without a row in LONG: {unexplained:?}");
    assert!(stale.is_empty(), "no longer over 500 lines, remove the rows: {stale:?}");
}

#[test]
fn files_open_with_a_sentence() {
    let roots = ["src", "extractors/src", "index/src", "xtask/src", "tests/integration"];
    let silent: Vec<String> = roots.iter().flat_map(|root| rust_files(root)).filter(|file| !read(file).starts_with("//! ")).collect();
    assert!(silent.is_empty(), "no `//!` sentence at the top of {silent:?}");
}

#[test]
fn data_of_others_is_credited() {
    let notice = read("NOTICE");
    for folder in ["tests/fixtures/vectors", "extractors/tests/fixtures/vectors", "index/tests/fixtures/vectors"] {
        for file in files(folder, &["jsonl", "json", "csv", "tsv"]) {
            assert!(notice.contains(&file), "NOTICE does not say where {file} comes from");
        }
    }
}

#[test]
fn the_reader_of_uses_sees_them() {
    let text = r##"
        //! See [`crate::a`] and super::b.
        use crate::{c, d::{x, e}, f::*}; /* crate::g /* crate::h */ */
        fn f() { let _ = "crate::i"; let _ = r#"crate::j"#; let _ = '"'; super::k(); super::super::l(); crate :: m::n(); }
        #[cfg(test)]
        mod tests { use crate::o; fn g() { "}" } }
        #[cfg(test)]
        use crate::p;
        use crate::q as r;
    "##;
    let found: Vec<String> = uses(&code(text), 1).into_iter().collect();
    assert_eq!(found, ["c", "d", "f", "k", "m", "q"]);
    assert!(uses(&code(text), 2).contains("l") && !uses(&code(text), 2).contains("k"));
    assert!(has_word("x sqlx::query", "sqlx") && !has_word("my_sqlx::query", "sqlx") && !has_word("sqlx_of", "sqlx"));
}

fn root() -> PathBuf {
    // As the runner says it, so that a built test can look at another checkout.
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Rust files below a folder, relative to the root, sorted.
fn rust_files(folder: &str) -> Vec<String> {
    files(folder, &["rs"])
}

/// Files of these extensions below a folder, relative to the root, sorted.
fn files(folder: &str, extensions: &[&str]) -> Vec<String> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
                files.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

/// Names after `mod`, in order.
fn declared(lib: &str) -> Vec<String> {
    let module = |line: &str| Some(line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')?.to_owned());
    code(lib).lines().filter_map(module).collect()
}

/// `src/fetch/limits.rs` is `[fetch, limits]`; `lib.rs`, `main.rs` and tests are nothing.
fn module_path(file: &str, crate_root: &str) -> Vec<String> {
    let inner = file.strip_prefix(crate_root).unwrap().trim_start_matches('/').trim_end_matches(".rs");
    let mut path: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if path.iter().any(|part| part == "tests") || inner == "lib" || inner == "main" {
        return Vec::new();
    }
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

/// Top-level modules that code at this depth of the module tree names, by `crate::` or by `super::` up to the root.
fn uses(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let compact: String = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" :: ", "::");
    for (at, _) in compact.match_indices("crate::").filter(|(at, _)| is_start(&compact, *at)) {
        names(&compact[at + "crate::".len()..], &mut found);
    }
    let up = "super::".repeat(depth);
    for (at, _) in compact.match_indices(&up).filter(|(at, _)| is_start(&compact, *at) && !compact[..*at].ends_with("::")) {
        names(&compact[at + up.len()..], &mut found);
    }
    found
}

/// The name that begins here, or the first names of a `{...}` group.
fn names(rest: &str, found: &mut BTreeSet<String>) {
    let identifier = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    if !rest.starts_with('{') {
        found.extend(Some(identifier(rest)).filter(|name| !name.is_empty() && name != "super"));
        return;
    }
    let (mut depth, mut start) = (0, 1);
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            found.extend(Some(identifier(&rest[start.min(at)..at])).filter(|name| !name.is_empty()));
            start = at + 1;
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

fn has_word(text: &str, word: &str) -> bool {
    let ends = |at: usize| !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| is_start(text, at) && ends(at))
}

/// The text without comments, contents of literals and items behind `#[cfg(test)]`.
fn code(text: &str) -> String {
    without_tests(&without_comments(text))
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(end) = raw_string(rest).filter(|_| is_start(&out, out.len())) {
            out.push_str("\"\"");
            end
        } else if c == '"' {
            out.push_str("\"\"");
            closing(rest, '"')
        } else if c == '\'' && (rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'')) {
            out.push_str("' '");
            closing(rest, '\'')
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[skip..];
    }
    out
}

/// Bytes up to and with the quote that closes the one at the start.
fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let step = if text[at..].starts_with("/*") {
            depth += 1;
            2
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            2
        } else {
            text[at..].chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Bytes of a raw string (`r"..."`, `r#"..."#`, `br#"..."#`) that begins here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text.len() - body.len() + body.find(&end).map_or(body.len(), |at| at + end.len()))
}

/// Cuts out each item behind `#[cfg(test)]`: up to its `;`, or to the end of its braces. Comments and literals are gone already.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some((before, item)) = rest.split_once("#[cfg(test)]") {
        out.push_str(before);
        let mut depth = 0;
        let mut end = item.len();
        for (at, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(c, ';' | '}') {
                end = at + 1;
                break;
            }
        }
        rest = &item[end..];
    }
    out.push_str(rest);
    out
}
