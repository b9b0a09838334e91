import HTTP
import PluginAPI
import Store

/// The reading side of a resource, made from its list: pages, all matches as CSV, and one row.
struct ListEndpoints {
    let spec: ListSpec
    /// `/subscribers`.
    let path: String
    /// What it is called in sentences: `subscribers`.
    let title: String
    let access: Access
    /// nil: no CSV.
    var export: Access?
    /// Whether a row is read by its id.
    var hasRow = true
    /// Whether a row has a version, which its ETag begins with.
    var hasVersion = true

    func endpoints(_ house: House) -> [Endpoint] {
        var endpoints = [page]
        if let export { endpoints.append(csv(house, export)) }
        if hasRow { endpoints.append(row) }
        return endpoints
    }

    private var page: Endpoint {
        Endpoint(.get, path, access, "A page of the \(title)") { [spec] call in
            let reader = try ListReader(call.connection, call.principal)
            let query = try ListQuery(call.inputs.query, of: spec, permissions: call.principal.permissions)
            return .json(try reader.page(spec, query).json)
        }
        .query(spec.parameters).output(.page(spec.fields(for: .onRequest)))
        .errors(RouteError("too_many_matches", status: 422, "more rows match than can be given in this order"))
    }

    private func csv(_ house: House, _ export: Access) -> Endpoint {
        Endpoint(.get, path + ".csv", export, "All \(title) that match, as CSV") { [spec] call in
            guard let ticket = house.exports.places.ticket(for: call.principal) else {
                throw Problem(
                    429, "export_running", "One export at a time: yours is still being read.",
                    headers: [(name: "Retry-After", value: "10")])
            }
            // What is wrong with the query is said before the stream begins.
            let query = try ListQuery(call.inputs.query, of: spec, permissions: call.principal.permissions)
            return .response(ListEndpoints.stream(spec, query, call.principal, house, ticket))
        }
        .query(spec.parameters.filter { !["after", "before", "size"].contains($0.name) })
        .output(.text(type: "text/csv"))
    }

    private static func stream(
        _ spec: ListSpec, _ query: ListQuery, _ principal: Principal, _ house: House, _ ticket: AccountPlaces.Ticket
    ) -> Response {
        var response = Response(
            type: "text/csv; charset=utf-8; header=present",
            headers: [(name: "Content-Disposition", value: "attachment; filename=\"\(spec.name).csv\"")], body: [])
        response.stream = { writer in
            let isQueued = house.exports.workers.submit { connect in
                // Held for as long as the client reads, and given back before he sees the end: he may ask again at once.
                var isWhole = false
                do {
                    let reader = try ListReader(try connect(), principal)
                    isWhole = try reader.csv(spec, query) { writer.write($0) } != nil
                } catch {
                    house.log("an export of \(spec.name) broke off: \(error)")
                }
                ticket.giveBack()
                writer.finish(completely: isWhole)
            }
            if !isQueued {
                ticket.giveBack()
                writer.finish(completely: false)
            }
        }
        return response
    }

    private var row: Endpoint {
        let texts = ListRowTexts(spec)
        return Endpoint(.get, path + "/{id}", access, "One of the \(title)") { [spec, hasVersion] call in
            let json = try ListReader(call.connection, call.principal).one(spec, call.id, texts)
            return .json(json, version: hasVersion ? json.version : nil)
        }
        .output(.row(spec.fields(for: .alone)))
    }
}

extension JSON {
    /// The member `version`.
    var version: Int64? {
        guard case .object(let members) = self,
            case .integer(let version) = members.first(where: { $0.0 == "version" })?.1
        else { return nil }
        return version
    }
}

extension ListSpec {
    /// As documents show the rows.
    func fields(for shown: ListColumn.Shown) -> [FieldDescription] {
        columns.filter { shown == .alone || $0.shown != .alone }.map { column in
            FieldDescription(
                name: column.name, kind: column.name == "id" ? column.kind.field : .optional(column.kind.field),
                text: column.text)
        }
    }

    /// What the query may have.
    var parameters: [FieldDescription] {
        var parameters = filters.flatMap { filter in
            filter.parameters.map { FieldDescription(name: $0, kind: filter.kind, text: filter.text) }
        }
        if search != nil {
            parameters.append(
                FieldDescription(
                    name: ListSearch.name, kind: .text, text: "words to be found anywhere",
                    constraints: [.length(0...200)]))
        }
        return parameters + [
            FieldDescription(
                name: "sort", kind: .choice(sorts.flatMap { [$0.name, "-\($0.name)"] }),
                text: "- for the other way round"),
            FieldDescription(
                name: "fields", kind: .list(.choice(columns.filter { $0.shown != .alone }.map(\.name))),
                text: "columns; left out: the usual ones"),
            FieldDescription(
                name: "size", kind: .integer, text: "rows of a page (50)",
                constraints: [.range(Int64(ListQuery.sizes.lowerBound)...Int64(ListQuery.sizes.upperBound))]),
            FieldDescription(
                name: "after", kind: .text, text: "`next` of the page before", constraints: [.length(0...2000)]),
            FieldDescription(
                name: "before", kind: .text, text: "`prev` of the page behind", constraints: [.length(0...2000)]),
        ]
    }
}

extension ListColumn.Kind {
    var field: FieldKind {
        switch self {
        case .text: .text
        case .integer: .integer
        case .number: .number
        case .bool: .bool
        case .time: .format("date-time")
        case .address, .prefix, .mac: .text
        case .texts: .list(.text)
        case .json: .format("json")
        case .choice(let texts): .choice(texts)
        }
    }
}
