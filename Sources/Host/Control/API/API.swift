package import HTTP
import PluginAPI
import Store

/// All endpoints, served below `/api/v1`.
package struct API: Sendable {
    package static let root = "/api/v1"
    package let endpoints: [Endpoint]

    /// What endpoints run on, and who looks who calls.
    package struct Services: Sendable {
        package let gatekeeper: any Gatekeeper
        package let throttle: any Throttle
        package let workers: Workers
        /// For what takes long.
        package let longWorkers: Workers
        let uploads = AccountPlaces(limit: 1)
        /// Told of faults of ours.
        package let onError: @Sendable (any Error, Request) -> Void

        package init(
            gatekeeper: any Gatekeeper, throttle: any Throttle, workers: Workers, longWorkers: Workers,
            onError: @escaping @Sendable (any Error, Request) -> Void
        ) {
            self.gatekeeper = gatekeeper
            self.throttle = throttle
            self.workers = workers
            self.longWorkers = longWorkers
            self.onError = onError
        }
    }

    package init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

    /// As the HTTP server takes them.
    package func routes(_ services: Services) -> [HTTP.Route] {
        endpoints.map { endpoint in
            let admitting = Admitting(
                endpoint: endpoint, gatekeeper: services.gatekeeper, throttle: services.throttle,
                workers: services.workers, uploads: services.uploads, onError: services.onError)
            return HTTP.Route(
                endpoint.method.rawValue, API.root + endpoint.path, bodyLimit: endpoint.bodyLimit,
                admit: { admitting.admit($0, $1) },
                handle: { API.handle(endpoint, $0, $1, services) })
        }
    }

    /// What describes the API, for anybody: OpenAPI, the types for TypeScript, a page for people. Made once.
    package func documents(version: String) -> [HTTP.Route] {
        let texts = [
            ("openapi.json", "application/json", OpenAPI.document(endpoints, version: version).text + "\n"),
            ("types.ts", "text/plain; charset=utf-8", TypeScript.text(endpoints)),
        ]
        let page = ReferencePage.html(endpoints, version: version)
        return texts.map { name, type, text in
            .get("\(API.root)/\(name)") { _ in .text(text, type: type) }
        } + [.get("\(API.root)/docs") { _ in .page(page) }]
    }

    private static func handle(_ endpoint: Endpoint, _ request: Request, _ reply: Reply, _ services: Services) {
        let pass = request.context as? Admitting.Pass
        let headers = pass?.headers ?? []
        let workers = endpoint.isLong ? services.longWorkers : services.workers
        let isQueued = workers.submit { connect in
            reply.send(answer(endpoint, request, pass, connect, services).adding(headers))
        }
        if !isQueued { reply.send(APIProblems.busy.response(to: request).adding(headers)) }
    }

    private static func answer(
        _ endpoint: Endpoint, _ request: Request, _ pass: Admitting.Pass?, _ connect: Workers.Connect,
        _ services: Services
    ) -> Response {
        do {
            guard let pass else { throw APIProblems.unknown(isPresented: false) }
            let inputs = try InputReader(endpoint: endpoint).read(request)
            let version = try VersionHeader.read(request, endpoint)
            let call = Call(
                request: request, caller: pass.caller, connection: try connect(), inputs: inputs, version: version)
            let answer = try endpoint.run(call)
            return answer.response(of: endpoint, to: request)
        } catch {
            let isHouse = pass?.caller?.scope.isHouse ?? false
            if let problem = Refusals.problem(error, isHouse: isHouse) { return problem.response(to: request) }
            services.onError(error, request)
            return APIProblems.fault.response(to: request)
        }
    }
}

extension Endpoint {
    var bodyLimit: Int {
        switch body {
        case nil: 16 << 10
        // Nobody unknown makes us read much.
        case .fields: access == .open ? 16 << 10 : 1 << 20
        case .text(_, let limit): limit
        }
    }
}

/// The version of a record that a change is made on (RFC 9110 13.1.1).
enum VersionHeader {
    static func read(_ request: Request, _ endpoint: Endpoint) throws(Problem) -> Int64? {
        guard endpoint.needsVersion else { return nil }
        guard let header = request.header("if-match") else {
            throw Problem(428, "version_needed", "Send If-Match with the ETag of the record that you saw.")
        }
        guard let version = EntityTag.version(of: header) else {
            throw Problem(412, "version", "If-Match is no ETag of this record.")
        }
        return version
    }
}
