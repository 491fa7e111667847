-- Who may use the desk, and how they sign in. Plain SQL for SQLite and PostgreSQL. Times are microseconds, 0 where it did not happen.
-- Never rebuilt.

-- name_key: the name in lower case. password: a PHC string. totp_secret, totp_pending: base32, secret, empty where there is none; pending is
-- one that no code has confirmed yet. totp_last_step: the step of the last code that was accepted. must_change: 1 where the next
-- sign-in asks for a new password. removed_at: never to be enabled again, the row is kept because the reading log names it.
CREATE TABLE app_user (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    totp_secret TEXT NOT NULL DEFAULT '',
    totp_pending TEXT NOT NULL DEFAULT '',
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL DEFAULT 0,
    removed_at BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    must_change BIGINT NOT NULL DEFAULT 0,
    locale TEXT NOT NULL DEFAULT ''
);

-- What a user may see: sources by id, cases by reference. No row of a kind is all of that kind.
CREATE TABLE user_access (
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (user_id, kind, reference)
);

-- Recovery codes, each for one sign-in without a one-time code; digest is their SHA-256.
CREATE TABLE user_recovery (
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    digest TEXT NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins of browsers. digest: SHA-256 of what the browser holds. csrf: secret that the tokens of forms are derived from. totp: 1 once a
-- one-time code was given. purpose, case_ref: why is read at present.
CREATE TABLE user_session (
    digest TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL,
    csrf TEXT NOT NULL,
    totp BIGINT NOT NULL,
    purpose TEXT NOT NULL DEFAULT '',
    case_ref TEXT NOT NULL DEFAULT ''
);
CREATE INDEX user_session_of_user ON user_session (user_id);

-- Tokens of programs. digest: SHA-256. scopes: codes of rights, separated by spaces.
CREATE TABLE api_token (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX api_token_of_user ON api_token (user_id);
