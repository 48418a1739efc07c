#!/usr/bin/env bash
# One run over three hosts that are network namespaces, joined by a bridge and TCP. The link of the
# last one is slow, so that its workers are natural stragglers.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/cluster/common.sh

outcome=
id=lg$(($$ % 10000))
hosts="${id}a ${id}b ${id}c"
master=${id}a slow=${id}c
network=10.213.$(($$ % 250)).0/24
prefix=${network%.0/24}

clean_up() {
  code=$?
  trap - EXIT
  for host in $hosts; do
    pids=$(ip netns pids "$host" 2>/dev/null) || continue
    [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
    ip link delete "$host" 2>/dev/null || true  # closing connections would keep it for a while
    ip netns delete "$host" || true
    rm -rf "/etc/netns/$host"
  done
  rmdir /etc/netns 2>/dev/null || true
  ip link delete "$id" 2>/dev/null || true
  rm -rf "${scratch:-}"
  exit $code
}

# The namespace, its cable to the bridge, its address; everybody knows all names.
make_host() {
  ip netns add "$1" 2>/dev/null || skip "network namespaces are forbidden here"
  ip link add "$1" type veth peer name eth0 netns "$1" || skip "virtual links are forbidden here"
  ip link set "$1" master "$id" up
  ip -n "$1" link set lo up
  ip -n "$1" address add "$prefix.$2/24" dev eth0
  ip -n "$1" link set eth0 up
  mkdir -p "/etc/netns/$1"
  cp "$scratch/hosts" "/etc/netns/$1/hosts"
}

make_network() {
  unshare --uts true 2>/dev/null || skip "namespaces are forbidden here"
  ip link add "$id" type bridge 2>/dev/null || skip "a bridge is forbidden here"
  ip link set "$id" up
  echo "127.0.0.1 localhost" >"$scratch/hosts"
  number=0
  for host in $hosts; do
    number=$((number + 1))
    echo "$prefix.$number $host" >>"$scratch/hosts"
  done
  number=0
  for host in $hosts; do
    number=$((number + 1))
    make_host "$host" $number
  done
  ip netns exec "$master" ping -c 1 -W 5 "$slow" >/dev/null 2>&1 || true
}

# Open MPI's way to another host: instead of ssh, into the namespace under the host's name.
write_agent() {
  cat >"$scratch/agent.sh" <<'END'
#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
host=$1
shift
exec ip netns exec "$host" unshare --uts -- /bin/sh -c "hostname $host; $*"
END
  chmod 755 "$scratch/agent.sh"
}

# launch OPTION_OF_RUN ...: three ranks on each host
launch() {
  set -- run "$@" --quiet
  set -- --mpirun-option=--host --mpirun-option="${hosts// /:3,}:3" "$@"
  for option in "plm_rsh_agent $scratch/agent.sh" "oob_tcp_if_include $network" \
    "btl tcp,self,vader" "btl_tcp_if_include $network"; do
    set -- --mpirun-option=--mca --mpirun-option="${option%% *}" \
      --mpirun-option="${option#* }" "$@"
  done
  ip netns exec "$master" unshare --uts -- /bin/sh -c "hostname $master; exec \"\$@\"" launch \
    "$program" launch -n 9 "$@"
}

check() { "$python" tests/cluster/check_results.py "$@" || fail "$*"; }
holds() { "$python" tests/cluster/check_results.py "$@" >/dev/null 2>&1; }

test_same_numbers() {
  printf '== the virtual clock: three hosts against one process\n'
  cat >"$scratch/virtual.json" <<'END'
{"name": "virtual", "trials": 10, "workers": 24, "schemes": [{"kind": "bacc"}, {"kind": "letcc"}],
 "delay": {"kind": "pareto"}, "wait": {"kind": "fastest", "count": 20}, "output": {"workers": true}}
END
  "$program" run "$scratch/virtual.json" --quiet --output "$scratch/one.h5"
  launch "$scratch/virtual.json" --output "$scratch/three.h5"
  check same "$scratch/one.h5" "$scratch/three.h5"
  check hosts "$scratch/three.h5" 3
}

# 24 workers on 8 ranks: the slow host gets 9 of them, 16 kB each, in every round.
test_slow_link() {
  rate=20mbit
  printf '== the wall clock: %s has a link of %s\n' "$slow" "$rate"
  tc qdisc add dev "$slow" root tbf rate "$rate" burst 32kb latency 1s 2>/dev/null ||
    skip "rate limits (tbf) are forbidden here"
  cat >"$scratch/wall.json" <<'END'
{"name": "wall", "trials": 30, "workers": 24, "schemes": [{"kind": "bacc"}], "clock": "wall",
 "dataset": {"kind": "uniform", "dimension": 2000}, "wait": {"kind": "fastest", "count": 12},
 "output": {"workers": true}}
END
  launch "$scratch/wall.json" --output "$scratch/wall.h5"
  check complete "$scratch/wall.h5" 30
  check late "$scratch/wall.h5" 6,7,8
  tc qdisc delete dev "$slow" root
}

# find_rank RANK: its process, on the slow host
find_rank() {
  for victim in $(ip netns pids "$slow"); do
    grep -qx laggard "/proc/$victim/comm" 2>/dev/null || continue
    tr '\0' '\n' <"/proc/$victim/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$1" && return 0
  done
  return 1
}

# test_death NAME RANKS COMMAND ...: what the command does to a run costs it these ranks. Over TCP Open
# MPI may end the master, too, if it has a message under way to a rank that is killed: the launcher has
# to say so, at once, and --resume to go on.
test_death() {
  name=$1 ranks=$2
  shift 2
  cat >"$scratch/death.json" <<'END'
{"name": "death", "trials": 60, "workers": 24, "schemes": [{"kind": "bacc"}], "clock": "wall",
 "delay": {"kind": "constant", "seconds": 0.1}, "failures": {"timeout_seconds": 2}}
END
  launch "$scratch/death.json" --output "$scratch/$name.h5" 2>"$scratch/$name.log" &
  run=$!
  wait_for 60 holds begun "$scratch/$name.h5" 10 || fail "the run writes nothing"
  "$@"
  code=0
  wait $run || code=$?
  grep '^laggard:' "$scratch/$name.log" || true  # Open MPI has much to say as well
  if [ $code -eq 4 ] && grep -q '^laggard: the master died' "$scratch/$name.log"; then
    outcome="$outcome; $name: the master died as well, and --resume went on"
    launch "$scratch/death.json" --resume --output "$scratch/$name.h5"
    check complete "$scratch/$name.h5" 60
    return
  fi
  [ $code -eq 0 ] || fail "the run returned $code"
  outcome="$outcome; $name: survived"
  check complete "$scratch/$name.h5" 60
  check failures "$scratch/$name.h5" "$ranks"
}

kill_rank_6() {
  find_rank 6 || fail "there is no rank 6 on $slow"
  kill -KILL "$victim"
}

begin
trap clean_up EXIT
trap 'exit 130' INT TERM
need ip=iproute2 tc=iproute2 unshare=util-linux
write_agent
make_network
test_same_numbers
test_slow_link
printf '== a rank on another host is killed\n'
test_death killed 6 kill_rank_6
printf '== a host is cut off\n'
test_death cut 6,7,8 ip link set "$slow" down
printf 'passed: same numbers, late workers behind the slow link%s\n' "$outcome"
