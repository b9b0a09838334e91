-- What operators set for plugins and for themselves, and how far each plugin has heard what happened.

CREATE TABLE plugin_settings (
    plugin text PRIMARY KEY CHECK (plugin ~ '^[a-z][a-z0-9-]*$'),
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    is_enabled bool NOT NULL DEFAULT true,
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 2);
CREATE TRIGGER plugin_settings_touch BEFORE UPDATE ON plugin_settings FOR EACH ROW EXECUTE FUNCTION touch_row();
COMMENT ON TABLE plugin_settings IS 'What was set in the panel; it goes before the configuration file.';
COMMENT ON COLUMN plugin_settings.settings IS 'By name, as text; those left out are as the configuration file, or the plugin, has them.';
COMMENT ON COLUMN plugin_settings.version IS 'From 2 on: 1 is the version of a plugin without a row.';

CREATE TABLE plugin_secrets (
    plugin text NOT NULL REFERENCES plugin_settings ON DELETE CASCADE,
    name text NOT NULL,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    value_sealed bytea NOT NULL,
    PRIMARY KEY (plugin, name));
COMMENT ON TABLE plugin_secrets IS 'The settings that are secret, each sealed to its place.';

-- Doors open and close on every node; browsers read the pages' manifest anew.
SELECT feed_table('plugin_settings', '0', '''plugin_states''');

CREATE TABLE plugin_ears (
    plugin text PRIMARY KEY,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    cursor text NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE plugin_ears IS 'Up to where each plugin has heard the change feed; all that was told before is done.';

CREATE TABLE operator_preferences (
    operator_id bigint PRIMARY KEY REFERENCES operators ON DELETE CASCADE,
    tenant_id int NOT NULL DEFAULT 1 REFERENCES tenants,
    preferences json NOT NULL CHECK (octet_length(preferences::text) <= 65536),
    updated_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE operator_preferences IS 'How an operator likes the pages: theme, columns, saved filters. Read back as it was written.';
