//! Every operation of the API: what it takes and gives, with an example. The document in OpenAPI is made of this table.

/// A parameter behind the question mark, or a header: name, type, whether it must be there, what it is.
pub(in crate::web) type Parameter = (&'static str, Type, bool, &'static str);

/// What a parameter is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Type {
    Text,
    /// May stand several times.
    Texts,
    Number,
    Truth,
    Day,
    Time,
    /// A header.
    Head,
}

/// An operation.
#[derive(Debug)]
pub(in crate::web) struct Operation {
    pub(in crate::web) method: &'static str,
    pub(in crate::web) path: &'static str,
    /// Code of the right that a token must have as a scope; `known` where any token will do, nothing where none is asked for.
    pub(in crate::web) scope: &'static str,
    pub(in crate::web) summary: &'static str,
    pub(in crate::web) parameters: &'static [Parameter],
    /// An example of the body, in JSON; empty without one.
    pub(in crate::web) body: &'static str,
    /// Members of the body that must be there.
    pub(in crate::web) needs: &'static [&'static str],
    pub(in crate::web) status: u16,
    /// An example of the answer; empty where there is nothing to tell.
    pub(in crate::web) answer: &'static str,
}

const LIMIT: Parameter = ("limit", Type::Number, false, "Things on the page, 1 to 200; 25 without it.");
const AFTER: Parameter = ("after", Type::Text, false, "`next` of the page before, as it is.");

const fn get(path: &'static str, scope: &'static str, summary: &'static str, answer: &'static str) -> Operation {
    Operation { method: "GET", path, scope, summary, parameters: &[], body: "", needs: &[], status: 200, answer }
}

const fn post(path: &'static str, scope: &'static str, summary: &'static str, body: &'static str, answer: &'static str) -> Operation {
    Operation { method: "POST", body, status: 201, ..get(path, scope, summary, answer) }
}

/// All of them, in the order of the routes.
pub(in crate::web) const OPERATIONS: &[Operation] = &[
    get("/api/v1/openapi.json", "", "This document.", r#"{"openapi": "3.1.0"}"#),
    get(
        "/api/v1/whoami",
        "known",
        "The user of the token, and what it may do. `null` stands for all sources or cases.",
        r#"{"name": "ada", "role": "investigator", "scopes": ["search", "read_named"], "sources": ["lantern"], "cases": null}"#,
    ),
    Operation {
        parameters: &[
            ("q", Type::Text, false, "A question in the query language; all listings without it."),
            ("from", Type::Day, false, "Seen on this day or later."),
            ("to", Type::Day, false, "Seen on this day or earlier."),
            ("sort", Type::Text, false, "`new`, `best`, `price`, `dear` or `risk`; `best` with a question, else `new`."),
            ("join_copies", Type::Truth, false, "One hit for each family of copies."),
            (
                "count_by",
                Type::Texts,
                false,
                "Counts all that matches by a field: `category`, `source`, `week` for a histogram, and so on.",
            ),
            AFTER,
            LIMIT,
        ],
        ..get(
            "/api/v1/search",
            "search",
            "Listings that answer a question. Without the scope read_named hits have no titles, names, texts and addresses.",
            r#"{"total": 2, "items": [{"listing": "3f2a9c", "source": "lantern", "title": "Glock 17", "url": "http://127.0.0.1/item/17",
            "key": "/item/17", "category": "firearm.pistol", "probability": 0.97, "score": 4.2, "price_amount": "1200",
            "price_currency": "EUR", "vendor": "ironside", "first_seen": "2026-11-16T08:00:00Z", "last_seen": "2026-11-20T08:00:00Z",
            "n_versions": 2, "snippet": {"text": "Glock 17", "highlights": [[0, 5]]}}], "next": "c2VhcmNoIDEt",
            "counts": {"week": [{"value": "2026-W47", "count": 2}]}, "costs": []}"#,
        )
    },
    get(
        "/api/v1/listings/{id}",
        "read_named",
        "The dossier of a listing: by its id, the beginning of it, or SOURCE:KEY.",
        r#"{"listing": "3f2a9c", "source": "lantern", "url": "http://127.0.0.1/item/17", "first_seen": "2026-11-16T08:00:00Z",
        "last_seen": "2026-11-20T08:00:00Z", "n_versions": 2, "n_sightings": 9, "family": "77ab", "capture": "0191",
        "prices": [{"at": "2026-11-16T08:00:00Z", "amount": "1200", "currency": "EUR", "capture": "0191"}],
        "timeline": [{"at": "2026-11-16T08:00:00Z", "what": "first seen", "capture": "0191"}],
        "record": {"title": "Glock 17", "description": "Unused."}}"#,
    ),
    get(
        "/api/v1/listings/{id}/versions",
        "read_named",
        "All that a listing said over time, oldest first.",
        r#"{"items": [{"n": 1, "first_seen": "2026-11-16T08:00:00Z", "capture": "0191", "family": "77ab", "record": {"title": "Glock 17"}}]}"#,
    ),
    Operation {
        needs: &["category"],
        ..post(
            "/api/v1/listings/{id}/label",
            "correct_labels",
            "Says what a listing is. Every label is kept, the last one counts.",
            r#"{"category": "firearm.pistol", "note": "slide and frame are shown"}"#,
            r#"{"listing": "3f2a9c", "category": "firearm.pistol", "note": "slide and frame are shown", "author": "ada"}"#,
        )
    },
    Operation {
        parameters: &[AFTER, LIMIT],
        ..get(
            "/api/v1/labels",
            "correct_labels",
            "The labels that count, oldest first.",
            r#"{"items": [{"listing": "3f2a9c", "source": "lantern", "family": "77ab", "category": "firearm.pistol", "subtype": null,
            "note": null, "author": "ada", "at": "2026-11-20T08:00:00Z"}]}"#,
        )
    },
    Operation {
        parameters: &[
            ("name", Type::Text, true, "Name of the account, as it is shown."),
            ("source", Type::Text, false, "On this source alone."),
        ],
        ..get(
            "/api/v1/vendors",
            "read_named",
            "Seller accounts of a name.",
            r#"{"items": [{"vendor": "9be1", "source": "lantern", "name": "ironside"}]}"#,
        )
    },
    get(
        "/api/v1/vendors/{id}",
        "read_named",
        "The dossier of a seller account.",
        r#"{"vendor": "9be1", "source": "lantern", "name": "ironside", "first_seen": "2026-11-16T08:00:00Z", "listings": [],
        "goods": [["firearm.pistol", 4]], "routes": [], "indicators": [], "subject_category": "unknown", "basis": "fact",
        "evaluation": "X4", "restricted": false, "tlp": "amber", "pap": "amber", "record": {"name": "ironside"}}"#,
    ),
    get(
        "/api/v1/personas/{id}",
        "read_named",
        "The dossier of a persona: accounts that are judged to be one seller, with the reasons.",
        r#"{"persona": "9be1", "subject_category": "unknown", "basis": "assessment", "evaluation": "X4", "restricted": false,
        "tlp": "amber", "pap": "amber", "accounts": [{"vendor": "9be1", "source": "lantern", "name": "ironside", "listings": 4}],
        "copies": [], "pairs": [], "leads": [], "shared": []}"#,
    ),
    Operation {
        parameters: &[("value", Type::Text, true, "A payment address, key or contact in its normal form.")],
        ..get(
            "/api/v1/indicators",
            "read_named",
            "The dossiers of an indicator, one for each kind that it was read as.",
            r#"{"items": [{"value": "ironside@example.org", "kind": "email", "first_seen": "2026-11-16T08:00:00Z",
            "last_seen": "2026-11-20T08:00:00Z", "n_captures": 3, "vendors": [["lantern", "ironside"]], "pages": [],
            "record": {"kind": "email", "value": "ironside@example.org"}}]}"#,
        )
    },
    Operation {
        parameters: &[
            ("watch", Type::Text, false, "Name of the watch."),
            ("state", Type::Text, false, "`new`, `seen`, `in_work`, `escalated`, `closed_true`, `closed_false` or `closed_duplicate`."),
            ("source", Type::Text, false, "Source id."),
            ("since", Type::Time, false, "Raised at this time or later."),
            ("after", Type::Text, false, "`next` or `position` of an earlier answer."),
            LIMIT,
        ],
        ..get(
            "/api/v1/alerts",
            "triage",
            "Alerts in the order of raising. `position` is where to go on later; a page may be short and still have a `next`. Without the \
             scope read_named alerts have no titles, names and addresses.",
            r#"{"items": [{"seq": 17, "id": "a41c", "watch": "pistols", "source": "lantern", "url": "http://127.0.0.1/item/17",
            "title": "Glock 17", "version": 1, "created_at": "2026-11-16T08:00:00Z", "listing": "3f2a9c", "vendor": "ironside",
            "state": "new", "events": ["new"], "priority": "normal", "notified_at": "2026-11-16T08:00:00Z", "notice": 3}],
            "next": "YWxlcnRzIDE3", "position": "YWxlcnRzIDE3"}"#,
        )
    },
    Operation {
        status: 200,
        needs: &["ids", "state"],
        ..post(
            "/api/v1/alerts/triage",
            "triage",
            "Writes a step of triage down for all of these alerts, 200 at most, or for none.",
            r#"{"ids": ["a41c"], "state": "in_work", "note": "asked the source"}"#,
            r#"{"changed": 1, "state": "in_work"}"#,
        )
    },
    Operation {
        parameters: &[("Last-Event-ID", Type::Head, false, "`id` of the last event that came; what was raised since comes first.")],
        ..get(
            "/api/v1/alerts/events",
            "triage",
            "New alerts as server-sent events, as they are raised: `alert` events with `id`, `seq`, `watch`, `source`, `priority` and, with the \
             scope read_named, `title`. Copies and what is held back are not told. The answer ends when the token does.",
            "",
        )
    },
    get(
        "/api/v1/alerts/{id}",
        "triage",
        "An alert with the steps of its triage.",
        r#"{"seq": 17, "id": "a41c", "watch": "pistols", "source": "lantern", "version": 1, "created_at": "2026-11-16T08:00:00Z",
        "listing": "3f2a9c", "state": "in_work",
        "steps": [{"state": "in_work", "author": "ada", "at": "2026-11-16T09:00:00Z", "note": "asked the source"}]}"#,
    ),
    get(
        "/api/v1/watches",
        "watches",
        "All watches by name. Options that are as usual are left out.",
        r#"{"items": [{"name": "pistols", "query": "category:firearm.pistol", "created_at": "2026-11-16T08:00:00Z", "options": {"priority": "high"}}]}"#,
    ),
    Operation {
        needs: &["name", "query"],
        ..post(
            "/api/v1/watches",
            "watches",
            "Keeps a question as a watch; every new version is tested against it from then on. Options are written as in watches.toml.",
            r#"{"name": "pistols", "query": "category:firearm.pistol", "options": {"priority": "high"}}"#,
            r#"{"name": "pistols", "query": "category:firearm.pistol", "created_at": "2026-11-16T08:00:00Z", "options": {"priority": "high"}}"#,
        )
    },
    Operation {
        status: 200,
        needs: &["query"],
        ..post(
            "/api/v1/watches/try",
            "watches",
            "Tries a question on all that was collected: what it finds, how often it would notify, what would narrow it.",
            r#"{"query": "category:firearm.pistol", "samples": 10, "weeks": 26}"#,
            r#"{"query": "category:firearm.pistol", "hits": 4, "families": 3, "costs": [],
            "weeks": [{"week": "2026-W47", "hits": 4, "notifications": 3}], "vendors": [{"value": "lantern/ironside", "count": 4}],
            "sources": [{"value": "lantern", "count": 4}], "categories": [{"value": "firearm.pistol", "count": 4}], "samples": [],
            "estimate": {"a_day": 0.4}, "narrower": []}"#,
        )
    },
    get(
        "/api/v1/watches/{name}",
        "watches",
        "One watch.",
        r#"{"name": "pistols", "query": "category:firearm.pistol", "created_at": "2026-11-16T08:00:00Z", "options": {}}"#,
    ),
    Operation {
        method: "PATCH",
        status: 200,
        ..post(
            "/api/v1/watches/{name}",
            "watches",
            "Gives a watch other options: those that are given; `null` for what is usual. The question stays.",
            r#"{"priority": null, "owner": "ada"}"#,
            r#"{"name": "pistols", "query": "category:firearm.pistol", "created_at": "2026-11-16T08:00:00Z", "options": {"owner": "ada"}}"#,
        )
    },
    Operation { method: "DELETE", status: 204, ..get("/api/v1/watches/{name}", "watches", "Removes a watch; its alerts stay.", "") },
    get(
        "/api/v1/sources",
        "see_sources",
        "How each source stands, without addresses.",
        r#"{"items": [{"source": "lantern", "name": "Lantern Market", "configured": true, "state": "waiting", "reason": "nothing is due yet",
        "do": "Nothing.", "known": 120, "due": 0, "due_more": false, "listings": 64, "pages_today": 80, "bytes_today": 900000}]}"#,
    ),
    get(
        "/api/v1/sources/{id}",
        "see_sources",
        "How one source stands; with mirrors and hosts for whoever has the scope read_named.",
        r#"{"source": "lantern", "name": "Lantern Market", "configured": true, "state": "waiting", "reason": "nothing is due yet",
        "do": "Nothing.", "known": 120, "due": 0, "due_more": false, "listings": 64, "mirrors": [], "hosts": []}"#,
    ),
    get(
        "/api/v1/cases",
        "cases",
        "All cases, the open ones first.",
        r#"{"items": [{"reference": "LK-7/26", "title": "Pistols by post", "opened_by": "ada", "opened_at": "2026-11-16T08:00:00Z",
        "closed_at": null, "note": ""}]}"#,
    ),
    Operation {
        needs: &["reference"],
        ..post(
            "/api/v1/cases",
            "cases",
            "Opens a case, or opens again one that was closed.",
            r#"{"reference": "LK-7/26", "title": "Pistols by post", "note": "opened on a tip"}"#,
            r#"{"reference": "LK-7/26", "title": "Pistols by post", "opened_by": "ada", "opened_at": "2026-11-16T08:00:00Z",
            "closed_at": null, "note": "opened on a tip"}"#,
        )
    },
    get(
        "/api/v1/cases/{reference}",
        "cases",
        "A case with what lies in it and what was written down.",
        r#"{"reference": "LK-7/26", "title": "Pistols by post", "opened_by": "ada", "opened_at": "2026-11-16T08:00:00Z", "closed_at": null,
        "note": "", "items": [{"kind": "listing", "reference": "3f2a9c", "added_by": "ada", "at": "2026-11-16T08:10:00Z", "note": ""}],
        "notes": [{"n": 1, "author": "ada", "at": "2026-11-16T08:20:00Z", "note": "parcel of 14 November"}]}"#,
    ),
    Operation {
        needs: &["kind", "id"],
        ..post(
            "/api/v1/cases/{reference}/items",
            "cases",
            "Puts a listing, persona, vendor, indicator, export or capture into an open case.",
            r#"{"kind": "listing", "id": "3f2a9c", "note": "same photographs"}"#,
            r#"{"kind": "listing", "reference": "3f2a9c", "new": true}"#,
        )
    },
    Operation {
        needs: &["note"],
        ..post(
            "/api/v1/cases/{reference}/notes",
            "cases",
            "Writes something down in an open case.",
            r#"{"note": "parcel of 14 November"}"#,
            r#"{"author": "ada", "note": "parcel of 14 November"}"#,
        )
    },
    Operation {
        status: 200,
        ..post(
            "/api/v1/cases/{reference}/close",
            "cases",
            "Closes a case. What lies in it stays.",
            r#"{"note": "handed over"}"#,
            r#"{"reference": "LK-7/26", "title": "Pistols by post", "opened_by": "ada", "opened_at": "2026-11-16T08:00:00Z",
            "closed_at": "2026-11-20T08:00:00Z", "note": ""}"#,
        )
    },
    Operation {
        parameters: &[("find", Type::Text, false, "Name, SOURCE:NAME, id, address, key or contact; takes the header Vigie-Purpose.")],
        ..get(
            "/api/v1/subjects",
            "data_subjects",
            "What is held of a person: accounts with what was said of them and who received it. Without `find` whose use is restricted.",
            r#"{"items": [{"vendor": "9be1", "source": "lantern", "name": "ironside", "listings": 4, "indicators": [], "cases": ["LK-7/26"],
            "subject_category": "unknown", "basis": "fact", "evaluation": "X4", "restricted": false, "tlp": "amber", "pap": "amber",
            "statements": [], "recipients": []}]}"#,
        )
    },
    Operation {
        needs: &["field", "value", "reason"],
        ..post(
            "/api/v1/subjects/{vendor}/statements",
            "data_subjects",
            "Says something of an account, or of all of its persona. `field` is `category`, `basis`, `evaluation`, `restricted` (`yes`, `no`), or what \
             is corrected: `name`, `contact`, `place`, `goods`, `other`. All statements are kept; of each field the last one counts.",
            r#"{"field": "restricted", "value": "yes", "reason": "accuracy contested, request 12/26", "persona": false}"#,
            r#"{"vendor": "9be1", "field": "restricted", "value": "yes", "reason": "accuracy contested, request 12/26", "author": "ada"}"#,
        )
    },
    Operation {
        needs: &["export"],
        ..post(
            "/api/v1/subjects/{vendor}/notices",
            "data_subjects",
            "Notes that the recipient of an export was told of a change.",
            r#"{"export": 4711}"#,
            r#"{"vendor": "9be1", "export": 4711, "author": "ada"}"#,
        )
    },
    get(
        "/api/v1/users",
        "manage_users",
        "All users, the removed ones too.",
        r#"{"items": [{"id": 1, "name": "ada", "role": "investigator", "state": "active"}]}"#,
    ),
    Operation {
        needs: &["name", "role"],
        ..post(
            "/api/v1/users",
            "manage_users",
            "Adds a user. The password is shown this once and must be changed at the first sign-in.",
            r#"{"name": "bert", "role": "investigator"}"#,
            r#"{"id": 2, "name": "bert", "role": "investigator", "state": "active", "must_change": true, "password": "abcd-efgh-ijkl-mnop-qrs"}"#,
        )
    },
    get(
        "/api/v1/users/{name}",
        "manage_users",
        "One user.",
        r#"{"id": 1, "name": "ada", "role": "investigator", "state": "active", "created_at": "2026-11-16T08:00:00Z", "disabled_at": null,
        "removed_at": null, "failures": 0, "locked_until": null, "must_change": false, "one_time_codes": true, "has_password": true,
        "provider_id": null, "sources": ["lantern"], "cases": null}"#,
    ),
    Operation {
        method: "PATCH",
        status: 200,
        ..post(
            "/api/v1/users/{name}",
            "manage_users",
            "Changes a user: what is given. `sources` and `cases` are the only ones that may be seen, none for all. `provider_id` is the user's \
             `sub` at the provider under `[web.oidc]`, empty for none.",
            r#"{"role": "supervisor", "disabled": false, "reset_password": false, "reset_one_time_codes": false, "sources": ["lantern"],
            "cases": ["LK-7/26"], "provider_id": "248289761001", "no_password": false}"#,
            r#"{"id": 1, "name": "ada", "role": "supervisor", "state": "active", "sources": ["lantern"], "cases": ["LK-7/26"]}"#,
        )
    },
    Operation {
        method: "DELETE",
        status: 204,
        ..get("/api/v1/users/{name}", "manage_users", "Shuts a user out for ever. The name stays in the reading log.", "")
    },
    Operation {
        parameters: &[
            ("actor", Type::Text, false, "Whose rows."),
            ("kind", Type::Text, false, "`collection`, `alteration`, `consultation`, `disclosure`, `combination`, `erasure` or `account`."),
            ("case", Type::Text, false, "Reference of the case."),
            ("since", Type::Time, false, "Written at this time or later."),
            ("until", Type::Time, false, "Written before this time."),
            AFTER,
            LIMIT,
        ],
        ..get(
            "/api/v1/audit",
            "read_audit",
            "Rows of the reading log, the latest first.",
            r#"{"items": [{"id": 12, "at": "2026-11-16T08:00:00Z", "actor": "ada", "origin": "api", "action": "search", "kind": "consultation",
            "subject": "glock", "case": "LK-7/26", "purpose": "first look", "recipient": null, "hash": "9f86", "findings": []}],
            "next": "YXVkaXQgMTI"}"#,
        )
    },
];
