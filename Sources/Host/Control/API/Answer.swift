package import HTTP
import PluginAPI

/// What an endpoint gives back.
package struct Answer: Sendable {
    package var json: JSON?
    /// In place of JSON: a stream, a page, CSV.
    package var response: Response?
    /// Of the record, sent as ETag.
    package var version: Int64?
    package var headers: [(name: String, value: String)] = []
    /// Instead of the endpoint's own.
    package var status: Int?

    package static let none = Answer()

    package static func json(_ json: JSON, version: Int64? = nil, status: Int? = nil) -> Answer {
        Answer(json: json, version: version, status: status)
    }

    /// A job does it: its id, and where it is seen.
    package static func started(_ job: Int64, _ more: [(String, JSON)] = []) -> Answer {
        var answer = Answer.json(.object([("job_id", .integer(job))] + more))
        answer.headers = [(name: "Location", value: "\(API.root)/jobs/\(job)")]
        return answer
    }

    package static func response(_ response: Response) -> Answer { Answer(response: response) }

    /// As sent. A client that reads and has just this already (If-None-Match) is told so instead.
    func response(of endpoint: Endpoint, to request: Request) -> Response {
        if let response { return response.adding(headers) }
        guard let json else { return Response.empty(status: status ?? 204).adding(headers) }
        let response = Response.json(json, status: status ?? endpoint.status).adding(headers)
        guard let version else { return response }
        let tag = EntityTag.text(version: version, body: response.body)
        guard endpoint.method == .get, Conditions.has(tag, request) else { return response.adding([("ETag", tag)]) }
        return Response.empty(status: 304).adding(headers + [("ETag", tag)])
    }
}

extension Response {
    /// No body, and so no type.
    static func empty(status: Int) -> Response {
        var response = Response(status: status, type: "", body: [])
        response.headers.removeAll { $0.name == "Content-Type" }
        return response
    }

    func adding(_ more: [(name: String, value: String)]) -> Response {
        var copy = self
        copy.headers += more
        return copy
    }
}
