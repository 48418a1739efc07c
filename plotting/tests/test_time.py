"""Time lines of trials, and error against completion time."""

import time
import unittest

import h5py
import numpy as np
from support import Figures  # first: it makes the scripts importable

import plot_gantt
import plot_tradeoff
import synthetic
from laggard_results import LaggardError, open_results


class Gantt(Figures):
    def test_bars_colours_and_hatches(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16,)), compute=0.5, failed=1)
        figure, notes = self.make(plot_gantt, path)
        axes = figure.axes[0]
        self.assertEqual(len(axes.patches), 2 * 16)
        looks = {(p.get_facecolor()[:3], p.get_hatch()) for p in axes.patches if p.get_hatch()
                 is not None}
        self.assertGreaterEqual(len(looks), 4)
        self.assertRegex(notes[0], r"^BACC, point 0, trial 0, \$N\$ = 16: \d+ used, 4 late, 1 lost, "
                                   r"1 failed; decoded at")
        self.assertEqual(self.line(axes, "cut-off").get_xdata()[0],
                         open_results(path).points[0].column("completion_seconds")[0])
        self.no_overlap(figure)

    def test_bars_are_the_rows(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(16,)), compute=0.5)
        results = open_results(path)
        trial, rows, names = results.worker_rows(results.points[0])
        found = plot_gantt.bars(rows, names, 9.0)
        workers, begin, end = found["used"]
        np.testing.assert_allclose(end, rows["arrival_seconds"][workers])
        np.testing.assert_allclose(end - begin, 0.5)
        self.assertEqual([v.tolist() for v in found["lost"]], [[1], [9.0], [9.0]])

    def test_many_workers_take_an_area_each_status(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(10_000,), stragglers=(0,)))
        start = time.perf_counter()
        figure, notes = self.make(plot_gantt, path)
        self.assertLess(time.perf_counter() - start, 5)
        self.assertEqual(len(figure.axes[0].collections), 3)
        self.assertEqual(figure.axes[0].get_ylim(), (10_000, 0))
        self.no_overlap(figure)

    def test_choice(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16, 32)), trials=2)
        _, notes = self.make(plot_gantt, path, "--point", "5", "--trial", "1", "--sort", "arrival")
        self.assertIn("LeTCC, point 5, trial 1, $N$ = 32", notes[0])
        with self.assertRaisesRegex(LaggardError, "no time line for this choice"):
            self.make(plot_gantt, path, "--trial", "7")

    def test_without_times(self):
        def spoil(file):
            rows = file["workers"][()]
            for name in ("delay_seconds", "compute_seconds", "arrival_seconds"):
                rows[name] = np.nan
            file["workers"][...] = rows

        path = synthetic.add_workers(self.write(trials=1, workers=(16,)))
        with h5py.File(path, "a") as file:
            spoil(file)
        figure, _ = self.make(plot_gantt, path)
        self.no_overlap(figure)
        with self.assertRaisesRegex(LaggardError, "no time line .*output/workers=true"):
            self.make(plot_gantt, self.write(trials=1))


class Tradeoff(Figures):
    WAITS = [{"kind": "fastest", "count": 8}, {"kind": "fastest", "count": 12},
             {"kind": "deadline", "seconds": 2.0}]

    @staticmethod
    def law(point, generator):
        wait = point["parameters"]["/wait"]
        size = wait.get("count", 10)
        return {"mse": 1 / size**2 * generator.uniform(0.9, 1.1),
                "completion_seconds": wait.get("seconds", size * generator.uniform(0.1, 0.2))}

    def file(self, **options):
        return self.write(**{"workers": (16,), "stragglers": (0, 2), "law": self.law,
                             "extra": {"/wait": self.WAITS}, **options})

    def test_a_line_per_scheme_and_policy(self):
        figure, notes = self.make(plot_tradeoff, self.file())
        self.assertEqual(self.labels(figure), ["BACC", "LeTCC", "wait for the fastest n"])
        self.assertEqual([a.get_title() for a in figure.axes],
                         ["$N$ = 16, $S$ = 0", "$N$ = 16, $S$ = 2"])
        line = next(line for line in figure.axes[1].get_lines()
                    if line.get_gid() == "LeTCC, fastest")
        np.testing.assert_allclose(line.get_xdata(), [1.2, 1.8], rtol=0.1)
        np.testing.assert_allclose(line.get_ydata(), [1 / 8, 1 / 12], rtol=0.05)
        self.assertEqual([t.get_text() for t in figure.axes[0].texts], ["8", "12", "2 s"])
        self.assertEqual(notes, [])
        self.no_overlap(figure)

    def test_exact_recovery_is_on_the_floor(self):
        def spoil(rows):
            rows["mse"][rows["point"] == 0] = 0

        figure, notes = self.make(plot_tradeoff, self.file(changes=spoil))
        self.assertEqual(len(self.floor(figure.axes[0])), 1)
        self.assertEqual(notes, ["BACC, fastest: exact recovery (RMSE = 0), on the floor "
                                 "($N$ = 16, $S$ = 0)"])

    def test_accuracy_may_be_zero(self):
        def law(point, generator):
            return {"accuracy": 0.0, "mse": 1.0, "completion_seconds": generator.uniform(1, 20)}

        figure, _ = self.make(plot_tradeoff, self.file(law=law), "--metric", "accuracy")
        self.assertEqual(figure.axes[0].get_xscale(), "log")

    def test_quantiles(self):
        rows = plot_tradeoff.quantiles(np.append(np.linspace(0, 1, 101), np.nan))
        np.testing.assert_allclose(rows, [0.05, 0.5, 0.95])
        self.assertTrue(np.isnan(plot_tradeoff.quantiles(np.array([np.nan]))).all())

    def test_trials_that_never_ended_are_said(self):
        def spoil(rows):
            here = rows["point"] == 0
            rows["completion_seconds"][here & (rows["trial"] < 3)] = np.inf

        _, notes = self.make(plot_tradeoff, self.file(changes=spoil))
        self.assertEqual(notes, ["BACC, fastest: 3 of 40 trials without a finite completion time "
                                 "($N$ = 16, $S$ = 0)"])

    def test_no_times(self):
        with self.assertRaisesRegex(LaggardError, "no completion times"):
            self.make(plot_tradeoff, self.write())
        zero = self.write(law=lambda *_: {"mse": 1.0, "completion_seconds": 0.0})
        with self.assertRaisesRegex(LaggardError, "all completion times .* are 0"):
            self.make(plot_tradeoff, zero)


if __name__ == "__main__":
    unittest.main()
