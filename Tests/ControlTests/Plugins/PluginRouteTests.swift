import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

/// A plugin's own routes, through the same checks as the core's.
@Suite(.serialized)
struct PluginRouteTests {
    private let all: Set<String> = ["vouchers.view", "vouchers.manage"]

    @Test func `a call that the plugin refuses after a change is in the audit log`() throws {
        let bench = try PluginBench()
        let answer = try bench.call(
            "POST", "/plugins/vouchers/list", #"{"code":"a","value":13}"#, as: bench.principal(all))
        #expect(answer.status == 409)
        #expect(try bench.connection.query("select count(*) from plugin_vouchers.vouchers")[0].int(0) == 1)
        let rows = try bench.connection.query("select action from audit_log where object_name = 'vouchers'")
        #expect(rows.map { $0.text(0) } == ["POST /vouchers/list"])
        bench.desk.stop()
    }

    @Test func `a plugin's route asks for its permission, and checks what comes in`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        #expect(try bench.call("GET", "/plugins/vouchers/list", as: bench.principal([])).status == 403)
        #expect(
            try bench.call("POST", "/plugins/vouchers/list", "{}", as: bench.principal(["vouchers.view"])).status == 403
        )
        #expect(try bench.call("POST", "/plugins/vouchers/list", "{}", as: ann).status == 422)
        #expect(try bench.call("POST", "/plugins/vouchers/list", #"{"code":"a","value":1001}"#, as: ann).status == 422)
        #expect(try bench.call("POST", "/plugins/vouchers/list", #"{"code":"a","extra":1}"#, as: ann).status == 422)
        #expect(try bench.call("GET", "/plugins/vouchers/list?least=x", as: ann).status == 422)
        #expect(try bench.call("GET", "/plugins/vouchers/list?most=1", as: ann).status == 422)
        bench.desk.stop()
    }

    @Test func `it reads and writes its own tables, and starts its jobs in the same transaction`() throws {
        let bench = try PluginBench(settings: ["prefix": "W-"])
        let ann = bench.principal(all)
        let made = try bench.call("POST", "/plugins/vouchers/list", #"{"code":"a","value":250}"#, as: ann)
        #expect(made.status == 200)
        #expect(made.body == #"{"code":"W-a","value":250}"#)
        // The unlucky one: the refusal comes after the transaction, the double within it.
        #expect(try bench.call("POST", "/plugins/vouchers/list", #"{"code":"b","value":13}"#, as: ann).status == 409)
        let twice = try bench.call("POST", "/plugins/vouchers/list", #"{"code":"a","value":1}"#, as: ann)
        #expect(twice.status == 409)
        #expect(!twice.body.contains("vouchers_pkey"))
        #expect(
            try bench.call("GET", "/plugins/vouchers/list?least=14", as: ann).body
                == #"{"items":[{"code":"W-a","value":250}]}"#)
        let rows = try bench.connection.query("select code, made_by from plugin_vouchers.vouchers order by 1")
        #expect(rows.map { "\($0.text(0)) \($0.text(1))" } == ["W-a ann", "W-b ann"])
        let jobs = try bench.connection.query("select kind, actor, arguments::text from jobs order by id")
        #expect(
            jobs.map { "\($0.text(0)) \($0.text(1)) \($0.text(2))" }
                == Array(repeating: "vouchers.sum plugin:vouchers {\"least\": 0}", count: 2))
        #expect(try bench.call("DELETE", "/plugins/vouchers/list/W-a", as: ann).status == 204)
        #expect(try bench.connection.query("select 1 from plugin_vouchers.vouchers").count == 1)
        bench.desk.stop()
    }

    @Test func `a plugin that fails is a fault of the server's that names it in the log alone`() throws {
        let bench = try PluginBench()
        let answer = try bench.call("GET", "/plugins/vouchers/bad", as: bench.principal(all))
        #expect(answer.status == 500)
        // The bench puts the error where the kernel puts a sentence; the kernel logs it.
        #expect(answer.body.contains("the plugin vouchers failed: GET /vouchers/bad: the printer is on fire"))
        bench.desk.stop()
    }

    @Test func `a plugin that hangs gives its caller 503 in time`() throws {
        let bench = try PluginBench(isPatient: false)
        let answer = try bench.call("GET", "/plugins/vouchers/late", as: bench.principal(all))
        #expect(answer.status == 503)
        #expect(answer.body.contains("\"plugin_late\""))
        bench.desk.stop()
    }

    @Test func `it sees a subscriber by the caller's eyes only`() throws {
        let bench = try PluginBench()
        try bench.connection.execute(
            """
            insert into resellers (id, name, path) values (1, 'North', '1/'), (2, 'South', '2/');
            insert into subscribers (id, username, reseller_id) values (5, 'bob', 1)
            """)
        func status(_ caller: Principal, _ id: Int64 = 5) throws -> Int {
            try bench.call("GET", "/plugins/vouchers/of/\(id)", as: caller).status
        }
        #expect(try status(bench.principal(all)) == 200)
        #expect(try status(bench.principal(all, scope: Scope(resellerID: 1, path: "1/"))) == 200)
        #expect(try status(bench.principal(all, scope: Scope(resellerID: 2, path: "2/"))) == 404)
        #expect(try status(bench.principal(all), 6) == 404)
        bench.desk.stop()
    }

    @Test func `a customer reaches what is for customers, as himself`() throws {
        let bench = try PluginBench()
        let bob = bench.principal(["portal.vouchers"], kind: .customer, id: 5)
        #expect(try bench.call("GET", "/plugins/vouchers/own", as: bob).body == #"{"code":"customer 5"}"#)
        #expect(try bench.call("GET", "/plugins/vouchers/list", as: bob).status == 403)
        #expect(try bench.call("GET", "/plugins/vouchers/own", as: bench.principal(["portal.vouchers"])).status == 403)
        bench.desk.stop()
    }

    @Test func `its routes stand in the documents of the API`() throws {
        let bench = try PluginBench()
        let text = OpenAPI.document(bench.endpoints, version: "1").text
        #expect(text.contains("\"/plugins/vouchers/list/{code}\""))
        #expect(text.contains("\"x-permission\":\"vouchers.manage\""))
        #expect(text.contains("unlucky") == false)
        bench.desk.stop()
    }
}
