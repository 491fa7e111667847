//! Where facts and frontier are kept: a file in the data folder, or a PostgreSQL server by its address.

use std::fmt;

use serde::{Serialize, Serializer};
use url::Url;

/// What stands in place of a password wherever an address is shown.
const MASK: &str = "***";

/// Parameters that an address may carry. Others would be ignored with a warning that shows their value, which may be a mistyped password.
const PARAMETERS: &[&str] =
    &["application_name", "dbname", "host", "options", "password", "port", "sslcert", "sslkey", "sslmode", "sslrootcert", "user"];

/// Values of `sslmode`.
const SSL_MODES: &[&str] = &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Where facts and frontier are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// One file in the data folder.
    Sqlite,
    /// A PostgreSQL server.
    Postgres(Server),
}

/// Address of a PostgreSQL database. Printed, logged or written as JSON it shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Server(Url);

impl Database {
    /// Reads `sqlite` or `postgres://user@host/database`. The error is a sentence and a hint; neither shows the address.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        match text {
            "sqlite" => Ok(Self::Sqlite),
            _ if text.starts_with("postgres://") || text.starts_with("postgresql://") => Server::parse(text).map(Self::Postgres),
            // Whatever else has a scheme may have a password as well.
            _ if text.contains("://") => Err(("no address of a database that is known here".into(), ALLOWED.into())),
            _ => Err((format!("unknown database `{text}`"), ALLOWED.into())),
        }
    }
}

const ALLOWED: &str = "allowed here: \"sqlite\", or \"postgres://user@host/database\"";

impl Server {
    fn parse(text: &str) -> Result<Self, (String, String)> {
        let refuse = |what: &str, hint: &str| Err((what.to_owned(), hint.to_owned()));
        let Ok(url) = Url::parse(text) else {
            return refuse(
                "the address of the database can't be read",
                "write postgres://user@host/database; `#`, `/`, `?`, `@`, `:` and `%` in names and passwords are written as %23, %2F, %3F, %40, %3A and %25",
            );
        };
        if url.fragment().is_some() {
            return refuse("the address of the database has a `#`", "in a name or password write it as %23");
        }
        for (key, value) in url.query_pairs() {
            if !PARAMETERS.contains(&&*key) {
                let hint = format!("allowed here: {}", PARAMETERS.join(", "));
                return Err(("the address of the database has a parameter that is not known".into(), hint));
            }
            if key == "sslmode" && !SSL_MODES.contains(&&*value) {
                return Err((
                    "the address of the database has an unknown `sslmode`".into(),
                    format!("allowed here: {}", SSL_MODES.join(", ")),
                ));
            }
            if key == "port" && value.parse::<u16>().is_err() {
                return refuse(
                    "the address of the database has a `port` that is no number",
                    "PostgreSQL listens at 5432 unless told otherwise",
                );
            }
        }
        let named = url.path().trim_matches('/');
        if named.is_empty() && !url.query_pairs().any(|(key, _)| key == "dbname") {
            return refuse("the address names no database", "write postgres://user@host/database");
        }
        Ok(Self(url))
    }

    /// The whole address, password included: for the connection alone.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // It had one, so it can have another.
            let _ = shown.set_password(Some(MASK));
        }
        if self.0.query().is_some() {
            let pairs = self.0.query_pairs().map(|(key, value)| if key == "password" { (key, MASK.into()) } else { (key, value) });
            shown.query_pairs_mut().clear().extend_pairs(pairs);
        }
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite => f.write_str("sqlite"),
            Self::Postgres(server) => server.fmt(f),
        }
    }
}

impl Serialize for Database {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Database;

    #[test]
    fn no_password_is_shown_anywhere() {
        for text in [
            "postgres://vigie:s3cret@db.example:5433/vigie?sslmode=require",
            "postgresql://vigie@db.example/vigie?password=s3cret&application_name=s",
            "postgres://:s3cret@%2Frun%2Fpostgresql/vigie",
        ] {
            let database = Database::parse(text).unwrap();
            for shown in [format!("{database}"), format!("{database:?}"), serde_json::to_string(&database).unwrap()] {
                assert!(!shown.contains("s3cret") && shown.contains("***"), "{shown}");
            }
        }
        for text in [
            "postgres://vigie:s3#cret@db.example/vigie",
            "postgres://vigie:s3cret@db.example/",
            "postgres://vigie@db.example/vigie?passwrod=s3cret",
            "postgres://vigie:s3cret@db.example/vigie?sslmode=s3cret",
            "postgres://vigie@db.example/vigie?port=s3cret",
            "mysql://vigie:s3cret@db.example/vigie",
        ] {
            let (what, hint) = Database::parse(text).unwrap_err();
            assert!(!what.contains("cret") && !hint.contains("cret") && !hint.is_empty(), "{what}; {hint}");
        }
        assert_eq!(Database::parse("sqlite"), Ok(Database::Sqlite));
    }
}
