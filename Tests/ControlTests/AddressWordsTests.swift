import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

/// What a refusal says of addresses, by who is told.
@Suite struct AddressWordsTests {
    private let desk: APIDesk
    private let reseller = APIDesk.somebody(APIDesk.all, Scope(resellerID: 1, path: "1/"))

    init() throws {
        desk = try APIDesk()
        try desk.connection.execute(
            """
            insert into resellers (id, name, path) values (1, 'west', '1/');
            insert into address_ranges (range, unit_length, kind) values
                ('10.0.0.0/16', 24, 'static'), ('2001:db8::/40', 56, 'static');
            insert into subscribers (id, username, reseller_id) values (7, 'alice', 1);
            insert into subscribers (username, static_ip) values ('secret', '192.0.2.9')
            """)
    }

    /// What the API says to him.
    private func words(_ principal: Principal, _ body: String, change: Bool) -> String? {
        do {
            _ =
                change
                ? try desk.call(.patch, "/subscribers/{id}", ["id": "7"], body: body, version: 1, as: principal)
                : try desk.call(.post, "/subscribers", body: body, as: principal)
            return nil
        } catch { return Refusals.problem(error, isHouse: principal.scope.isHouse)?.detail }
    }

    @Test(arguments: [true, false])
    func `a reseller whose subscriber's address does not fit is not told the house's range`(change: Bool) throws {
        let name = change ? "" : "\"username\":\"bob\","
        #expect(
            words(reseller, "{\(name)\"static_ip\":\"10.0.1.1\"}", change: change)
                == "10.0.1.1 does not fit the address range that it lies in")
        #expect(
            words(reseller, "{\(name)\"delegated_ipv6_prefix\":\"2001:db8::/60\"}", change: change)
                == "2001:db8::/60 does not fit the address range that it lies in")
        #expect(
            words(APIDesk.somebody(APIDesk.all), "{\(name)\"static_ip\":\"10.0.1.1\"}", change: change)
                == "10.0.1.1 does not fit the address range 10.0.0.0/16, which gives out /24")
        let taken = words(reseller, "{\(name)\"static_ip\":\"192.0.2.9\"}", change: change)
        #expect(taken == "The address is held already.")
    }

    @Test func `words for others name neither range nor holder, and leave other refusals as they are`() {
        func words(_ message: String, _ constraint: String? = nil) -> String {
            AddressWords.forOthers(StoreError(.refused, message, constraint: constraint))
        }
        #expect(words("192.0.2.9 is held already by bob", "address_holds_unit") == "an address is held already")
        #expect(words("rows of x are never changed or removed") == "rows of x are never changed or removed")
    }
}
