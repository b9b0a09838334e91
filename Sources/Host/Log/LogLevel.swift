/// How much a line matters to the operator; a logger writes its level and what stands above it.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.order < right.order }

    private var order: Int { LogLevel.allCases.firstIndex(of: self) ?? 0 }
}
