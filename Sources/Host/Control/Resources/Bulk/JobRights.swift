import PluginAPI
import Store

/// Whether who started a job may still do what it does: asked at each run, since rights may be gone by then.
enum JobRights {
    /// Throws `JobError.failed` when he may not.
    static func check(_ starter: FieldValue?, _ permissions: [String], _ identity: Identity) throws {
        guard case .integer(let id) = starter else { return }
        guard let holder = try identity.holder(id), holder.isUsable,
            holder.permissions.isSuperset(of: permissions)
        else { throw JobError.failed("who started it may no longer do this") }
    }
}
