-- A move of a reseller finds closed sessions by index again: since 0018 the indexes by path have the list's condition in
-- them, and each ten thousand rows read the whole table.
CREATE INDEX sessions_closed_reseller_others ON sessions_closed (reseller_path)
    WHERE reseller_path > '' AND (record_kind <> 'session' OR state <> 'closed');

-- As in 0014, but for how the rows of sessions_closed are chosen.
CREATE OR REPLACE FUNCTION reseller_moves_step(most int DEFAULT 10000) RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    move reseller_moves;
    above text COLLATE "C";
    changed bigint;
BEGIN
    SELECT * INTO move FROM reseller_moves ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT found OR EXISTS (SELECT FROM reseller_moves WHERE id < move.id) THEN RETURN 0; END IF;
    above := left(move.old_path, -1) || '0';
    UPDATE sessions_live SET reseller_path = move.new_path || substr(reseller_path, length(move.old_path) + 1)
    WHERE reseller_path >= move.old_path AND reseller_path < above;
    -- Each part says what its index has as condition.
    WITH chosen AS (
        (SELECT stopped_at, session_key FROM sessions_closed
         WHERE reseller_path >= move.old_path AND reseller_path < above AND reseller_path > ''
           AND record_kind = 'session' AND state = 'closed' LIMIT most)
        UNION ALL
        (SELECT stopped_at, session_key FROM sessions_closed
         WHERE reseller_path >= move.old_path AND reseller_path < above AND reseller_path > ''
           AND (record_kind <> 'session' OR state <> 'closed') LIMIT most)
    )
    UPDATE sessions_closed s SET reseller_path = move.new_path || substr(s.reseller_path, length(move.old_path) + 1)
    FROM chosen c WHERE s.stopped_at = c.stopped_at AND s.session_key = c.session_key;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed = 0 THEN
        WITH chosen AS (
            SELECT at, id FROM radius_logs
            WHERE reseller_path >= move.old_path AND reseller_path < above AND reseller_path > '' LIMIT most
        )
        UPDATE radius_logs l SET reseller_path = move.new_path || substr(l.reseller_path, length(move.old_path) + 1)
        FROM chosen c WHERE l.at = c.at AND l.id = c.id;
        GET DIAGNOSTICS changed = ROW_COUNT;
    END IF;
    IF changed = 0 THEN
        DELETE FROM reseller_moves WHERE id = move.id;
        RETURN (SELECT count(*) FROM reseller_moves);
    END IF;
    UPDATE reseller_moves SET moved = moved + changed WHERE id = move.id;
    RETURN changed;
END $$;
