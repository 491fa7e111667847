//! Orders, counts and pages; the same documents give the same answer however they came in.

use vigie_index::{Cursor, Document, Index, IndexError, Query, SearchOptions, Sort};

use crate::{NOW, amount, ask, index_of, titled};

fn stock() -> Vec<Document> {
    let words = ["glock", "rifle", "barrel", "kit", "the", "of", "magazine", "scope"];
    (0..300_usize)
        .map(|n| Document {
            description: (0..n % 40).map(|k| words[(n * 7 + k * k) % words.len()]).collect::<Vec<_>>().join(" "),
            language: [None, Some("en"), Some("de")][n % 3].map(str::to_owned),
            category: ["firearm.pistol", "part.barrel", "non_weapon"][n % 3].to_owned(),
            vendor: (n % 5 > 0).then(|| format!("vendor {}", n % 7)),
            ships_from: vec!["US".to_owned(); 1 + n % 2],
            family: if n % 3 == 0 { String::new() } else { format!("family {}", n % 50) },
            price_amount: (n % 4 > 0).then(|| (n as i64 * 37 % 100).into()),
            price_usd: if n % 4 == 1 { amount("10") } else { None },
            risk: (n % 10) as f64 / 10.0,
            first_seen: NOW + (n as i64 * 31 % 50),
            stored: format!("{{\"n\":{n}}}"),
            ..titled(&format!("id{:03}", n * 17 % 300), &format!("{} {}", words[n % 8], words[(n / 8) % 8]))
        })
        .collect()
}

fn answers(index: &Index) -> String {
    let mut out = String::new();
    for sort in [Sort::Relevance, Sort::NewestFirst, Sort::PriceAsc, Sort::PriceDesc, Sort::Risk] {
        for query in ["glock OR rifles OR barrels kit", "rifle scope", "\"glock kit\"~3 OR mag*", "NOT category:part", "the of"] {
            let count_by = ["category", "vendor", "ships_from", "lang"].map(str::to_owned).to_vec();
            let options = SearchOptions { limit: 50, offset: 3, sort, count_by, snippets: true, ..SearchOptions::default() };
            out += &serde_json::to_string(&ask(index, query, &options)).unwrap();
        }
    }
    out
}

#[test]
fn a_rebuilt_index_answers_byte_for_byte() {
    let documents = stock();
    let once = answers(&index_of(&documents));

    let index = Index::in_ram().unwrap();
    let mut writer = index.writer().unwrap();
    let stale: Vec<Document> =
        documents.iter().map(|d| Document { description: format!("{} glock glock barrel", d.description), ..d.clone() }).collect();
    writer.apply(&stale, &[], 1).unwrap();
    writer.apply(&[titled("gone", "glock rifle barrel kit")], &[], 2).unwrap();
    for (n, batch) in documents.rchunks(37).enumerate() {
        writer.apply(batch, &["gone".to_owned()], 3 + n as i64).unwrap();
    }
    assert_eq!(answers(&index), once);
    writer.finish().unwrap();
    assert_eq!(answers(&index), once);
    assert!(once.contains("\"total\":200"));
}

/// Enough listings for many blocks of postings, some short and some long, some replaced, some with ids that begin alike.
fn crowd() -> Index {
    let words = ["glock", "rifle", "barrel", "kit", "magazine", "scope"];
    let listing = |n: usize| {
        let mut number = n;
        let mut next = |end: usize| {
            number = (number * 7_919 + 12_345) % 1_000_003;
            number % end
        };
        let most = [3, 30, 300][next(3)];
        let description = (0..next(most)).map(|_| if next(3) == 0 { words[next(6)] } else { "other" }).collect::<Vec<_>>().join(" ");
        let title = (0..1 + next(4)).map(|_| words[next(6)]).collect::<Vec<_>>().join(" ");
        Document {
            description,
            language: [None, Some("en")][next(2)].map(str::to_owned),
            family: format!("family {}", next(900)),
            price_usd: if next(3) == 0 { amount(&next(50).to_string()) } else { None },
            price_amount: amount("20").filter(|_| next(2) == 0),
            first_seen: NOW + next(20) as i64,
            ..titled(&format!("{:08x}{n}", next(1_000)), &title)
        }
    };
    let index = Index::in_ram().unwrap();
    let mut writer = index.writer().unwrap();
    for (n, numbers) in [0..1_500, 1_500..2_000, 2_000..2_200, 2_200..2_210, 0..50].into_iter().enumerate() {
        writer.apply(&numbers.map(listing).collect::<Vec<_>>(), &[], n as i64).unwrap();
    }
    index
}

#[test]
fn the_first_hits_are_the_first_of_all() {
    let index = crowd();
    for query in
        ["glock", "rifles^3", "=kit", "title:scope", "\"glock kit\"", "mag*", "rifle~1", "glock OR kit", "(glock OR scope) rifle -kit", "*"]
    {
        for sort in [Sort::Relevance, Sort::NewestFirst, Sort::PriceAsc, Sort::PriceDesc, Sort::Id] {
            for collapse in [false, true] {
                let options = SearchOptions { limit: 5_000, sort, collapse, ..SearchOptions::default() };
                let all = ask(&index, query, &options);
                let first = ask(&index, query, &SearchOptions { limit: 10, ..options.clone() });
                assert_eq!(first.hits[..], all.hits[..10], "{query} {sort:?} {collapse}");
                assert_eq!((first.total, first.families), (all.total, all.families), "{query} {sort:?} {collapse}");
                let after = all.hits.get(39).map(|hit| hit.cursor.clone());
                let next = ask(&index, query, &SearchOptions { limit: 10, after, ..options });
                assert_eq!(next.hits[..], all.hits[40..50], "{query} {sort:?} {collapse}");
                assert_eq!(all.total, ask(&index, query, &SearchOptions { limit: 0, ..SearchOptions::default() }).total);
            }
        }
    }
}

/// The engine keeps the best of each block by the average length of its own segment, which is not the one that scores are reckoned with.
#[test]
fn the_first_hits_are_found_where_the_engine_has_another_best() {
    let title = |n: usize| match n {
        n if n % 2 == 1 => "scope",
        n if n % 80 == 0 => "glock glock steel frame",
        _ => "glock",
    };
    let listing = |n: usize| titled(&format!("{:08x}", 5_000 - n), title(n));
    let index = Index::in_ram().unwrap();
    let mut writer = index.writer().unwrap();
    for (n, numbers) in [0..3_000, 3_000..5_000].into_iter().enumerate() {
        writer.apply(&numbers.map(listing).collect::<Vec<_>>(), &[], n as i64).unwrap();
    }
    let all = ask(&index, "=glock", &SearchOptions { limit: 5_000, ..SearchOptions::default() });
    let first = ask(&index, "=glock", &SearchOptions { limit: 10, ..SearchOptions::default() });
    assert_eq!(first.hits[..], all.hits[..10]);
    assert!(all.hits[0].score == all.hits[60].score && all.hits[60].score > all.hits[70].score);
}

#[test]
fn orders_are_as_they_say() {
    let index = index_of(&stock());
    let ids = |sort| ask(&index, "*", &SearchOptions { limit: 300, sort, ..SearchOptions::default() });
    let documents = stock();
    let values = |sort, read: &dyn Fn(&Document) -> Option<f64>| {
        ids(sort).hits.iter().map(|hit| read(documents.iter().find(|d| d.id == hit.id).unwrap())).collect::<Vec<_>>()
    };
    let newest = values(Sort::NewestFirst, &|d| Some(d.first_seen as f64));
    assert!(newest.windows(2).all(|pair| pair[0] >= pair[1]));
    let risk = values(Sort::Risk, &|d| Some(d.risk));
    assert!(risk.windows(2).all(|pair| pair[0] >= pair[1]));
    let class = |d: &Document| match (d.price_usd, d.price_amount) {
        (Some(_), _) => Some(0.0),
        (None, Some(amount)) => Some(1.0 + f64::try_from(amount).unwrap() / 1000.0),
        (None, None) => Some(2.0),
    };
    assert!(values(Sort::PriceAsc, &class).windows(2).all(|pair| pair[0] <= pair[1]));
    assert_eq!(values(Sort::PriceDesc, &class).iter().filter(|v| **v == Some(2.0)).count(), 75);
    let relevance = ids(Sort::Relevance);
    assert!(relevance.hits.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn the_title_and_the_written_form_count_more() {
    let english = |id: &str, title: &str, description: &str| Document {
        description: description.to_owned(),
        language: Some("en".to_owned()),
        ..titled(id, title)
    };
    let index = index_of(&[
        english("c", "another thing", "a rifle here"),
        english("b", "one rifles thing", "nothing here"),
        english("a", "one other thing", "nothing here"),
        english("d", "one rifle thing", "nothing here"),
    ]);
    let results = ask(&index, "rifle", &SearchOptions::default());
    assert_eq!(results.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["d", "b", "c"]);
    assert!(results.hits.iter().all(|hit| hit.score > 0.0 && (hit.score * 128.0).fract() == 0.0));
}

#[test]
fn counts_are_exact_and_pages_meet() {
    let index = index_of(&stock());
    let counted = ask(
        &index,
        "*",
        &SearchOptions {
            limit: 0,
            count_by: vec!["category".to_owned(), "ships_from".to_owned(), "vendor".to_owned()],
            ..SearchOptions::default()
        },
    );
    assert_eq!((counted.total, counted.hits.len()), (300, 0));
    let expected: Vec<(String, u64)> = ["firearm.pistol", "non_weapon", "part.barrel"].map(|c| (c.to_owned(), 100)).to_vec();
    assert_eq!(counted.counts["category"], expected);
    assert_eq!(counted.counts["ships_from"], [("US".to_owned(), 300)]);
    assert_eq!(counted.counts["vendor"].iter().map(|(_, n)| n).sum::<u64>(), 240);

    let page = |offset, limit| ask(&index, "glock OR rifle", &SearchOptions { limit, offset, ..SearchOptions::default() }).hits;
    let all = page(0, 1000);
    let mut pages = page(0, 20);
    pages.extend(page(20, 30));
    assert_eq!(pages, all[..50]);
    assert!(page(100_000 - 5, 5).is_empty());
}

#[test]
fn cursors_pass_over_everything_once_in_every_order() {
    let index = index_of(&stock());
    for sort in [Sort::Relevance, Sort::NewestFirst, Sort::PriceAsc, Sort::PriceDesc, Sort::Risk] {
        for collapse in [false, true] {
            let page =
                |limit, after| ask(&index, "glock OR rifle", &SearchOptions { limit, after, sort, collapse, ..SearchOptions::default() });
            let all = page(1000, None);
            assert!(!all.more && all.hits.len() > 50);
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let next = page(7, after.clone());
                assert_eq!((next.total, next.families), (all.total, all.families));
                // As a script would hand it back.
                after = next.hits.last().map(|hit| hit.cursor.to_string().parse().unwrap());
                pages.extend(next.hits);
                if !next.more {
                    break;
                }
            }
            assert_eq!(pages, all.hits, "{sort:?} {collapse}");
        }
    }
    assert!("1-2".parse::<Cursor>().unwrap_err().to_string().contains("page"));
}

#[test]
fn a_family_is_one_hit_wherever_its_copies_lie() {
    let documents = stock();
    let answer = |index: &Index| ask(index, "glock OR rifle", &SearchOptions { limit: 1000, collapse: true, ..SearchOptions::default() });
    let once = answer(&index_of(&documents));
    let index = Index::in_ram().unwrap();
    let mut writer = index.writer().unwrap();
    for batch in documents.rchunks(37) {
        writer.apply(batch, &[], 1).unwrap();
    }
    assert_eq!(answer(&index), once);
    let plain = ask(&index, "glock OR rifle", &SearchOptions { limit: 1000, ..SearchOptions::default() });
    let family = |id: &str| {
        let document = documents.iter().find(|d| d.id == id).unwrap();
        if document.family.is_empty() { id.to_owned() } else { document.family.clone() }
    };
    let mut first: Vec<(String, u64)> = Vec::new();
    for hit in &plain.hits {
        match first.iter().position(|(id, _)| family(id) == family(&hit.id)) {
            Some(at) => first[at].1 += 1,
            None => first.push((hit.id.clone(), 0)),
        }
    }
    assert_eq!(once.hits.iter().map(|hit| (hit.id.clone(), hit.copies)).collect::<Vec<_>>(), first);
    assert_eq!((once.families, once.total), (Some(first.len() as u64), plain.total));
    assert!(first.iter().any(|(_, copies)| *copies > 1));
}

#[test]
fn impossible_wishes_are_refused_by_name() {
    let searcher = index_of(&[]).searcher().unwrap();
    let query = Query::parse("*", NOW).unwrap();
    let error = |options: SearchOptions| searcher.search(&query, &options).unwrap_err();
    let unknown = error(SearchOptions { count_by: vec!["title".to_owned()], ..SearchOptions::default() });
    assert!(matches!(&unknown, IndexError::NotCountable { field, known } if field == "title" && known.contains("ships_from")));
    assert!(matches!(error(SearchOptions { offset: usize::MAX, ..SearchOptions::default() }), IndexError::TooDeep { .. }));
    assert_eq!(searcher.search(&query, &SearchOptions::default()).unwrap().total, 0);
}
