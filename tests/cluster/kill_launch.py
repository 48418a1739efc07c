#!/usr/bin/env python3
"""Kills or stops processes of `laggard launch` at random moments of a run, its start included, and
checks how each run ends.

    tests/cluster/kill_launch.py build/release/laggard --count 100

A fault is SIGKILL, SIGTERM or SIGSTOP to rank 0, another rank, mpirun or launch itself. (A launch that
is stopped is continued after a while, as after Ctrl-Z.) Every run must end:
- with exit code 0 and the trials, or the steps of a training, of an undisturbed run,
- after SIGTERM, which asks for an end, also with exit code 130, or killed by it where launch was still
  being loaded and had begun nothing,
- where no restart is allowed, also with exit code 4.
A message gives the reason of 4 and 130, and nothing but messages of laggard is printed. The file must
be readable, no process may remain, and --resume must complete the file to the same trials. On the
virtual clock these are compared as bytes, on the wall clock counted.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # files that a run is writing, too

try:
    import h5py
    import numpy as np
except ImportError:
    debian = "/usr/bin/python3"
    if os.path.exists(debian) and os.path.realpath(sys.executable) != os.path.realpath(debian):
        os.execv(debian, [debian, *sys.argv])
    print("skipped: no Python with numpy and h5py")
    sys.exit(77)

VICTIMS = ("rank 0", "rank", "mpirun", "launch")
SIGNALS = ("SIGKILL", "SIGTERM", "SIGSTOP")
INTERRUPTED = 130
LONGEST = 240  # seconds until a run counts as hanging; a start or a master that hangs costs 30
ORPHAN = 15  # seconds that a process may take to notice that its launcher is gone
UNWRITTEN = 0xFFFFFFFF

CONFIGS = {
    "virtual": {"data_points": 8, "workers": 24, "worker_block": 2, "trials": 600,
                "schemes": [{"kind": "bacc"}, {"kind": "letcc", "lambda_decode": 1e-6}],
                "stragglers": {"kind": "random", "count": 3}},
    "wall": {"data_points": 8, "workers": 24, "worker_block": 2, "trials": 80, "clock": "wall",
             "schemes": [{"kind": "bacc"}],
             "delay": {"kind": "shifted_exponential", "shift": 0.01, "mean": 0.01},
             "wait": {"kind": "fastest", "count": 20}, "output": {"workers": True}},
    "training": {"experiment": "training", "data_points": 4, "workers": 12, "trials": 3,
                 "schemes": [{"kind": "replication"}, {"kind": "bacc"}],
                 "dataset": {"kind": "clusters", "rows": 600, "holdout": 200},
                 "stragglers": {"kind": "random", "count": 3},
                 "training": {"steps": 200, "batch": 48, "evaluate_every": 20, "checkpoint_every": 25}},
}
ROWS = {"training": ("training", ["point", "trial", "step"])}  # else /trials
for _config in CONFIGS.values():
    _config["failures"] = {"timeout_seconds": 2}


def processes(word):
    """{pid: (parent, variables)} of all processes that have the word on their command line."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if word.encode() not in (entry / "cmdline").read_bytes():
                continue
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if stat[0] != "Z":
                variables = (entry / "environ").read_bytes().split(b"\0")
                found[int(entry.name)] = (int(stat[1]), variables)
        except (OSError, IndexError):
            continue  # it has just ended
    return found


def find(victim, launch, result):
    """The process of the victim, or None while it is not there."""
    if victim == "launch":
        return launch.pid
    running = processes(result)
    if victim == "mpirun":
        own = [pid for pid, (parent, _) in running.items() if parent == launch.pid]
        return own[0] if own else None
    wanted = b"OMPI_COMM_WORLD_RANK=" + victim.split()[1].encode()
    return next((pid for pid, (_, variables) in running.items() if wanted in variables), None)


def catches(pid, number):
    """Whether the process has a handler for the signal; a program that is still loading has none."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def rows_of(name, path):
    """What a run of this configuration has finished, sorted. Raises if the file cannot be read or has
    a row twice."""
    table, keys = ROWS.get(name, ("trials", ["point", "trial"]))
    with h5py.File(path) as file:
        rows = file[table][()]
    rows = np.sort(rows[rows["point"] != UNWRITTEN], order=keys)
    if len(np.unique(rows[keys])) != len(rows):
        raise ValueError(f"/{table} has a row twice")
    return rows


class Setup:
    """The program, its configurations, and the results and times of undisturbed runs."""

    def __init__(self, program, folder, start_timeout):
        self.program, self.folder, self.start_timeout = program, folder, start_timeout
        self.expected, self.begins, self.lasts = {}, {}, {}
        for name, config in CONFIGS.items():
            path = folder / f"{name}.json"
            path.write_text(json.dumps(config))
            result = folder / f"expected-{name}.h5"
            subprocess.run([program, "run", path, "-q", "-o", result], check=True)
            self.expected[name] = rows_of(name, result)
            self.measure(name)

    def measure(self, name):
        """How long it takes until the file exists, and until the run ends."""
        result = self.folder / f"measured-{name}.h5"
        begin = time.monotonic()
        run = subprocess.Popen(self.command(name, 4, 0, result), stdout=subprocess.DEVNULL)
        while not result.exists():
            if run.poll() is not None:
                sys.exit("an undisturbed run fails")
            time.sleep(0.01)
        self.begins[name] = time.monotonic() - begin
        if run.wait() != 0:
            sys.exit("an undisturbed run fails")
        self.lasts[name] = time.monotonic() - begin
        print(f"{name}: the file exists after {self.begins[name]:.1f} s, the run takes "
              f"{self.lasts[name]:.1f} s", flush=True)

    def command(self, name, ranks, restarts, result, *more):
        options = [] if self.start_timeout is None else [f"--start-timeout={self.start_timeout}"]
        return [self.program, "launch", "-n", str(ranks), "--restarts", str(restarts), *options,
                "run", self.folder / f"{name}.json", "-q", "-o", result, *more]

    def complete(self, name, path):
        rows, expected = rows_of(name, path), self.expected[name]
        same = len(rows) == len(expected) if name == "wall" else rows.tobytes() == expected.tobytes()
        with h5py.File(path) as file:
            return same and "finished" in file.attrs


class Case:
    """One run and its fault."""

    def __init__(self, setup, number, rng, signals):
        self.setup, self.number = setup, number
        self.config = rng.choice(list(CONFIGS))
        self.restarts = rng.choice([0, 3])
        self.ranks = rng.choice([3, 4, 5])
        self.groups = rng.choice([1, 1, 2]) if self.ranks > 3 else 1
        self.victim = rng.choice(VICTIMS)
        if self.victim == "rank":
            self.victim = f"rank {rng.randrange(1, self.ranks)}"
        self.signal = signal.Signals[rng.choice(signals)]
        self.starting = rng.random() < 0.5
        begins, lasts = setup.begins[self.config], setup.lasts[self.config]
        self.after = rng.uniform(0, begins) if self.starting else rng.uniform(0, lasts - begins)
        self.continued_after = rng.uniform(0.5, 4)
        self.folder = setup.folder / f"case-{number}"
        self.result = self.folder / f"r{number}.h5"
        self.errors = []
        self.at, self.before_file, self.loading = 0.0, False, False

    def run(self):
        """False if the run ended before its fault."""
        self.folder.mkdir()
        words = self.setup.command(self.config, self.ranks, self.restarts, self.result,
                                   *(["--groups", str(self.groups)] if self.groups > 1 else []))
        begin = time.monotonic()
        with open(self.folder / "err", "wb") as err:
            launch = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=err)
        faulty = self.inject(launch, begin)
        try:
            self.code = launch.wait(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            self.errors.append(f"it hangs after {LONGEST} s")
            launch.kill()
            self.code = launch.wait()
        self.seconds = time.monotonic() - begin
        # What has ended, and was not waited for yet, takes a signal without effect.
        if self.victim == "launch" and self.signal == signal.SIGKILL and self.code == 0:
            faulty = False
        self.said = [line for line in (self.folder / "err").read_text(errors="replace").splitlines()
                     if line]
        if faulty:
            self.check()
        return faulty

    def inject(self, launch, begin):
        if self.starting:
            time.sleep(self.after if self.victim == "launch" else 0)
        else:
            while not self.result.exists() and launch.poll() is None:
                time.sleep(0.005)
            time.sleep(self.after)
        pid = None
        while pid is None and launch.poll() is None:
            pid = find(self.victim, launch, str(self.result))
            time.sleep(0.002)
        if self.starting and self.victim != "launch":
            time.sleep(max(0, self.after - (time.monotonic() - begin)))
        if launch.poll() is not None or pid is None:
            return False
        try:
            self.at = time.monotonic() - begin
            self.before_file = not self.result.exists()
            self.loading = self.victim == "launch" and not catches(pid, signal.SIGTERM)
            os.kill(pid, self.signal)
        except (ProcessLookupError, FileNotFoundError, StopIteration):
            return False
        if self.victim == "launch" and self.signal == signal.SIGSTOP:
            time.sleep(self.continued_after)
            os.kill(pid, signal.SIGCONT)
        return True

    def allowed(self):
        """The exit codes with which this run may end."""
        if self.victim == "launch":
            ended = {0, INTERRUPTED} | ({-signal.SIGTERM} if self.loading else set())
            return {signal.SIGKILL: {-signal.SIGKILL}, signal.SIGSTOP: {0},
                    signal.SIGTERM: ended}[self.signal]
        codes = {0} if self.restarts else {0, 4}
        if self.signal == signal.SIGTERM and self.victim in ("rank 0", "mpirun"):
            codes.add(INTERRUPTED)
        return codes

    def check(self):
        killed_itself = self.victim == "launch" and self.signal == signal.SIGKILL
        if self.code not in self.allowed():
            self.errors.append(f"exit code {self.code}")
        if self.code in (4, INTERRUPTED) and not any(line.startswith("laggard: ") for line in self.said):
            self.errors.append("no message gives the reason")
        if self.victim == "launch" and any("restarts)" in line for line in self.said):
            self.errors.append("a restart that nobody asked for")
        self.check_orphans()
        self.check_noise()
        try:
            if self.code == 0 and not self.setup.complete(self.config, self.result):
                self.errors.append("exit code 0, and the file is not complete")
            self.check_resume()
        except (OSError, KeyError, ValueError) as error:
            self.errors.append(f"the file: {error}")
        self.check_strays(killed_itself)  # checkpoints lie there until the training is complete

    def check_orphans(self):
        deadline = time.monotonic() + ORPHAN
        while left := processes(str(self.result)):
            if time.monotonic() > deadline:
                self.errors.append(f"left behind: {len(left)} processes")
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.1)

    def check_noise(self):
        for line in self.said:
            if not line.startswith("laggard: "):
                self.errors.append(f"noise: {line}")
                return

    def check_strays(self, killed):
        """A launch that is killed cannot take its own file along."""
        strays = [path.name for path in self.folder.iterdir()
                  if path not in (self.result, self.folder / "err")
                  and not path.name.endswith((".lock", ".part"))  # of no meaning once nobody holds them
                  and not (killed and path.name.startswith(".laggard-launch-"))]
        if strays:
            self.errors.append(f"left behind: {', '.join(strays)}")

    def check_resume(self):
        if self.result.exists():
            rows_of(self.config, self.result)  # readable as it is
        words = self.setup.command(self.config, 3, 0, self.result, "--resume")
        done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST)
        if done.returncode != 0:
            self.errors.append(f"--resume: exit code {done.returncode}: {done.stderr.strip()}")
        elif not self.setup.complete(self.config, self.result):
            self.errors.append("--resume does not complete the file")

    def line(self):
        phase = "start" if self.before_file else "run"
        own = [text[len("laggard: "):] for text in self.said if text.startswith("laggard: ")]
        return (f"{self.number:3} {self.config:8} n={self.ranks} groups={self.groups} "
                f"restarts={self.restarts} {self.signal.name:7} {self.victim:7} {phase:5} "
                f"at {self.at:4.1f} s: code {self.code:3} after {self.seconds:5.1f} s "
                f"{'; '.join(self.errors) or 'right'} | {' / '.join(own)[:150]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=100, help="number of faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--signals", nargs="+", choices=SIGNALS, default=SIGNALS)
    parser.add_argument("--start-timeout", type=float, help="for launch; default: its own")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="laggard-kill-"))
    rng = random.Random(arguments.seed)
    setup = Setup(arguments.program.resolve(), folder, arguments.start_timeout)
    ends, wrong, number, missed = collections.Counter(), 0, 0, 0
    while number < arguments.count:
        case = Case(setup, number, rng, arguments.signals)
        if case.run() or case.errors:
            print(case.line(), flush=True)
            victim = case.victim if case.victim in VICTIMS else "rank > 0"
            phase = "start" if case.before_file else "run"
            ends[victim, case.signal.name, phase, f"restarts {case.restarts}", case.code] += 1
            wrong += bool(case.errors)
            number += 1
        else:
            missed += 1
        if not case.errors:
            shutil.rmtree(case.folder)
    print("\nvictim    signal   phase  restarts    exit code  runs")
    for (victim, name, phase, restarts, code), count in sorted(ends.items()):
        print(f"{victim:9} {name:8} {phase:6} {restarts:11} {code:9} {count:5}")
    print(f"\n{number} faults, {wrong} wrong; {missed} runs ended before their fault")
    if wrong:
        print(f"the wrong ones are in {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
