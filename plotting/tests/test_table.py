"""Tables: of ratios to a reference, and of any formulas."""

import contextlib
import csv
import io
import json
import unittest

import h5py
import numpy as np
import synthetic
from laggard import LaggardError, formulas, open_results
from laggard.cli import run_figure
from laggard.figures import table
from laggard.stats import estimate_mean
from support import Folder, said


class Ratios(Folder):
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

    def test_names_from_a_file_forge_no_lines_and_no_cells(self):
        path = self.write(schemes=("bacc", {"kind": "letcc", "label": "a\n| BACC | 0 |\x1b[2K"}),
                          workers=(16,), stragglers=(0,), trials=2)
        shown = "a\\n\\| BACC \\| 0 \\|\\x1b[2K"
        for text in (self.table(path), self.pivot(path)):
            self.assertNotIn("\x1b", text)
            self.assertTrue(any(shown in line for line in text.splitlines()), text)
            self.assertFalse(self.rows(text, "BACC | 0"))

    def pivot(self, path):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(run_figure("table", [str(path), "--value", "mse"]), 0)
        return output.getvalue()

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


class Formulas(Folder):
    def point(self, **options):
        path = self.write(**{"workers": (16,), "stragglers": (4,), "trials": 3, "schemes": (
            {"kind": "parm", "k": 2, "encoder": "addition"},), "law": self.law, **options})
        return open_results(path).points

    @staticmethod
    def law(point, generator):
        return {"mse": generator.uniform(1, 2), "accuracy": 0.5}

    def value(self, text, points=None):
        formula, points = formulas.Formula(text), points or self.point()
        formula.require(points)
        return formula.of(points)[0]

    def test_numbers_and_settings(self):
        self.assertEqual(self.value("2 * N + K / k ** 2 - S"), 2 * 16 + 8 / 4 - 4)
        self.assertEqual(self.value("encoder"), "addition")
        self.assertEqual(self.value("-k"), -2)
        self.assertEqual(self.value("'/stragglers/kind'"), "random")
        self.assertTrue(self.value("k == 2 and scheme != 'bacc' and N > 15"))
        self.assertEqual(self.value("max(min(N, 3), 2) + sqrt(16) + abs(-1) + log10(100)"), 10)

    def test_a_column_stands_for_its_mean(self):
        points = self.point()
        mse = points[0].column("mse")
        self.assertAlmostEqual(self.value("sqrt(mse)", points), np.sqrt(mse.mean()))
        self.assertAlmostEqual(self.value("mean(sqrt(mse))", points), np.sqrt(mse).mean())
        self.assertAlmostEqual(self.value("median(2 * mse) / greatest(mse)", points),
                               2 * np.median(mse) / mse.max())
        self.assertLess(self.value("low(mse)", points), mse.mean())
        self.assertGreater(self.value("high(mse) - least(mse)", points), 0)
        self.assertAlmostEqual(self.value("sum(accuracy)", points), 1.5)
        self.assertAlmostEqual(self.value("standard_error(mse)", points),
                               np.sqrt(((mse - mse.mean()) ** 2).sum() / 2 / 3))

    def test_the_ends_of_a_formula_are_those_of_its_only_mean(self):
        points = self.point()
        for text, expected in (("mse", True), ("2 * sqrt(mse)", True), ("mean(mse - accuracy)", True),
                               ("mse - accuracy", False), ("mse / mse", False), ("median(mse)", True),
                               ("mean(mse) - accuracy", False)):
            with self.subTest(text):
                self.assertEqual(formulas.Formula(text).has_ends(points), expected)
        paired = estimate_mean(points[0].trials["mse"] - points[0].trials["accuracy"])
        for end in ("value", "low", "high"):
            self.assertAlmostEqual(formulas.Formula("mean(mse - accuracy)").of(points, end)[0],
                                   getattr(paired, end))

    def test_a_trial_that_is_not_finite_leaves_nothing(self):
        def spoil(rows):
            rows["mse"][0] = np.inf

        points = self.point(changes=spoil)
        for text in ("sqrt(mse)", "median(mse)", "least(mse)", "sum(mse)", "low(mse)", "1 / mse"):
            self.assertTrue(np.isnan(self.value(text, points)), text)
        self.assertEqual(self.value("sum(accuracy)", points), 1.5)
        self.assertEqual(formulas.shown(np.nan), "-")

    def test_shares_of_reconstructed_queries_are_weighted(self):
        class Point:
            trials = np.array([(1, 1.0), (3, 0.0), (0, np.nan)],
                              [("reconstructed", "i8"), ("degraded_accuracy", "f8")])
            own_trials = np.arange(3)

        self.assertEqual(self.value("100 * degraded_accuracy", [Point()]), 25)

    def test_measured_times(self):
        path = self.write(workers=(16,), stragglers=(4,), schemes=("bacc",), trials=3)
        with h5py.File(path, "a") as file:
            file["timings"] = np.array([(0, t, 1.0 + t) for t in range(3)], [
                ("point", "u4"), ("trial", "u4"), ("encode_seconds", "f8")])
        points = open_results(path).points
        self.assertEqual(self.value("1e3 * median(timings.encode_seconds)", points), 2000)

    def test_mistakes_are_one_line(self):
        for text, why in (("mse +", "cannot be read"), ("nothing", "there is no 'nothing'"),
                          ("median(mse, 2)", "no median of 2 numbers"), ("open('x')", "no open"),
                          ("[N]", "it knows numbers, names"), ("N.real", "there is no 'N.real'"),
                          ("config.x", "there is no 'config.x'"), ("mse\0", "cannot be read"),
                          ("scheme + 1", "its parts do not go together"),
                          ("-" * 9999 + "N", "cannot be read|do not go together")):
            with self.assertRaisesRegex(LaggardError, why):
                self.value(text)
        with self.assertRaisesRegex(LaggardError, "cannot read the template"):
            formulas.Template("{mse", ".3g")
        with self.assertRaisesRegex(LaggardError, "no format for a number"):
            formulas.Template("{mse:q}", ".3g").of(self.point())

    def test_paths_go_by_what_tells_them_apart(self):
        paths = ["/usr/share/fashion-mnist/t10k.gz", "datasets/mnist/t10k.gz"]
        self.assertEqual(list(formulas.short_names(paths).values()), ["fashion-mnist", "mnist"])
        self.assertEqual(formulas.short_names(["w/lenet5.h5", "w/mlp.h5"]),
                         {"w/lenet5.h5": "lenet5", "w/mlp.h5": "mlp"})
        self.assertEqual(formulas.short_names(["a/x.h5", "b/x.gz", "c/x.h5"]), {})


class Pivots(Folder):
    def put(self, *arguments):
        with contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(io.StringIO()) as err:
            code = run_figure("table", list(map(str, arguments)))
        return code, out.getvalue() or said(err.getvalue())

    def law(self, point, generator):
        """The accuracy tells the point; N = 16 has it in hundredths."""
        return {"mse": (0.1 * point["S"]) ** 2, "accuracy": point["N"] / 1000 + 0.01 * point["S"],
                "base_accuracy": 0.9}

    def file(self, **options):
        return self.write(**{"workers": (16, 32), "stragglers": (0, 4), "trials": 2, "law": self.law,
                             **options})

    def test_rows_columns_and_tables(self):
        code, text = self.put(self.file(), "--tables", "S", "--columns", "N", "--title",
                              "S = {S}, the model {base_accuracy:.0%}",
                              "--value", "{100*accuracy:.1f}, {sqrt(mse):.2g}")
        self.assertEqual(code, 0, text)
        self.assertEqual(text.splitlines(), [
            "**S = 0, the model 90%**", "", "| scheme | N = 16 | N = 32 |", "| --- | ---: | ---: |",
            "| bacc | 1.6, 0 | 3.2, 0 |", "| letcc | 1.6, 0 | 3.2, 0 |", "",
            "**S = 4, the model 90%**", "", "| scheme | N = 16 | N = 32 |", "| --- | ---: | ---: |",
            "| bacc | 5.6, 0.4 | 7.2, 0.4 |", "| letcc | 5.6, 0.4 | 7.2, 0.4 |"])

    def test_comma_separated(self):
        code, text = self.put(self.file(), "--tables", "S", "--rows", "scheme,N", "--csv",
                              "--value", "error=sqrt(mse)", "--value", "100*accuracy")
        self.assertEqual(code, 0, text)
        rows = list(csv.reader(io.StringIO(text)))
        self.assertEqual(rows[0], ["S", "scheme", "N", "error", "100*accuracy"])
        self.assertEqual(rows[1], ["0", "bacc", "16", "0.0", "1.6"])
        self.assertEqual(len(rows), 9)

    def test_several_files_and_what_stands_for_a_row(self):
        files = [synthetic.write(self.folder / f"{n}.h5", workers=(n,), stragglers=(0, 4), trials=2,
                                 law=self.law, schemes=({"kind": "parm", "k": n // 8},))
                 for n in (16, 32)]
        code, text = self.put(*files, "--rows", "S,scheme", "--columns", "k", "--row-value",
                              "all={1000*accuracy:.0f}", "--row-value", "N", "--value", "accuracy",
                              "--format", ".3f")
        self.assertEqual(code, 0, text)
        self.assertEqual(text.splitlines()[0], "| S | scheme | all | N | k = 2 | k = 4 |")
        self.assertEqual(text.splitlines()[2:], [
            "| 0 | parm | 24 | 16, 32 | 0.016 | 0.032 |", "| 4 | parm | 64 | 16, 32 | 0.056 | 0.072 |"])

    def test_positions_of_the_losses_are_a_key_like_others(self):
        path = self.file(extra={"/stragglers/workers": [[0], [1]]}, workers=(16,), stragglers=(1,),
                         schemes=("bacc",))
        code, text = self.put(path, "--value", "trials=sum(accuracy > 0)")
        self.assertEqual(text.splitlines()[2:], ["| bacc | 4 |"])
        code, text = self.put(path, "--rows", "scheme,/stragglers/workers", "--value", "S")
        self.assertEqual(text.splitlines()[2:], ["| bacc | [0] | 1 |", "|  | [1] | 1 |"])
        self.assertEqual(text.splitlines()[0], "| scheme | workers | S |")

    def test_points_that_differ_do_not_share_a_cell(self):
        code, text = self.put(self.file(), "--columns", "N", "--value", "mse")
        self.assertEqual(code, 3)
        self.assertRegex(text, r"^laggard-plot: 2 points fall into one cell \(they differ in "
                               r"S \(0 and 4\)\); name what tells them apart in --rows, [^\n]*\n$")
        code, text = self.put(self.file(), "--columns", "N", "--value", "mse", "--where", "S == 0")
        self.assertEqual(code, 0)
        code, text = self.put(self.file(), "--value", "mse", "--where", "S == 7")
        self.assertRegex(text, "^laggard-plot: no point is left for the table .none has S == 7.; ")

    def test_each_setting_that_differs_has_its_values(self):
        path = self.file(stragglers=(0,), workers=(16,), schemes=("bacc",), blocks=(
            {"/stragglers": {"kind": "random", "count": 2}},
            {"/stragglers": {"kind": "fixed", "workers": [3, 4]}}, {"/noise/sigma": 0.5}))
        _, text = self.put(path, "--value", "mse")
        self.assertRegex(text, r"\(they differ in /stragglers/count \(2 and 0\), /stragglers/kind \(random and fixed\), /stragglers/workers "
                               r"\(none and \[3, 4\]\) and /noise/sigma \(none and 0.5\)\); ")
        path = self.file(stragglers=range(9), workers=(16,), schemes=("bacc",))
        _, text = self.put(path, "--value", "mse")
        self.assertIn("(they differ in S (0, 1, 2 and 6 more)); ", text)

    def test_what_a_scheme_does_not_have_is_unknown_there(self):
        path = self.file(workers=(16,), stragglers=(0,), schemes=({"kind": "parm", "k": 2}, "bacc"))
        code, text = self.put(path, "--value", "k", "--value", "2*k")
        self.assertEqual(text.splitlines()[2:], ["| parm | 2 | 4 |", "| bacc | - | - |"])
        code, text = self.put(path, "--value", "N", "--where", "k > 0")
        self.assertEqual(text.splitlines()[2:], ["| parm | 16 |"])
        for option, *value in (("--value", "g"), ("--value", "N", "--where", "g > 0"),
                               ("--value", "N", "--title", "{g}")):
            code, text = self.put(path, option, *value)
            self.assertEqual(code, 3)
            self.assertIn("there is no 'g'", text)

    def test_what_cannot_be_read_are_wrong_arguments(self):
        for option, text in (("--value", "mse +"), ("--value", "{mse"), ("--where", "N >"),
                             ("--row-value", "a={b +}"), ("--title", "{")):
            with self.assertRaises(SystemExit) as left, \
                    contextlib.redirect_stderr(io.StringIO()) as err:
                run_figure("table", ["a.h5", option, text])
            self.assertEqual(left.exception.code, 2)
            self.assertRegex(err.getvalue(), rf"^laggard-plot: wrong arguments \(argument {option}: "
                                             r"[^\n]+\); see --help\n$")

    def test_how_long_networks_were_trained(self):
        path = self.file(workers=(16,), stragglers=(0,), schemes=(
            {"kind": "parm", "k": 2, "parity": [str(self.folder / "net.h5")]},
            {"kind": "parm", "label": "none", "k": 2}))
        with h5py.File(self.folder / "net.h5", "w") as file:
            file.attrs["config"] = json.dumps({"epochs": 25})
        code, text = self.put(path, "--value", "epochs", "--value", "minutes", "--value", "k",
                              "--format", ".1f")
        self.assertEqual(text.splitlines()[2:], ["| parm | 25 | - | 2 |", "| none | 0 | 0 | 2 |"])

    def test_ratios_are_of_one_file(self):
        code, text = self.put(self.file(), self.file())
        self.assertEqual(code, 3)
        self.assertIn("--value", text)


if __name__ == "__main__":
    unittest.main()
