"""How models learn: curves over trials, and differences from a scheme."""

import itertools
import json
import unittest

import h5py
import numpy as np
from laggard import open_results
from laggard.claim_numbers import measure
from laggard.figures import auto, learning, table
from laggard.files import LaggardError
from laggard.formulas import Formula
from support import Figures
from synthetic import POINT

TRAINING = np.dtype([("point", "u4"), ("trial", "u4"), ("step", "u4"), ("seconds", "f8"),
                     ("test_accuracy", "f8"), ("test_loss", "f8"), ("gradient_error", "f8"),
                     ("batch_noise", "f8"), ("weight_amplification", "f8")])
RUN = np.dtype([("point", "u4"), ("trial", "u4"), ("test_accuracy", "f8"), ("diverged", "u1")])
SCHEMES = ("replication", "bacc")


def write(path, settings=({},)):
    """Accuracies differ by .1 from trial to trial, by .01 between the schemes, and by .001 between the
    settings of the sweep; a step takes 2 s with replication and 1 s with bacc."""
    points, rows, runs = [], [], []
    for combination, place in itertools.product(range(len(settings)), range(len(SCHEMES))):
        number, scheme, setting = len(points), SCHEMES[place], settings[combination]
        points.append((number, scheme, setting.get("/workers", 32), 16, 6, 0.0, json.dumps(setting), "", 6.0,
                       combination, 32))
        for trial in range(4):
            for step in range(0, 101, 10):
                accuracy = 0.1 * trial + 0.004 * step - 0.01 * place + 0.001 * combination
                rows.append((number, trial, step, step * (2 - place), accuracy, 1.0 - accuracy,
                             0.3, 1.5, 1.0))
            runs.append((number, trial, accuracy, 0))
    config = {"experiment": "training", "schemes": [{"kind": s} for s in SCHEMES],
              "stragglers": {"kind": "random", "count": 6}, "sweep": {}}
    with h5py.File(path, "w") as file:
        file.attrs.update(format="laggard", format_version=2, config=json.dumps(config),
                          finished="2026-01-01")
        file["points"] = np.array(points, POINT)
        file["runs"] = np.array(runs, RUN)
        file["training"] = np.array(rows, TRAINING)
    return path


class Learning(Figures):
    def test_auto_draws_it(self):
        self.assertEqual(auto.supported(open_results(write(self.folder / "a.h5"))), ["learning"])

    def test_means_against_steps_and_time(self):
        path = write(self.folder / "a.h5")
        axes = self.make(learning, path)[0].axes[0]
        line = self.line(axes, "replication")
        np.testing.assert_allclose(line.get_ydata(), 0.15 + 0.004 * np.arange(0, 101, 10))
        axes = self.make(learning, path, "--x", "seconds")[0].axes[0]
        self.assertEqual(self.line(axes, "replication").get_xdata()[-1], 200)
        self.assertEqual(self.line(axes, "BACC").get_xdata()[-1], 100)

    def test_differences_are_paired_by_trial(self):
        path = write(self.folder / "a.h5")
        axes = self.make(learning, path, "--against", "replication")[0].axes[0]
        np.testing.assert_allclose(self.line(axes, "BACC").get_ydata(), -0.01, atol=1e-12)
        np.testing.assert_allclose(self.line(axes, "replication").get_ydata(), 0, atol=1e-12)
        self.assertIn("minus that of replication", axes.get_ylabel())
        # After the same time, bacc has made twice the steps.
        axes = self.make(learning, path, "--against", "replication", "--x", "seconds")[0].axes[0]
        line = self.line(axes, "BACC")
        np.testing.assert_allclose(line.get_ydata(), 0.002 * line.get_xdata() - 0.01, atol=1e-12)
        with self.assertRaisesRegex(LaggardError, "no scheme 'uncoded' to compare with"):
            self.make(learning, path, "--against", "uncoded")

    def test_differences_are_between_the_same_settings(self):
        for key, values, titles in (
                ("/workers", (16, 32), ["$N$ = 16, $S$ = 6", "$N$ = 32, $S$ = 6"]),
                ("/stragglers/persistent", (False, True),
                 [f"$N$ = 32, $S$ = 6, stragglers persistent = {v}" for v in (False, True)]),
                ("/stragglers/workers", ([0], [1]),
                 [f"$N$ = 32, $S$ = 6, stragglers workers = {v}" for v in ([0], [1])])):
            path = write(self.folder / "a.h5", [{key: value} for value in values])
            figure, _ = self.make(learning, path, "--against", "replication")
            self.assertEqual([axes.get_title().replace("\n", " ") for axes in figure.axes], titles)
            for axes in figure.axes:
                self.assertEqual(len(axes.get_lines()), 2)
                np.testing.assert_allclose(self.line(axes, "BACC").get_ydata(), -0.01, atol=1e-12)
                np.testing.assert_allclose(self.line(axes, "replication").get_ydata(), 0, atol=1e-12)
            self.no_overlap(figure)

    def test_a_member_of_a_scheme_makes_lines_in_one_panel(self):
        path = write(self.folder / "a.h5", [{"/schemes/1/degree": value} for value in (1, 3)])
        figure, _ = self.make(learning, path, "--against", "replication")
        axes, = figure.axes
        self.assertEqual(self.labels(figure), ["replication", "BACC, degree = 1", "BACC, degree = 3"])
        np.testing.assert_allclose(self.line(axes, "BACC, degree = 3").get_ydata(), -0.009, atol=1e-12)
        with self.assertRaisesRegex(LaggardError, "several settings of scheme 'bacc'.*BACC, degree = 3"):
            self.make(learning, path, "--against", "bacc")
        axes, = self.make(learning, path, "--against", "BACC, degree = 3")[0].axes
        np.testing.assert_allclose(self.line(axes, "BACC, degree = 1").get_ydata(), -0.001, atol=1e-12)

    def test_the_noise_of_the_batch_stands_beside_the_error(self):
        path = write(self.folder / "a.h5")
        axes = self.make(learning, path, "--y", "gradient_error")[0].axes[0]
        np.testing.assert_allclose(self.line(axes, "batch").get_ydata(), 1.5)

    def test_panels_show_the_noise_though_another_panel_has_small_errors(self):
        path = write(self.folder / "a.h5")
        with h5py.File(path, "r+") as file:
            for name in ("points", "training", "runs"):
                others = file[name][()]
                exact = others.copy()
                others["point"] += len(SCHEMES)
                if name == "points":
                    exact["stragglers"], exact["mean_stragglers"] = 0, 0.0
                if name == "training":
                    exact["gradient_error"], exact["batch_noise"] = 1e-16, 40.0
                    exact["batch_noise"][exact["trial"] == 0] = np.nan  # lost in noise
                del file[name]
                file[name] = np.concatenate([exact, others])
        for axes, noise in zip(self.make(learning, path, "--y", "gradient_error")[0].axes, (40.0, 1.5)):
            np.testing.assert_allclose(self.line(axes, "batch").get_ydata(), noise)
            low, high = axes.get_ylim()
            self.assertGreater(high, 40.0)
            self.assertGreaterEqual(low, learning.EXACT)

    def test_formulas_know_the_time_to_an_accuracy(self):
        points = open_results(write(self.folder / "a.h5")).points
        times = [max(0.0, (0.25 - 0.1 * trial) / 0.004 * 2) for trial in range(4)]
        for text, expected in (("time_to(.25)", np.mean(times)),
                               ("greatest(time_to(.25)) / 2", max(times) / 2),
                               ("standard_error(time_to(.25))", np.std(times, ddof=1) / 2)):
            self.assertAlmostEqual(Formula(text).of(points[:1])[0], expected)
        self.assertTrue(np.isnan(Formula("time_to(.9)").of(points[:1])[0]))  # some never reach it

    def test_a_table_needs_to_be_told_what_to_show(self):
        results = open_results(write(self.folder / "a.h5"))
        with self.assertRaisesRegex(LaggardError, "result of a training.*--value test_accuracy"):
            table.make_table(results, table.parser().parse_args([str(results.path)]))

    def test_claims_about_trainings(self):
        results = open_results(write(self.folder / "a.h5"))
        claim = {"of": "scheme == 'bacc'", "to": "scheme == 'replication'"}
        # Without the first 0.1 * trial, 0.25 is reached after 65 steps of 1 s, or after 62.5 of 2 s.
        times = [[(0.25 - 0.1 * t + gap) / 0.004 * s if 0.25 > 0.1 * t - gap else 0.0
                  for t in range(4)] for gap, s in ((0.01, 1), (0.0, 2))]
        self.assertAlmostEqual(measure({**claim, "ratio": "time_to .25"}, results).value,
                               np.sum(times[0]) / np.sum(times[1]))
        self.assertAlmostEqual(measure({**claim, "ratio": "test_accuracy"}, results).value,
                               (0.55 - 0.01) / 0.55)


if __name__ == "__main__":
    unittest.main()
