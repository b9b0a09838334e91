import Glibc
import Synchronization
import Threads

/// An HTTP/1.1 server on listening sockets that are given to it: libmicrohttpd's parser, epoll and threads (one a
/// socket), with checks of ours before a route sees a request.
package final class HTTPServer: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A socket that listens; the caller's, and not closed here.
    package struct Listener: Sendable {
        let socket: Int32
        let certificate: CertificateFiles?

        /// - certificate: for HTTPS.
        package init(_ socket: Int32, certificate: CertificateFiles? = nil) {
            self.socket = socket
            self.certificate = certificate
        }
    }

    let core: Core
    private let doors: [Door]
    private let sweeper: Ticker
    private let certificates: CertificateWatch
    private let renewer = Locked<Ticker?>(nil)

    /// Begins to answer. Routes are called on the threads of libmicrohttpd and must not wait there. Throws `Failure`.
    package init(_ listeners: [Listener], router: Router, settings: HTTPSettings = HTTPSettings()) throws(Failure) {
        let core = Core(router, settings)
        var doors: [Door] = []
        for listener in listeners {
            do {
                doors.append(try Door(listener, core))
            } catch {
                for door in doors { door.stop() }
                throw error
            }
        }
        self.core = core
        self.doors = doors
        sweeper = Ticker("http sweep", milliseconds: 1000) { core.sweep() }
        certificates = CertificateWatch(doors: doors, tell: settings.tell)
        guard listeners.contains(where: { $0.certificate != nil }) else { return }
        let watch = certificates
        renewer.withLock { $0 = Ticker("http tls", milliseconds: 10_000) { watch.look(now: Int64(time(nil))) } }
    }

    /// The same over plain HTTP.
    package convenience init(
        sockets: [Int32], router: Router, requestTimeout: Duration = .seconds(60)
    ) throws(Failure) {
        var settings = HTTPSettings()
        settings.requestTimeout = requestTimeout
        try self.init(sockets.map { Listener($0) }, router: router, settings: settings)
    }

    deinit { stop() }

    /// From the next request on these routes answer.
    package func use(_ router: Router) { core.router = router }

    /// Closes connections that are late and the like, which it does by itself every second.
    func sweep() { core.sweep() }

    package var figures: HTTPFigures {
        core.counters.figures(open: core.connections.count, streams: core.streams.load(ordering: .relaxed))
    }

    /// Ends event streams, answers what has been asked, up to a limit, and closes every connection. New ones wait in the
    /// sockets for whoever listens next.
    package func stop() {
        renewer.withLock { $0?.stop() }
        for door in doors { door.stopListening() }
        core.stop()
        for door in doors { door.stop() }
        sweeper.stop()
    }

    /// Looks for new certificates at once, which it does by itself every 10 seconds.
    package func renewCertificates() { certificates.look(now: Int64(time(nil))) }
}
