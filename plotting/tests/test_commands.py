"""The launcher and the scripts as a user calls them; the table."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import textwrap
import unittest
import unittest.mock
from pathlib import Path

import h5py
import numpy as np
from support import SCRIPTS, Folder, said

from laggard.__main__ import main as start
from laggard.cli import listed, load, main, run_figure
from laggard.progress import Progress
import synthetic


RESULTS_PAGE = SCRIPTS.parent / "results" / "README.md"
FIGURES = sorted(p.stem for p in (SCRIPTS / "figures").glob("*.py"))


def launch(*arguments, **environment):
    """Runs the launcher with this interpreter."""
    return subprocess.run([str(SCRIPTS / "plot"), *map(str, arguments)], capture_output=True,
                          text=True, check=False,
                          env={**os.environ, "LAGGARD_PYTHON": sys.executable, **environment})


class Launcher(Folder):
    def test_help_and_unknown_figure(self):
        usage = launch("--help").stdout
        done = launch("nope", "a.h5")
        for figure in FIGURES:
            self.assertRegex(usage, rf"\n  {figure} +\w")
            self.assertIn(f" {figure}", done.stderr)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no figure 'nope' (allowed: accuracy", done.stderr)

    def test_no_interpreter(self):
        # A copy that does not look in /usr/bin, and a PATH with one tool and no python3.
        copy = self.folder / "plot"
        copy.write_text((SCRIPTS / "plot").read_text().replace("/usr/bin/python3", "/nowhere"))
        (self.folder / "dirname").symlink_to(shutil.which("dirname"))
        done = subprocess.run(["/bin/sh", str(copy), "auto", "a.h5"], capture_output=True,
                              text=True, check=False, env={"PATH": str(self.folder)})
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"^laggard-plot: no Python [^\n]*apt install [^\n]*conda")
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_unusable_choice_falls_back(self):
        folder = Path(sys.executable).parent
        done = launch("convergence", "--help", LAGGARD_PYTHON="/nonexistent",
                      PATH=f"{folder}:{os.environ['PATH']}")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_errors_are_one_line_and_exit_3(self):
        for figure in FIGURES:
            done = launch(figure, self.folder / "none.h5")
            self.assertEqual(done.returncode, 3, figure)
            self.assertRegex(said(done.stderr), r"^laggard-plot: [^\n]+ \([^\n]+\); [^\n]+\n$")

    def test_wrong_arguments_exit_2(self):
        done = launch("convergence", "a.h5", "--stragglers", "x")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^laggard-plot: wrong arguments \(.*\); see --help\n$")

    def test_numbers_out_of_range_exit_2(self):
        for figure, option, value in (("samples", "--count", "0"), ("samples", "--count", "-1"),
                                      ("samples", "--bars", "0"), ("coded", "--count", "0"),
                                      ("coded", "--count", "x"), ("coded", "--pick", "a"),
                                      ("surface", "--points", "a"), ("surface", "--dpi", "0")):
            parser = load(figure).parser()
            with contextlib.redirect_stderr(io.StringIO()) as err, \
                    self.assertRaises(SystemExit) as left:
                parser.parse_args(["a.h5", option, value])
            self.assertEqual(left.exception.code, 2)
            self.assertRegex(err.getvalue(),
                             rf"^laggard-plot: wrong arguments \(argument {option}: '{value}' is not "
                             r"[^\n]*\); see --help\n$")

    def test_unwritable_output(self):
        path = self.write(trials=2)
        done = launch("convergence", path, "-o", path / "below" / "x")
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot write", done.stderr)

    def test_a_full_disk_leaves_no_half_of_a_figure(self):
        path = self.write(trials=2)
        for name in ("x.png", "x.pdf"):
            (self.folder / name).write_text("the old one")
            for size in (0, 5000):
                command = ["prlimit", f"--fsize={size}", sys.executable, SCRIPTS / "lib", "convergence", path,
                           "-o", self.folder / name]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 3)
                self.assertRegex(said(done.stderr), rf"^laggard-plot: cannot write '.*{name}' \(File too large\); "
                                              "make room, or choose another place\n$")
                self.assertEqual((self.folder / name).read_text(), "the old one")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a.h5", "x.pdf", "x.png"])

    def test_a_full_disk_behind_the_output(self):
        path = self.write(trials=2)
        with open("/dev/full", "w", encoding="utf-8") as full:
            for arguments in (["table", path], ["--help"]):
                done = subprocess.run([sys.executable, SCRIPTS / "lib", *arguments], stdout=full,
                                      stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual((done.returncode, said(done.stderr)), (
                    3, "laggard-plot: cannot write the output (No space left on device); make room, or choose "
                       "another place\n"))

    def test_too_many_dots(self):
        done = launch("convergence", self.write(trials=2), "--dpi", "20000")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, "laggard-plot: cannot draw convergence with 20000 dots per inch "
                                      r"\(Image size of [^\n]*\); choose a smaller --dpi\n$")

    def test_an_interrupt_is_quiet(self):
        path = self.write(trials=2)
        for module, name in (("auto.supported", "auto"), ("sweep.style.save", "convergence")):
            err = io.StringIO()
            with unittest.mock.patch(f"laggard.figures.{module}", side_effect=KeyboardInterrupt), \
                    contextlib.redirect_stderr(err):
                self.assertEqual(main([name, str(path)]), 130)
            self.assertEqual(said(err.getvalue()), "")
        with unittest.mock.patch("pathlib.Path.replace", side_effect=KeyboardInterrupt):
            self.assertEqual(main(["convergence", str(path)]), 130)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["a.h5"])

    def test_an_interrupt_while_modules_are_loaded(self):
        with unittest.mock.patch("laggard.cli.main", side_effect=KeyboardInterrupt), \
                unittest.mock.patch("sys.argv", ["plot", "auto", "a.h5"]):
            self.assertEqual(start(), 130)


class Readme(Folder):
    def runs(self, page: Path, mark: str, **options):
        """Runs the block of a page that has `mark`, on a file; what it prints, and its names."""
        blocks = re.findall(r"(?:^    .*\n)+", page.read_text(encoding="utf-8"), re.MULTILINE)
        code = textwrap.dedent(next(b for b in blocks if mark in b))
        self.assertIn('"results/my.h5"', code)
        names = {"path": self.write(**options)}
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(SCRIPTS.parent)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code.replace('"results/my.h5"', "path"), names)  # pylint: disable=exec-used
        return out.getvalue(), names

    def test_reading_with_h5py(self):
        text, _ = self.runs(RESULTS_PAGE, "h5py.File", trials=3)
        self.assertRegex(text.splitlines()[0], r"^bacc 16 0 0\.\d+$")

    def test_reading_with_the_reader(self):
        text, _ = self.runs(SCRIPTS / "README.md", "open_results", trials=3)
        self.assertRegex(text.splitlines()[0], r"^bacc 16 0 0\.\d+$")

    def test_reading_a_run_in_progress(self):
        _, names = self.runs(RESULTS_PAGE, "LOCKING", trials=3, finished=False)
        self.assertEqual(len(names["trials"]), 3 * 16)

    def test_every_figure_is_in_the_table_with_its_docstring(self):
        text = (SCRIPTS / "README.md").read_text(encoding="utf-8")
        table = text.split("| figure | what it shows |\n|---|---|\n")[1].split("\n\n")[0]
        self.assertEqual(table.splitlines(), [f"| `{name}` | {what} |"
                                              for name, what in listed().items()])
        self.assertEqual(sorted(listed()), FIGURES)


class Slow(unittest.TestCase):
    def test_only_what_takes_long_is_said(self):
        stream, now = io.StringIO(), [0.0]

        class Timer:
            """Rings when it is told to."""

            def __init__(self, _, call):
                Timer.call = call

            def start(self):
                pass

            cancel = start

        with Progress(2, stream, clock=lambda: now[0], timer=Timer) as progress:
            progress.step("reading a")
            progress.step("drawing b")
            self.assertEqual(stream.getvalue(), "")
            now[0] = 2.5
            Timer.call()
            progress.step("writing c")
        self.assertEqual(stream.getvalue(),
                         "laggard-plot: drawing b ...\nlaggard-plot: writing c ...\n")
        with Progress(5, stream, clock=lambda: now[0], timer=Timer) as progress:
            progress.step("reading d")
        self.assertNotIn("reading", stream.getvalue())


class Auto(Folder):
    def setUp(self):
        super().setUp()
        self.err = io.StringIO()

    def run_auto(self, path):
        with contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(self.err):
            code = run_figure("auto", [str(path), "-o", str(self.folder / "f"), "--dpi", "60"])
        return code, out.getvalue()

    def test_draws_what_there_is(self):
        path = self.write(workers=(32, 64), law=synthetic.classifier, trials=3)
        synthetic.add_workers(synthetic.add_predictions(path))
        code, text = self.run_auto(path)
        self.assertEqual(code, 0)
        self.assertIn("**RMSE**, N = 32", text)
        names = sorted(p.stem for p in self.folder.glob("*.pdf"))
        self.assertEqual(names, ["f-accuracy", "f-coded", "f-convergence", "f-gantt", "f-redundancy",
                                 "f-samples", "f-stragglers", "f-winners"])

    def test_nobody_has_answered_yet(self):
        path = self.write(workers=(32, 64), trials=3)
        with h5py.File(path, "a") as file:
            file["workers"] = np.empty(0, synthetic.WORKER)
        code, _ = self.run_auto(path)
        self.assertEqual(code, 0)
        self.assertEqual(sorted(p.stem for p in self.folder.glob("*.pdf")),
                         ["f-convergence", "f-stragglers", "f-winners"])

    def test_sweeps_of_lambda_and_of_the_waiting(self):
        path = self.write(workers=(32,), trials=3, law=lambda p, g: {
            "mse": g.random(), "completion_seconds": g.random()}, extra={
                "/wait/count": [8, 16], "/schemes/1/lambda_decode": [1e-4, 1e-2]})
        code, _ = self.run_auto(path)
        self.assertEqual(code, 0)
        self.assertEqual(sorted(p.stem for p in self.folder.glob("*.png")),
                         ["f-completion", "f-lambda", "f-stragglers", "f-tradeoff"])

    def test_tuning_file(self):
        code, _ = self.run_auto(synthetic.write_surface(self.folder / "s.h5"))
        self.assertEqual(code, 0)
        self.assertEqual([p.stem for p in self.folder.glob("*.png")], ["f-surface"])

    def test_training(self):
        code, _ = self.run_auto(synthetic.write_curves(self.folder / "t.h5"))
        self.assertEqual(code, 0)
        self.assertEqual([p.stem for p in self.folder.glob("*.png")], ["f-curves"])

    def test_nothing(self):
        code, _ = self.run_auto(self.write(trials=0))
        self.assertEqual(code, 3)
        self.assertIn("nothing to plot", self.err.getvalue())


if __name__ == "__main__":
    unittest.main()
