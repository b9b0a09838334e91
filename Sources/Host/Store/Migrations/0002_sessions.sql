-- Sessions: a small hot table of live ones, closed ones by month; logs; what the data plane notes.
-- Tables that accounting writes have no foreign keys: each insert would lock the same parent row, and a session
-- outlives the NAS or subscriber it was of.

CREATE SEQUENCE sessions_id;

CREATE TABLE sessions_live (
    session_key bytea PRIMARY KEY CHECK (length(session_key) = 16),
    id bigint NOT NULL DEFAULT nextval('sessions_id'),
    tenant_id int NOT NULL DEFAULT 1,
    parent_session_key bytea,
    record_kind text NOT NULL DEFAULT 'session' CHECK (record_kind IN ('session', 'service', 'host')),
    service_name text,
    subscriber_id bigint,
    username text NOT NULL,
    nas_id bigint,
    nas_ip inet,
    nas_identifier text,
    virtual_router text,
    nas_port bigint,
    nas_port_id text,
    nas_port_type text,
    service_type text,
    framed_protocol text,
    acct_session_id text NOT NULL DEFAULT '',
    acct_multi_session_id text,
    mac_address macaddr,
    calling_station_id text,
    called_station_id text,
    line_id text,
    sent_ip inet,
    sent_ipv6_address inet,
    sent_ipv6_prefix cidr,
    sent_delegated_prefix cidr,
    framed_ip inet,
    framed_ipv6_address inet,
    framed_ipv6_prefix cidr,
    delegated_ipv6_prefix cidr,
    framed_interface_id bytea,
    nat_address inet,
    nat_port_from int,
    nat_port_to int,
    service_id bigint,
    tier_position int,
    login_at timestamptz,
    started_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    stopped_at timestamptz,
    session_seconds bigint NOT NULL DEFAULT 0,
    input_octets bigint NOT NULL DEFAULT 0,
    output_octets bigint NOT NULL DEFAULT 0,
    input_packets bigint NOT NULL DEFAULT 0,
    output_packets bigint NOT NULL DEFAULT 0,
    last_input bigint,
    last_output bigint,
    base_input bigint NOT NULL DEFAULT 0,
    base_output bigint NOT NULL DEFAULT 0,
    last_order_seconds bigint,
    last_event_at timestamptz,
    sends_gigawords bool NOT NULL DEFAULT true,
    counter_resets int NOT NULL DEFAULT 0,
    counter_wraps int NOT NULL DEFAULT 0,
    suspect_since timestamptz,
    terminate_cause text,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'suspect', 'closed')),
    node text,
    CONSTRAINT sessions_live_stopped CHECK (state <> 'closed' OR stopped_at IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1);
-- No index holds a column that an interim changes, so interims stay heap-only updates.
CREATE INDEX sessions_live_subscriber ON sessions_live (subscriber_id) WHERE state <> 'closed';
CREATE INDEX sessions_live_username ON sessions_live (username, started_at);
CREATE INDEX sessions_live_nas_session ON sessions_live (nas_id, acct_session_id);
CREATE INDEX sessions_live_framed_ip ON sessions_live (framed_ip) WHERE state <> 'closed';
CREATE INDEX sessions_live_parent ON sessions_live (parent_session_key) WHERE parent_session_key IS NOT NULL;
CREATE INDEX sessions_live_stopped_at ON sessions_live (stopped_at) WHERE state = 'closed';
CREATE UNIQUE INDEX sessions_live_id ON sessions_live (id);
COMMENT ON TABLE sessions_live IS 'Open sessions, and those closed less than a day ago, which a late record may still touch.';
COMMENT ON COLUMN sessions_live.session_key IS '16 bytes: from (NAS, source, identifier, Request Authenticator) at login, in Class; else from (NAS, Acct-Session-Id, user, start).';
COMMENT ON COLUMN sessions_live.input_octets IS 'From the subscriber, as in RFC 2866, all wraps and resets counted in.';
COMMENT ON COLUMN sessions_live.output_octets IS 'To the subscriber.';
COMMENT ON COLUMN sessions_live.last_input IS 'Counter as last reported; NULL: none yet.';
COMMENT ON COLUMN sessions_live.base_input IS 'Added to the reported counter after a reset or wrap.';
COMMENT ON COLUMN sessions_live.sent_ip IS 'What we sent; framed_ip is what the NAS reports.';
COMMENT ON COLUMN sessions_live.last_order_seconds IS 'Acct-Session-Time of the newest record: an older record changes nothing.';
COMMENT ON COLUMN sessions_live.suspect_since IS 'Since an Accounting-On or -Off of its NAS; a later interim clears it.';

CREATE TABLE sessions_closed (LIKE sessions_live INCLUDING DEFAULTS INCLUDING COMMENTS)
    PARTITION BY RANGE (stopped_at);
ALTER TABLE sessions_closed ALTER stopped_at SET NOT NULL, ADD PRIMARY KEY (stopped_at, session_key);
CREATE INDEX sessions_closed_subscriber ON sessions_closed (subscriber_id, stopped_at);
CREATE INDEX sessions_closed_username ON sessions_closed (username, stopped_at);
CREATE INDEX sessions_closed_nas ON sessions_closed (nas_id, stopped_at);
CREATE INDEX sessions_closed_framed_ip ON sessions_closed (framed_ip, stopped_at);
CREATE TABLE sessions_closed_other PARTITION OF sessions_closed DEFAULT;
COMMENT ON TABLE sessions_closed IS 'Closed sessions, one partition a month of stopped_at.';

CREATE VIEW sessions AS SELECT * FROM sessions_live UNION ALL SELECT * FROM sessions_closed;
COMMENT ON VIEW sessions IS 'All sessions, open and closed.';

CREATE TABLE radius_logs (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    tenant_id int NOT NULL DEFAULT 1,
    at timestamptz NOT NULL DEFAULT now(),
    username text,
    subscriber_id bigint,
    nas_id bigint,
    nas_ip inet,
    mac text,
    outcome text NOT NULL CHECK (outcome IN ('accept', 'reject')),
    reason text,
    method text,
    microseconds bigint,
    detail text,
    PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE INDEX radius_logs_username ON radius_logs (username, at);
CREATE INDEX radius_logs_subscriber ON radius_logs (subscriber_id, at);
CREATE INDEX radius_logs_nas ON radius_logs (nas_id, at);
CREATE TABLE radius_logs_other PARTITION OF radius_logs DEFAULT;
COMMENT ON TABLE radius_logs IS 'Logins and their verdicts, one partition a month.';
COMMENT ON COLUMN radius_logs.microseconds IS 'From receiving the request to sending the answer.';

-- Makes the partition of `parent` that holds the month of `day`, unless it is there. Rows of that month that the
-- default partition took meanwhile move into it.
CREATE FUNCTION ensure_month_partition(parent text, column_name text, day timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    first timestamptz := date_trunc('month', day, 'UTC');
    next timestamptz := (first AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    name text := format('%s_%s', parent, to_char(first AT TIME ZONE 'UTC', 'YYYY_MM'));
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_month_partition ' || parent));
    IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_other');
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO %I SELECT * FROM moved',
        parent || '_other', column_name, column_name, name) USING first, next;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, first, next);
END $$;

-- Partitions for last month to two months ahead; run daily.
CREATE FUNCTION ensure_partitions() RETURNS void LANGUAGE sql AS $$
    SELECT ensure_month_partition('sessions_closed', 'stopped_at', now() + months * interval '1 month'),
           ensure_month_partition('radius_logs', 'at', now() + months * interval '1 month')
    FROM generate_series(-1, 2) AS months
$$;
SELECT ensure_partitions();

-- Moves up to `most` sessions closed for longer than `age` into their month; returns how many.
CREATE FUNCTION move_closed_sessions(age interval DEFAULT '24 hours', most int DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    WITH chosen AS (
        SELECT session_key FROM sessions_live
        WHERE state = 'closed' AND stopped_at < now() - age
        ORDER BY session_key LIMIT most FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM sessions_live l USING chosen c WHERE l.session_key = c.session_key RETURNING l.*
    )
    INSERT INTO sessions_closed SELECT * FROM gone ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;

CREATE TABLE node_watermarks (
    node text PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE node_watermarks IS 'Last batch of each node''s journal that is in the database; raised in the batch''s own transaction.';

CREATE TABLE nas_epochs (
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    nas_id bigint NOT NULL,
    scope text NOT NULL DEFAULT '',
    epoch bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (nas_id, scope));
COMMENT ON TABLE nas_epochs IS 'Accounting-On and -Off seen of a NAS; scope is its identifier, address or virtual router.';

CREATE TABLE nas_unknown (
    source inet PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    packets bigint NOT NULL DEFAULT 0,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    nas_identifier text,
    last_code int);
CREATE INDEX nas_unknown_last_seen ON nas_unknown (last_seen);
COMMENT ON TABLE nas_unknown IS 'Sources that asked and are no NAS of ours; never answered.';

CREATE TABLE nas_unknown_prefixes (
    prefix cidr PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    sources bigint NOT NULL DEFAULT 0,
    packets bigint NOT NULL DEFAULT 0,
    last_seen timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE nas_unknown_prefixes IS 'Unknown sources beyond what nas_unknown keeps, counted by network.';

CREATE TABLE alarms (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    kind text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    cleared_at timestamptz);
CREATE UNIQUE INDEX alarms_open ON alarms (tenant_id, kind, subject) WHERE cleared_at IS NULL;
COMMENT ON TABLE alarms IS 'What a person should look at; one open row a kind and subject.';
