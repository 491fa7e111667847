//! What holds on SQLite holds on PostgreSQL: the tests of the store run on both, and the same input gives the same bytes.
//!
//! Tests that need a server are ignored without one, so that a run says how many it skipped; `cargo xtask test` starts one for them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use vigie::database::{self, Hold};
use vigie::frontier::measure::{Size, measure};

use crate::crawl::facts;
use crate::instance::{Instance, Place, lines};
use crate::server::{Cluster, Facts, ask, on_postgres};

/// Runs tests of other files, which stand there for SQLite, on the server too.
macro_rules! contract {
    ($($module:ident: $($test:ident),+;)+) => {
        mod postgres {
            $(mod $module {
                $(#[test]
                #[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
                fn $test() {
                    crate::server::on_postgres(crate::$module::$test);
                })+
            })+
        }
    };
}

contract! {
    crawl:
        what_the_market_holds_is_found_and_a_changed_price_is_one_version_and_one_alert,
        killed_in_mid_crawl_nothing_is_lost_and_nothing_doubled,
        facts_and_index_built_again_are_the_same_byte_for_byte,
        a_wall_where_content_was_pauses_the_source_until_a_person_names_it;
    import:
        tables_of_every_kind_are_read,
        versions_follow_the_time_of_observation_and_without_one_the_order_of_the_file,
        an_export_and_an_archive_of_ours_come_back_as_they_were,
        captures_of_another_crawler_are_read;
    recovery:
        killed_in_mid_import_nothing_is_lost_and_nothing_doubled,
        rows_and_captures_archived_before_a_kill_are_read_by_the_next_command,
        a_replay_that_is_killed_leaves_the_rest_to_the_next_one,
        damage_is_found_and_named,
        derived_facts_and_the_index_come_back_after_they_were_deleted;
    persona:
        a_shared_contact_unites_with_its_evidence_and_a_person_has_the_last_word;
    events:
        changes_notify_where_they_are_asked_for,
        thresholds_mutes_and_ends_hold_notifications_back_and_no_match,
        pages_that_go_and_come_back_are_told,
        new_vendors_and_what_moves_between_sources_are_told,
        steps_of_triage_are_kept_and_tell_how_good_a_watch_is;
    watches:
        a_watch_raises_exactly_what_search_finds,
        copies_of_one_vendor_make_one_notification,
        killed_between_commit_and_delivery_each_notification_comes_once,
        watches_are_added_listed_and_removed_and_bad_ones_are_refused;
    families:
        copies_join_on_ingest_and_other_goods_never_do,
        a_copy_that_tells_more_is_notified;
    cli:
        one_writer_at_a_time_and_readers_beside_it,
        case_and_purpose_of_a_reading_are_logged,
        hostile_text_goes_through_the_whole_path_and_steers_no_terminal;
    reading_log:
        rows_follow_one_another_and_say_what_kind_they_are,
        the_database_refuses_to_change_or_remove_rows,
        whatever_is_changed_in_the_log_is_found_with_its_number,
        a_log_that_is_written_anew_is_told_by_its_anchors,
        rows_of_an_earlier_version_are_chained_once_in_their_order,
        its_retention_leaves_a_log_that_verifies,
        many_writers_at_once_make_one_chain,
        a_sample_is_drawn_again_by_its_seed_and_reviewed,
        who_was_given_an_export_is_kept;
    cases:
        a_case_keeps_what_is_put_into_it_until_it_is_closed;
    subjects:
        what_is_restricted_is_met_nowhere_until_it_is_lifted,
        what_is_said_of_a_subject_stands_beside_what_pages_show;
    expectations:
        a_layout_that_changes_is_noticed_in_the_same_run_with_field_and_figures;
    mirrors:
        a_mirror_that_dies_in_mid_crawl_is_replaced_and_nothing_is_lost_or_doubled,
        with_all_mirrors_down_a_source_waits_and_goes_on_where_it_was,
        addresses_of_an_earlier_frontier_are_brought_under_the_primary,
        announced_mirrors_are_proposed_with_what_their_signature_proves_and_never_followed;
    sessions:
        a_session_opens_what_a_login_wall_closes_until_a_wall_ends_it,
        a_running_daemon_takes_sessions_up_and_lets_them_go,
        every_capture_names_its_authority_and_a_rebuilt_store_does_too;
    users:
        a_first_sign_in_changes_the_password_and_sets_up_codes_that_are_taken_once,
        failures_lock_a_user_and_an_address_out_and_unknown_names_look_the_same,
        codes_cannot_be_guessed_by_whoever_has_the_password,
        sign_ins_end_by_age_by_idleness_and_by_hand,
        tokens_do_what_they_were_made_for_until_they_end,
        users_are_managed_by_commands_that_the_reading_log_knows;
    oidc:
        a_person_whom_an_administrator_named_comes_in_and_nobody_else,
        a_trip_is_one_browsers_and_good_for_once;
    sources:
        every_state_has_a_real_cause_a_reason_and_something_to_do;
    budget:
        a_sweep_visits_everything_on_its_calendar_beside_adaptive_visits;
    run:
        it_crawls_beside_its_readers_and_stops_cleanly;
    delivery:
        each_notification_is_signed_and_tried_again_until_it_is_accepted,
        killed_in_mid_delivery_every_notification_comes_under_one_key;
    export:
        listings_come_one_a_row_in_their_latest_version_sorted_by_bytes,
        weeks_count_what_was_seen_in_them_at_the_price_of_the_week,
        supply_is_what_is_offered_and_split_things_count_once,
        errors_are_estimated_from_a_sample_that_a_person_judged,
        two_exports_have_the_same_bytes_and_an_empty_store_gives_headers;
}

/// Rows whose keys sort differently by language and by bytes, with text that an engine may not take as it is.
fn rows() -> String {
    // Not one character repeats often enough for a server to shorten it before it is indexed.
    let noise = |n: u32| -> String {
        (0..4_000u32).map(|i| char::from(b'!' + (i.wrapping_mul(2_654_435_761).wrapping_add(n) >> 13) as u8 % 90)).collect()
    };
    let keys = ["a", "B", "_c", "Ä", "ä", "z", "Z", "a-b", "a b", "ab", "é", "e\u{301}", "ß", "ss", "İ", "i", "🔫", "0", "10", "9"];
    let mut rows: Vec<Value> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| {
            json!({
                "id": key, "title": format!("Glock 19 {key}"), "description": format!("NUL \u{0} and \\ and ' and $1 {key}"), "vendor": format!("{key} & Söhne"),
                "price": n + 100, "currency": "EUR", "observed_at": format!("2026-01-{:02}T10:00:00Z", n + 1), "category_path": ["Weapons", *key],
            })
        })
        .collect();
    rows.push(json!({"id": noise(1), "title": noise(2), "description": noise(3).repeat(20), "vendor": noise(4), "observed_at": "2026-02-01T00:00:00Z"}));
    rows.push(json!({"url": format!("http://a.example/{}", noise(5).replace(['/', '?', '#', '\\'], "x")), "title": "long address", "observed_at": "2026-02-02T00:00:00Z"}));
    rows.iter().chain(&rows).map(|row| format!("{row}\n")).collect()
}

/// All files below a folder with their bytes.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())).collect()
}

fn exported(place: &Place) -> Vec<(String, Vec<u8>)> {
    let out = place.folder.path().join("exported");
    for format in ["listings", "tables"] {
        place.expect(0, &["export", format, "--out", out.to_str().unwrap()]);
    }
    content(&out)
}

#[test]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
fn the_same_rows_give_the_same_exports_byte_for_byte() {
    let fill = || {
        let place = Place::new();
        place.expect(0, &["watch", "add", "all", "glock"]);
        let file = place.file("rows.jsonl", rows());
        place.expect(0, &["import", &file, "--source", "s1"]);
        place.expect(0, &["import", &file, "--source", "s2"]);
        let again = place.expect(0, &["import", &file, "--source", "s2", "--json"]);
        assert_eq!(lines(&again)[0]["pages"], 0, "what is held is known, however long its address");
        place
    };
    // Captures have random names.
    let nameless = |place: &Place| -> Vec<Value> {
        let mut rows = place.listings();
        rows.iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("capture_id")));
        rows
    };
    let found = |place: &Place| -> BTreeSet<String> {
        place.rows(&["search", "*", "--json", "--limit", "1000"]).iter().map(|row| row["title"].to_string()).collect()
    };
    let here = fill();
    let ours = exported(&here);
    assert!(ours.len() > 4 && ours.iter().any(|(_, bytes)| bytes.len() > 10_000));
    on_postgres(|| {
        let there = fill();
        assert_eq!(nameless(&there), nameless(&here));
        assert_eq!(found(&there), found(&here));
        assert_eq!(there.rows(&["alerts", "--json"]).len(), here.rows(&["alerts", "--json"]).len());
        // The folder moves to a server: its archive and keys are all that goes along.
        let moved = Place::new();
        copy(&here.data(), &moved.data(), &["index", "vigie.sqlite", "vigie.sqlite-wal", "vigie.sqlite-shm"]);
        let file = moved.file("rows.jsonl", rows());
        let again = moved.expect(0, &["import", &file, "--source", "s1", "--json"]);
        assert_eq!(lines(&again)[0]["pages"], 0, "all was read from the archive");
        assert!(exported(&moved) == ours, "the exports differ");
        moved.expect(0, &["reextract"]);
        assert!(exported(&moved) == ours, "built again they differ");
        moved.expect(0, &["verify"]);
    });
}

fn copy(from: &Path, to: &Path, but: &[&str]) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if but.contains(&name.as_str()) {
        } else if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name), but);
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
fn a_database_belongs_to_one_data_folder() {
    on_postgres(|| {
        let place = Place::new();
        assert!(place.refusal(1, &["search", "*"]).contains("holds no Vigie data"));
        let file = place.file("rows.jsonl", "{\"id\": 1, \"title\": \"a\"}\n");
        place.expect(0, &["import", &file, "--source", "s1"]);
        // The folder with another name of the instance, and with none.
        let name = place.data().join("instance");
        let kept = std::fs::read_to_string(&name).unwrap();
        std::fs::write(&name, "another\n").unwrap();
        let said = place.refusal(1, &["search", "*"]);
        assert!(
            said.contains("belongs to another data folder") && said.contains(place.data().to_str().unwrap()) && said.contains("hint"),
            "{said}"
        );
        std::fs::remove_file(&name).unwrap();
        let said = place.refusal(1, &["import", &file, "--source", "s1"]);
        assert!(said.contains("belongs to another data folder") && said.contains(kept.trim()), "{said}");
        std::fs::write(&name, kept.trim()).unwrap();
        assert_eq!(place.rows(&["search", "*", "--json"]).len(), 1);
    });
}

#[test]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
fn commands_beside_one_another_take_turns() {
    on_postgres(|| {
        let place = Place::new();
        place.expect(0, &["watch", "add", "first", "glock"]);
        let all: Vec<_> = (0..12)
            .map(|n| {
                let name = format!("w{n}");
                let arguments: &[&str] = if n % 2 == 0 { &["watch", "add", &name, "glock"] } else { &["watch", "list"] };
                place.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for one in all {
            let output = one.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(place.rows(&["watch", "list", "--json"]).len(), 7);
        let logged = ask(&place.facts.address, "SELECT CAST(id AS TEXT) FROM audit ORDER BY audit.id");
        assert_eq!(logged, (1..=14).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
async fn of_two_writers_of_one_database_one_writes() {
    let facts = Facts::on_server("");
    let folder = tempfile::tempdir().unwrap();
    let pool = database::open(folder.path(), &facts.database()).await.unwrap();
    let first = Hold::take(&pool, folder.path(), &facts.database()).await.unwrap();
    first.begin(&pool).await.unwrap().commit().await.unwrap();
    let refused = format!("{:#}", Hold::take(&pool, folder.path(), &facts.database()).await.unwrap_err());
    assert!(refused.contains("another vigie process writes") && refused.contains("hint"), "{refused}");
    // The server lost the session of the first, which does not know it: it writes on until another comes.
    facts.end_sessions();
    let pool = database::open(folder.path(), &facts.database()).await.unwrap();
    first.begin(&pool).await.unwrap().commit().await.unwrap();
    let second = Hold::take(&pool, folder.path(), &facts.database()).await.unwrap();
    let refused = format!("{:#}", first.begin(&pool).await.unwrap_err());
    assert!(refused.contains("taken over"), "{refused}");
    second.begin(&pool).await.unwrap().commit().await.unwrap();
    pool.close().await;
}

/// Twenty hosts of two sources; of the measure the work counts here, not the speed.
fn remembered_and_visited() {
    let facts = Facts::new();
    let folder = tempfile::tempdir().unwrap();
    let size = Size { urls: 4_000, hosts: 20, visits: 150 };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let measured = runtime.block_on(measure(folder.path(), &facts.database(), size)).unwrap();
    assert_eq!(measured.urls, 4_000);
    assert!(measured.disk_bytes_per_url > measured.bytes_of_an_address, "{measured:?}");
}

#[test]
fn a_frontier_measures_itself() {
    remembered_and_visited();
}

#[test]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
fn a_frontier_measures_itself_on_a_server() {
    on_postgres(remembered_and_visited);
}

#[test]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
fn what_is_no_database_for_us_is_said_with_a_remedy() {
    let place = Place::new();
    let file = place.file("rows.jsonl", "{\"id\": 1, \"title\": \"a\"}\n");
    let import = ["import", file.as_str(), "--source", "s1"];
    let facts = Facts::on_server("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    place.settings(&facts.address);
    let said = place.refusal(1, &import);
    assert!(said.contains("LATIN1") && said.contains("--encoding=UTF8"), "{said}");
    place.settings(&format!("{}_not", facts.address));
    let said = place.refusal(1, &import);
    assert!(said.contains("does not exist") && said.contains("hint"), "{said}");
    assert!(!place.data().join("instance").exists());
}

#[test]
fn a_server_that_is_not_there_is_said_at_once_and_without_the_password() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place::new();
    place.settings(&format!("postgres://vigie:s3cret@{nobody}/vigie"));
    let shown = place.expect(0, &["check"]) + &place.expect(0, &["check", "--json"]);
    assert!(shown.contains(&format!("postgres://vigie:***@{nobody}/vigie")) && !shown.contains("s3cret"), "{shown}");
    let said = place.refusal(1, &["watch", "add", "w", "glock"]);
    assert!(
        said.contains(&format!("cannot open postgres://vigie:***@{nobody}/vigie")) && said.contains("hint: is the server running"),
        "{said}"
    );
    assert!(!said.contains("s3cret") && said.matches("hint: ").count() == 1, "{said}");
}

/// Crawls a market whose database fails in the middle, again and again, then to the end; the facts are those of a crawl that nothing disturbed.
fn crawled_through(facts_of: Facts, mut fail: impl FnMut(&Facts), mut mend: impl FnMut()) {
    let killed = Instance::with(facts_of);
    let mut failed = 0;
    for pages in [30, 60] {
        let asked = killed.market.log().len();
        let mut crawl = killed.command(&["crawl", "--once"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        // In the middle, however slow the machine is.
        while killed.market.log().len() < asked + pages && crawl.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(20));
        }
        // A session that ends between two transactions is replaced in silence; one within a transaction ends the crawl.
        while crawl.try_wait().unwrap().is_none() {
            fail(&killed.facts);
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = crawl.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            failed += 1;
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("error: ") && said.contains("hint: the connection to the database was lost"), "{said}");
        }
        mend();
    }
    assert_eq!(failed, 2, "no crawl met the failure");
    killed.crawl(&[]);
    killed.expect(0, &["verify"]);
    let clean = Instance::new();
    clean.crawl(&[]);
    assert_eq!(facts(&killed), facts(&clean));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
async fn sessions_ended_in_mid_crawl_nothing_is_lost_and_nothing_doubled() {
    let end = |facts: &Facts| {
        facts.end_sessions();
    };
    crawled_through(Facts::on_server(""), end, || ());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PostgreSQL server; `cargo xtask test` starts one"]
async fn a_server_stopped_in_mid_crawl_nothing_is_lost_and_nothing_doubled() {
    let cluster = Cluster::start();
    let stopped = std::cell::Cell::new(false);
    let stop = |_: &Facts| {
        if !stopped.replace(true) {
            cluster.stop();
        }
    };
    let resume = || {
        cluster.resume();
        stopped.set(false);
    };
    crawled_through(Facts::at(&cluster.address()), stop, resume);
}
