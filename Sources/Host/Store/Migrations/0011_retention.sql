-- How long what only grows is kept.

-- Drops the partitions of `parent` whose months ended before `oldest`, and from its default partition what is older.
-- Whoever reads the table holds it up: after a second it gives up with an error, and is called again later.
CREATE FUNCTION drop_old_partitions(parent text, column_name text, oldest timestamptz) RETURNS int
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    dropped int := 0;
BEGIN
    SET LOCAL lock_timeout = '1s';
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent::regclass AND c.relname ~ ('^' || parent || '_[0-9]{4}_[0-9]{2}$')
          AND c.relname < format('%s_%s', parent, to_char(oldest AT TIME ZONE 'UTC', 'YYYY_MM'))
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE %I < $1', parent || '_other', column_name) USING oldest;
    RETURN dropped;
END $$;

-- One row, for a network's operator to change: 0 keeps all.
INSERT INTO system_preferences (name, value) VALUES ('radius_log_months', '13') ON CONFLICT DO NOTHING;
