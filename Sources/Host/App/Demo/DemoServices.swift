import Control
import Store

/// What the demo's ISP sells.
enum DemoServices {
    struct Offer {
        let name: String
        let fields: Records.Fields
        let tiers: [TierDraft]
    }

    static let all = [
        offer("home-20", down: 20, up: 5, sessions: 1),
        offer("home-50", down: 50, up: 10, sessions: 1),
        offer("home-100", down: 100, up: 20, sessions: 1),
        offer("office-200", down: 200, up: 50, sessions: 3),
    ]

    /// Megabits per second. Each step of fair use is half of the one before; routers with profiles of their own take
    /// them by the filter's name.
    private static func offer(_ name: String, down: Int64, up: Int64, sessions: Int64) -> Offer {
        let tiers = ["normal", "FUP1", "FUP2", "FUP3"].enumerated().map { step, tier in
            TierDraft(
                name: tier,
                fields: [
                    ("down_bps", .int(down * 1_000_000 >> Int64(step))),
                    ("up_bps", .int(up * 1_000_000 >> Int64(step))),
                    ("pool_name", .text("customers")),
                    ("filter_id", .text(step == 0 ? name : "\(name)-\(tier.lowercased())")),
                ])
        }
        return Offer(name: name, fields: [("session_limit", .int(sessions))], tiers: tiers)
    }
}
