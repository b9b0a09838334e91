-- What the API's resources need beyond the tables of the core: versions of services, secrets seen, usage by day.

ALTER TABLE services ADD COLUMN replaced_by bigint REFERENCES services;
COMMENT ON COLUMN services.replaced_by IS 'The next version, which its subscribers get when they renew; this one is archived and serves them until then.';
CREATE INDEX services_replaced_by ON services (replaced_by) WHERE replaced_by IS NOT NULL;

ALTER TABLE subscribers ADD COLUMN next_service_id bigint REFERENCES services;
COMMENT ON COLUMN subscribers.next_service_id IS 'Takes the place of service_id at the next renewal.';
CREATE INDEX subscribers_next_service ON subscribers (next_service_id) WHERE next_service_id IS NOT NULL;

-- An archived service goes on serving whoever still has it.
CREATE VIEW services_served AS
    SELECT * FROM services s WHERE archived_at IS NULL
        OR EXISTS (SELECT FROM subscribers u WHERE u.service_id = s.id AND u.deleted_at IS NULL);

-- The version at the end of the chain that begins with `first`.
CREATE FUNCTION service_in_force(first bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT id, replaced_by, 0 AS depth FROM services WHERE id = first
        UNION ALL
        SELECT s.id, s.replaced_by, depth + 1 FROM chain c JOIN services s ON s.id = c.replaced_by WHERE depth < 1000)
    SELECT id FROM chain WHERE replaced_by IS NULL
$$;

ALTER TABLE nas_devices
    ADD COLUMN secret_changed_at timestamptz,
    ADD COLUMN secret_seen_at timestamptz,
    ADD COLUMN previous_secret_seen_at timestamptz;
COMMENT ON COLUMN nas_devices.secret_seen_at IS 'Last packet that the current secret proved; noted now and then.';
COMMENT ON COLUMN nas_devices.previous_secret_seen_at IS 'Last packet that the secret being rotated out proved: NULL or old means that the router has changed.';

CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    noted text[] := '{last_seen,dialect,secret_seen_at,previous_secret_seen_at}';
BEGIN
    IF to_jsonb(new) - noted IS DISTINCT FROM to_jsonb(old) - noted THEN
        new.version := old.version + 1;
        new.updated_at := now();
    END IF;
    RETURN new;
END $$;

CREATE OR REPLACE FUNCTION feed_change_seen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    noted text[] := '{last_seen,secret_seen_at,previous_secret_seen_at}';
BEGIN
    INSERT INTO change_feed (topic, key)
    SELECT tg_table_name, c.id FROM changed c LEFT JOIN previous p ON p.id = c.id
    WHERE to_jsonb(c) - noted IS DISTINCT FROM to_jsonb(p) - noted;
    IF found THEN PERFORM pg_notify('tollkeeper_change', ''); END IF;
    RETURN NULL;
END $$;

CREATE TABLE usage_days (
    subscriber_id bigint NOT NULL,
    day date NOT NULL,
    tenant_id int NOT NULL DEFAULT 1,
    input_octets bigint NOT NULL DEFAULT 0,
    output_octets bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (subscriber_id, day));
COMMENT ON TABLE usage_days IS 'What each subscriber used, by day in UTC: sums of what sessions reported since they were last looked at.';
COMMENT ON COLUMN usage_days.input_octets IS 'From the subscriber.';

CREATE TABLE usage_seen (
    session_key bytea PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1,
    input_octets bigint NOT NULL,
    output_octets bigint NOT NULL);
COMMENT ON TABLE usage_seen IS 'How much of each session in sessions_live is in usage_days already.';

CREATE TABLE usage_tally (
    singleton bool PRIMARY KEY DEFAULT true CHECK (singleton),
    tenant_id int NOT NULL DEFAULT 1,
    at timestamptz NOT NULL DEFAULT '-infinity');
INSERT INTO usage_tally DEFAULT VALUES;

-- Adds what sessions reported since the last time, unless that was less than `every` ago. An octet is counted once:
-- what was seen and what is added change in one transaction, one at a time. Returns how many sessions had news.
CREATE FUNCTION tally_usage(every interval DEFAULT '5 minutes') RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    news bigint;
BEGIN
    UPDATE usage_tally SET at = now() WHERE at <= now() - every;
    IF NOT found THEN RETURN 0; END IF;
    WITH news AS (
        SELECT l.session_key, l.subscriber_id, l.input_octets, l.output_octets,
            l.input_octets - coalesce(s.input_octets, 0) AS more_input,
            l.output_octets - coalesce(s.output_octets, 0) AS more_output,
            (coalesce(l.stopped_at, l.updated_at) AT TIME ZONE 'UTC')::date AS day
        FROM sessions_live l LEFT JOIN usage_seen s ON s.session_key = l.session_key
        WHERE l.subscriber_id IS NOT NULL AND l.record_kind = 'session'
          AND (l.input_octets <> coalesce(s.input_octets, 0) OR l.output_octets <> coalesce(s.output_octets, 0))
    ), seen AS (
        INSERT INTO usage_seen (session_key, input_octets, output_octets)
        SELECT session_key, input_octets, output_octets FROM news
        ON CONFLICT (session_key) DO UPDATE
            SET input_octets = excluded.input_octets, output_octets = excluded.output_octets
        RETURNING 1
    ), days AS (
        INSERT INTO usage_days AS d (subscriber_id, day, input_octets, output_octets)
        SELECT subscriber_id, day, sum(more_input), sum(more_output) FROM news GROUP BY 1, 2
        ON CONFLICT (subscriber_id, day) DO UPDATE
            SET input_octets = d.input_octets + excluded.input_octets,
                output_octets = d.output_octets + excluded.output_octets
        RETURNING 1
    )
    SELECT count(*) INTO news FROM seen;
    DELETE FROM usage_seen u WHERE NOT EXISTS (SELECT FROM sessions_live l WHERE l.session_key = u.session_key);
    RETURN news;
END $$;

CREATE TABLE uploads (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    content_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE uploads IS 'Files that a job is to read; gone when it ended. Sealed for uploads/ID/content: imports carry passwords.';
