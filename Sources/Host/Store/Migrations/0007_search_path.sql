-- Provisioning made for FreeRADIUS often has `freeradius` alone in its search_path. The triggers of our tables, and what
-- they call, find them there too.

DO $$
DECLARE
    name regprocedure;
BEGIN
    FOR name IN SELECT oid FROM pg_proc WHERE prorettype = 'trigger'::regtype AND pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', name);
    END LOOP;
END $$;
