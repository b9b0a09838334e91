"""Requests in the recorded shape of each vendor's routers, replayed: login, start, interims, a service record, stop, a
repeated stop, and a reboot after which a session id comes again. Each must leave one right session, MAC and byte total
for each of the two subscribers."""
import time

from .basics import SECRET
from .results import run, same, until
from .router import ACCEPT, Router, counters, queue_counter


class Shape:
    """One vendor's router. `line(n)` is what login and accounting share for subscriber n; `login(n)` and `record(n)` what
    only one of them has; `total` how octets are sent; `service(session)` marks a service's record."""

    session_id = "00000001"
    reboot = True           # sends Accounting-On
    passwordless = False
    options = ()            # of `nas add`
    subscriber_options = staticmethod(lambda n, mac: ())

    def user(self, n):
        return f"{self.name}-{n}"

    def mac(self, n):
        return f"AA:BB:{self.number:02X}:00:00:{n:02X}"

    def quads(self, n, divider):
        digits = self.mac(n).replace(":", "").lower()
        return divider.join(digits[i:i + 4] for i in (0, 4, 8))

    def login(self, n):
        return []

    def record(self, n):
        return []

    def total(self, octets_in, octets_out):
        return counters(octets_in, octets_out)

    def service(self, session):
        return None

    def host(self, session):
        return None


class RouterOSPPPoE(Shape):
    name, number, options = "ros-pppoe", 1, ("--type", "mikrotik")
    session_id, reboot = "81100001", False

    def line(self, n):
        return [("Service-Type", 2), ("Framed-Protocol", 1), ("NAS-Port", 15728640 + n), ("NAS-Port-Type", 15),
                ("User-Name", self.user(n)), ("Calling-Station-Id", self.mac(n)), ("Called-Station-Id", "service1"),
                ("NAS-Port-Id", "ether2"), ("NAS-Identifier", "MikroTik")]

    def record(self, n):
        return [("Acct-Authentic", 1), ("Framed-IP-Address", f"10.1.1.{n}")]


class RouterOSDHCP(Shape):
    """The client's MAC is the user's name, the password is empty, Calling-Station-Id is a DHCP client id."""
    name, number, options = "ros-dhcp", 2, ("--type", "mikrotik", "--passwordless", "mac")
    session_id, reboot, passwordless = "82e00001", False, True
    subscriber_options = staticmethod(lambda n, mac: ("--mac", mac, "--passwordless", "on"))

    def line(self, n):
        client = "1:" + ":".join(f"{int(part, 16):x}" for part in self.mac(n).split(":"))
        return [("NAS-Port-Type", 15), ("NAS-Port", 2196766720 + n), ("User-Name", self.mac(n)),
                ("Calling-Station-Id", client), ("Called-Station-Id", "dhcp1"), ("NAS-Identifier", "MikroTik"),
                ("ADSL-Agent-Circuit-Id", b"\x00\x04\x00\x64\x00" + bytes([n])),
                ("ADSL-Agent-Remote-Id", b"\x00\x06\x00\x11\x22\x33\x44" + bytes([n]))]

    def record(self, n):
        return [("Framed-IP-Address", f"10.1.2.{n}"), ("Acct-Authentic", 1)]


class RouterOSHotspot(Shape):
    name, number, options = "ros-hotspot", 3, ("--type", "mikrotik")
    session_id, reboot = "80300001", False

    def line(self, n):
        return [("NAS-Port-Type", 19), ("Calling-Station-Id", self.mac(n)), ("Called-Station-Id", "hotspot1"),
                ("NAS-Port-Id", "bridge"), ("User-Name", self.user(n)), ("NAS-Port", 2150629377 + n),
                ("Framed-IP-Address", f"10.1.3.{n}"), ("Mikrotik-Host-IP", f"10.1.3.{n}"),
                ("NAS-Identifier", "MikroTik")]

    def login(self, n):
        return [("Service-Type", 1), ("WISPr-Logoff-URL", "http://10.1.3.254/logout")]


class Junos(Shape):
    """Calling-Station-Id is system, interface and VLAN; the MAC is in ERX attributes; services report beside."""
    name, number, options = "junos", 4, ("--type", "generic", "--pack", "juniper")
    session_id = "2"

    def line(self, n):
        return [("User-Name", self.user(n)), ("Service-Type", 2), ("Framed-Protocol", 1),
                ("ERX-Dhcp-Mac-Addr", self.quads(n, ".")), ("ERX-Pppoe-Description", f"pppoe {self.mac(n).lower()}"),
                ("Calling-Station-Id", f"#mx-1#E1/0/0#10{n}"), ("NAS-Port-Type", 15), ("NAS-Port", 268435456 + n),
                ("NAS-Port-Id", f"ge-1/0/0.10{n}:10{n}"), ("NAS-Identifier", "mx-1"),
                ("ERX-Virtual-Router-Name", "default:default")]

    def record(self, n):
        return [("Acct-Authentic", 1), ("Framed-IP-Address", f"10.1.4.{n}")]

    def service(self, session):
        return f"{session}:{session}1", [("ERX-Service-Session", "internet(20m,5m)")]


class Huawei(Shape):
    name, number, options = "huawei", 5, ("--type", "generic", "--pack", "huawei")
    session_id = "ME60-10010000200100000a0b1c000001"

    def line(self, n):
        return [("User-Name", self.user(n)), ("Service-Type", 2), ("Framed-Protocol", 1),
                ("Calling-Station-Id", self.quads(n, "-")), ("NAS-Identifier", "ME60"), ("NAS-Port-Type", 15),
                ("NAS-Port", 16777316 + n), ("NAS-Port-Id", f"slot=1;subslot=0;port=2;vlanid=10{n};vlanid2=20{n};"),
                ("Huawei-Connect-ID", 4711 + n), ("Huawei-Startup-Stamp", 1700000000),
                ("Huawei-IPHost-Addr", f"255.255.255.255 {self.mac(n).lower()}"), ("Huawei-Domain-Name", "isp1")]

    def record(self, n):
        return [("Framed-IP-Address", f"10.1.5.{n}"), ("Acct-Authentic", 1)]


class Nokia(Shape):
    """Octets only in 64-bit counters by queue, in and out of profile; Calling-Station-Id is the SAP."""
    name, number, options = "nokia", 6, ("--type", "generic", "--pack", "nokia")
    session_id = "2C7BFF0000001D5F0F1C2A"

    def line(self, n):
        return [("User-Name", self.user(n)), ("Service-Type", 2), ("Framed-Protocol", 1),
                ("Calling-Station-Id", f"1/1/3:10{n}"), ("NAS-Identifier", "bng-sr"), ("NAS-Port-Type", 33),
                ("NAS-Port-Id", f"1/1/3:10{n}"), ("Alc-Client-Hardware-Addr", self.mac(n).lower()),
                ("ADSL-Agent-Circuit-Id", f"olt1 1/1/{n}".encode()), ("ADSL-Agent-Remote-Id", f"onu{n}".encode())]

    def record(self, n):
        return [("Framed-IP-Address", f"10.1.6.{n}"), ("Alc-Subsc-ID-Str", f"sub-{n}"),
                ("Acct-Multi-Session-Id", f"2C7BFF00000099{n:02X}")]

    def total(self, octets_in, octets_out):
        # Two queues up; down, a part of the second queue is out of profile.
        quarter = octets_out // 4
        return [("Alc-Acct-I-Inprof-Octets-64", queue_counter(1, octets_in // 2)),
                ("Alc-Acct-I-Inprof-Octets-64", queue_counter(2, octets_in - octets_in // 2)),
                ("Alc-Acct-O-Inprof-Octets-64", queue_counter(1, octets_out - quarter)),
                ("Alc-Acct-O-Outprof-Octets-64", queue_counter(2, quarter))]


class CiscoISG(Shape):
    name, number, options = "isg", 7, ("--type", "generic", "--pack", "cisco")
    session_id = "0000004F"

    def line(self, n):
        return [("Cisco-AVPair", f"client-mac-address={self.quads(n, '.')}"),
                ("Cisco-AVPair", f"circuit-id-tag=olt1 1/1/{n}"), ("User-Name", self.user(n)), ("Service-Type", 2),
                ("Framed-Protocol", 1), ("NAS-Port-Type", 5), ("NAS-Port", 0), ("NAS-Port-Id", f"0/0/1/10{n}"),
                ("NAS-Identifier", "asr1")]

    def record(self, n):
        return [("Framed-IP-Address", f"10.1.7.{n}"), ("Acct-Authentic", 1), ("Cisco-AVPair", "connect-progress=Call Up")]

    def service(self, session):
        return f"{session}A", [("Cisco-Service-Info", "NINTERNET"), ("Cisco-AVPair", f"parent-session-id={session}")]


SHAPES = [RouterOSPPPoE(), RouterOSDHCP(), RouterOSHotspot(), Junos(), Huawei(), Nokia(), CiscoISG()]


class Life:
    """One session at a router, replayed record by record."""

    def __init__(self, router, shape, n, start, echoes_class):
        self.router, self.shape, self.n, self.start = router, shape, n, start
        self.common = [("Acct-Session-Id", shape.session_id), ("NAS-IP-Address", router.address), *shape.line(n)]
        reply = router.login_as(shape, n, self.common)
        same(f"{shape.name}: subscriber {n} is accepted", reply is not None and reply.code, ACCEPT)
        self.classes = [("Class", value) for value in (reply.get("Class") or [])] if echoes_class else []

    def report(self, status, seconds, octets=(0, 0)):
        timing = [("Event-Timestamp", self.start + seconds)]
        if status != "start":
            timing += [("Acct-Session-Time", seconds), *self.shape.total(*octets)]
        attributes = self.common + self.classes + self.shape.record(self.n) + timing
        ok = self.router.account(status, attributes)
        service = self.shape.service(self.shape.session_id)
        if service and seconds:
            name, marks = service
            attributes = [(key, name if key == "Acct-Session-Id" else value) for key, value in attributes]
            kind = "start" if seconds == 300 else status
            ok = self.router.account(kind, attributes + marks) and ok
        return ok


class ShapedRouter(Router):
    def login_as(self, shape, n, attributes):
        name = next(value for key, value in attributes if key == "User-Name")
        rest = [pair for pair in attributes if pair[0] != "User-Name"] + shape.login(n)
        return self.login(name, "" if shape.passwordless else f"pw-{n}", attributes=rest)


def replay(server, shape, echoes_class):
    """A vendor's life of two sessions under one id"""
    address = f"127.0.1.{shape.number * 2 + echoes_class}"
    nas = f"{shape.name}-{'class' if echoes_class else 'bare'}"
    server.do("nas", "add", nas, "--ip", address, "--secret", SECRET, *shape.options)
    router = ShapedRouter(server, address, SECRET, timeout=1)
    until(2, lambda: server.rows(f"select 1 from nas_devices where name = '{nas}'"))
    time.sleep(0.5)
    now = int(time.time())
    first = Life(router, shape, 1, now - 3600, echoes_class)
    answers = [first.report("start", 0), first.report("interim", 300, (1_000_000_000, 3_000_000_000)),
               first.report("interim", 600, (2_000_000_000, 6_000_000_000)),
               first.report("stop", 900, (5_000_000_000, 12_000_000_001)),
               first.report("stop", 900, (5_000_000_000, 12_000_000_001))]
    if shape.reboot:
        line = dict(shape.line(1))
        on = [("NAS-IP-Address", address), ("NAS-Identifier", line["NAS-Identifier"]), ("Acct-Session-Id", "0"),
              ("Event-Timestamp", now - 2000)]
        answers.append(router.account("on", on))
    # After the reboot the id comes again, for another subscriber.
    second = Life(router, shape, 2, now - 1800, echoes_class)
    answers += [second.report("start", 0), second.report("interim", 300, (70, 700)),
                second.report("stop", 600, (4_294_967_396, 8_589_935_000))]
    same(f"{nas}: every record is answered", answers, [True] * len(answers))
    same(f"{nas}: one right session, MAC and byte total each", server.rows(
        "select coalesce(u.username, s.username), upper(s.mac_address::text), s.session_seconds, s.input_octets,"
        " s.output_octets, s.state from sessions s join nas_devices n on n.id = s.nas_id"
        f" left join subscribers u on u.id = s.subscriber_id where n.name = '{nas}' and s.record_kind = 'session'"
        " order by s.started_at, s.username"),
        [[shape.user(1), shape.mac(1), "900", "5000000000", "12000000001", "closed"],
         [shape.user(2), shape.mac(2), "600", "4294967396", "8589935000", "closed"]])
    if shape.service("x"):
        same(f"{nas}: each service hangs under its session", server.rows(
            "select p.username, p.record_kind, count(*) from sessions s join nas_devices n on n.id = s.nas_id"
            " left join sessions p on p.session_key = s.parent_session_key"
            f" where n.name = '{nas}' and s.record_kind = 'service' group by 1, 2 order by 1"),
            [[shape.user(1), "session", "1"], [shape.user(2), "session", "1"]])
    router.close()


def run_all(server):
    for shape in SHAPES:
        for n in (1, 2):
            server.do("subscriber", "add", shape.user(n), "--password", f"pw-{n}", "--service", "gold",
                      *shape.subscriber_options(n, shape.mac(n)))
    for shape in SHAPES:
        for echoes_class in (True, False):
            run(replay, server, shape, echoes_class)
