import PluginAPI
import RADIUS
import Store

extension PolicyReader {
    /// Puts subscribers that are not deleted into `store`, each as its row comes from the database; gives the ids of those
    /// asked for that there are. One whose password can't be opened has none: it can't log in, and it is said.
    mutating func readSubscribers(
        _ rules: RuleReader, ids: [Int64]? = nil, into store: SubscriberStore
    ) throws -> Set<Int64> {
        var found: Set<Int64> = []
        var loader = SubscriberLoader(vault: vault, rules: rules.all(of: "subscriber"), store: store)
        defer {
            loader.free()
            loader.problems.forEach { note($0) }
        }
        try connection.copyOut(SubscriberLoader.sql + PolicyReader.written(ids)) { row in
            let id = try loader.take(&row)
            if ids != nil { found.insert(id) }
        }
        return found
    }

    /// Further SQL that picks rows by id, for where parameters are not allowed.
    private static func written(_ ids: [Int64]?) -> String {
        guard let ids else { return "" }
        let list = ids.map { String($0) }.joined(separator: ",")
        return " and id in (select unnest('{\(list)}'::bigint[]))"
    }
}
