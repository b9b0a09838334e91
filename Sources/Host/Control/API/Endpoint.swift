package import PluginAPI

/// One operation of the API, declared whole: the permission check, decoding, validation, OpenAPI, the TypeScript types
/// and the negative tests come from it.
package struct Endpoint: Sendable {
    package typealias Run = @Sendable (Call) throws -> Answer

    package let method: Route.Method
    /// Below `/api/v1`, parameters in braces: `/nas/{id}`.
    package let path: String
    package let access: Access
    /// A few words: what it does.
    package let summary: String
    /// The parts of the path, in order: `{id}` and `{…_id}` are whole numbers from 1 on, others texts.
    package var parameters: [FieldDescription]
    package var query: [FieldDescription] = []
    package var body: Body?
    package var output: Output = .none
    /// Of success.
    package var status = 200
    /// The codes this endpoint answers with beside the common ones.
    package var errors: [RouteError] = []
    /// If-Match is needed: the version that the caller saw.
    package var needsVersion = false
    /// May be called by somebody who must change his password first.
    package var isBeforePassword = false
    /// Takes long, or holds a client's attention: waits for a place among few.
    package var isLong = false
    /// Signing in: limited more strictly.
    package var isSignIn = false
    package let run: Run

    /// - run: called on a thread that may wait, with a connection of its own.
    package init(
        _ method: Route.Method, _ path: String, _ access: Access, _ summary: String, _ run: @escaping Run
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
        self.run = run
        parameters = Endpoint.parameters(of: path)
    }

    private static func parameters(of path: String) -> [FieldDescription] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }.map {
            let name = String($0.dropFirst().dropLast())
            let isNumber = name == "id" || name.hasSuffix("_id")
            return FieldDescription(
                name: name, kind: isNumber ? .integer : .text, isRequired: true,
                constraints: isNumber ? [.range(1...Int64.max)] : [.length(1...253)])
        }
    }
}

extension Endpoint {
    package enum Body: Sendable {
        /// A JSON object of these fields; `partly`: those given are changed, the others stay.
        case fields([FieldDescription], partly: Bool)
        /// A text of this type, up to so many bytes.
        case text(type: String, limit: Int)
    }

    package enum Output: Sendable {
        /// 204.
        case none
        case record([FieldDescription])
        /// Some of these, as the caller's permissions and wishes have it.
        case row([FieldDescription])
        /// `{items, total, total_is_exact, next, prev}`.
        case page([FieldDescription])
        /// `{items}`, all of them.
        case items([FieldDescription])
        /// Some other text: CSV, a page.
        case text(type: String)
        /// Server-sent events.
        case events
    }

    package func query(_ fields: FieldDescription...) -> Endpoint { changed { $0.query += fields } }
    package func query(_ fields: [FieldDescription]) -> Endpoint { changed { $0.query += fields } }
    package func body(_ fields: [FieldDescription]) -> Endpoint { changed { $0.body = .fields(fields, partly: false) } }
    package func changes(_ fields: [FieldDescription]) -> Endpoint {
        changed { $0.body = .fields(fields, partly: true) }
    }
    package func text(_ type: String, limit: Int) -> Endpoint { changed { $0.body = .text(type: type, limit: limit) } }
    package func output(_ output: Output, status: Int = 200) -> Endpoint {
        changed {
            $0.output = output
            $0.status = status
        }
    }
    package func errors(_ errors: RouteError...) -> Endpoint { changed { $0.errors += errors } }
    /// The code for If-Match.
    package func versioned() -> Endpoint { changed { $0.needsVersion = true } }
    package func long() -> Endpoint { changed { $0.isLong = true } }
    package func beforePassword() -> Endpoint { changed { $0.isBeforePassword = true } }
    package func signIn() -> Endpoint { changed { $0.isSignIn = true } }
    package func parameter(_ field: FieldDescription) -> Endpoint {
        changed { endpoint in endpoint.parameters = endpoint.parameters.map { $0.name == field.name ? field : $0 } }
    }

    private func changed(_ change: (inout Endpoint) -> Void) -> Endpoint {
        var copy = self
        change(&copy)
        return copy
    }

    /// The name that documents and generated clients give it: `getNasById`.
    package var name: String {
        let words = path.split(whereSeparator: { "/-_.".contains($0) }).map { part in
            let isParameter = part.hasPrefix("{")
            let word = part.filter { $0 != "{" && $0 != "}" }
            return (isParameter ? "By" : "") + word.prefix(1).uppercased() + word.dropFirst()
        }
        return method.rawValue.lowercased() + words.joined()
    }

    /// What documents group it by: the first part of its path.
    package var tag: String { path.split(separator: "/").first.map(String.init) ?? "api" }
}
