#!/usr/bin/python3
"""What ranks cost that only wait, and how many tasks per second a master hands out.

Waiting: on the wall clock with a constant delay, master and workers have nothing to do but wait;
the processor time of every rank is read from /proc while they do. Tasks: rounds of N workers with
a trivial model on the virtual clock, /timings.collect_seconds, the fastest tenth of the trials.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
MPIRUN = ["mpirun", "--oversubscribe"]


def write(folder, configuration):
    path = pathlib.Path(folder) / "waiting.json"
    path.write_text(json.dumps(configuration))
    return str(path)


def environment():
    variables = dict(os.environ)
    if os.geteuid() == 0:
        variables.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return variables


def ranks_of(result):
    """Process ids of the ranks that write `result`, by rank."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if result not in (entry / "cmdline").read_text():
                continue
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        for variable in variables:
            if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                found[int(variable.split(b"=")[1])] = int(entry.name)
    return found


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_waiting(program, ranks, seconds, folder):
    """Share of one processor that each rank uses while all wait."""
    config = write(folder, {
        "name": "waiting", "clock": "wall", "trials": 1, "data_points": 4, "workers": 64,
        "schemes": [{"kind": "bacc"}], "delay": {"kind": "constant", "seconds": seconds + 4}})
    result = f"{folder}/waiting.h5"
    process = subprocess.Popen([*MPIRUN, "-n", str(ranks), program, "run", config, "-q",
                                "--overwrite", "-o", result], env=environment())
    time.sleep(2.0)  # start-up is over
    pids = ranks_of(result)
    if len(pids) != ranks:
        sys.exit(f"waiting.py: found {len(pids)} of {ranks} ranks")
    before = {rank: processor_seconds(pid) for rank, pid in pids.items()}
    time.sleep(seconds)
    used = {rank: processor_seconds(pid) - before[rank] for rank, pid in pids.items()}
    process.wait()
    return {rank: value / seconds for rank, value in used.items()}


def measure_tasks(program, ranks, workers, folder):
    """Tasks per second; ranks 0: in-process."""
    config = write(folder, {
        "name": "tasks", "trials": max(20, 20000 // workers), "data_points": 4,
        "workers": workers, "model": {"kind": "expression", "outputs": ["x1"]},
        "schemes": [{"kind": "bacc"}]})
    result = f"{folder}/tasks.h5"
    launcher = [*MPIRUN, "-n", str(ranks)] if ranks else []
    subprocess.run([*launcher, program, "run", config, "-q", "--overwrite", "-o", result],
                   check=True, env=environment())
    with h5py.File(result) as file:
        times = sorted(file["timings"]["collect_seconds"])
    return workers / statistics.median(times[:max(1, len(times) // 10)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/laggard"))
    parser.add_argument("--seconds", type=float, default=10.0, help="how long ranks wait")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for ranks in (2, 4, 8):
            shares = measure_waiting(arguments.program, ranks, arguments.seconds, folder)
            workers = [share for rank, share in shares.items() if rank != 0]
            print(f"{ranks} ranks waiting: master {100 * shares[0]:.1f} %, workers at most "
                  f"{100 * max(workers):.1f} % of a processor")
        print("tasks per second     N =", *(f"{n:>9}" for n in (10, 100, 1000, 10000)))
        for ranks in (0, 2, 3, 5):
            rates = [measure_tasks(arguments.program, ranks, n, folder)
                     for n in (10, 100, 1000, 10000)]
            name = f"{ranks} ranks" if ranks else "in-process"
            print(f"{name:>24}", *(f"{rate:9.0f}" for rate in rates))


if __name__ == "__main__":
    main()
