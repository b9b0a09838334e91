import HTTP
import PluginAPI

/// What lists refuse beside faults of single parameters.
enum ListRefusal {
    static func tooMany(_ query: ListQuery, most: Int) -> Problem {
        Problem(
            422, "too_many_matches",
            "More than \(most) rows match, and they can't be given in this order. Narrow the filters, or leave out sort."
        )
    }

    static func cursor(_ name: String) -> FieldErrors {
        FieldErrors([
            FieldError(
                field: name, code: "constraint",
                message: "is no place in this list in this order; begin at the first page")
        ])
    }
}
