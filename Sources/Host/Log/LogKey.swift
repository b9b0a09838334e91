/// The names that log lines may carry, so that one thing has one name in every line of every process.
package enum LogKey: String, Sendable {
    case address, attempt, cause, code, count, database, delay, duration, error, exit, file, folder, generation, hint
    case identifier, line, name, nas, path, peer, pid, plugin, port, process, reason, sequence, service, session, signal
    case state, url, user, version
}
