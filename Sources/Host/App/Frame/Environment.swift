import Glibc
import HTTP

/// What a command sees of the process around it: variables and the two outputs. A test gives its own.
struct Environment {
    var variables: [String: String]
    /// Where the program's own file is, as the system tells it; the installation is found from there.
    var executable: String
    var writeOutput: (String) -> Void
    var writeError: (String) -> Void
    /// Whether the results are JSON (`--json`); set by the frame before a verb runs.
    var isJSON = false

    /// Prints a line of result.
    func print(_ line: String = "") { writeOutput(line + "\n") }

    /// Prints a line beside the results: a warning, a remark. Not for JSON readers.
    func remark(_ line: String) { writeError(line + "\n") }

    /// Prints why the command ends, in the form asked for, and gives the exit code.
    func report(_ error: any Error, of command: String) -> Int32 {
        let error = error as? CommandError ?? .refused("\(error)")
        if isJSON {
            var members: [(String, JSON)] = [("code", .text(error.code)), ("message", .text(error.message))]
            if let hint = error.hint { members.append(("hint", .text(hint))) }
            writeError(JSON.object([("error", .object(members))]).text + "\n")
        } else {
            writeError("\(command): \(error.message)\n")
            if let hint = error.hint { writeError("  \(hint)\n") }
        }
        return error.exitCode
    }

    /// The real one.
    static func process() -> Environment {
        Environment(
            variables: environmentVariables(), executable: readLink("/proc/self/exe") ?? CommandLine.arguments[0],
            writeOutput: { write($0, to: STDOUT_FILENO) }, writeError: { write($0, to: STDERR_FILENO) })
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }

    private static func readLink(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink(path, &buffer, Int(PATH_MAX)) > 0 else { return nil }
        return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 { rest = rest.dropFirst(written) } else if errno != EINTR { return }
            }
        }
    }
}
