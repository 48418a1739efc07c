"""Figures through matplotlib's objects, and the files that come out."""

import contextlib
import io
import json
import re
import unittest

import h5py
import numpy as np
from matplotlib import pyplot
from support import Figures, Folder

from laggard import LaggardError, axis, open_results
from laggard.cli import draw, load
from laggard.figures import accuracy, convergence, stragglers, surface
import synthetic


class Convergence(Figures):
    def slopes(self, figure):
        pattern = re.compile(r"^(\w+), slope \u2212([\d.]+)")
        found = [pattern.match(label) for label in self.labels(figure)]
        return [(m[1], -float(m[2])) for m in found if m]

    def test_fitted_slopes(self):
        figure, notes = self.make(convergence, self.write(trials=60))
        slopes = self.slopes(figure)
        self.assertEqual([name for name, _ in slopes], ["BACC", "LeTCC"] * 2)
        for name, slope in slopes:
            self.assertAlmostEqual(slope, synthetic.SLOPES[name.lower()], delta=0.2)
        self.assertEqual(notes, [])
        self.no_overlap(figure)

    def test_theorem_lines_start_at_the_first_point(self):
        figure, _ = self.make(convergence, self.write(stragglers=(4,)))
        axes = figure.axes[0]
        for name, rate, of in (("LeTCC theorem", -3, "LeTCC, "), ("BACC observed", -2, "BACC, ")):
            line, data = self.line(axes, name), self.line(axes, of)
            x, y = line.get_data()
            self.assertAlmostEqual(y[0], data.get_ydata()[0])
            self.assertAlmostEqual(np.log(y[1] / y[0]) / np.log(x[1] / x[0]), rate)

    def test_theorem_lines_are_told_apart(self):
        figure, _ = self.make(convergence, self.write(stragglers=(4,)))
        axes = figure.axes[0]
        dashes = set()
        for name, of in (("LeTCC theorem", "LeTCC, "), ("BACC observed", "BACC, ")):
            line, data = self.line(axes, name), self.line(axes, of)
            self.assertEqual(line.get_color(), data.get_color())
            self.assertLess(line.get_linewidth(), data.get_linewidth())
            self.assertEqual(line.get_marker(), "None")
            dashes.add((str(line._unscaled_dash_pattern), line.get_color()))
        self.assertEqual(len(dashes), 2)
        self.assertEqual(len({pattern for pattern, _ in dashes}), 2)

    def test_noisy_theorem(self):
        labels = self.labels(self.make(convergence, self.write(sigma=0.5))[0])
        self.assertIn(r"LeTCC theorem, $O(S^{8/5} N^{-3/5})$", labels)
        self.assertFalse(any("observed" in label for label in labels))

    def test_no_theorem_for_random_counts(self):
        labels = self.labels(self.make(convergence, self.write(probability=(0.1, 0.5)))[0])
        self.assertFalse(any("theorem" in label for label in labels))

    def test_no_theorem_without_losses(self):
        figure, _ = self.make(convergence, self.write(stragglers=(0, 4)))
        theorems = [[t.get_text() for t in a.get_legend().get_texts() if "theorem" in t.get_text()]
                    for a in figure.axes]
        self.assertEqual([len(found) for found in theorems], [0, 1])

    def test_rmse_halves_the_slopes(self):
        figure, _ = self.make(convergence, self.write(trials=60), "--metric", "rmse")
        self.assertAlmostEqual(dict(self.slopes(figure))["BACC"], -1.1, delta=0.1)

    def test_zero_and_nan_are_masked_and_said(self):
        def spoil(rows):
            rows["mse"][rows["point"] == 1] = 0
            rows["mse"][(rows["point"] == 2) & (rows["trial"] < 3)] = np.nan

        figure, notes = self.make(convergence, self.write(stragglers=(0,), changes=spoil))
        self.assertEqual(notes, [
            "BACC: no mean at N = 32, 3 of 20 trials without a finite MSE",
            "LeTCC: exact recovery (MSE = 0), on the floor at N = 16"])
        self.assertEqual(self.line(figure.axes[0], "LeTCC, ").get_xdata().tolist(), [32, 64, 128])
        self.assertEqual(self.line(figure.axes[0], "BACC, ").get_xdata().tolist(), [16, 64, 128])
        self.assertIn("exact recovery", figure.texts[0].get_text())
        self.assertEqual(self.floor(figure.axes[0]), [[16]])
        self.no_overlap(figure)

    def test_rounding_is_marked_on_the_floor(self):
        def law(point, generator):
            exact = {"lcc": 0.0 if point["S"] == 0 else 1e-32}
            return {"mse": exact.get(point["kind"], 0.1 / point["N"]**2) * generator.uniform(1, 2)}

        path = self.write(schemes=("bacc", "lcc"), law=law, trials=3)
        figure, notes = self.make(convergence, path)
        self.assertEqual([self.floor(a) for a in figure.axes], [[[16, 32, 64, 128]]] * 2)
        self.assertGreater(figure.axes[0].get_ylim()[0], 1e-8)
        self.assertIn("LCC", " ".join(self.labels(figure)))
        self.assertRegex(notes[1], r"^S = 4, LCC: exact to rounding \(MSE from [12]e-32\), on the floor")
        figure, _ = self.make(convergence, path, "--full-axis")
        self.assertLess(figure.axes[1].get_ylim()[0], 1e-32)
        self.assertEqual([len(self.floor(a)) for a in figure.axes], [1, 0])

    def test_lines_and_intervals_do_not_reach_for_the_floor(self):
        def law(point, generator):
            mse = 0.1 * generator.uniform(1, 1.2)
            if point["kind"] == "lcc":  # exact at first, then in two trials of three
                mse *= 1e-30 if point["N"] == 16 else generator.choice([1, 1e-30, 1e-30])
            return {"mse": mse}

        path = self.write(schemes=("bacc", "lcc"), stragglers=(4,), law=law, trials=6)
        figure, _ = self.make(convergence, path, "--no-theory")
        axes = figure.axes[0]
        drawn = self.line(axes, "LCC").get_ydata()
        self.assertTrue(np.isnan(drawn[0]) and (drawn[1:] > 1e-3).all())
        self.assertEqual(self.floor(axes), [[16]])
        self.assertGreater(axes.get_ylim()[0], 1e-4)

    def test_a_part_of_a_decade_has_ticks(self):
        path = self.write(law=lambda p, g: {"mse": 0.8 * 10.0**(-p["N"] / 100)}, trials=2)
        figure, _ = self.make(convergence, path, "--no-theory")
        low, high = figure.axes[0].get_ylim()
        self.assertGreater(sum(low < t < high for t in figure.axes[0].get_yticks()), 2)

    def test_notes_can_be_left_out(self):
        figure, notes = self.make(convergence, self.write(workers=(16,)), "--no-notes")
        self.assertIn("only N = 16 in the file: a slope needs at least two values of N", notes)
        self.assertEqual(figure.texts, [])

    def test_skipped_points_are_said(self):
        path = self.write(skip=lambda s, n, c: "S >= N" if n == 16 and c == 4 else None)
        figure, notes = self.make(convergence, path)
        self.assertEqual(notes, ["2 points skipped, first BACC at N = 16, S = 4: S >= N"])
        self.assertEqual(len(self.line(figure.axes[1], "BACC, ").get_xdata()), 3)

    def test_only_zeros(self):
        path = self.write(law=lambda *_: {"mse": 0.0})
        with self.assertRaisesRegex(LaggardError, "nothing to draw on a log scale.*exact"):
            self.make(convergence, path)

    def test_many_schemes_stay_apart(self):
        kinds = ["bacc", "letcc", "nercc", "lcc", "uncoded", "replication", "parm", "learned"]
        schemes = [{"kind": k} for k in kinds] + [{"kind": "letcc", "label": "letcc gcv"},
                                                  {"kind": "other"}, {"kind": "more"}]
        path = self.write(schemes=schemes, trials=2, law=lambda p, g: {"mse": g.random() / p["N"]})
        figure, _ = self.make(convergence, path)
        looks = {(line.get_color(), line.get_marker()) for line in figure.axes[0].get_lines()
                 if "slope" in line.get_label()}
        self.assertEqual(len(looks), len(schemes))
        self.no_overlap(figure)

    def test_widths(self):
        path = self.write(trials=3)
        for columns, width in (("1", 3.5), ("2", 7.0)):
            figure, _ = self.make(convergence, path, "--columns", columns)
            self.assertEqual(figure.get_figwidth(), width)
            self.no_overlap(figure)


class Stragglers(Figures):
    def test_rmse_is_the_root_of_the_mean(self):
        path = self.write(workers=(32,), stragglers=(0, 4, 8))
        figure, _ = self.make(stragglers, path)
        line = self.line(figure.axes[0], "BACC")
        mean = [p.column("mse").mean() for p in open_results(path).points if p.scheme == "bacc"]
        np.testing.assert_allclose(line.get_ydata(), np.sqrt(mean))
        self.assertEqual(line.get_xdata().tolist(), [0, 4, 8])
        self.no_overlap(figure)

    def test_bernoulli_is_drawn_against_the_mean_loss(self):
        path = self.write(workers=(200,), probability=(0.1, 0.3), trials=40)
        figure, _ = self.make(stragglers, path)
        axes = figure.axes[0]
        self.assertEqual(axes.get_xlabel(), "mean lost workers")
        np.testing.assert_allclose(self.line(axes, "LeTCC").get_xdata(), [20, 60], rtol=0.1)

    def test_exact_recovery_without_losses_does_not_squeeze_the_axis(self):
        def law(point, generator):
            exact = point["kind"] == "letcc" and point["S"] == 0
            return {"mse": 1e-16 if exact else 1e-3 * generator.uniform(0.9, 1.1)}

        figure, notes = self.make(stragglers, self.write(workers=(32,), stragglers=(0, 4, 8),
                                                              law=law))
        self.assertGreater(figure.axes[0].get_ylim()[0], 1e-3)
        self.assertTrue(any("LeTCC: exact to rounding" in note and "floor at S = 0" in note for note in notes))

    def test_bands_enclose_the_mean(self):
        figure, _ = self.make(stragglers, self.write(workers=(32,), stragglers=(0, 4)))
        band = figure.axes[0].collections[0].get_paths()[0].vertices
        mean = self.line(figure.axes[0], "BACC").get_ydata()[0]
        at_zero = band[band[:, 0] == 0, 1]
        self.assertLess(at_zero.min(), mean)
        self.assertGreater(at_zero.max(), mean)


class Accuracy(Figures):
    def write(self, **options):
        return super().write(workers=(100,), stragglers=(0, 10, 30), law=synthetic.classifier,
                             **options)

    def test_accuracy_and_agreement(self):
        figure, _ = self.make(accuracy, self.write())
        self.assertEqual([a.get_ylabel() for a in figure.axes],
                         ["accuracy", "agreement with model"])
        self.assertEqual(self.labels(figure), ["BACC", "LeTCC", "model on the raw inputs"])
        self.assertAlmostEqual(self.line(figure.axes[0], "model").get_ydata()[0], 0.87)
        self.no_overlap(figure)

    def test_relative(self):
        path = self.write()
        plain, _ = self.make(accuracy, path, "--metric", "accuracy")
        figure, _ = self.make(accuracy, path, "--metric", "relative")
        np.testing.assert_allclose(self.line(figure.axes[0], "BACC").get_ydata() * 0.87,
                                   self.line(plain.axes[0], "BACC").get_ydata())

    def test_a_point_without_a_relative_accuracy_is_said(self):
        def spoil(rows):
            rows["accuracy"][(rows["point"] == 2) & (rows["trial"] < 3)] = np.nan

        path = self.write(changes=spoil)
        for metric, what in (("relative", "relative accuracy"), ("accuracy", "accuracy")):
            figure, notes = self.make(accuracy, path, "--metric", metric)
            self.assertEqual(len(self.line(figure.axes[0], "BACC").get_xdata()), 2)
            self.assertEqual(len(notes), 1)
            self.assertRegex(notes[0], r"^N = 100, BACC: no mean at S = 10, 3 of \d+ trials without "
                                       rf"a finite {what}$")

    def test_no_accuracy(self):
        with self.assertRaisesRegex(LaggardError, "no accuracy or agreement"):
            self.make(accuracy, Folder.write(self))

    def test_a_regression_has_no_agreement(self):
        def law(point, generator):  # of several outputs, the program records which is the largest
            return {"mse": 0.1, "agreement": 0.7}

        path = Folder.write(self, law=law)
        with self.assertRaisesRegex(LaggardError, "no accuracy or agreement .*no classes"):
            self.make(accuracy, path)
        self.assertNotIn("accuracy", load("auto").supported(open_results(path)))
        with h5py.File(path, "a") as file:
            config = json.loads(file.attrs["config"])
            config["model"] = {"kind": "mlp", "output": "logits"}
            file.attrs["config"] = json.dumps(config)
        figure, _ = self.make(accuracy, path)
        self.assertEqual({a.get_ylabel() for a in figure.axes}, {"agreement with model"})


class Surface(Figures):
    def test_optimum_and_zero(self):
        path = synthetic.write_surface(self.folder / "s.h5")
        figure, notes = self.make(surface, path)
        axes = figure.axes[0]
        star = self.line(axes, "optimum")
        np.testing.assert_allclose([star.get_xdata(), star.get_ydata()], [[-4], [-6]])
        self.assertIn("MSE = 0.01", notes[0])
        self.assertEqual(axes.get_xticklabels()[0].get_text(), "0")
        self.assertLess(axes.get_xticks()[0], -9)
        self.no_overlap(figure)

    def test_cells_hold_the_table(self):
        path = synthetic.write_surface(self.folder / "s.h5", zero=False)
        results = open_results(path)
        x = axis.LogAxis(results.surface["lambda_encode"])
        y = axis.LogAxis(results.surface["lambda_decode"])
        grid = surface.grid_of(results.surface, x, y)
        at = np.unravel_index(np.argmin(grid), grid.shape)
        self.assertAlmostEqual(y.values[at[0]], 1e-6)
        self.assertAlmostEqual(x.values[at[1]], 1e-4)
        self.assertFalse(x.has_zero)

    def test_optimum_is_found_if_not_recorded(self):
        path = synthetic.write_surface(self.folder / "s.h5", optimum=False, holes=5)
        _, notes = self.make(surface, path)
        self.assertIn("= 0.0001,", notes[0])
        self.assertIn("5 of 121 without a finite MSE", notes[1])

    def test_a_search_that_is_no_grid(self):
        path = synthetic.write_surface(self.folder / "s.h5")
        results = open_results(path)
        results.surface["lambda_encode"] *= np.linspace(1, 2, len(results.surface))
        options = surface.parser().parse_args([str(path)])
        figure, _ = surface.make_figure(results, options)
        axes = figure.axes[0]
        self.assertEqual(len(self.line(axes, "tried").get_xdata()), 100)
        self.assertEqual(len(axes.collections[-1].get_offsets()), 21)  # those with a zero
        self.no_overlap(figure)

    def test_zero_stays_apart_from_the_least_value(self):
        zeroed = axis.LogAxis(np.concatenate([[0], 10.0**np.arange(-12, 0, 0.05)]))
        self.assertGreater(-12 - zeroed.zero, 1.5)
        edges = [block[1] for block in zeroed.blocks()]
        self.assertLess(edges[0][-1], edges[1][0])

    def test_pairs_on_a_line(self):
        path = synthetic.write_surface(self.folder / "s.h5")
        results = open_results(path)
        results.surface["lambda_encode"] = results.surface["lambda_decode"] = np.linspace(1, 2, 121)
        options = surface.parser().parse_args([str(path)])
        figure, _ = surface.make_figure(results, options)
        self.assertEqual(len(figure.axes[0].collections[-1].get_offsets()), 121)

    def searched_too(self, name, decode=True):
        """A surface with another parameter, whose best value is the last but one of three."""
        path = synthetic.write_surface(self.folder / "s.h5")
        with h5py.File(path, "a") as file:
            old = file["surface"][:]
            new = np.zeros(3 * len(old), old.dtype.descr + [(name, "f8")])
            for i, factor in enumerate((3.0, 1.0, 2.0)):
                part = new[i * len(old):(i + 1) * len(old)]
                for column in old.dtype.names:
                    part[column] = old[column]
                part["mse"] *= factor
                part[name] = i
                if not decode:
                    part["lambda_decode"] = np.nan
            del file["surface"]
            file["surface"] = new
        return path

    def test_of_more_parameters_the_best_is_drawn(self):
        path = self.searched_too("alpha_power")
        rows = surface._rows(open_results(path), None)[0]
        self.assertEqual(len(rows), 121)
        np.testing.assert_array_equal(rows["alpha_power"], 1.0)
        _, notes = self.make(surface, path)
        self.assertIn("MSE = 0.01", notes[0])

    def test_a_search_without_two_lambdas_has_no_surface(self):
        with self.assertRaisesRegex(LaggardError, "no surface to draw"):
            self.make(surface, self.searched_too("degree", decode=False))

    def test_no_surface(self):
        with self.assertRaisesRegex(LaggardError, "no tuning surface"):
            self.make(surface, self.write(trials=1))


class Files(Figures):
    def save(self, path, stem, *arguments):
        options = convergence.parser().parse_args([str(path), "-o", str(stem), *arguments])
        with contextlib.redirect_stdout(io.StringIO()):
            return draw(convergence.make_figure, open_results(path), options)

    def test_png_and_pdf_are_made_and_repeatable(self):
        path = self.write(trials=5)
        first = self.save(path, self.folder / "one.v1")
        self.assertEqual([p.name for p in first], ["one.v1.png", "one.v1.pdf"])
        second = self.save(path, self.folder / "sub" / "two")
        for a, b in zip(first, second):
            self.assertGreater(a.stat().st_size, 5000)
            self.assertEqual(a.read_bytes(), b.read_bytes())
        pdf = first[1].read_bytes()
        self.assertNotIn(b"CreationDate", pdf)
        self.assertIn(b"/FontFile2", pdf)       # TrueType, embedded
        self.assertNotIn(b"/Type3", pdf)

    def test_a_suffix_chooses(self):
        files = self.save(self.write(trials=2), self.folder / "only.png", "--dpi", "100")
        self.assertEqual([p.name for p in files], ["only.png"])
        self.assertEqual(pyplot.imread(files[0]).shape[1], 700)


if __name__ == "__main__":
    unittest.main()
