#!/usr/bin/env bash
# Brings up a Slurm of one node, really runs experiments/slurm/*.sbatch there, and takes it down.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/cluster/common.sh

munged_pid= controller_pid= node_pid=

clean_up() {
  code=$?
  trap - EXIT
  [ $code -eq 0 ] || [ $code -eq 77 ] || show_logs
  [ -z "$controller_pid" ] || scancel --user=root 2>/dev/null || true
  for pid in $node_pid $controller_pid $munged_pid; do
    kill "$pid" 2>/dev/null || continue
    wait_for 5 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "${scratch:-}"
  exit $code
}

gone() { ! kill -0 "$1" 2>/dev/null; }

show_logs() {
  for log in "$scratch"/*.log; do
    [ -s "$log" ] || continue
    printf -- '-- %s\n' "${log##*/}" >&2
    tail -n 15 "$log" >&2
  done
}

# Sockets, state and logs are in the scratch folder, so that a Slurm of the machine is not touched.
start_munge() {
  mkdir -p "$scratch/munge"
  dd if=/dev/urandom of="$scratch/munge/key" bs=128 count=1 status=none
  chmod 700 "$scratch/munge"
  chmod 600 "$scratch/munge/key"
  socket=$scratch/munge.socket
  munged --foreground --force --key-file="$scratch/munge/key" --socket="$socket" \
    --pid-file="$scratch/munge/pid" --seed-file="$scratch/munge/seed" \
    --log-file="$scratch/munged.log" >"$scratch/munged-start.log" 2>&1 &
  munged_pid=$!
  wait_for 10 test -S "$socket" || skip "munged does not start"
}

write_slurm_conf() {
  node=$(hostname -s)
  cat >"$scratch/slurm.conf" <<END
ClusterName=laggard
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$2
SlurmUser=root
SlurmdUser=root
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_min_interval=0,sched_interval=2,bf_interval=2
MpiDefault=none
KillWait=5
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
NodeName=$node NodeAddr=127.0.0.1 CPUs=8 RealMemory=8192
PartitionName=all Nodes=$node Default=YES MaxTime=60
END
  export SLURM_CONF=$scratch/slurm.conf
}

start_slurm() {
  mkdir -p "$scratch/state" "$scratch/spool"
  write_slurm_conf $((20000 + $$ % 10000)) $((30000 + $$ % 10000))
  slurmctld -D -c >"$scratch/slurmctld.log" 2>&1 &
  controller_pid=$!
  slurmd -D >"$scratch/slurmd.log" 2>&1 &
  node_pid=$!
  wait_for 20 idle || skip "the node of this Slurm does not come up ($(tail -n 1 "$scratch/slurmd.log"))"
}

idle() { sinfo --noheader --format=%t 2>/dev/null | grep -qx idle; }

# submit SCRIPT ARGUMENT ...: prints the job's number
submit() {
  sbatch --parsable --time=5 --ntasks=4 --mem-per-cpu=100M --output="$scratch/job-%x-%j.log" "$@"
}

over() { ! squeue --noheader --job="$1" 2>/dev/null | grep -q .; }
running() { squeue --noheader --format=%T --job="$1" | grep -qx RUNNING; }
holds() { "$python" tests/cluster/check_results.py "$@" 2>/dev/null; }
check() { "$python" tests/cluster/check_results.py "$@" || fail "$*"; }

write_configs() {
  cat >"$scratch/sweep.json" <<'END'
{"name": "sweep", "trials": 5, "schemes": [{"kind": "bacc"}], "stragglers": {"kind": "random"},
 "sweep": {"/workers": [16, 32, 64], "/stragglers/count": [0, 2]}}
END
  # On the wall clock 100 trials take at least 10 s, whatever the machine does.
  cat >"$scratch/long.json" <<'END'
{"name": "long", "trials": 100, "workers": 12, "schemes": [{"kind": "bacc"}], "clock": "wall",
 "delay": {"kind": "constant", "seconds": 0.1}}
END
}

test_run() {
  printf '== run.sbatch\n'
  job=$(submit experiments/slurm/run.sbatch "$scratch/sweep.json" --output "$scratch/run.h5")
  wait_for 60 over "$job" || fail "job $job does not end"
  grep 'exit code' "$scratch/job-laggard-"*.log || fail "job $job ended without its last line"
  check complete "$scratch/run.h5" 30
}

test_array() {
  printf '== array.sbatch, two tasks at a time\n'
  job=$(RESULTS=$scratch submit --array=0-2%2 experiments/slurm/array.sbatch "$scratch/sweep.json" \
    /workers 16 32 64)
  wait_for 120 over "$job" || fail "job $job does not end"
  grep -h 'exit code' "$scratch/job-laggard-array-"*.log
  for index in 0 1 2; do check complete "$scratch/sweep-$index.h5" 10; done
  check together "$scratch/run.h5" "$scratch/sweep-0.h5" "$scratch/sweep-1.h5" "$scratch/sweep-2.h5"
}

test_requeue() {
  printf '== the warning signal: flush, requeue, go on\n'
  rm -f "$scratch"/job-laggard-*.log
  job=$(submit experiments/slurm/run.sbatch "$scratch/long.json" --output "$scratch/long.h5")
  wait_for 60 holds begun "$scratch/long.h5" 10 || fail "job $job writes nothing"
  scancel --batch --signal=USR1 "$job"
  wait_for 180 over "$job" || fail "job $job does not end"
  cat "$scratch"/job-laggard-*.log
  grep -q 'start 1: exit code 130' "$scratch"/job-laggard-*.log || fail "the run did not return 130"
  grep -q 'start 2: exit code 0' "$scratch"/job-laggard-*.log || fail "the job did not go on"
  check complete "$scratch/long.h5" 100
  check resumed "$scratch/long.h5" 1
}

begin
trap clean_up EXIT
trap 'exit 130' INT TERM
need munged=munge slurmctld=slurmctld slurmd=slurmd sbatch=slurm-client
start_munge
start_slurm
write_configs
test_run
test_array
test_requeue
printf 'passed: one run, an array of three tasks, a requeued job\n'
