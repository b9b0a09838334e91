import HTTP
import PluginAPI

/// A value for a column of type jsonb.
enum JSONParameter {
    static func text(_ values: [String: FieldValue]) -> String { JSON(FieldValue.object(values)).text }
}
