//! Those whom the data are about: found, corrected, restricted everywhere at once, and whoever received data of them is known.

use serde_json::Value;

use crate::desk::Served;
use crate::instance::Place;

const ADDRESS: &str = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
/// What nobody may meet while its use is restricted: the name and words of the listings.
const THEIRS: [&str; 3] = ["annika", "Walther", "lower receiver"];

/// One seller with an account on each of two sources, and another seller beside.
fn stocked() -> Place {
    let place = Place::new();
    place.expect(0, &["watch", "add", "arms", "category:firearm OR category:part"]);
    place.expect(0, &["case", "open", "C-1", "--title", "From the north"]);
    for (source, rows) in [
        (
            "alpha",
            format!(
                "{}\n{}\n",
                r#"{"id":"1","title":"Glock 17 Gen 5, 9x19","description":"Two magazines, new.","price":"900","currency":"EUR","vendor":"iron dave"}"#,
                format_args!(
                    r#"{{"id":"2","title":"Walther P22 .22LR","description":"Pay to {ADDRESS}","price":"90","currency":"EUR","vendor":"annika"}}"#
                ),
            ),
        ),
        (
            "beta",
            format!(
                r#"{{"id":"7","title":"AR-15 lower receiver 80%","description":"Pay to {ADDRESS}","price":"120","currency":"USD","vendor":"annika"}}"#
            ),
        ),
    ] {
        let file = place.file(&format!("{source}.jsonl"), rows);
        place.expect(0, &["import", "--source", source, &file]);
    }
    place
}

fn found(place: &Place, asked: &str) -> Vec<Value> {
    place.rows(&["subject", "find", asked, "--json"])
}

#[test]
pub(crate) fn what_is_restricted_is_met_nowhere_until_it_is_lifted() {
    let place = stocked();
    place.expect(0, &["case", "add", "C-1", "vendor", "alpha:annika"]);
    place.expect(0, &["export", "listings", "--out", "before", "--recipient", "unit 4"]);
    let all = found(&place, ADDRESS);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(
        (&all[0]["restricted"], &all[0]["subject_category"], &all[0]["evaluation"]),
        (&false.into(), &"unknown".into(), &"X4".into())
    );
    let ids: Vec<&str> = all.iter().map(|one| one["vendor"].as_str().unwrap()).collect();
    assert!(place.refusal(1, &["subject", "find", "nobody"]).contains("vigie search"));
    assert!(place.refusal(2, &["subject", "restrict", "annika", "--reason", "contested"]).contains("SOURCE:NAME"));

    let open: Vec<String> = everywhere(&place).into_iter().filter(|said| THEIRS.iter().any(|word| said.contains(word))).collect();
    assert!(open.len() >= 7, "each of them shows it while nothing is restricted: {open:?}");
    for source in ["alpha", "beta"] {
        place.expect(0, &["subject", "restrict", &format!("{source}:annika"), "--reason", "accuracy contested", "--case", "C-1"]);
    }
    for said in everywhere(&place) {
        assert!(!THEIRS.iter().any(|word| said.contains(word)), "{said}");
    }
    for kind in [["vendor", "annika"], ["persona", "alpha:annika"], ["listing", "alpha:2"], ["trace", "beta:7"]] {
        let refused = place.refusal(1, &["show", kind[0], kind[1]]);
        assert!(refused.contains("restricted") && refused.contains("--include-restricted"), "{refused}");
        place.expect(0, &["show", kind[0], kind[1], "--include-restricted"]);
    }
    // A new version is kept and matched, and tells nobody.
    let rows = place.file("new.jsonl", r#"{"id":"9","title":"Walther PP","price":"70","currency":"EUR","vendor":"annika"}"#);
    place.expect(0, &["import", "--source", "alpha", &rows]);
    assert!(!place.expect(0, &["alerts", "--json"]).contains("Walther"));
    let kept = found(&place, ids[0]);
    assert!(kept.iter().any(|one| one["restricted"] == true && one["cases"][0] == "C-1"), "{kept:?}");
    assert_eq!(place.rows(&["subject", "list", "--json"]).len(), 2);

    for source in ["alpha", "beta"] {
        place.expect(0, &["subject", "lift", &format!("{source}:annika"), "--reason", "found right"]);
    }
    let again: Vec<String> = everywhere(&place).into_iter().filter(|said| THEIRS.iter().any(|word| said.contains(word))).collect();
    assert_eq!(again.len(), open.len());
    let statements = found(&place, "alpha:annika")[0]["statements"].as_array().unwrap().len();
    assert_eq!((statements, place.rows(&["subject", "list", "--json"]).len()), (2, 0), "all that was said is kept");
    assert_eq!(place.run(&["verify", "--audit"]).status.code(), Some(0));
}

/// What the commands that show content say.
fn everywhere(place: &Place) -> Vec<String> {
    let commands = [
        &["search", "*", "--json"][..],
        &["search", "walther OR receiver", "--json"],
        &["search", "*", "--count-by", "vendor"],
        &["search", "*"],
        &["alerts"],
        &["alerts", "--json"],
        &["watch", "try", "category:firearm OR category:part"],
    ];
    let mut said: Vec<String> = commands.iter().map(|words| place.expect(0, words)).collect();
    place.expect(0, &["export", "listings", "--out", "out"]);
    for file in ["out/listings.jsonl", "out/listings.csv"] {
        said.push(std::fs::read_to_string(place.data().with_file_name(file)).unwrap());
    }
    said
}

#[test]
pub(crate) fn what_is_said_of_a_subject_stands_beside_what_pages_show() {
    let place = stocked();
    place.expect(0, &["export", "listings", "--out", "out", "--recipient", "unit 4", "--case", "C-1"]);
    let mark = ["subject", "mark", "alpha:annika", "--reason", "test purchase"];
    assert!(place.refusal(2, &mark).contains("--category"));
    assert!(place.refusal(1, &[&mark[..], &["--evaluation", "E9"]].concat()).contains("X4"));
    place.expect(0, &[&mark[..], &["--category", "suspect", "--basis", "assessment", "--evaluation", "B2"]].concat());
    place.expect(0, &["subject", "rectify", "alpha:annika", "name", "Berta", "--reason", "proof in 12/26"]);
    place.expect(0, &["subject", "rectify", "alpha:annika", "name", "Berta B.", "--reason", "proof in 13/26"]);
    let dossier = &place.rows(&["show", "vendor", "annika", "--source", "alpha", "--json"])[0];
    assert_eq!(
        (&dossier["subject_category"], &dossier["basis"], &dossier["evaluation"], &dossier["name"]),
        (&"suspect".into(), &"assessment".into(), &"B2".into(), &"annika".into())
    );
    assert_eq!((dossier["corrected"].as_array().unwrap().len(), &dossier["corrected"][0]["value"]), (1, &"Berta B.".into()));
    let shown = place.expect(0, &["show", "vendor", "annika", "--source", "alpha"]);
    assert!(shown.contains("suspect, assessment, evaluation B2") && shown.contains("name: Berta B. (proof in 13/26)"), "{shown}");
    // The other account is untouched, and facts built again lose nothing that was said.
    assert_eq!(place.rows(&["show", "vendor", "annika", "--source", "beta", "--json"])[0]["subject_category"], "unknown");
    place.expect(0, &["reextract"]);
    assert_eq!(&place.rows(&["show", "vendor", "annika", "--source", "alpha", "--json"])[0], dossier);

    let recipients = place.rows(&["subject", "recipients", "alpha:annika", "--json"]);
    assert_eq!((recipients.len(), &recipients[0]["export"]["recipient"], &recipients[0]["told_at"]), (1, &"unit 4".into(), &Value::Null));
    let export = recipients[0]["export"]["id"].to_string();
    assert!(place.refusal(1, &["subject", "recipients", "alpha:annika", "--told", "999999"]).contains("named nothing"));
    let told = place.expect(0, &["subject", "recipients", "alpha:annika", "--told", &export]);
    assert!(told.contains("unit 4: told"), "{told}");
    let logged = place.rows(&["audit", "list", "--json", "--kind", "alteration", "--limit", "100"]);
    for action in ["subject mark", "subject rectify", "subject told"] {
        assert!(logged.iter().any(|row| row["action"] == action), "{action}");
    }
}

#[test]
fn the_desk_shows_nothing_of_a_restricted_seller_but_to_a_supervisor() {
    let place = stocked();
    let beta = place.rows(&["search", "receiver", "--json"])[0]["listing"].as_str().unwrap().to_owned();
    let listing = place.rows(&["search", "walther", "--json"])[0]["listing"].as_str().unwrap().to_owned();
    place.expect(0, &["case", "add", "C-1", "vendor", "alpha:annika"]);
    place.expect(0, &["case", "add", "C-1", "listing", "alpha:2"]);
    let ids: Vec<String> = found(&place, ADDRESS).iter().map(|one| one["vendor"].as_str().unwrap().to_owned()).collect();
    let served = Served::over(&place);
    let mut investigator = served.signed_in("investigator");
    let paths = [
        "/".to_owned(),
        "/?q=walther".to_owned(),
        format!("/listing/{listing}"),
        format!("/listing/{beta}/trace"),
        "/vendor?source=alpha&name=annika".to_owned(),
        format!("/persona/{}", ids[0]),
        format!("/indicator?value={ADDRESS}"),
        format!("/graph?indicator={ADDRESS}"),
        format!("/graph?vendor={}", ids[1]),
        "/graph?listing=alpha:2".to_owned(),
        "/alerts?all=on".to_owned(),
        "/cases/C-1".to_owned(),
        "/trends".to_owned(),
        "/watches/arms".to_owned(),
        "/watches/try?query=category:firearm".to_owned(),
    ];
    let told = |answer: &str| THEIRS.iter().any(|word| answer.contains(word));
    let before = paths.iter().filter(|path| told(&unasked(&investigator.get(path).body))).count();
    assert!(before >= 9, "{before} of {} show it before", paths.len());

    let why = investigator.get("/subjects?find=annika");
    assert!(why.status == 200 && !why.body.contains(&ids[0]), "nobody is looked for without a reason");
    let page = investigator.get("/subjects?find=annika&why=request+12/26");
    assert!(ids.iter().all(|id| page.body.contains(id)), "{}", page.body);
    for id in &ids {
        let said = [("vendor", id.as_str()), ("field", "restricted"), ("value", "yes"), ("reason", "contested")];
        assert_eq!(investigator.post("/subjects/say", &said).status, 303);
    }
    for path in &paths {
        let answer = investigator.get(path);
        assert!(!told(&unasked(&answer.body)), "{path}: {}", answer.body);
    }
    assert_eq!(investigator.get(&format!("/listing/{listing}")).status, 403);
    let mut supervisor = served.signed_in("supervisor");
    assert!(supervisor.get(&format!("/listing/{listing}")).body.contains("Walther"));
    assert!(!told(&unasked(&supervisor.get("/?q=walther").body)), "nobody searches what is restricted");
    assert_eq!(
        supervisor.post("/subjects/say", &[("vendor", &ids[0]), ("field", "restricted"), ("value", "no"), ("reason", "")]).status,
        400
    );
    let log = place.expect(0, &["audit", "list", "--limit", "1000"]);
    assert!(log.contains("subject restrict") && log.contains("request 12/26"), "{log}");
}

/// A page without what the asker typed, which it shows again.
fn unasked(body: &str) -> String {
    let mut rest = body.to_owned();
    for typed in ["value=\"walther\"", "q=walther", "name=annika"] {
        rest = rest.replace(typed, "");
    }
    rest
}
