//! `/api/v1/openapi.json`: the document in OpenAPI 3.1, put together from the table of operations.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::Answer;
use super::operations::{OPERATIONS, Operation, Type};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// `GET /api/v1/openapi.json`.
pub(in crate::web) async fn openapi() -> Answer {
    Ok(([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response())
}

fn document() -> Value {
    let about = "What the pages of the desk do, for programs. Times are RFC 3339 in UTC, cursors are carried and not read, bodies are JSON of \
                 256 KiB at most. Each request is answered after the reading log was written.";
    let mut paths: Map<String, Value> = Map::new();
    for one in OPERATIONS {
        let path = paths.entry(one.path).or_insert_with(|| json!({}));
        path[one.method.to_ascii_lowercase()] = operation(one);
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Vigie", "version": env!("CARGO_PKG_VERSION"), "description": about},
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of `vigie user token`, for these scopes."},
            },
            "responses": {"Problem": problem()},
        },
    })
}

fn operation(one: &Operation) -> Value {
    let of = |place: &str, name: &str, kind: Type, required: bool, about: &str| json!({"in": place, "name": name, "required": required, "description": about, "schema": parameter(kind)});
    let mut parameters: Vec<Value> = named(one.path).map(|(name, about)| of("path", name, Type::Text, true, about)).collect();
    for (name, kind, required, about) in one.parameters {
        parameters.push(of(if *kind == Type::Head { "header" } else { "query" }, name, *kind, *required, about));
    }
    let mut told = json!({"operationId": id(one), "summary": one.summary});
    if !one.scope.is_empty() {
        parameters.push(of("header", "Vigie-Case", Type::Head, false, "Reference of the case that this is read for."));
        parameters.push(of("header", "Vigie-Purpose", Type::Head, false, "Why it is read."));
        let scopes: Vec<&str> = Some(one.scope).filter(|scope| *scope != "known").into_iter().collect();
        told["security"] = json!([{"token": scopes}]);
    }
    if !parameters.is_empty() {
        told["parameters"] = parameters.into();
    }
    if !one.body.is_empty() {
        let content = json!({"schema": body_schema(one), "example": example(one.body)});
        told["requestBody"] = json!({"required": true, "content": {"application/json": content}});
    }
    let mut responses = Map::new();
    responses.insert(one.status.to_string(), success(one));
    for status in problems(one) {
        responses.insert(status.to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    }
    told["responses"] = responses.into();
    told
}

fn success(one: &Operation) -> Value {
    match (one.answer, one.status) {
        ("", 200) => json!({"description": "Events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}),
        ("", _) => json!({"description": "Done."}),
        (answer, _) => {
            let content = json!({"schema": schema(&example(answer)), "example": example(answer)});
            json!({"description": "The answer.", "content": {"application/json": content}})
        }
    }
}

/// Statuses with which an operation may fail.
fn problems(one: &Operation) -> Vec<&'static str> {
    let mut all = Vec::new();
    let mut add = |status, is: bool| all.extend(is.then_some(status));
    add("400", !one.body.is_empty() || !one.parameters.is_empty());
    add("401", !one.scope.is_empty());
    add("403", !one.scope.is_empty());
    add("404", one.path.contains('{') || one.path.ends_with("/triage"));
    add("409", one.status == 201 || one.path.ends_with("/try"));
    add("413", !one.body.is_empty());
    add("415", !one.body.is_empty());
    add("429", true);
    add("500", true);
    all
}

/// `GET /api/v1/cases/{reference}` is `get_cases_reference`.
fn id(one: &Operation) -> String {
    let path = one.path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace(['/', '.'], "_");
    format!("{}_{path}", one.method.to_ascii_lowercase())
}

/// The pieces of a path that name a thing.
fn named(path: &str) -> impl Iterator<Item = (&str, &'static str)> {
    path.split('/').filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}')).map(|name| {
        let about = match name {
            "name" => "Name, with `/` and the like as %2F.",
            "reference" => "Reference of the case, with `/` as %2F.",
            _ => "Identity.",
        };
        (name, about)
    })
}

fn parameter(kind: Type) -> Value {
    match kind {
        Type::Text | Type::Head => json!({"type": "string"}),
        Type::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Type::Number => json!({"type": "integer"}),
        Type::Truth => json!({"type": "boolean"}),
        Type::Day => json!({"type": "string", "format": "date"}),
        Type::Time => json!({"type": "string", "format": "date-time"}),
    }
}

/// The example of the table as a value; a test reads all of them.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// What values like this one look like. Answers may have further members, which are added and never renamed.
fn schema(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<String, Value> = members.iter().map(|(name, value)| (name.clone(), schema(value))).collect();
            json!({"type": "object", "properties": members})
        }
        Value::Array(items) => json!({"type": "array", "items": items.first().map_or_else(|| json!({}), schema)}),
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => json!({"type": "string", "format": "date-time"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Null => json!({}),
    }
}

/// What a body looks like: members that nobody knows are refused. The options of a watch have more than an example can show.
fn body_schema(one: &Operation) -> Value {
    let mut built = schema(&example(one.body));
    if let Some(options) = built.pointer_mut("/properties/options") {
        *options = json!({"type": "object"});
    }
    built["additionalProperties"] = (one.path == "/api/v1/watches/{name}").into();
    if !one.needs.is_empty() {
        built["required"] = one.needs.into();
    }
    built
}

fn problem() -> Value {
    let told = json!({
        "type": "about:blank", "title": "Bad Request", "status": 400, "code": "query_not_understood", "detail": "there is no field `vender`",
        "column": 7, "hint": "did you mean `vendor:`?",
    });
    let content = json!({"schema": schema(&told), "example": told});
    json!({
        "description": "A problem after RFC 9457. `code` is what programs rely on.", "content": {"application/problem+json": content},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_3_1_and_every_example_is_read() {
        let told: Value = serde_json::from_str(&DOCUMENT).unwrap();
        assert_eq!(told["openapi"], "3.1.0");
        let mut ids: Vec<String> = OPERATIONS.iter().map(id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), OPERATIONS.len());
        for one in OPERATIONS {
            let there = &told["paths"][one.path][one.method.to_ascii_lowercase()];
            assert!(there["responses"][one.status.to_string()].is_object(), "{} {}", one.method, one.path);
            for text in [one.body, one.answer].into_iter().filter(|text| !text.is_empty()) {
                let read: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{} {}: {error}", one.method, one.path));
                assert!(one.needs.iter().all(|name| text != one.body || read.get(name).is_some()), "{}", one.path);
            }
        }
    }
}
