"""What the load generator was acknowledged against what `radacct` has: in totals, and row by row."""
import collections
import time

from interop.results import check, same

Row = collections.namedtuple("Row", "user nas closed time octets_in octets_out")
Line = collections.namedtuple("Line", "user nas status time octets_in octets_out unsure sent_in sent_out")

START, STOP = 1, 2


def read(path):
    """The ledger, by Acct-Session-Id."""
    lines = {}
    with open(path) as file:
        for text in file:
            session, user, nas, *pairs = text.split()
            value = {name: int(number) for name, number in (pair.split("=") for pair in pairs)}
            lines[session] = Line(user, nas, value["status"], value["time"], value["in"], value["out"],
                                  value["unsure"], value["sent_in"], value["sent_out"])
    return lines


def stored(server):
    """radacct, by Acct-Session-Id; a list each, since a session may be there twice by mistake."""
    rows = collections.defaultdict(list)
    sql = ("select acctsessionid, username, host(nasipaddress), acctstoptime is not null, acctsessiontime,"
           " acctinputoctets, acctoutputoctets from freeradius.radacct")
    for session, user, nas, closed, seconds, octets_in, octets_out in server.rows(sql):
        rows[session].append(Row(user, nas, closed == "t", int(seconds), int(octets_in), int(octets_out)))
    return rows


def differences(lines, rows):
    """(NAS, what is wrong, the whole of it) for every session that is not as acknowledged."""
    found = []
    for session, line in lines.items():
        have = rows.get(session, [])
        if len(have) > 1:
            problem = "is there more than once"
        elif have:
            problem = difference(line, have[0])
        else:
            problem = "is missing" if line.status else None
        if problem:
            found.append((line.nas, problem, f"{session}: acknowledged {line}, stored {have}"))
    found += [(have[0].nas, "was never sent", f"{session}: stored {have}")
              for session, have in rows.items() if session not in lines]
    return found


def difference(line, row):
    """Why a row is not what was acknowledged; None when it is. A request without an answer may be in it or not."""
    if (row.user, row.nas) != (line.user, line.nas):
        return "is of another user or NAS"
    if line.status == STOP and not row.closed:
        return "is not closed"
    if not line.unsure:
        if row.closed != (line.status == STOP):
            return "is closed"
        if (row.octets_in, row.octets_out) != (line.octets_in, line.octets_out):
            return "has other octets"
        if row.time != line.time:
            return "has another session time"
    elif not (line.octets_in <= row.octets_in <= line.sent_in and line.octets_out <= row.octets_out <= line.sent_out):
        return "has octets outside of what was acknowledged and sent"
    return None


def totals_of_ledger(lines):
    sure = [line for line in lines.values() if not line.unsure]
    return (len(sure), sum(line.status == STOP for line in sure), sum(line.octets_in for line in sure),
            sum(line.octets_out for line in sure))


def totals_of_rows(lines, rows):
    """Of the same sessions; rows that nobody sent count too, so that they are not overlooked."""
    sure = [row for session, have in rows.items() for row in have
            if session not in lines or not lines[session].unsure]
    return (len(sure), sum(row.closed for row in sure), sum(row.octets_in for row in sure),
            sum(row.octets_out for row in sure))


def compare(server, loads, patience=30, sabotage=False):
    """Checks that the database has all that was acknowledged, once it had time to arrive; seconds that it took."""
    lines = {}
    for load in loads:
        lines.update(read(load.ledger))
    took, rows = settle(server, lines, patience)
    if sabotage:
        spoil(server, lines)
        rows = stored(server)
    unsure = sum(1 for line in lines.values() if line.unsure)
    print(f"        {len(lines)} sessions in the ledger, {unsure} with a request that was never answered;"
          f" in order after {took:.1f} s", flush=True)
    same("sessions, closed sessions and octets: radacct's totals are the ledger's", totals_of_rows(lines, rows),
         totals_of_ledger(lines))
    found = differences(lines, rows)
    for (nas, problem), count in collections.Counter(one[:2] for one in found).items():
        example = next(one[2] for one in found if one[:2] == (nas, problem))
        print(f"        of {nas}: {count} times a session {problem}, such as {example}", flush=True)
    check("row by row: every acknowledged record is there with its counters, none twice", not found,
          f"{len(found)} sessions differ")
    return took


def settle(server, lines, patience):
    """Asks until all is as acknowledged, or patience is over; (seconds, rows)."""
    begin = time.monotonic()
    while True:
        last = time.monotonic() - begin > patience
        try:
            rows = stored(server)
            if last or not differences(lines, rows):
                return time.monotonic() - begin, rows
        except RuntimeError:
            # It may still be starting.
            if last:
                raise
        time.sleep(0.5)


def spoil(server, lines):
    """Does what must never happen, so that one sees whether this comparison sees it."""
    lost, doubled, changed = [session for session, line in lines.items() if line.status and not line.unsure][:3]
    server.psql(f"delete from sessions_live where acct_session_id = '{lost}';"
                "insert into sessions_live (session_key, username, nas_ip, acct_session_id, started_at, input_octets,"
                " output_octets) select decode(md5(acct_session_id), 'hex'), username, nas_ip, acct_session_id,"
                f" started_at, input_octets, output_octets from sessions_live where acct_session_id = '{doubled}';"
                f"update sessions_live set input_octets = input_octets + 1 where acct_session_id = '{changed}'")


def self_check():
    """The comparison must see each kind of difference."""
    line = Line("sub1", "127.0.0.1", STOP, 60, 5, 6, 0, 5, 6)
    row = Row("sub1", "127.0.0.1", True, 60, 5, 6)
    half = line._replace(status=3, unsure=1, sent_in=9, sent_out=9)
    assert not differences({"a": line, "b": half}, {"a": [row], "b": [row._replace(octets_in=7)]})
    for rows in ({}, {"a": [row, row]}, {"a": [row], "b": [row]}, *({"a": [row._replace(**change)]} for change in (
            {"user": "sub2"}, {"nas": "127.0.0.2"}, {"closed": False}, {"time": 59}, {"octets_in": 4},
            {"octets_out": 7}))):
        assert differences({"a": line}, rows), rows
    for change in ({"octets_in": 4}, {"octets_in": 10}):
        assert differences({"a": half}, {"a": [row._replace(**change)]}), change
