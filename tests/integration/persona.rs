//! Personas: accounts of one seller are united by what they share, others are not, and a person has the last word.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use sqlx::Row;
use vigie::config::Database;
use vigie::database::{self, Connection};
use vigie::eval::linkage::{feed, world, world::World};
use vigie::persona::mark::Name;
use vigie::persona::weights;
use vigie::store::captures::{self, CaptureRow};
use vigie::store::identity::vendor_id;
use vigie::store::marks::{self, Marks, Seller, Shown, Touched, Unowned};
use vigie::store::{apart, decisions, personas};

use crate::instance::{Place, program};

/// Anna on three sources: a contact joins the first two, nothing the third.
pub(crate) fn place() -> Place {
    let place = Place::new();
    for (source, name, text) in [
        ("s1", "anna", "Two lamps. Telegram: @anna_lamps_x"),
        ("s2", "anna88", "Lamps for sale, all sizes. Telegram: @anna_lamps_x"),
        ("s3", "bert", "Nothing to see."),
    ] {
        let row = json!({"id": "1", "title": "Lamp", "price": "5 EUR", "vendor": name, "description": text, "observed_at": "2026-01-02T03:04:05Z"});
        let rows = place.file("rows.jsonl", format!("{row}\n"));
        place.expect(0, &["import", &rows, "--source", source]);
    }
    place
}

fn names(dossier: &Value) -> Vec<&str> {
    dossier["accounts"].as_array().unwrap().iter().map(|account| account["name"].as_str().unwrap()).collect()
}

#[test]
pub(crate) fn a_shared_contact_unites_with_its_evidence_and_a_person_has_the_last_word() {
    let place = place();
    let show = |who: &str| place.rows(&["show", "persona", who, "--json"]).remove(0);
    let dossier = show("s1:anna");
    assert_eq!(names(&dossier), ["anna", "anna88"]);
    let pair = &dossier["pairs"][0];
    let link = &pair["links"][0];
    assert_eq!((link["kind"].as_str(), link["value"].as_str()), (Some("telegram"), Some("anna_lamps_x")));
    assert!(link["sentence"].as_str().unwrap().ends_with("show the same Telegram name: anna_lamps_x."), "{link}");
    assert!(link["evidence"].as_array().unwrap().iter().all(|one| one["capture"].as_str().unwrap().len() > 8), "{link}");
    assert_eq!((dossier["basis"].as_str(), dossier["evaluation"].as_str()), (Some("assessment"), Some("X4")));
    let id = dossier["persona"].as_str().unwrap();
    assert_eq!(show(id), dossier);
    assert_eq!(place.rows(&["show", "vendor", "anna88", "--json"])[0]["persona"], dossier["persona"]);

    // Refused pairs stay apart when everything is read again, and so does what was confirmed stay together.
    place.expect(0, &["persona", "refuse", "anna", "s2:anna88", "--reason", "two people", "--author", "carla"]);
    place.expect(0, &["persona", "confirm", "s1:anna", "bert", "--reason", "same parcel"]);
    for again in [false, true] {
        if again {
            place.expect(0, &["reextract"]);
        }
        let dossier = show("s1:anna");
        assert_eq!(names(&dossier), ["anna", "bert"]);
        let lead = &dossier["leads"][0];
        assert_eq!((lead["other"]["name"].as_str(), lead["decision"]["author"].as_str()), (Some("anna88"), Some("carla")));
        assert_eq!(lead["links"][0]["against"][0], "a person refused that these are one seller");
    }
    let said = place.expect(0, &["show", "persona", "anna88"]);
    assert!(said.contains("none: the account stands alone") && said.contains("refused by carla") && said.contains("two people"), "{said}");
    place.expect(0, &["persona", "confirm", "anna", "anna88", "--reason", "she said so"]);
    assert_eq!(names(&show("anna")), ["anna", "anna88", "bert"], "the last decision counts");

    assert!(place.refusal(1, &["show", "persona", "nobody"]).contains("SOURCE:NAME"));
    assert!(place.refusal(2, &["persona", "refuse", "anna", "anna", "--reason", "x"]).contains("one account"));
    assert!(place.refusal(2, &["persona", "refuse", "anna", "bert", "--reason", " "]).contains("--reason"));
    assert!(place.refusal(1, &["persona", "refuse", "anna", "nobody", "--reason", "x"]).contains("no account"));
}

/// A market, a copy of it whose listings ask for the copyist's money, and one more account of a seller of the market.
fn copied(place: &Place, copy_first: bool) {
    let row = |host: &str, vendor: &str, n: usize, text: &str| {
        let url = format!("http://{host}.example/item/{n}");
        let row = json!({"url": url, "title": format!("Lamp {n}"), "price": "5 EUR", "vendor": vendor, "description": text,
            "observed_at": if host == "copy" { "2026-01-03T03:04:05Z" } else { "2026-01-02T03:04:05Z" }});
        format!("{row}\n")
    };
    let site = |host: &str, contact: &str| {
        (0..8)
            .map(|n| row(host, ["anna", "bert"][n % 2], n, &format!("Lamp number {n}, sent tomorrow. {}", [contact, ""][n % 2])))
            .collect::<String>()
    };
    let mut sites = vec![
        ("market", site("market", "Telegram: @anna_lamps_x")),
        ("copy", site("copy", "Telegram: @anna_lamps_x, or jabber: money@copyist.example.org")),
        ("board", row("board", "anna88", 1, "All sizes of lamps, ask me. Telegram: @anna_lamps_x")),
        ("forum", row("forum", "copyist", 1, "Ask for anything. Jabber: money@copyist.example.org")),
    ];
    if copy_first {
        sites.swap(0, 1);
    }
    for (source, rows) in sites {
        place.expect(0, &["import", &place.file("rows.jsonl", rows), "--source", source]);
    }
}

#[test]
pub(crate) fn an_account_on_a_replica_is_told_beside_its_original_and_links_nobody() {
    let mut told = Vec::new();
    for copy_first in [false, true] {
        let place = Place::new();
        copied(&place, copy_first);
        for again in [false, true] {
            if again {
                place.expect(0, &["reextract"]);
            }
            let dossier = place.rows(&["show", "persona", "copy:anna", "--json"]).remove(0);
            assert_eq!(names(&dossier), ["anna88", "anna"], "{dossier}");
            let copy = &dossier["copies"][0];
            assert_eq!(
                (copy["source"].as_str(), copy["name"].as_str(), copy["replica_of"].as_str()),
                (Some("copy"), Some("anna"), Some("market"))
            );
            assert_eq!(copy["copy_of"], dossier["accounts"][1]["vendor"]);
            assert_eq!(
                (dossier["pairs"].as_array().unwrap().len(), &dossier["leads"], &dossier["pairs"][0]["links"][0]["against"]),
                (1, &json!([]), &json!([]))
            );
            told.push(dossier["persona"].clone());
            let signs = |url: &str| place.rows(&["show", "listing", url, "--json"]).remove(0)["record"]["scam"]["because"].to_string();
            assert!(signs("copy:/item/1").contains("scam:replica_site"), "{}", signs("copy:/item/1"));
            assert!(!signs("market:/item/1").contains("scam:"), "{}", signs("market:/item/1"));
            let copyist = place.rows(&["show", "persona", "copyist", "--json"]).remove(0);
            assert_eq!((names(&copyist), &copyist["leads"]), (vec!["copyist"], &json!([])));
        }
        let said = place.expect(0, &["show", "persona", "market:anna"]);
        assert!(said.contains("its replica, linked with nobody") && said.contains("anna on copy"), "{said}");
        // What a person says goes before.
        place.expect(0, &["persona", "confirm", "copy:anna", "forum:copyist", "--reason", "it is his copy"]);
        let dossier = place.rows(&["show", "persona", "copyist", "--json"]).remove(0);
        assert_eq!((names(&dossier), dossier["accounts"][0]["replica_of"].as_str()), (vec!["anna", "copyist"], Some("market")));
        assert_eq!(place.rows(&["show", "persona", "market:anna", "--json"])[0]["copies"][0]["name"], "anna");
    }
    assert!(told.iter().all(|persona| *persona == told[0] && persona.is_string()), "{told:?}");
}

#[test]
fn a_persona_is_marked_as_the_strictest_of_its_sources_and_stricter_where_a_person_says_so() {
    let place = place();
    let marked = |who: &str| {
        let one = place.rows(&["show", "persona", who, "--json"]).remove(0);
        ["tlp", "pap"].map(|name| one[name].as_str().unwrap().to_owned())
    };
    assert_eq!((marked("anna"), marked("bert")), (["amber", "amber"].map(str::to_owned), ["amber", "amber"].map(str::to_owned)));
    place.expect(0, &["persona", "confirm", "anna", "anna88", "--reason", "watched", "--tlp", "red", "--pap", "green"]);
    assert_eq!(marked("anna"), ["red", "amber"], "never less strict than the sources");
    place.expect(0, &["reextract"]);
    assert_eq!(marked("anna88"), ["red", "amber"]);
    let out = place.folder.path().join("out");
    place.expect(0, &["export", "listings", "--out", out.to_str().unwrap()]);
    let exported = std::fs::read_to_string(out.join("listings.jsonl")).unwrap();
    let rows: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!((column("persona_tlp"), column("tlp")), (vec![json!("red"), json!("red"), Value::Null], vec![json!("amber"); 3]));
    assert_eq!(column("pap"), vec![json!("amber"); 3]);
    let said = place.expect(0, &["show", "persona", "anna"]);
    assert!(said.contains("TLP:RED PAP:AMBER"), "{said}");
    // The last decision of a pair counts.
    place.expect(0, &["persona", "confirm", "anna", "anna88", "--reason", "no longer watched"]);
    assert_eq!(marked("anna"), ["amber", "amber"]);
}

#[test]
fn accounts_are_compared_by_style_only_in_a_case_and_the_log_says_so() {
    let place = place();
    assert!(place.refusal(2, &["show", "persona", "anna", "--style"]).contains("--case"));
    assert!(place.refusal(2, &["show", "vendor", "anna", "--style", "--case", "C-7"]).contains("show persona"));
    let dossier = &place.rows(&["show", "persona", "anna", "--style", "--case", "C-7", "--json"])[0];
    assert_eq!(dossier["hints"], json!([]), "they wrote too little");
    assert!(place.rows(&["show", "persona", "anna", "--json"])[0].get("hints").is_none());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let logged: Vec<(String, Option<String>)> = runtime.block_on(async {
        let pool = place.store().await;
        sqlx::query_as("SELECT subject, case_reference FROM audit WHERE kind <> 'collection' ORDER BY id").fetch_all(&pool).await.unwrap()
    });
    assert_eq!(logged, [("persona anna, combination by style".to_owned(), Some("C-7".to_owned())), ("persona anna".to_owned(), None)]);
}

#[test]
fn in_a_small_world_proved_links_are_right_and_impersonators_are_flagged_and_not_united() {
    let output = program().args(["eval", "linkage", "--vendors", "60", "--sources", "3", "--seed", "3", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let proved = &found["links"]["pgp_key, both proved"];
    assert!(proved["right"].as_u64().unwrap() > 3 && proved["wrong"] == 0, "{found}");
    let links = found["links"].as_object().unwrap();
    let counted = |name: &str| links.values().map(|score| score[name].as_u64().unwrap()).sum::<u64>();
    assert!(counted("there") > 20 && counted("right") <= counted("there"), "{found}");
    assert!(links.values().any(|score| score["there"] == score["right"] && score["right"] != 0), "{found}");
    let impersonators = &found["impersonators"];
    assert!(impersonators[0].as_u64().unwrap() > 3 && impersonators[0] == impersonators[1] && impersonators[2] == 0, "{found}");
    assert_eq!((&found["united"]["wrong"], &found["copiers"][1]), (&json!(0), &json!(0)), "{found}");
    assert!(found["guarded"].as_u64().unwrap() >= 4, "support of three sources and the example key: {found}");
}

/// Personas of the world in a store of its own, and what its accounts prove, after each of these changes of which sources are replicas.
async fn of_world(world: &World, changes: &[&[&str]]) -> Vec<(BTreeMap<String, String>, Vec<(String, String, String)>)> {
    let folder = tempfile::tempdir().unwrap();
    feed::import(world, folder.path(), |_| ()).await.unwrap();
    let pool = database::open_existing(&folder.path().join("data"), &Database::Sqlite).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let mut found = Vec::new();
    for change in changes {
        let replicas: BTreeMap<String, String> = change.iter().map(|source| ((*source).to_owned(), "market1".to_owned())).collect();
        apart::set(&mut connection, &replicas).await.unwrap();
        let sql = "SELECT vendor_id, value, proof FROM account_mark WHERE proof <> 'shown' AND source NOT IN (SELECT source FROM replica_source) ORDER BY 1, 2";
        found.push((united(&mut connection).await, sqlx::query_as(sql).fetch_all(&mut *connection).await.unwrap()));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_with_a_replica_is_judged_as_if_that_were_not_there() {
    let whole = world::make(60, 3, 5).unwrap();
    let world = |without: &[&str]| {
        let mut world = whole.clone();
        world.sources.retain(|source| !without.contains(&source.as_str()));
        world.accounts.retain(|account| !without.contains(&account.source.as_str()));
        world
    };
    let changes: [&[&str]; 6] = [&[], &["market2"], &["market2", "market3"], &["market3"], &[], &["market2"]];
    let told = of_world(&whole, &changes).await;
    for at in [1, 2] {
        assert_eq!(told[at], of_world(&world(changes[at]), &[&[]]).await[0], "{:?}", changes[at]);
    }
    assert!(told[1].0.len() > 10 && told[0].0.len() > told[1].0.len() && told[1].1.len() > 3 && told[0].1.len() > told[1].1.len());
    assert_eq!((&told[4], &told[5]), (&told[0], &told[1]));
}

/// A new store with one capture.
async fn store(folder: &std::path::Path) -> database::Pool {
    let pool = database::open(folder, &Database::Sqlite).await.unwrap();
    let capture = CaptureRow {
        id: "c".into(),
        seq: 1,
        source: "s0".into(),
        address: "http://a.example/".into(),
        captured_at: 0,
        run: 0,
        reason: "manual".into(),
        outcome: "ok".into(),
        status: 200,
        segment: "s".into(),
        position: 0,
        bytes: 0,
        payload_digest: String::new(),
        refers_to: None,
        mapping: None,
        page_kind: "other".into(),
        authority: String::new(),
    };
    captures::insert(&mut pool.acquire().await.unwrap(), &[capture]).await.unwrap();
    pool
}

fn seller(n: u8) -> Seller {
    let (source, name) = (format!("s{}", n % 3), format!("seller{n}"));
    Seller { id: vendor_id(&source, &name), source, name }
}

/// A fact: an account shows a mark of a kind, or a source does.
#[derive(Debug, Clone)]
struct Fact {
    account: u8,
    mark: Name,
    place: String,
    unowned: bool,
}

fn fact() -> impl Strategy<Value = Fact> {
    let kind = prop_oneof![Just("telegram"), Just("email"), Just("payment_address"), Just("pgp_key")];
    (0_u8..14, kind, 0_u8..9, 0_u8..3, 0_u8..12).prop_map(|(account, kind, value, place, unowned)| Fact {
        account,
        mark: Name { kind: kind.to_owned(), value: format!("{kind}{value}") },
        place: if place == 0 { String::new() } else { format!("00{place}") },
        unowned: unowned == 0,
    })
}

async fn tell(connection: &mut Connection, facts: &[&Fact]) {
    let mut told = Marks::default();
    for fact in facts {
        let seller = seller(fact.account);
        if fact.unowned {
            told.unowned.push(Unowned { mark: fact.mark.clone(), source: seller.source, capture_id: "c".into() });
        } else {
            told.shown.push(Shown { seller, mark: fact.mark.clone(), place: fact.place.clone(), capture_id: "c".into(), at: 0 });
        }
    }
    let touched = marks::save(connection, &told).await.unwrap();
    personas::refresh(connection, touched).await.unwrap();
}

/// Whether each of the three sources is a replica now.
async fn replicas(connection: &mut Connection, which: u8) {
    let replicas = (0..3).filter(|n| which >> n & 1 == 1).map(|n| (format!("s{n}"), "elsewhere".to_owned())).collect();
    apart::set(connection, &replicas).await.unwrap();
}

async fn united(connection: &mut Connection) -> BTreeMap<String, String> {
    let rows = sqlx::query("SELECT vendor_id, persona_id FROM persona_member").fetch_all(connection).await.unwrap();
    rows.iter().map(|row| (row.get("vendor_id"), row.get("persona_id"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_order_of_facts_in_any_batches_gives_the_same_personas(
        facts in prop::collection::vec(fact(), 1..60),
        order in prop::collection::vec(any::<u32>(), 60),
        cut in 1_usize..9,
        decided in prop::collection::vec((0_u8..14, 0_u8..14, any::<bool>()), 0..4),
        when in any::<u8>(),
        copied in prop::collection::vec((any::<u8>(), 0_u8..8), 0..5),
        copied_at_last in prop_oneof![Just(0_u8), 0_u8..8],
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut shuffled: Vec<&Fact> = facts.iter().collect();
        shuffled.sort_by_key(|fact| order[facts.iter().position(|other| std::ptr::eq(other, *fact)).unwrap()]);
        let mut decided = decided;
        decided.sort();
        decided.dedup_by_key(|one| (one.0.min(one.1), one.0.max(one.1)));
        decided.retain(|one| one.0 != one.1);
        let orders: [Vec<Vec<&Fact>>; 3] = [
            vec![facts.iter().collect()],
            shuffled.chunks(cut).map(<[&Fact]>::to_vec).collect(),
            facts.iter().rev().map(|fact| vec![fact]).collect(),
        ];
        let results: Vec<_> = orders.iter().map(|batches| runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let pool = store(folder.path()).await;
            let mut connection = pool.acquire().await.unwrap();
            for n in 0..=batches.len() {
                for (_, which) in copied.iter().filter(|(at, _)| n == usize::from(*at) % (batches.len() + 1)) {
                    replicas(&mut connection, *which).await;
                }
                if n == batches.len() / 2 {
                    replicas(&mut connection, copied_at_last).await;
                }
                if n == usize::from(when) % (batches.len() + 1) {
                    for (one, other, confirm) in &decided {
                        let pair = (seller(*one).id, seller(*other).id);
                        let what = if *confirm { decisions::CONFIRM } else { decisions::REFUSE };
                        let said = decisions::Said { decision: what, reason: "why", author: "who", tlp: None, pap: None };
                        decisions::add(&mut connection, (&pair.0, &pair.1), said).await.unwrap();
                        let touched = Touched { decided: [pair.0, pair.1].into(), ..Touched::default() };
                        personas::refresh(&mut connection, touched).await.unwrap();
                    }
                }
                if let Some(batch) = batches.get(n) {
                    tell(&mut connection, batch).await;
                }
            }
            replicas(&mut connection, copied_at_last).await;
            let found = united(&mut connection).await;
            drop(connection);
            pool.close().await;
            found
        })).collect();
        prop_assert_eq!(&results[0], &results[1]);
        prop_assert_eq!(&results[0], &results[2]);
    }
}

#[test]
fn the_table_of_weights_is_that_of_the_document() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/personas.md")).unwrap();
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').map(str::trim).collect()).collect();
    let written: BTreeMap<&str, &str> = rows.iter().map(|cells| (cells[1].trim_matches('`'), cells[2])).collect();
    for weight in weights::WEIGHTS {
        assert_eq!(written.get(weight.kind).copied(), Some(weight.probability.to_string().as_str()), "{}", weight.kind);
    }
    assert_eq!(written.len(), weights::WEIGHTS.len() + 3, "three more rows are of keys that are not proved on both sides");
    for (kind, worth) in [
        ("pgp_key, in part", weights::KEY_PROVED_IN_PART),
        ("pgp_key, shown", weights::KEY_SHOWN),
        ("pgp_key, claimed", weights::KEY_CLAIMED),
    ] {
        assert_eq!(written.get(kind).copied(), Some(worth.to_string().as_str()), "{kind}");
    }
    for bound in [weights::THRESHOLD, weights::COPIED, weights::OTHER_KEYS] {
        assert!(text.contains(&format!("**{bound}**")), "{bound}");
    }
    for bound in [weights::MOST_ACCOUNTS, weights::MOST_OF_SOURCE] {
        assert!(text.contains(&format!("**{bound}**")), "{bound}");
    }
}
