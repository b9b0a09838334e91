import AAA
import Control
import Dictionary
import HTTP
import Log
import Policy
import Store
import Threads

/// The API of `control`: its endpoints, who may call them, and the threads they run on. It is there before the
/// database is, and says so to whoever calls.
final class ControlAPI {
    let house: House
    let plugins = PluginPlace()
    private let workers: Workers
    private let longWorkers: Workers
    private let exportWorkers: Workers
    private let gatekeeper: IdentityGatekeeper
    private let throttle: APIThrottle
    private let feed: FeedPlace
    private let log: Log
    private var courier: WebhookCourier?
    private let database: ConnectionSettings

    init(_ configuration: Configuration, _ environment: Environment, _ log: Log) throws {
        let installation = try Installation(executable: environment.executable)
        database = try ProcessDatabase.settings(configuration, name: "api", isServer: true)
        let keys = try KeyRing(path: DataFolder(configuration.data).key)
        let feed = FeedPlace()
        let principals = PrincipalCache { feed.isFollowing }
        workers = Workers("api", database, threads: 4, limit: 1000)
        longWorkers = Workers("api long", database, threads: 3, limit: 100)
        exportWorkers = Workers("api export", database, threads: 6, limit: 6)
        let plugins = plugins
        let box = SecretBox(seal: { keys.seal($0, for: $1) }, open: { try keys.open($0, for: $1) })
        let events = EventHub(
            database, recheck: { try EventRights.recheck(Identity($0, catalogue: plugins.catalogue, box: box), $1) }
        ) {
            log.warning($0)
        }
        let limiter = RateLimiter(RateLimit(configuration.apiRate, perSeconds: 60))
        house = House(
            seal: box.seal, open: box.open,
            dictionary: try AttributeDictionary.load(file: configuration.dictionary ?? installation.dictionary),
            clock: Identity.systemClock, steadyClock: { Moment.microseconds() }, exports: Exports(exportWorkers),
            version: Version.text, log: { log.warning($0) }, catalogue: { plugins.catalogue }, principals: principals,
            events: events, eventPlaces: AccountPlaces(limit: configuration.eventStreams), limiter: limiter)
        gatekeeper = IdentityGatekeeper(house, cache: principals)
        throttle = APIThrottle(limiter, clock: house.steadyClock)
        self.feed = feed
        self.log = log
    }

    /// What the API forgets when something changes; begun when the database is there.
    func follow() throws {
        guard let principals = house.principals else { return }
        let cursor = try ChangeFeed.now(try Connection(database))
        let reactions = FeedFollower.Reactions(
            changed: { _, keys in principals.changed(keys) }, reload: { _ in principals.forgetAll() })
        feed.follower = try FeedFollower(database, from: cursor, reactions) { [log] in log.warning($0) }
        courier = try WebhookCourier(
            database, sender: WebhookSender { Identity.systemClock() / 1_000_000 }, open: house.open,
            identity: { [house] in house.identity($0) }, log: { [log] in log.warning($0) })
    }

    /// What endpoints start as jobs.
    var jobKinds: [any JobKind] { AllEndpoints.jobKinds(house) }

    /// Whether plugins that were started late bring routes: those are taken in when the server starts.
    var needsFreshStart: Bool { plugins.current?.host.routes.isEmpty == false }

    /// - restart: asks for a fresh process in the place of this one.
    func routes(restart: @escaping @Sendable () -> Void) -> [Route] {
        let endpoints = AllEndpoints.complete(house, plugins, restart: restart)
        let services = API.Services(
            gatekeeper: gatekeeper, throttle: throttle, workers: workers, longWorkers: longWorkers
        ) { [log] error, request in
            log.error("a request failed", [.path: request.path, .error: error, .request: request.id])
        }
        return API(endpoints).routes(services) + API(endpoints).documents(version: house.version)
            + [PluginPages.route(plugins)]
    }

    func stop() {
        courier?.stop()
        house.events?.stop()
        feed.follower?.stop()
        workers.stop()
        longWorkers.stop()
        exportWorkers.stop()
    }
}

/// Whether changes are seen: only then may something be remembered.
private final class FeedPlace: Sendable {
    private let place = Locked<FeedFollower?>(nil)

    var follower: FeedFollower? {
        get { place.withLock { $0 } }
        set { place.withLock { $0 = newValue } }
    }

    var isFollowing: Bool { (follower?.ageSeconds ?? .infinity) < 3 }
}
