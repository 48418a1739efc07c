#!/usr/bin/env python3
"""Runs the commands of the pages, cut down, in a folder that goes away.

    tests/pages/commands.py build/release/laggard [--verbose] [PAGE ...]

The shell blocks of a README.md are run one after the other, in a folder of its own that begins with the
results of the first page; pages run side by side. Where a configuration needs a network
or a file of data, a formula and random inputs take their place, so that schemes, sweeps and options
are still tried. A training reads its files and trains nothing (--check), and a code of trained networks
runs one trial, where their files are on this machine. What then cannot run (a figure of a training's
results, a download) is skipped and counted; so is what would install, build or submit something.
"""

import argparse
import collections
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS = ("laggard", "plotting/plot", "mpirun", "bash", "for", "sbatch")
SHELL = re.compile(rf"^({'|'.join(STARTS)}) |^\w+='", re.MULTILINE)
PYTHON = re.compile(r"^import ", re.MULTILINE)
PLACEHOLDER = re.compile(r"\b(FIGURE|CONFIG|FILE|NAME|WEIGHTS)\b")
REGRESSION = ['/dataset={"kind": "clusters"}', '/model={"kind": "logistic"}']
FORMULA = ['/model={"kind": "expression", "outputs": ["x1*sin(x1)"]}', '/dataset={"kind": "uniform"}']
MOST_RANKS = 9
STUBBED = ("bash", "sbatch", "cmake", "ctest", "clang-format", "clang-tidy", "apt", "conda")


def blocks(page):
    """The indented and fenced blocks of a page that hold shell commands."""
    text = re.sub(r"^ *```.*?\n(.*?)^ *```", lambda found: re.sub("^", "    ", found.group(1), flags=re.MULTILINE),
                  page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for found in re.finditer(r"(?:^(?: {4}.*)?\n)+", text, flags=re.MULTILINE):
        block = re.sub(r"^ {4,6}(?=\S)", "", found.group(0), flags=re.MULTILINE)
        if SHELL.search(block) and not PYTHON.search(block):
            yield re.sub(r"\\\n\s*", "", block)  # a command on one line


class Sandbox:
    """What stands in for `laggard` and `plot`: each command of a page is one call of this script."""

    def __init__(self):
        self.program = os.environ["PAGES_LAGGARD"]
        self.log = Path(os.environ["PAGES_LOG"])
        self.missing = Path(os.environ["PAGES_MISSING"])  # files that skipped commands would have made

    def note(self, verdict, words, why=""):
        with self.log.open("a") as log:
            log.write(json.dumps([verdict, shlex.join(words), why]) + "\n")

    def run_with_files(self, words, command, made=()):
        """Runs what needs data or weights. Where they are not on this machine, the exit code is 3: None."""
        code = self.run(words, command, may_lack_files=True)
        if code == 3:
            self.skip(words, "its files are not here", made)
            return None
        return code

    def run(self, words, command, may_lack_files=False):
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if may_lack_files and done.returncode == 3:
            return 3
        sys.stdout.write(done.stdout)
        last = (done.stderr.strip().splitlines() or [""])[-1]
        self.note("ran" if done.returncode == 0 else "failed", words, last)
        return done.returncode

    def skip(self, words, why, makes=(), verdict="skipped"):
        """Notes what is not run as it stands, and the files that are then not made."""
        with self.missing.open("a") as missing:
            missing.writelines(f"{name}\n" for name in makes)
        self.note(verdict, words, why)
        return 0

    def script(self, told):
        """A script that installs, builds or submits: it has to be there."""
        self.expect(told, [word for word in told[1:] if re.search(r"\.(sh|sbatch)$", word)])
        return self.skip(told, "installs, builds or submits")

    def absent(self, words):
        """The files that a skipped command would have made, if any of them is asked for."""
        made = self.missing.read_text().split() if self.missing.exists() else []
        asked = [word for word in words if word.endswith(".h5") and not Path(word).exists()]
        return asked and all(any(fnmatch.fnmatch(name, word) for name in made) for word in asked)

    def laggard(self, words):
        told = ["laggard", *words]
        launcher, words = split_launcher(words)
        command = words[0] if words else ""
        if words[:2] == ["data", "fetch"]:
            return self.skip(told, "fetches from the network")
        if command == "train":
            return self.train(told, words)
        if command == "export":
            self.expect(told, [word for word in words if word.startswith("results/weights/")])
        if command == "fit" and not Path(words[1]).exists():
            return self.skip(told, "reads a file of the reader's own", words[words.index("--output") + 1:][:1]
                             if "--output" in words else [])
        if command == "summary" and self.absent(words):
            return self.skip(told, "its file was not made")
        if command in ("calibrate", "capacity"):  # simulate, many times over
            few = ["--evaluations", "6"] if "--free" in words else []
            for setting in ("/trials=1", "/serving/queries=5000"):
                few += ["--set", setting]
            return self.run(told, [self.program, *launcher, *words, *few, "--quiet"])
        if command not in ("run", "check", "tune", "matrices"):
            return self.run(told, [self.program, *launcher, *words])
        return self.experiment(told, launcher, words)

    def train(self, told, words):
        configs = [word for word in words if word.endswith(".json")]
        self.expect(told, configs)
        made = [f"results/train-{Path(name).stem.replace('train-', '', 1)}.h5" for name in configs]
        check = [self.program, *[word for word in words if word != "--resume"], "--check"]
        found = self.run_with_files(told, check, made)
        if found is not None:
            self.skip(told, "trains nothing: --check", made, verdict="cut")
        return found

    def expect(self, told, files):
        for name in files:
            if not Path(name).exists() and name != "my.json":
                self.note("failed", told, f"there is no {name}")

    def experiment(self, told, launcher, words):
        command, config = words[:2]
        if not Path(config).exists():
            self.note("failed", told, f"there is no {config}")
            return 2
        document = json.loads(re.sub(r"^\s*//.*", "", Path(config).read_text(), flags=re.MULTILINE))
        sets = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
        name = dict(text.split("=", 1) for text in sets).get("/name", document.get("name", "convergence"))
        made = [words[i + 1] for i, word in enumerate(words) if word in ("--output", "-o")] or \
               [f"results/{name}{'-tuning' if command == 'tune' else ''}.h5"]
        trained = re.search(r'"kind": "(parm|learned)"', json.dumps(document))
        stands_in = document.get("model", {}).get("kind") not in (None, "expression", "polynomial", "logistic")
        dataset = document.get("dataset", {})
        words = shortened(words)
        if document.get("experiment") == "training":
            words += ["--set", "/training/steps=2"]
            if stands_in or "file" in dataset or "images" in dataset:
                for text in REGRESSION:
                    words += ["--set", text]
                self.skip(told, "network or file of data: a logistic regression takes its place", verdict="cut")
                stands_in = False
        if document.get("experiment") == "serving" and document.get("clock") == "wall":
            words += ["--set", "/serving/queries=40", "--set", "/serving/warmup=5"]
        if command in ("run", "tune"):
            words += ["--quiet", "--set", f"/trials={1 if trained else 2}"]
        if stands_in and not trained:
            for text in FORMULA:
                words += ["--set", text]
            if command == "run":
                words = without_option(words, "--output") + ["--output", "results/stand-in.h5", "--overwrite"]
            self.skip(told, "network: a formula takes its place", made, verdict="cut")
        run = [self.program, *launcher, *words]
        return self.run_with_files(told, run, made) if trained else self.run(told, run)

    def mpirun(self, words):
        launcher, program = words[:2], words[2:]
        if program[:2] == ["laggard", "run"]:
            return self.laggard(["launch", *launcher, *program[1:]])
        if program[:1] == ["laggard"]:
            return self.laggard(program[1:])
        return self.skip(["mpirun", *words], "is no command of laggard")

    def plot(self, words):
        told = ["plotting/plot", *words]
        if "--test" in words:
            return self.skip(told, "has a test of its own")
        if self.absent(words):
            return self.skip(told, "its file was not made")
        return self.run(told, [str(ROOT / "plotting/plot"), *words])


def split_launcher(words):
    """`launch -n 33 ... run X` -> (launch with few ranks, run X)."""
    if words[:1] != ["launch"]:
        return [], words
    at = next(i for i, word in enumerate(words) if word in ("run", "tune"))
    ranks = min(int(words[words.index("-n") + 1]), MOST_RANKS)
    return ["launch", "-n", str(ranks), "--mpirun", os.environ["PAGES_MPIRUN"], "--mpirun-option=--oversubscribe"], words[at:]


def without_option(words, option):
    kept = list(words)
    while option in kept:
        at = kept.index(option)
        del kept[at:at + 2]
    return kept


def shortened(words):
    """A search of lambdas with a small grid."""
    if words[0] != "tune":
        return words
    for option in ("--grid", "--rounds", "--trials"):
        words = without_option(words, option)
    return [*words, "--grid", "3", "--rounds", "1", "--trials", "2"]


def sandbox(folder, defaults):
    """A folder that looks like the root of the project, with stand-ins for the programs."""
    (folder / "results").mkdir(parents=True)
    (folder / "my.json").write_bytes(defaults)
    (folder / "log").touch()
    for name in ("configs", "experiments", "tests", "src"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "results/weights").mkdir()  # a folder of its own: `export` writes beside the weights
    for weights in (ROOT / "results/weights").glob("*.h5"):
        (folder / "results/weights" / weights.name).symlink_to(weights)
    (folder / "plotting").mkdir()
    (folder / "bin").mkdir()
    this = f"exec {shlex.quote(sys.executable)} {shlex.quote(str(Path(__file__).resolve()))}"
    stands_in = {"plotting/plot": "plot", "bin/laggard": "laggard", "bin/mpirun": "mpirun",
                 **{f"bin/{name}": name for name in STUBBED}}
    for path, role in stands_in.items():
        (folder / path).write_text(f'#!/bin/sh\n{this} --as {role} "$@"\n')
        (folder / path).chmod(0o755)


def unrunnable(line):
    """Why a line of a page is not for the shell of this test; empty if it is."""
    if PLACEHOLDER.search(line.split(" #")[0]):
        return "has a placeholder"
    return "is a program of the tests" if line.startswith(("build/", "tests/")) else ""


def run_page(page, folder):
    """What its commands came to, and what the shell itself says."""
    script, unrun = [f'export PATH="{folder}/bin:$PATH"'], []
    for line in (line for block in blocks(page) for line in block.splitlines()):
        why = unrunnable(line)
        if why:
            unrun.append(["skipped", line, why])
        else:
            script.append(line)
    places = {"PAGES_LOG": str(folder / "log"), "PAGES_MISSING": str(folder / "missing")}
    done = subprocess.run(["/bin/bash", "-c", "\n".join(script)], cwd=folder, capture_output=True, text=True,
                          errors="replace", check=False, env={**os.environ, **places})
    entries = unrun + [json.loads(line) for line in (folder / "log").read_text().splitlines()]
    return entries + [["failed", "the shell", line] for line in done.stderr.splitlines()
                      if line.startswith("/bin/bash:")]


def run_pages(pages, place, defaults):
    """Each page with what came of it, in their order."""
    def run(number, first=None):
        folder = place / str(number)
        sandbox(folder, defaults)
        if first is not None:
            shutil.copytree(first / "results", folder / "results", symlinks=True, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("weights"))
        return pages[number], run_page(pages[number].resolve(), folder)

    yield run(0)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda number: run(number, place / "0"), range(1, len(pages)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--verbose", action="store_true", help="also print what ran and what was skipped")
    options = parser.parse_args()
    pages = options.pages or [ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), *sorted(ROOT.glob("*/*/README.md"))]
    pages = [page for page in pages if page.resolve().relative_to(ROOT).parts[0] != "build"]
    count = {"ran": 0, "cut": 0, "skipped": 0, "failed": 0}  # what is cut runs, too
    reasons = collections.Counter()
    os.environ.update(PAGES_LAGGARD=os.path.abspath(options.program), PAGES_MPIRUN=shutil.which("mpirun") or "mpirun",
                      OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    defaults = subprocess.run([options.program, "default-config"], capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as place:
        for page, entries in run_pages(pages, Path(place), defaults):
            for verdict, command, why in entries:
                count[verdict] += 1
                if verdict in ("cut", "skipped"):
                    reasons[verdict, why] += 1
                if verdict == "failed" or options.verbose:
                    print(f"{page.resolve().relative_to(ROOT)}: {verdict}: {command}\n    {why}", flush=True)
    for (verdict, why), number in sorted(reasons.items()):
        print(f"{number:4} {verdict}: {why}")
    print(", ".join(f"{number} {verdict}" for verdict, number in count.items()))
    sys.exit(1 if count["failed"] or not count["ran"] else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as"]:
        role, words = sys.argv[2], sys.argv[3:]
        stands_in = Sandbox()
        act = getattr(stands_in, role, lambda words: stands_in.script([role, *words]))
        sys.exit(act(words))
    main()
