"""The figures aimed at, each with what was measured: rows of (measure, aim, measured, whether it is met)."""

OURS, UNLOGGED = "tollkeeper", "tollkeeper-unlogged"
ECHO, FILES, SQL = "udpecho", "freeradius-files", "freeradius-sql"


def ratio(latest, part, ours, theirs, value="cpu_us"):
    """Median of ours over median of theirs, or None."""
    mine, other = latest.median(part, ours, value), latest.median(part, theirs, value)
    return mine / other if mine is not None and other else None


def most(name, share, limit, text):
    """A row that is met when `share` is at most `limit`; shares under one read as a fraction."""
    if share is None:
        return name, text, "not measured", None
    shown = f"{share:.2f} ×" if share >= 0.95 else f"1/{1 / share:.1f}"
    return name, text, shown, share <= limit


def least(name, share, limit, text):
    if share is None:
        return name, text, "not measured", None
    return name, text, f"{share:.2f} ×" if share < 10 else f"{share:.1f} ×", share >= limit


def rows(latest):
    return [*logins(latest), *accounting(latest), *million(latest), *change(latest), *allocations(latest)]


def logins(latest):
    pap = "PAP login, CPU per request"
    mschap = "MS-CHAPv2 login, CPU per request"
    # What the C ceiling is compared with writes no log either; the other is told beside it.
    logged = most(f"{pap}, `radius_logs` at its default, against the C ceiling", ratio(latest, "pap", OURS, ECHO), 1.4, "")
    return [
        most(f"{pap}, `radius_logs` off, against the C ceiling", ratio(latest, "pap", UNLOGGED, ECHO), 1.4, "≤ 1.4 ×"),
        (*logged[:3], None),
        most(f"{pap}, against FreeRADIUS files", ratio(latest, "pap", OURS, FILES), 1 / 5, "≤ 1/5"),
        most(f"{pap}, against FreeRADIUS sql", ratio(latest, "pap", OURS, SQL), 1 / 25, "≤ 1/25"),
        most(f"{mschap}, against FreeRADIUS files", ratio(latest, "mschapv2", OURS, FILES), 1 / 3, "≤ 1/3"),
        most(f"{mschap}, against FreeRADIUS sql", ratio(latest, "mschapv2", OURS, SQL), 1 / 13, "≤ 1/13"),
        most("p99 of PAP logins at half our most, open loop, against the C ceiling",
             ratio(latest, "latency", OURS, ECHO, "p99_us"), 2, "≤ 2 ×"),
    ]


def accounting(latest):
    return [
        most("durable accounting, CPU per record with the database, against FreeRADIUS sql",
             ratio(latest, "acct", OURS, SQL), 1 / 10, "≤ 1/10"),
        least("durable accounting, requests/s against FreeRADIUS sql", ratio(latest, "acct", OURS, SQL, "rate"), 10,
              "≥ 10 ×"),
        least("durable accounting, records/s against PostgreSQL alone in arrays",
              ratio(latest, "acct", OURS, "postgresql", "rate"), 0.5, "≥ 0.5 ×"),
    ]


def bytes_each(latest):
    """Resident bytes for one more subscriber."""
    many, few = latest.median("start", "many", "resident"), latest.median("start", "few", "resident")
    if many is None or few is None:
        return None
    return (many - few) / (latest.lines("start", "many")[0]["users"] - latest.lines("start", "few")[0]["users"])


def million(latest):
    seconds, each = latest.median("start", "many", "seconds"), bytes_each(latest)
    cost = ratio(latest, "million", "many", "few")
    count = latest.lines("start", "many")[0]["users"] if seconds is not None else 1_000_000
    users = f"{count:,}"
    found = [
        (f"{users} subscribers: first answer after the start of `radius`", "≤ 6 s",
         *measured(seconds, "{:.1f} s", lambda value: value <= 6)),
        (f"{users} subscribers: resident memory each", "≤ 400 bytes",
         *measured(each, "{:.0f} bytes", lambda value: value <= 400)),
        (f"{users} subscribers: CPU of a login, against 10,000", "within 10 %",
         *measured(cost and (cost - 1) * 100, "{:+.1f} %", lambda value: value <= 10)),
    ]
    # Fewer subscribers show nothing about a million.
    return found if count >= 1_000_000 else [(*row[:3], None) for row in found]


def change(latest):
    line = latest.one("change")
    return [("change to effect on a login under load, p99", "≤ 500 ms",
             *measured(line and line["p99_ms"], "{:.0f} ms", lambda value: value <= 500))]


def allocations(latest):
    line = latest.one("allocations")
    value = line["found"]["pap.answering"] if line else None
    return [("heap allocations of a PAP login", "0", *measured(value, "{:.2f}", lambda value: value < 0.005))]


def measured(value, form, is_met):
    return ("not measured", None) if value is None else (form.format(value), is_met(value))
