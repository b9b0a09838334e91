#!/bin/bash
# The durable-accounting ceiling: what PostgreSQL itself commits, by how it is asked, in a private
# cluster with synchronous_commit and fsync on.   pgceiling.sh [seconds a run (8)] [rounds (3)]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
S=${1:-8} RUNS=${2:-3} PORT=${PG_PORT:-34900}
. "$here/peers/pgcluster.inc.sh"
make -s -C "$here" pgbatch
dir=$(mktemp -d /tmp/pgceiling.XXXXXX) && chmod 755 "$dir"
trap 'pg_stop; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
pg_start "$dir/pg" "$PORT"
export PGDATABASE=postgres
pgbatch() { "$here/../../.build/load/pgbatch" "$@" --seconds "$S" --pid "$PG_PID"; }

echo "== fdatasync of one 8 KiB write"
as_postgres "$(pg_bin)/pg_test_fsync" -s 2 -f "$PGHOST/fsync.test" 2>&1 | sed -n '/one 8kB/,/^$/p' | grep -E '^ +(fdatasync|open_datasync) '

cat >"$dir/insert.sql" <<'END'
\set n :n + 1
\set u random(1, 100000)
INSERT INTO tk_acct (unique_id, session_id, username, nas, nas_port, calling, framed, started, updated, seconds, in_octets, out_octets) VALUES (md5(:client_id || '-' || :n), 's-' || :n, 'sub' || :u, '127.0.0.1', 'eth 0/0/00:0001.0001', '02-00-00-00-00-01', '10.0.0.1', now(), now(), 0, :u, :n);
END
cat >"$dir/update.sql" <<'END'
\set u random(1, 100000)
\set n random(1, 1000000000)
UPDATE tk_acct SET updated = now(), seconds = :u, in_octets = :n, out_octets = :n WHERE id = :u;
END
single() {      # CLIENTS SCRIPT NAME: pgbench, one row a transaction
    local before after line
    before=$(cpu) line=$(pgbench -n -M prepared -D n=0 -c "$1" -j 2 -T "$S" -f "$2" postgres 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p') after=$(cpu)
    awk -v n="$3" -v c="$1" -v t="$line" -v d="$((after - before))" -v s="$S" 'BEGIN { printf "pgbench %-7s clients %-3d %10.1f rows/s  database CPU %.2f us/row\n", n, c, t, d * 1e4 / (t * s) }'
}
cpu() {         # ticks of the cluster, living and reaped
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v p="$PG_PID" '{ sub(/.*\) /, "& "); match($0, /\) /); pid = $1; $0 = substr($0, RSTART + 2) } $2 == p { t += $12 + $13 } END { print t + 0 }' >"$dir/cpu"
    awk -v t="$(cat "$dir/cpu")" '{ print t + $14 + $15 + $16 + $17 }' "/proc/$PG_PID/stat"
}
for r in $(seq "$RUNS"); do
    echo "== round $r"
    for c in 1 16 64; do
        "$here/../../.build/load/pgbatch" insert1 --seconds 0.01 --clients 1 >/dev/null     # a fresh table
        single $c "$dir/insert.sql" insert
        "$here/../../.build/load/pgbatch" update1 --seconds 0.01 --clients 1 >/dev/null     # and one of 100000 rows
        single $c "$dir/update.sql" update
    done
    for c in 1 16; do for m in insert1 update1 upsert1; do pgbatch $m --clients $c; done; done
    for c in 1 2; do for m in unnest-insert unnest-update unnest-upsert copy; do pgbatch $m --rows 200 --clients $c; done; done
    pgbatch copy --rows 2000 --clients 1
done
