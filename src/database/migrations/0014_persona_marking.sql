-- How strictly a persona is marked, as a person said when two accounts were confirmed. Plain SQL for SQLite and PostgreSQL.

-- Codes of the Traffic Light Protocol and of the Permissible Actions Protocol; empty where nothing was said.
ALTER TABLE persona_decision ADD COLUMN tlp TEXT NOT NULL DEFAULT '';
ALTER TABLE persona_decision ADD COLUMN pap TEXT NOT NULL DEFAULT '';
