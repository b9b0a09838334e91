import HTTP
import Threads

/// Where the metrics page finds the counters of the server that shows it, which is there once its routes are.
final class ServerFigures: Sendable {
    private struct Place: Sendable {
        weak var server: HTTPServer?
    }

    private let place = Locked(Place())

    var latest: HTTPFigures { place.withLock { $0.server }?.figures ?? HTTPFigures() }

    func follow(_ server: HTTPServer) { place.withLock { $0.server = server } }
}
