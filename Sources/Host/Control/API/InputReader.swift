import HTTP
import PluginAPI

/// From a request to checked inputs; what is wrong is a problem that names each field.
struct InputReader {
    let endpoint: Endpoint

    func read(_ request: Request) throws(Problem) -> Inputs {
        Inputs(path: try path(request), query: try query(request), body: try body(request))
    }

    /// A path whose parts do not fit leads nowhere.
    private func path(_ request: Request) throws(Problem) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for field in endpoint.parameters {
            let value = InputReader.value(request.parameters[field.name] ?? "", field.kind)
            guard field.faults(in: value).isEmpty else {
                throw Problem(404, "not_found", "There is nothing at this address.")
            }
            values[field.name] = value
        }
        return values
    }

    private func query(_ request: Request) throws(Problem) -> [String: FieldValue] {
        guard let pairs = QueryText.read(request.query ?? "") else {
            throw Problem(400, "bad_request", "The query is not UTF-8 text in percent codes.")
        }
        var values: [String: FieldValue] = [:]
        var faults: [FieldError] = []
        for (name, text) in pairs {
            guard let field = endpoint.query.first(where: { $0.name == name }) else { continue }
            let value = InputReader.value(text, field.kind.wrapped)
            if case .list(let more) = value, case .list(let earlier) = values[name] {
                values[name] = .list(earlier + more)
            } else if values[name] != nil {
                faults.append(FieldError(field: name, code: "twice", message: "is given twice"))
            } else {
                values[name] = value
            }
        }
        let unknown = Set(pairs.map(\.name)).subtracting(endpoint.query.map(\.name))
        faults += unknown.sorted().map { FieldError(field: $0, code: "unknown", message: "is no parameter here") }
        faults += endpoint.query.faults(in: values)
        guard faults.isEmpty else { throw InputReader.problem(faults, in: "query") }
        return values
    }

    private func body(_ request: Request) throws(Problem) -> [String: FieldValue] {
        guard case .fields(let fields, let partly) = endpoint.body else {
            if case .text(let type, _) = endpoint.body { try check(type, request) } else { try checkNone(request) }
            return [:]
        }
        // A record without required fields may be left out whole.
        if request.body.isEmpty, !partly, fields.allSatisfy({ !$0.isRequired }) { return [:] }
        try check("application/json", request)
        let read: FieldValue
        do { read = try JSONReader.read(request.body) } catch { throw Problem(400, "bad_json", error.message) }
        guard case .object(let values) = read else { throw Problem(400, "bad_json", "The body is not a JSON object.") }
        let faults = fields.faults(in: values, partly: partly)
        guard faults.isEmpty else { throw InputReader.problem(faults, in: "body") }
        return values
    }

    private func checkNone(_ request: Request) throws(Problem) {
        guard request.body.isEmpty else { throw Problem(400, "bad_request", "This takes no body.") }
    }

    private func check(_ type: String, _ request: Request) throws(Problem) {
        let given = (request.header("content-type") ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard given == type else {
            throw Problem(
                415, "unsupported_media_type", "The body must be \(type).", headers: [(name: "Accept", value: type)])
        }
    }

    /// More fields than this help nobody to mend a call, and an answer must not outgrow it.
    static let mostFaults = 100

    private static func problem(_ faults: [FieldError], in place: String) -> Problem {
        var fields: [(name: String, text: String)] = []
        var named: Set<String> = []
        for fault in faults where fields.count < mostFaults && named.insert(fault.field).inserted {
            fields.append((fault.field, fault.message))
        }
        let sentence = faults.first.map { "In the \(place), \($0.field) \($0.message)." } ?? "The \(place) is wrong."
        return Problem(422, "invalid", sentence, fields: fields)
    }

    /// The value that a text of a path or query stands for; a text that stands for none stays one, and is refused.
    private static func value(_ text: String, _ kind: FieldKind) -> FieldValue {
        switch kind {
        case .integer: isNumber(text) ? Int64(text).map(FieldValue.integer) ?? .text(text) : .text(text)
        case .number: Double(text).map(FieldValue.number) ?? .text(text)
        case .bool: ["true": .bool(true), "false": .bool(false)][text] ?? .text(text)
        case .list(let kind): .list(text.split(separator: ",").map { value(String($0), kind.wrapped) })
        case .optional(let kind): value(text, kind)
        default: .text(text)
        }
    }

    /// Digits, a minus before them at most.
    private static func isNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
    }
}
