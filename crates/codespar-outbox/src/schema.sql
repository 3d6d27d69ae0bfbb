-- The tables of an outbox, for SQLite and for PostgreSQL alike. A program may make and migrate them
-- itself; `create` statements of what is there do nothing. Times are milliseconds since 1970.

create table if not exists codespar_outbox (
    -- The id of generation 0: made of the four names below.
    id             text    not null primary key,
    origin         text    not null,
    project        text    not null,
    operation      text    not null,
    reference      text    not null,
    -- exactly_once, at_most_once
    guarantee      text    not null,
    request_hash   text    not null,
    -- Personal data, unless sealed: the name of the key stands beside it. Of an agent's call: what
    -- is left of it once its answer was purged, which is none.
    request        bytea,
    request_key    text,
    created_at     bigint  not null,
    -- ready, sent, issued, held, unknown, done, not_done, needs_person
    state          text    not null,
    generation     bigint  not null,
    presentations  bigint  not null,
    exposed        bigint  not null,
    refusals       bigint  not null,
    looks          bigint  not null,
    backoff        bigint  not null,
    turns          bigint  not null,
    first_sent_at  bigint,
    next_at        bigint,
    verdict        text,
    key_use        text    not null,
    code           text,
    status         bigint,
    answer         bytea,
    answer_key     text,
    resource       text,
    approval       text,
    evidence       text,
    lease_until    bigint,
    fence          bigint  not null,
    version        bigint  not null,
    updated_at     bigint  not null,
    -- The id under which it is presented now: that of its generation.
    current_id     text    not null,
    unique (origin, project, operation, reference)
);

-- Rows that are due, and rows that a person has to look at. Final ones are in neither, but for
-- those whose receipt is still looked for.
create index if not exists codespar_outbox_due on codespar_outbox (origin, project, next_at, id)
    where next_at is not null;
create index if not exists codespar_outbox_open on codespar_outbox (id)
    where state not in ('done', 'not_done');

-- By what the server calls them, for webhook events.
create index if not exists codespar_outbox_current on codespar_outbox (current_id);
create index if not exists codespar_outbox_resource on codespar_outbox (resource)
    where resource is not null;
create index if not exists codespar_outbox_approval on codespar_outbox (approval)
    where approval is not null;

-- What has happened to each row; lines are added and never changed.
create table if not exists codespar_outbox_history (
    id          text    not null,
    version     bigint  not null,
    at          bigint  not null,
    state       text    not null,
    generation  bigint  not null,
    code        text,
    status      bigint,
    who         text,
    why         text,
    primary key (id, version)
);

-- Whether a server honours attempt ids, as its answers have shown.
create table if not exists codespar_outbox_origins (
    origin   text    not null primary key,
    honours  bigint  not null
);
