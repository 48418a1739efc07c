"""Runs what the report needs and is missing: experiments/reproduce.sh.

  bash experiments/reproduce.sh [--quick] [NAME ...]

It runs the configurations that experiments/NAME/claims.json lists, of all experiments or of the named
ones, and then writes results/report/index.html (results/report-quick/ with --quick). A run that is
finished is not repeated, and one that was interrupted is resumed. A run whose data or weights are not
here is left out, and the page says why. --quick cuts the sizes; its results are in results/quick/.
LAGGARD names the program.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .cli import Parser, run_figure
from .files import LaggardError
from .series import counted

ROOT = Path(__file__).resolve().parents[2]


def program(root: Path) -> str:
    """The program: $LAGGARD, the one of the build tree, or the one on the PATH."""
    for found in (os.environ.get("LAGGARD"), root / "build/release/laggard", shutil.which("laggard")):
        if found and os.access(found, os.X_OK):
            return str(Path(found).resolve())
    raise LaggardError("there is no program laggard", "it is neither in build/release nor on the PATH",
                       "build it (bash experiments/quickstart.sh), or set LAGGARD")


class Run:
    """One configuration with its result file."""

    def __init__(self, claims, run: dict, words: list, root: Path):
        self.name = f"{claims.name}/{run['config']}"
        self.seconds = run.get("seconds")  # of a full run on two cores
        self.words, self.root = words, root
        self.file = root / words[words.index("--output") + 1]

    def missing(self, laggard: str) -> str:
        """Why it cannot run here; empty if it can. Raises for a configuration that is wrong."""
        at = self.words.index("--output")
        config = self.words[self.words.index("run") + 1:at]
        checked = subprocess.run([laggard, "check", *config, *self.words[at + 2:]],
                                 cwd=self.root, capture_output=True, text=True, check=False)
        line = checked.stderr.strip().splitlines()[-1:] or ["no reason is given"]
        if checked.returncode not in (0, 3):
            raise LaggardError(f"the configuration of {self.name} does not pass", line[0], "mend it")
        return "" if checked.returncode == 0 else line[0]

    def go(self, laggard: str) -> int:
        """Runs or resumes it; the exit code."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        resume = ["--resume"] if self.file.exists() else []
        return subprocess.run([laggard, *self.words, *resume], cwd=self.root, check=False).returncode


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _say(text: str) -> None:
    print(f"== {text}", flush=True)


def _runs(options) -> list:
    from .figures.report import command_of, experiments

    return [Run(claims, run, command_of(claims, run, options.root, options.quick), options.root)
            for claims in experiments(options.root, options.names) for run in claims.runs]


def _announce(runs, quick: bool) -> None:
    known = [r.seconds for r in runs if r.seconds is not None]
    text = counted(len(runs), "run")
    if not quick and known:
        text += f", about {_duration(sum(known))} on two cores if nothing is there yet"
        if len(known) < len(runs):
            text += f", and {len(runs) - len(known)} without an estimate"
    _say(text)


def reproduce(options) -> int:
    """Runs everything and writes the page; the exit code."""
    laggard, runs = program(options.root), _runs(options)
    _announce(runs, options.quick)
    failed = 0
    for number, run in enumerate(runs, 1):
        place = f"[{number}/{len(runs)}] {run.name}"
        why = run.missing(laggard)
        if why:
            _say(f"{place}: left out: {why}")
            continue
        _say(place)
        begun = time.monotonic()
        code = run.go(laggard)
        if code == 130:
            _say("interrupted; the same command resumes")
            return 130
        if code != 0:
            failed += 1
            _say(f"{place} failed with exit code {code}; the others go on")
        else:
            _say(f"{place}: {_duration(time.monotonic() - begun)}")
    report = ["--root", str(options.root), *(["--quick"] if options.quick else []), *options.names]
    return run_figure("report", report) or (4 if failed else 0)


def main(arguments) -> int:
    """Entry point."""
    parser = Parser(prog="reproduce.sh", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="experiments (default: all)")
    parser.add_argument("--quick", action="store_true", help="cut sizes, minutes instead of hours")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    try:
        return reproduce(parser.parse_args(arguments))
    except LaggardError as error:
        print(f"laggard-plot: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
