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
from pathlib import Path

import h5py
import numpy as np
from support import SCRIPTS, Folder

from laggard import LaggardError, open_results
from laggard.cli import listed, load, run_figure
from laggard.progress import Progress
from laggard.figures import table
import synthetic


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
            self.assertRegex(done.stderr, r"^laggard-plot: [^\n]+ \([^\n]+\); [^\n]+\n$")

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
        (self.folder / "x.png").write_text("the old one")
        command = ["prlimit", "--fsize=5000", SCRIPTS / "plot", "convergence", path, "-o",
                   self.folder / "x.png"]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "LAGGARD_PYTHON": sys.executable})
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"cannot write '.*x.png' \(File too large\)")
        self.assertEqual((self.folder / "x.png").read_text(), "the old one")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a.h5", "x.png"])


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
        text, _ = self.runs(SCRIPTS.parent / "README.md", "h5py.File", trials=3)
        self.assertRegex(text.splitlines()[0], r"^bacc 16 0 0\.\d+$")

    def test_reading_with_the_reader(self):
        text, _ = self.runs(SCRIPTS / "README.md", "open_results", trials=3)
        self.assertRegex(text.splitlines()[0], r"^bacc 16 0 0\.\d+$")

    def test_reading_a_run_in_progress(self):
        _, names = self.runs(SCRIPTS / "README.md", "LOCKING", trials=3, finished=False)
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
        self.assertEqual(names, ["f-accuracy", "f-coded", "f-convergence", "f-gantt", "f-samples",
                                 "f-stragglers"])

    def test_nobody_has_answered_yet(self):
        path = self.write(workers=(32, 64), trials=3)
        with h5py.File(path, "a") as file:
            file["workers"] = np.empty(0, synthetic.WORKER)
        code, _ = self.run_auto(path)
        self.assertEqual(code, 0)
        self.assertEqual(sorted(p.stem for p in self.folder.glob("*.pdf")),
                         ["f-convergence", "f-stragglers"])

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


class Table(Folder):
    def table(self, path, *arguments):
        return table.make_table(open_results(path),
                                table.parser().parse_args([str(path), *arguments]))

    def rows(self, text, name):
        return [[cell.strip() for cell in line.strip("|").split("|")]
                for line in text.splitlines() if line.startswith(f"| {name} |")]

    def test_ratios_are_paired(self):
        path = self.write(workers=(100,), stragglers=(0, 10, 20, 30), law=synthetic.classifier,
                          data_points=60)
        text = self.table(path, "--relative-to", "bacc")
        self.assertIn("**RMSE**, N = 100, K = 60, ratio to BACC [95 % interval]", text)
        ratio = self.rows(text, "LeTCC")[1]
        rmse = [(0.083 + 0.0034 * s) / (0.112 + 0.0029 * s) for s in (0, 10, 20, 30)]
        for cell, expected in zip(ratio[1:], rmse + [sum(rmse) / 4]):
            value, low, high = (float(v.strip("[],")) for v in cell.split()[:3])
            self.assertAlmostEqual(value, expected, delta=0.002)
            self.assertLess(high - low, 0.01)  # the trials' common difficulty cancels
        self.assertTrue(ratio[-1].endswith("(\u221215.3 %)"), ratio[-1])
        self.assertIn("**Accuracy**, N = 100, K = 60, ratio to BACC", text)

    def test_relative_accuracy_and_averages_of_all_sizes(self):
        path = self.write(workers=(70, 100), stragglers=(0, 10), law=synthetic.classifier,
                          schemes=("uncoded", "bacc", "letcc"))
        text = self.table(path)
        self.assertIn("**Relative accuracy** (decoded / model's own), N = 70, K = 8", text)
        rows = [line.split(" | ") for line in text.split("**Averages over S**")[1].splitlines()
                if line.startswith(("| 70", "| 100"))]
        self.assertEqual([(r[0][2:], r[2]) for r in rows], [
            (n, s) for n in ("70", "100") for s in ("uncoded", "LeTCC", "BACC")])
        relative = sum(0.9 - 1.2 * (0.112 + 0.0029 * s) for s in (0, 10)) / 2 / 0.87
        self.assertAlmostEqual(float(rows[2][5].split()[0]), relative, delta=0.02)
        self.assertEqual(rows[2][3], "-")  # the reference has no ratio to itself

    def test_no_labels_no_relative_accuracy(self):
        self.assertNotIn("Relative accuracy", self.table(self.write(trials=3)))

    def test_reference_defaults_to_bacc_or_none(self):
        self.assertIn("ratio to BACC", self.table(self.write(trials=3)))
        self.assertNotIn("ratio", self.table(self.write(trials=3, schemes=("letcc", "nercc"))))

    def test_one_scheme_has_no_averages(self):
        self.assertNotIn("Averages", self.table(self.write(trials=3, schemes=("letcc",))))

    def test_unknown_reference(self):
        with self.assertRaisesRegex(LaggardError, "no scheme 'x'.*bacc, letcc"):
            self.table(self.write(trials=1), "--relative-to", "x")

    def test_an_exact_reference_has_no_ratio(self):
        def spoil(rows):
            rows["mse"][(rows["point"] == 0)] = 0

        text = self.table(self.write(workers=(16,), stragglers=(0, 4), changes=spoil))
        ratio = self.rows(text, "LeTCC")[1]
        self.assertEqual(ratio[1], "-")
        self.assertEqual(ratio[2].split()[0], ratio[3].split()[0])

    def test_a_trial_without_a_value_leaves_its_cells_empty_and_is_said(self):
        def spoil(rows):
            rows["mse"][(rows["point"] == 2) & (rows["trial"] == 1)] = float("nan")

        text = self.table(self.write(workers=(16,), stragglers=(0, 4), changes=spoil))
        self.assertEqual([c == "-" for c in self.rows(text, "BACC")[0][1:]], [False, True])
        self.assertEqual([c == "-" for c in self.rows(text, "LeTCC")[0][1:]], [False, False])
        self.assertEqual([c == "-" for c in self.rows(text, "LeTCC")[1][1:]], [False, True, True])
        self.assertIn("\n- BACC, N = 16, S = 4: 1 of 20 trials without a finite mse\n", text)

    def test_missing_trials_are_no_broken_ones(self):
        path = self.write(workers=(32,), stragglers=(0,), finished=False)
        with h5py.File(path, "a") as file:
            rows = file["trials"][()]
            rows["point"][(rows["point"] == 0) & (rows["trial"] == 1)] = synthetic.UNWRITTEN
            file["trials"][...] = rows
        self.assertRegex(self.rows(self.table(path), "LeTCC")[1][1], r"^0\.\d+ \[")

    def test_swept_keys_pair_with_their_own_reference(self):
        def law(point, generator):
            factor = 0.25 if point["kind"] == "letcc" else 1
            return {"mse": factor * point["parameters"]["/noise/sigma"] * generator.random()}

        path = self.write(workers=(16,), stragglers=(0,), law=law,
                          extra={"/noise/sigma": [0.1, 10]})
        text = self.table(path)
        for name in ("LeTCC, sigma = 0.1", "LeTCC, sigma = 10"):
            self.assertEqual(self.rows(text, name)[1][1], "0.500 [0.500, 0.500]")


if __name__ == "__main__":
    unittest.main()
