-- Totals of closed sessions are counted in the index alone: with the list's own condition in the index, no row has to be
-- looked at for it.
DROP INDEX sessions_closed_nas;
CREATE INDEX sessions_closed_nas ON sessions_closed (nas_id, stopped_at, session_key)
    WHERE record_kind = 'session' AND state = 'closed';
DROP INDEX sessions_closed_reseller;
CREATE INDEX sessions_closed_reseller ON sessions_closed (reseller_path, stopped_at, session_key)
    WHERE reseller_path > '' AND record_kind = 'session' AND state = 'closed';
DROP INDEX sessions_closed_reseller_nas;
CREATE INDEX sessions_closed_reseller_nas ON sessions_closed (reseller_path, nas_id, stopped_at, session_key)
    WHERE reseller_path <> '' AND record_kind = 'session' AND state = 'closed';

-- How often a word is found decides how a search is made; of a hundred samples, rare and common words look the same.
ALTER INDEX subscribers_words ALTER COLUMN 1 SET STATISTICS 1000;
