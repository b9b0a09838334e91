import HTTP
import PluginAPI
import Store

/// Who may go on to an endpoint: decided from the headers, before a body is read.
struct Admitting: Sendable {
    let endpoint: Endpoint
    let gatekeeper: any Gatekeeper
    let throttle: any Throttle
    let workers: Workers
    /// Bodies that take long to come, of each account.
    let uploads: AccountPlaces
    let onError: @Sendable (any Error, Request) -> Void

    /// What comes along to the endpoint.
    struct Pass: Sendable {
        let caller: Principal?
        let headers: [(name: String, value: String)]
        /// Kept until the request is done.
        var upload: AccountPlaces.Ticket?
    }

    func admit(_ request: Request, _ admission: Admission) {
        guard let credential = PresentedCredential(request) else {
            return admission.give(verdict(request, nil, isPresented: false))
        }
        if let known = gatekeeper.known(credential) {
            return admission.give(verdict(request, known, isPresented: true, by: credential.kind))
        }
        // Guessing credentials is limited like any asking without one, and before it costs a query.
        let limits = throttle.take(endpoint, client: request.client, caller: nil)
        guard limits.isAllowed else { return admission.give(.refuse(limits.problem.response(to: request))) }
        let isQueued = workers.submit { connect in
            do {
                let found = try gatekeeper.look(credential, from: request.client, try connect())
                admission.give(verdict(request, found, isPresented: true, by: credential.kind))
            } catch {
                admission.give(.refuse(answer(to: error, request).response(to: request)))
            }
        }
        if !isQueued { admission.give(.refuse(APIProblems.busy.response(to: request))) }
    }

    private func answer(to error: any Error, _ request: Request) -> Problem {
        if let problem = Refusals.problem(error) { return problem }
        onError(error, request)
        return APIProblems.fault
    }

    private func verdict(
        _ request: Request, _ caller: Principal?, isPresented: Bool, by kind: PresentedCredential.Kind? = nil
    ) -> Admission.Verdict {
        let limits = throttle.take(endpoint, client: request.client, caller: caller)
        guard limits.isAllowed else { return .refuse(limits.problem.response(to: request)) }
        if let problem = problem(request, caller, isPresented: isPresented, by: kind) {
            return .refuse(problem.response(to: request).adding(limits.headers))
        }
        var pass = Pass(caller: caller, headers: limits.headers)
        if let caller, isLong(request) {
            guard let ticket = uploads.ticket(for: caller) else {
                return .refuse(Admitting.uploadRuns.response(to: request).adding(limits.headers))
            }
            pass.upload = ticket
        }
        return .pass(context: pass)
    }

    private static let uploadRuns = Problem(
        429, "upload_running", "One long upload at a time: yours is still coming in.",
        headers: [(name: "Retry-After", value: "10")])

    /// Whether the body may take minutes to come.
    private func isLong(_ request: Request) -> Bool {
        guard endpoint.bodyLimit > HTTPSettings.longBody, endpoint.body != nil else { return false }
        let length = request.header("content-length").flatMap { Int($0) }
        return length.map { $0 > HTTPSettings.longBody } ?? (request.header("transfer-encoding") != nil)
    }

    private func problem(
        _ request: Request, _ caller: Principal?, isPresented: Bool, by kind: PresentedCredential.Kind?
    ) -> Problem? {
        if endpoint.access == .open { return nil }
        guard let caller else { return APIProblems.unknown(isPresented: isPresented) }
        if caller.mustChangePassword, !endpoint.isBeforePassword {
            return Problem(403, "password_change_needed", "Change your password first (PUT /api/v1/me/password).")
        }
        if let refusal = endpoint.access.refusal(of: caller) { return refusal }
        // A page of somebody else can make a browser send the cookie, but not this header.
        if kind == .session, endpoint.method != .get, request.header("x-requested-with") != "tollkeeper" {
            return Problem(403, "header_missing", "A change by session needs the header X-Requested-With: tollkeeper.")
        }
        return nil
    }
}

enum APIProblems {
    static let busy = Problem(
        503, "busy", "Too many requests wait already.", headers: [(name: "Retry-After", value: "2")])
    static let fault = Problem(500, "internal", "Something went wrong; the server's log has more.")

    static func unknown(isPresented: Bool) -> Problem {
        Problem(
            401, "unauthorized",
            isPresented ? "This session or token is not valid (any more)." : "Sign in, or send a token.",
            headers: [(name: "WWW-Authenticate", value: "Bearer realm=\"tollkeeper\"")])
    }
}
