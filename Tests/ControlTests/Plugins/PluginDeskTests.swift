import HTTP
import PluginAPI
import Store
import Support
import Testing

@testable import Control
@testable import Policy

/// The plugins as operators see and steer them.
@Suite(.serialized)
struct PluginDeskTests {
    private let all: Set<String> = ["vouchers.view", "plugins.view", "plugins.manage"]

    @Test func `a plugin shows its state, its permissions and its settings without the secret ones`() throws {
        let bench = try PluginBench(settings: ["key": "hush", "printers": "one, two"])
        let answer = try bench.call("GET", "/plugins/vouchers", as: bench.principal(all))
        #expect(answer.status == 200)
        #expect(answer.version == 1)
        let expected = [
            #""id":"vouchers""#, #""state":"running""#, #""enabled":true"#, #""restart_needed":false"#,
            #""offers":["Events","Jobs","Migrations","Pages","Permissions","Routes","Settings"]"#,
            #"{"name":"vouchers.view","title":"See vouchers","house_only":false}"#,
            #""value":"V-","is_set":false,"source":"default""#, #""value":["one","two"],"is_set":true,"source":"file""#,
            #""secret":true"#, #""value":null,"is_set":true"#,
        ]
        for part in expected { #expect(answer.body.contains(part), "\(part)") }
        #expect(!answer.body.contains("hush"))
        #expect(
            try bench.call("GET", "/plugins", as: bench.principal(all)).body.contains(#""items":[{"id":"vouchers""#))
        #expect(try bench.call("GET", "/plugins/nobody", as: bench.principal(all)).status == 404)
        #expect(try bench.call("GET", "/plugins", as: bench.principal(["vouchers.view"])).status == 403)
        bench.desk.stop()
    }

    @Test(arguments: [
        (#"{"settings":{"prefix":""}}"#, "settings.prefix"), (#"{"settings":{"prefix":7}}"#, "settings.prefix"),
        (#"{"settings":{"colour":"red"}}"#, "settings.colour"), (#"{"settings":{"colour":null}}"#, "settings.colour"),
        (#"{"settings":{"printers":["a,b"]}}"#, "settings.printers"), (#"{"settings":7}"#, "settings"),
        (#"{"enabled":"no"}"#, "enabled"),
    ])
    func `settings that do not fit are refused by name`(body: String, field: String) throws {
        let bench = try PluginBench()
        let answer = try bench.call("PATCH", "/plugins/vouchers", body, as: bench.principal(all), ifMatch: 1)
        #expect(answer.status == 422)
        #expect(answer.body.contains("\"\(field)\":"))
        #expect(try bench.connection.query("select 1 from plugin_settings").isEmpty)
        bench.desk.stop()
    }

    @Test func `settings are kept, sealed where secret, and in force from the next start on`() throws {
        let bench = try PluginBench(settings: ["prefix": "F-"])
        let ann = bench.principal(all)
        let body = #"{"settings":{"prefix":"P-","key":"hush","printers":["a","b"]}}"#
        #expect(try bench.call("PATCH", "/plugins/vouchers", body, as: ann, ifMatch: 2).status == 412)
        let set = try bench.call("PATCH", "/plugins/vouchers", body, as: ann, ifMatch: 1)
        #expect(set.status == 200)
        #expect(set.body.contains(#""restart_needed":true"#))
        #expect(set.body.contains(#""value":"P-","is_set":true,"source":"panel""#))
        #expect(!set.body.contains("hush"))
        #expect(try bench.call("PATCH", "/plugins/vouchers", body, as: ann, ifMatch: 1).status == 412)
        let audit = try bench.connection.query("select actor, object_name, request_id, after::text from audit_log")
        #expect(audit.map { $0.text(0) + $0.text(1) + $0.text(2) } == ["operator:annvouchersr1"])
        let image = audit.first?.text(3) ?? "hush"
        #expect(!image.contains("hush"))
        #expect(
            try bench.connection.query("select settings::text from plugin_settings")[0].text(0).contains("hush")
                == false)
        bench.desk.stop()

        let next = try PluginBench(database: bench.database, settings: ["prefix": "F-"])
        #expect(next.desk.host.settings["vouchers"]?.given == ["prefix": "P-", "key": "hush", "printers": "a, b"])
        let view = try next.call("GET", "/plugins/vouchers", as: ann)
        #expect(view.body.contains(#""restart_needed":false"#))
        // Taken back, the file's is in force again.
        let back = try next.call(
            "PATCH", "/plugins/vouchers", #"{"settings":{"prefix":null,"key":null}}"#, as: ann, ifMatch: view.version)
        #expect(back.body.contains(#""value":"F-","is_set":true,"source":"file""#))
        #expect(try next.connection.query("select 1 from plugin_secrets").isEmpty)
        next.desk.stop()
    }

    @Test func `a disabled plugin's doors are closed at once, and open again without a restart`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        try bench.desk.ensureSchedules(bench.connection)
        let off = try bench.call("PATCH", "/plugins/vouchers", #"{"enabled":false}"#, as: ann, ifMatch: 1)
        #expect(off.body.contains(#""state":"disabled","reason":"is disabled""#))
        #expect(try bench.call("GET", "/plugins/vouchers/list", as: ann).status == 404)
        #expect(try bench.call("GET", "/ui/manifest", as: ann).body == #"{"plugins":[]}"#)
        #expect(try bench.connection.query("select 1 from job_schedules where is_active").isEmpty)
        let told = try bench.connection.query("select 1 from change_feed where topic = 'plugin_states'")
        #expect(!told.isEmpty)
        let on = try bench.call("PATCH", "/plugins/vouchers", #"{"enabled":true}"#, as: ann, ifMatch: off.version)
        #expect(on.body.contains(#""state":"running""#))
        #expect(try bench.call("GET", "/plugins/vouchers/list", as: ann).status == 200)
        #expect(try bench.connection.query("select 1 from job_schedules where is_active").count == 1)
        bench.desk.stop()
    }

    @Test func `another process hears that a door was closed`() throws {
        let bench = try PluginBench()
        let other = try PluginBench(database: bench.database)
        _ = try bench.call("PATCH", "/plugins/vouchers", #"{"enabled":false}"#, as: bench.principal(all), ifMatch: 1)
        #expect(other.desk.doors.isOpen("vouchers"))
        try other.desk.refresh(other.connection)
        #expect(!other.desk.doors.isOpen("vouchers"))
        bench.desk.stop()
        other.desk.stop()
    }

    @Test func `one that is disabled is not started; enabled again it waits for a reload`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        _ = try bench.call("PATCH", "/plugins/vouchers", #"{"enabled":false}"#, as: ann, ifMatch: 1)
        bench.desk.stop()
        let next = try PluginBench(database: bench.database)
        #expect(next.desk.host.plugins.isEmpty)
        let view = try next.call("GET", "/plugins/vouchers", as: ann)
        #expect(view.body.contains(#""state":"disabled""#))
        let on = try next.call("PATCH", "/plugins/vouchers", #"{"enabled":true}"#, as: ann, ifMatch: view.version)
        #expect(on.body.contains(#""restart_needed":true"#))
        let reload = try next.call("POST", "/plugins/vouchers/reload", as: ann)
        #expect(reload.status == 202)
        #expect(next.restarts.value == 1)
        #expect(try next.connection.query("select 1 from audit_log where action = 'reload'").count == 1)
        next.desk.stop()
    }

    @Test func `what the configuration file disables stays so`() throws {
        let bench = try PluginBench(disabled: ["vouchers"])
        let on = try bench.call(
            "PATCH", "/plugins/vouchers", #"{"enabled":true}"#, as: bench.principal(all), ifMatch: 1)
        #expect(on.status == 409)
        bench.desk.stop()
    }

    @Test func `the manifest shows each what he may see`() throws {
        let bench = try PluginBench()
        let viewer = try bench.call("GET", "/ui/manifest", as: bench.principal(["vouchers.view"])).body
        #expect(viewer.contains(#""nav":[{"label":"Vouchers","href":"/p/vouchers","icon":null"#))
        #expect(viewer.contains(#""create":null"#))
        #expect(viewer.contains(#""id":"print""#) && !viewer.contains(#""id":"burn""#))
        #expect(!viewer.contains("portal.panel"))
        let manager = try bench.call("GET", "/ui/manifest", as: bench.principal(["vouchers.view", "vouchers.manage"]))
            .body
        #expect(
            manager.contains(
                #""create":{"permission":"vouchers.manage","fields":[{"name":"code","label":"Code","type":"text""#))
        let nobody = try bench.call("GET", "/ui/manifest", as: bench.principal([])).body
        #expect(nobody.contains(#""nav":[],"pages":[]"#) && nobody.contains("subscriber.panel"))
        let customer = try bench.call(
            "GET", "/ui/manifest", as: bench.principal(["portal.vouchers"], kind: .customer)
        ).body
        #expect(customer.contains(#""nav":[],"pages":[],"panels":[{"slot":"portal.panel""#))
        #expect(!customer.contains("subscriber.panel"))
        bench.desk.stop()
    }
}
