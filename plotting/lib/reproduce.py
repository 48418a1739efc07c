"""Runs what the report needs and is missing: experiments/reproduce.sh.

  bash experiments/reproduce.sh [--quick] [NAME ...]

It runs the configurations that experiments/NAME/claims.json lists, of all experiments or of the named
ones, and then writes results/report/index.html (results/report-quick/ with --quick). A run that is
finished is not repeated, and one that was interrupted is resumed. A run whose data or weights are not
here is left out, and the page says why. --quick cuts the sizes; its results are in results/quick/.
LAGGARD names the program. Ctrl-C ends a run cleanly; the same command resumes it. A second one kills it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .cli import Parser, guarded, run_figure
from .files import LaggardError, make_folder
from .series import counted


def program(root: Path) -> str:
    """The program: $LAGGARD, else the one of the build tree, else the one on the PATH."""
    named = os.environ.get("LAGGARD")
    found = shutil.which(named) if named else shutil.which(root / "build/release/laggard") or shutil.which("laggard")
    if found:
        return str(Path(found).resolve())
    if named:
        place = Path(named)
        why = ("it is a folder" if place.is_dir() else "it is not executable" if place.exists()
               else "there is no such file")
        raise LaggardError(f"LAGGARD='{named}' is not a program", why,
                           "set it to the absolute path of laggard, or unset it")
    raise LaggardError("there is no program laggard", "it is neither in build/release nor on the PATH",
                       "build it (bash experiments/quickstart.sh), or set LAGGARD")


def _call(words: list, root: Path) -> int:
    """Runs a program; its exit code. Raises KeyboardInterrupt at Ctrl-C, after its end: the signal has
    reached it too, and it keeps what it has. A second one kills it. Raises LaggardError if it cannot run."""
    try:
        child = subprocess.Popen(words, cwd=root)
    except OSError as error:
        raise _no_start(words[0], error) from None
    try:
        return child.wait()
    except KeyboardInterrupt:
        try:
            child.wait()
        except KeyboardInterrupt:
            child.kill()
            child.wait()
        raise


def _no_start(laggard: str, error: OSError) -> LaggardError:
    return LaggardError(f"cannot run '{laggard}'", error.strerror or str(error),
                        "build it anew, or set LAGGARD to another program")


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
        try:
            checked = subprocess.run([laggard, "check", *config, *self.words[at + 2:]], cwd=self.root,
                                     capture_output=True, text=True, errors="replace", check=False)
        except OSError as error:
            raise _no_start(laggard, error) from None
        if checked.returncode == 130:
            raise KeyboardInterrupt
        line = checked.stderr.strip().splitlines()[-1:] or ["no reason is given"]
        if checked.returncode not in (0, 3):
            raise LaggardError(f"the configuration of {self.name} does not pass", line[0], "mend it")
        return "" if checked.returncode == 0 else line[0]

    def for_the_page(self, why: str) -> str:
        """What missing() says, alike on every machine."""
        return why.removeprefix("laggard: ").replace(f"{self.root.resolve()}/", "")

    def go(self, laggard: str) -> int:
        """Runs or resumes it; the exit code."""
        make_folder(self.file.parent)
        resume = ["--resume"] if self.file.exists() else []
        return _call([laggard, *self.words, *resume], self.root)


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


def _run_all(runs, laggard: str) -> tuple:
    """(how many have failed, file -> why its run was left out). Raises KeyboardInterrupt."""
    failed, left_out = 0, {}
    for number, run in enumerate(runs, 1):
        place = f"[{number}/{len(runs)}] {run.name}"
        why = run.missing(laggard)
        if why:
            left_out[run.file] = run.for_the_page(why)
            _say(f"{place}: left out: {why}")
            continue
        _say(place)
        begun = time.monotonic()
        code = run.go(laggard)
        if code == 130:
            raise KeyboardInterrupt
        if code != 0:
            failed += 1
            _say(f"{place} failed with exit code {code}; the others go on")
        else:
            _say(f"{place}: {_duration(time.monotonic() - begun)}")
    return failed, left_out


def reproduce(options) -> int:
    """Runs everything and writes the page; the exit code."""
    try:
        runs = _runs(options)
        laggard = program(options.root)
        _announce(runs, options.quick)
        failed, left_out = _run_all(runs, laggard)
        report = ["--root", str(options.root), *(["--quick"] if options.quick else []), *options.names]
        code = run_figure("report", report, left_out=left_out)
        if code == 130:
            raise KeyboardInterrupt
        return code or (4 if failed else 0)
    except KeyboardInterrupt:
        _say("interrupted; the same command resumes")
        return 130


def main(arguments) -> int:
    """Entry point."""
    from .figures.report import project

    parser = Parser(prog="reproduce.sh", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="experiments (default: all)")
    parser.add_argument("--quick", action="store_true", help="cut sizes, minutes instead of hours")
    parser.add_argument("--root", type=Path, default=project(), metavar="FOLDER",
                        help="where experiments and results are (default: this project)")
    options = parser.parse_args(arguments)
    return guarded(lambda: reproduce(options))
