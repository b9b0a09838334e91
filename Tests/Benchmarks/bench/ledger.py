"""What the load generator was acknowledged, beside what the database has."""


def differences(server, path):
    """Compares status and both octet counters, session by session; how many were compared and how many differ."""
    wanted = {}
    with open(path) as file:
        for row in file:
            session, user, _, *pairs = row.split()
            fields = dict(pair.split("=") for pair in pairs)
            if fields["unsure"] == "0":
                wanted[session, user] = (fields["status"] == "2", fields["in"], fields["out"])
    run = next(iter(wanted))[0][:8] if wanted else ""
    have = {
        (session, user): (state == "closed", octets_in, octets_out)
        for session, user, state, octets_in, octets_out in server.rows(
            "select acct_session_id, username, state, input_octets, output_octets from sessions"
            f" where acct_session_id like '{run}%'")}
    # A Start alone carries no counters.
    wrong = [key for key, value in wanted.items()
             if have.get(key) != value and not (value[1:] == ("0", "0") and key in have)]
    for key in wrong[:5]:
        print("differs:", key, wanted[key], have.get(key), flush=True)
    return {"ledger_sessions": len(wanted), "ledger_wrong": len(wrong)}
