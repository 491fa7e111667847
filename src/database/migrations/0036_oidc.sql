-- Sign-in through a provider of OpenID Connect. Plain SQL for SQLite and PostgreSQL. Never rebuilt.

-- Which account of which provider is a user's: its `iss` and `sub`, empty where there is none. One account is one user's at most.
ALTER TABLE app_user ADD COLUMN provider_issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN provider_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX app_user_of_provider ON app_user (provider_issuer, provider_id) WHERE provider_id <> '';

-- provider: 1 where the provider said who signs in. vouched: 1 where it had asked for a second factor.
ALTER TABLE user_session ADD COLUMN provider BIGINT NOT NULL DEFAULT 0;
ALTER TABLE user_session ADD COLUMN vouched BIGINT NOT NULL DEFAULT 0;

-- Browsers that were sent to the provider and are not back. state, browser: SHA-256 of what the provider sends back and of what the browser
-- holds. way: where on the desk to go then. ends_at: microseconds.
CREATE TABLE provider_trip (
    state TEXT PRIMARY KEY,
    browser TEXT NOT NULL,
    way TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX provider_trip_end ON provider_trip (ends_at);
