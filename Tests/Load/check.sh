#!/bin/bash
# Checks radload against udpecho: right answers pass, and each kind of wrong one is seen.
set -u
make -s -C "$(dirname "$0")" all
PATH=$(cd "$(dirname "$0")/../../.build/load" && pwd):$PATH
P=${BASE_PORT:-31900} bad=0 pids=
trap 'kill $pids 2>/dev/null' EXIT
n=0
for a in "" "--drop 10" "--corrupt 100" "--double 10" "--verify"; do
    udpecho --host 127.0.0.1 --port $((P + n)) --radius s3cret $a & pids="$pids $!"; n=$((n + 1))
done
udpecho --host 127.0.0.1 --port $((P + n)) & pids="$pids $!"
sleep 0.3
# is RC PATTERN arguments: exit status and something the JSON line must contain
is() {
    local want=$1 pat=$2 line rc; shift 2
    line=$(radload "$@" --secret "${SEC:-s3cret}" --json 2>/dev/null); rc=$?
    if [ $rc != "$want" ] || ! grep -Eq "$pat" <<<"$line"; then echo "FAILED: $* -> $rc (want $want, $pat): $line"; bad=1; fi
}
radload --selftest || bad=1
is 0 '"accepts":3000,.*"missing_message_authenticator":0,' pap --port $P --count 3000 --require-ma --expect-attr 80
is 0 '"accepts":3000,' chap --port $P --count 3000
is 1 '"mschap_bad":3000' mschapv2 --port $P --count 3000
is 0 '"accepts":3000,' mschapv2 --port $P --count 3000 --no-mschap-check
is 1 '"missing_attr":3000' pap --port $P --count 3000 --expect-attr 8
is 1 '"unexpected":3000' pap --port $P --count 3000 --bad-password-pct 100
is 0 '"acct":3000,' acct --acct-port $P --count 3000
is 0 '"accepts":[1-9][0-9]*,.*"acct":[1-9]' mix --port $P --acct-port $((P + 3)) --count 3000 --src 127.0.0.2,127.0.0.3
is 0 '"retransmits":[1-9][0-9]*,"reissued":0,"lost":0,' pap --port $((P + 1)) --count 3000 --timeout-ms 40 --retries 6
is 0 '"reissued":[1-9][0-9]*,"lost":0,' acct --acct-port $((P + 1)) --count 500 --window 100 --timeout-ms 1010 --retries 8
is 0 '"retransmits":[1-9][0-9]*,"reissued":0,"lost":0,' acct --acct-port $((P + 1)) --count 500 --window 100 --timeout-ms 50 --retries 8
is 1 '"bad_authenticator":[1-9]' pap --port $((P + 2)) --count 3000 --timeout-ms 40
is 0 '"duplicates":[1-9]' pap --port $((P + 3)) --count 3000
is 0 '"rejects":[1-9][0-9]*,.*"unexpected":0,' pap --port $((P + 4)) --count 3000 --bad-password-pct 20
is 0 '"acct":3000,' acct --acct-port $((P + 4)) --count 3000
SEC=wrong is 2 '"lost":100,' pap --port $((P + 4)) --count 100 --timeout-ms 20 --retries 1 --window 100
SEC=wrong is 1 '"bad_authenticator":200,' pap --port $P --count 100 --timeout-ms 20 --retries 1 --window 100
is 0 '"requests":3000,' echo --port $((P + 5)) --count 3000
is 0 '"requests":2000,' pap --port $P --rate 4000 --count 2000
[ $bad = 0 ] && echo "check: all good"
exit $bad
