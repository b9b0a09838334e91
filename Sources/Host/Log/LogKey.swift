/// The names that log lines may carry, so that one thing has one name in every line of every process.
package enum LogKey: String, Sendable {
    case address, count, database, delay, duration, error, exit, line, name, nas, path, pid, port, process, reason
    case request, service, session, signal, state, url
}
