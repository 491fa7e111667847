//! Documents fail here when they lie: commands, queries, paths, modules, keys and names of tests in them must exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};
use vigie::cli::{self, Cli, WatchAction};
use vigie::config;

/// Documents at the root; those in `docs/` are found.
const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md"];

/// What a text that is not finished says.
const PLACEHOLDERS: &[&str] = &["TODO", "TBD", "XXX", "FIXME", "FIGURE", "lorem ipsum", "???"];

/// Tables of the database that are no things of the glossary, and why.
const NO_THINGS: &[(&str, &str)] = &[
    ("meta", "settings of the instance itself"),
    ("source_state", "what changes about a source"),
    ("robots", "a file of the web, not ours"),
];

/// A word of the glossary and how the code writes it, where that differs.
const WRITTEN: &[(&str, &str)] = &[
    ("first seen", "first_seen"),
    ("last seen", "last_seen"),
    ("delisted", "gone_at"),
    ("revisit record", "Revisit"),
    ("risk indicator", "risk"),
    ("reading log", "audit"),
    ("own page", "own_page"),
    ("snoozed", "snooze"),
    ("dataset", "manifest"),
];

#[test]
fn commands_in_documents_and_help_are_understood() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let mut texts: Vec<(String, String)> = documents();
    every_command(&Cli::command(), &mut |path, command| {
        texts.push((format!("help of `{path}`"), command.get_after_help().map(|text| format!("```\n{text}\n```")).unwrap_or_default()));
    });
    for (name, text) in &texts {
        for (line, whole) in commands(text) {
            let words = words(&line);
            seen.extend(words.clone());
            match <Cli as clap::Parser>::try_parse_from(&words) {
                Ok(cli) => wrong.extend(query(&cli.command).and_then(|query| unread(&query)).map(|why| format!("{name}: `{line}`: {why}"))),
                Err(error) if !whole && is_incomplete(error.kind()) => {}
                Err(error) => wrong.push(format!("{name}: `{line}`: {}", error.to_string().lines().next().unwrap_or_default())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A reader of documents that finds nothing would agree with everything.
    for command in ["demo", "crawl", "search", "watch", "verify", "export", "init", "check", "import"] {
        assert!(seen.contains(command), "no document shows how to use `vigie {command}`");
    }
}

#[test]
fn every_command_is_explained_and_named_in_the_readme_or_changelog() {
    let told = read("README.md") + &read("CHANGELOG.md");
    let mut silent = Vec::new();
    every_command(&Cli::command(), &mut |path, command| {
        if command.get_about().is_none_or(|about| about.to_string().len() < 10) {
            silent.push(format!("`{path}` has no description"));
        }
        for argument in command.get_arguments().filter(|one| one.get_help().is_none()) {
            silent.push(format!("`{path}` does not explain {}", argument.get_id()));
        }
        if command.get_subcommands().next().is_none() && !told.contains(path) {
            silent.push(format!("neither README.md nor CHANGELOG.md name `{path}`"));
        }
    });
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn paths_in_documents_exist() {
    let mut wrong = Vec::new();
    let mut found = 0;
    for (name, text) in documents() {
        for path in inline(&text).into_iter().chain(links(&text)).filter(|word| is_path(word)) {
            found += 1;
            if !root().join(path.trim_end_matches('/')).exists() {
                wrong.push(format!("{name}: {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "no such files: {wrong:?}");
    assert!(found > 30, "only {found} paths were found in the documents");
}

#[test]
fn tests_named_in_documents_exist() {
    let code: String =
        ["src", "tests", "extractors", "index"].iter().flat_map(|folder| rust_files(folder)).map(|file| read(&file)).collect();
    let mut found = 0;
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        let tests = inline(&text)
            .into_iter()
            .filter(|word| word.matches('_').count() > 2 && word.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()))
            // Names of metrics, which are compared with the daemon itself.
            .filter(|word| !word.starts_with("vigie_") && !word.starts_with("process_"));
        for test in tests {
            found += 1;
            if !code.contains(&format!("fn {test}(")) {
                wrong.push(format!("{name}: {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "no such tests: {wrong:?}");
    assert!(found > 10, "only {found} tests are named");
}

#[test]
fn the_map_shows_every_module_in_its_order() {
    let map = read("ARCHITECTURE.md");
    let mut from = 0;
    let lib = read("src/lib.rs");
    for module in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
        let path = if root().join(format!("src/{module}.rs")).exists() { format!("`src/{module}.rs`") } else { format!("`src/{module}`") };
        let rows = map.find("| module | does |").expect("the table of modules");
        let at = map[rows..].find(&path).unwrap_or_else(|| panic!("{path} is missing in ARCHITECTURE.md"));
        assert!(at > from, "{path} is not in the order of src/lib.rs");
        from = at;
    }
}

#[test]
fn keys_in_documents_stand_in_the_commented_files() {
    let known = read("config/vigie.toml") + &read("config/sources/example.toml");
    let is_known = |key: &str| known.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with(&format!("{key} = ")));
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        for code in inline(&text) {
            if let Some(section) = code.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                if !section.is_empty()
                    && section.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                    && !known.contains(&format!("\n[{section}]\n"))
                {
                    wrong.push(format!("{name}: no section [{section}]"));
                }
            } else if let Some((key, _)) = code.split_once(" = ")
                && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && !is_known(key)
                && !["unsafe_code", "reorder_modules"].contains(&key)
            {
                wrong.push(format!("{name}: no key {key}"));
            }
        }
    }
    for key in ["user_agent", "private", "retention", "database", "rotate", "batch_pages", "batch_time", "require_purpose", "allow_private"]
    {
        if !is_known(key) {
            wrong.push(format!("the documents explain `{key}`, which is gone"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_source_file_of_the_readme_is_accepted_and_crawlable() {
    let readme = read("README.md");
    let text = fenced(&readme, "toml").into_iter().next().expect("a source file in README.md");
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("sources")).unwrap();
    fs::write(dir.path().join("sources/shop1.toml"), text).unwrap();
    let config = config::load(Some(dir.path())).unwrap();
    let today = jiff::civil::date(2026, 1, 1);
    assert!(config.source("shop1").unwrap().standing(today).is_crawlable());
}

#[test]
fn the_glossary_has_the_words_of_the_store_and_no_others_than_the_code() {
    let rows = glossary();
    let words: BTreeSet<&str> = rows.iter().flat_map(|(words, _)| words.iter().map(String::as_str)).collect();
    let schema = read("src/database/migrations/0001_path.sql");
    let tables: Vec<&str> = schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split_whitespace().next()).collect();
    assert!(tables.len() > 10);
    let things =
        [("url", "address"), ("import_source", "source"), ("pattern", "shape"), ("audit", "reading log"), ("mirror_hour", "mirror")];
    for table in tables.into_iter().filter(|table| !NO_THINGS.iter().any(|(name, _)| name == table)) {
        let word = things.iter().find(|(name, _)| *name == table).map_or(table, |(_, word)| *word);
        assert!(words.contains(word), "the table {table} is no word of GLOSSARY.md");
    }
    let code: String =
        ["src", "extractors/src", "index/src"].iter().flat_map(|folder| rust_files(folder)).map(|file| read(&file)).collect();
    let code = (code + &read("config/vigie.toml") + &read("config/sources/example.toml")).to_lowercase();
    let written = |word: &str| WRITTEN.iter().find(|(one, _)| *one == word).map_or(word, |(_, written)| *written).to_lowercase();
    let unused: Vec<&str> = rows
        .iter()
        .filter(|(_, meaning)| !meaning.ends_with("(later)"))
        .flat_map(|(words, _)| words)
        .map(String::as_str)
        .filter(|word| !uses(&code, &written(word)))
        .collect();
    assert!(unused.is_empty(), "words of GLOSSARY.md that the code does not use: {unused:?}");
    let twice: Vec<&String> =
        rows.iter().flat_map(|(words, _)| words).filter(|word| rows.iter().filter(|(other, _)| other.contains(word)).count() > 1).collect();
    assert!(twice.is_empty(), "one word, one thing: {twice:?}");
}

#[test]
fn documents_are_finished_and_the_changelog_keeps_its_form() {
    for (name, text) in documents() {
        for placeholder in PLACEHOLDERS {
            assert!(!text.contains(placeholder), "{name} still says {placeholder}");
        }
    }
    let changelog = read("CHANGELOG.md");
    assert!(changelog.contains("\n## [Unreleased]\n"));
    let kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known limits", "Measured"];
    for heading in changelog.lines().filter_map(|line| line.strip_prefix("### ")) {
        assert!(kinds.contains(&heading), "CHANGELOG.md has the heading {heading:?}");
    }
    assert!(read("README.md").contains("MIT OR Apache-2.0") && read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "NOTICE"] {
        assert!(root().join(file).is_file(), "{file}");
    }
}

#[test]
fn the_reader_of_documents_sees_what_is_there() {
    let text = "Say `vigie crawl --once`, not `x`.\n```console\n$ cargo run --release -- demo   # why\n$ vigie init d && vigie search 'a b' | head\nplain vigie\n```\n";
    let found: Vec<(String, bool)> = commands(text);
    let expected = [("vigie crawl --once", false), ("vigie demo", true), ("vigie init d", true), ("vigie search 'a b'", true)];
    assert_eq!(found.iter().map(|(line, whole)| (line.as_str(), *whole)).collect::<Vec<_>>(), expected);
    assert_eq!(words("vigie search 'a \"b\" c' \"d e\""), ["vigie", "search", "a \"b\" c", "d e"]);
    assert!(is_path("src/cli.rs") && is_path("README.md") && is_path("docs/") && !is_path("out/") && !is_path("target/venv"));
    let unknown = <Cli as clap::Parser>::try_parse_from(["vigie", "no-such-command"]).unwrap_err();
    assert!(!is_incomplete(unknown.kind()));
}

/// Whether a text has the word or its plural.
fn uses(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        let after = after.strip_prefix('s').unwrap_or(after);
        !text[..at].ends_with(char::is_alphabetic) && !after.starts_with(char::is_alphabetic)
    })
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Name and text of every document.
fn documents() -> Vec<(String, String)> {
    let mut names: Vec<String> = DOCUMENTS.iter().map(|name| (*name).to_owned()).collect();
    let mut more: Vec<String> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    more.sort();
    names.extend(more);
    names.into_iter().map(|name| (read(&name), name)).map(|(text, name)| (name, text)).collect()
}

fn rust_files(folder: &str) -> Vec<String> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    files
}

/// Calls `then` with the words and the description of every command, the program itself first.
fn every_command(program: &Command, then: &mut dyn FnMut(&str, &Command)) {
    fn walk(path: &str, command: &Command, then: &mut dyn FnMut(&str, &Command)) {
        then(path, command);
        command.get_subcommands().for_each(|one| walk(&format!("{path} {}", one.get_name()), one, then));
    }
    walk("vigie", program, then);
}

/// Commands of ours in a document: whole ones from blocks, possibly shortened ones from the text.
fn commands(text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> =
        inline(text).into_iter().filter(|code| code.starts_with("vigie ")).map(|code| (code, false)).collect();
    for block in fenced(text, "").iter().chain(&fenced(text, "console")) {
        for line in block.lines() {
            let line = line.trim().trim_start_matches("$ ").replace("cargo run --release -- ", "vigie ");
            // Help puts its remarks behind three spaces or more.
            let line = line.split("   ").next().unwrap_or_default();
            found.extend(parts(line).into_iter().filter(|part| part.starts_with("vigie ")).map(|part| (part, true)));
        }
    }
    found
}

/// The commands of a line: up to `#`, `|`, `<` or `>`, parted at `&&`, none of them within quotes.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut ended = false;
    let mut previous = ' ';
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '&' && previous == '&' => {
                parts.push(String::new());
                ended = false;
                previous = c;
                continue;
            }
            None if matches!(c, '#' | '|' | '<' | '>' | '&') => ended = true,
            _ => {}
        }
        if !ended && let Some(part) = parts.last_mut() {
            part.push(c);
        }
        previous = c;
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// The words of a command as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Whether only something is missing, as where a text says `vigie watch add` and means the command as such.
fn is_incomplete(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
}

/// The question that a command asks, and whether it is a watch.
fn query(command: &cli::Command) -> Option<(String, bool)> {
    match command {
        cli::Command::Search(args) => Some((args.query.clone(), false)),
        cli::Command::Watch { action: WatchAction::Add { query, .. } | WatchAction::Try { query, .. } } => Some((query.clone(), true)),
        cli::Command::Watch { action: WatchAction::Explain { query: Some(query), .. } } => Some((query.clone(), false)),
        _ => None,
    }
}

/// Why a question is not understood.
fn unread((query, watch): &(String, bool)) -> Option<String> {
    match vigie_index::Query::parse(query, 0) {
        Err(error) => Some(error.to_string()),
        Ok(query) => query.watchable().err().filter(|_| *watch).map(|error| error.to_string()),
    }
}

/// Blocks between fences of this language.
fn fenced(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(of)) => open = Some((of.trim() == language, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take().filter(|(wanted, _)| *wanted).map(|(_, block)| block)),
            (Some((_, block)), None) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// What stands in backticks outside of blocks; a line end within counts as a space.
fn inline(text: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            block = !block;
        } else if !block {
            prose.push_str(line.trim());
            prose.push(' ');
        }
    }
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Targets of links that lead into the repository.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with('#')).map(str::to_owned).collect()
}

/// Whether a word names a file or folder of the repository.
fn is_path(word: &str) -> bool {
    const FOLDERS: &[&str] = &["src", "extractors", "index", "config", "tests", "xtask", "docs", "benches", ".ci"];
    if word.contains([' ', '*', '<', '=', '(']) {
        return false;
    }
    match word.split_once('/') {
        Some((folder, _)) => FOLDERS.contains(&folder),
        None => {
            Path::new(word).extension().is_some_and(|extension| extension == "md")
                || ["clippy.toml", "deny.toml", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "NOTICE"].contains(&word)
        }
    }
}

/// Rows of the glossary: its words and what they mean.
fn glossary() -> Vec<(Vec<String>, String)> {
    let text = read("GLOSSARY.md");
    let rows: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
        .filter(|(word, _)| *word != "word" && !word.starts_with("---"))
        .map(|(words, meaning)| (words.split(", ").map(str::to_owned).collect(), meaning.to_owned()))
        .collect();
    assert!(rows.len() > 40, "only {} rows", rows.len());
    rows
}
