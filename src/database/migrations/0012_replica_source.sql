-- Accounts of replicas are set apart in personas. Plain SQL for SQLite and PostgreSQL.

-- Derived: sources that are replicas, as personas were last united. From catalogue_shared and what operators say.
CREATE TABLE replica_source (
    source TEXT PRIMARY KEY,
    original TEXT NOT NULL
);
