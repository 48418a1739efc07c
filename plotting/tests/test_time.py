"""Time lines of trials, error against completion time, distributions of that time."""

import json
import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError, open_results
from laggard.figures import completion, gantt, tradeoff
import synthetic


class Gantt(Figures):
    def test_bars_colours_and_hatches(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16,)), compute=0.5, failed=1)
        figure, notes = self.make(gantt, path)
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
        found = gantt.bars(rows, names, 9.0)
        workers, begin, end = found["used"]
        np.testing.assert_allclose(end, rows["arrival_seconds"][workers])
        np.testing.assert_allclose(end - begin, 0.5)
        self.assertEqual([v.tolist() for v in found["lost"]], [[1], [9.0], [9.0]])

    def test_many_workers_take_an_area_each_status(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(10_000,), stragglers=(0,)))
        figure, notes = self.make(gantt, path)
        self.assertEqual(len(figure.axes[0].patches), 0)
        self.assertEqual(len(figure.axes[0].collections), 3)
        self.assertEqual(figure.axes[0].get_ylim(), (10_000, 0))
        self.no_overlap(figure)

    def test_choice(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16, 32)), trials=2)
        _, notes = self.make(gantt, path, "--point", "5", "--trial", "1", "--sort", "arrival")
        self.assertIn("LeTCC, point 5, trial 1, $N$ = 32", notes[0])
        with self.assertRaisesRegex(LaggardError, "no time line for this choice"):
            self.make(gantt, path, "--trial", "7")

    def test_nobody_has_answered_yet(self):
        path = self.write(trials=1, workers=(16,))
        with h5py.File(path, "a") as file:
            file["workers"] = np.empty(0, synthetic.WORKER)
        with self.assertRaisesRegex(LaggardError, "no time line .*lacks the point"):
            self.make(gantt, path)

    def test_without_times(self):
        def spoil(file):
            rows = file["workers"][()]
            for name in ("delay_seconds", "compute_seconds", "arrival_seconds"):
                rows[name] = np.nan
            file["workers"][...] = rows

        path = synthetic.add_workers(self.write(trials=1, workers=(16,)))
        with h5py.File(path, "a") as file:
            spoil(file)
        figure, _ = self.make(gantt, path)
        self.no_overlap(figure)
        with self.assertRaisesRegex(LaggardError, "no time line .*output/workers=true"):
            self.make(gantt, self.write(trials=1))


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
        figure, notes = self.make(tradeoff, self.file())
        self.assertEqual(self.labels(figure), ["BACC", "LeTCC", "wait for the fastest n"])
        self.assertEqual([a.get_title() for a in figure.axes],
                         ["$N$ = 16, $S$ = 0", "$N$ = 16, $S$ = 2"])
        line = next(line for line in figure.axes[1].get_lines()
                    if line.get_gid() == "LeTCC, fastest")
        np.testing.assert_allclose(line.get_xdata(), [1.2, 1.8], rtol=0.1)
        np.testing.assert_allclose(line.get_ydata(), [1 / 8, 1 / 12], rtol=0.05)
        self.names(figure, ["8", "12", "2 s"])
        self.assertEqual(notes, [])
        self.no_overlap(figure)

    def names(self, figure, expected):
        """The names of the policies over a panel, ascending and clear of each other."""
        for axes in figure.axes:
            boxes = [t.get_window_extent() for t in axes.texts]
            self.assertEqual([t.get_text() for t in axes.texts], expected)
            for i, box in enumerate(boxes):
                self.assertFalse(any(box.overlaps(other) for other in boxes[:i]), expected[i])

    def test_names_at_the_same_time_stand_side_by_side(self):
        waits = [{"kind": "fastest", "count": n} for n in range(8, 16)]

        def law(point, generator):
            return {"mse": generator.uniform(0.1, 0.2), "completion_seconds": 1.0 + 1e-3 *
                    point["parameters"]["/wait"]["count"] + (point["S"] > 0)}

        figure, _ = self.make(tradeoff, self.file(extra={"/wait": waits}, law=law))
        self.names(figure, [str(n) for n in range(8, 16)])

    def test_every_marker_is_named(self):
        """What is not below the common name has one of its own."""
        def law(point, generator):
            late = 3.0 if point["kind"] == "lcc" else 1.0
            seconds = late * point["parameters"]["/wait"].get("count", 10)
            return {"mse": 0.0 if point["kind"] == "uncoded" else 1 / seconds,
                    "completion_seconds": seconds * (2.0 if point["kind"] == "uncoded" else 1.0)}

        figure, notes = self.make(tradeoff, self.file(
            schemes=("bacc", "letcc", "nercc", "lcc", "uncoded"), stragglers=(0,), law=law))
        texts = figure.axes[0].texts
        self.assertEqual([t.get_text() for t in texts[:3]], ["8", "2 s", "12"])
        self.assertEqual(sorted(t.get_text() for t in texts[3:]), sorted(["8", "2 s", "12"] * 2))
        for text in texts[3:]:
            time = {"8": 8, "2 s": 10, "12": 12}[text.get_text()]
            self.assertIn(round(text.xy[0] / time), (2, 3))
        boxes = [t.get_window_extent() for t in texts]
        for i, box in enumerate(boxes):
            self.assertFalse(any(box.overlaps(other) for other in boxes[:i]))
        self.assertFalse([n for n in notes if "without room" in n])

    def test_policies_of_several_parts(self):
        waits = [{"kind": "any_of", "policies": [{"kind": "fastest", "count": n},
                                                 {"kind": "deadline", "seconds": 2}]}
                 for n in (8, 12)] + [{"kind": "all"}]

        def law(point, generator):
            wait = point["parameters"]["/wait"]
            count = wait["policies"][0]["count"] if "policies" in wait else 16
            return {"mse": 1 / count, "completion_seconds": float(count)}

        path = self.file(extra={"/wait": waits}, stragglers=(0,), law=law)
        figure, _ = self.make(tradeoff, path)
        self.assertEqual([t.get_text() for t in figure.axes[0].texts],
                         ["fastest 8 or deadline 2 s", "fastest 12 or deadline 2 s", "all"])
        self.assertEqual(len(self.labels(figure)), 3)
        self.no_overlap(figure)
        figure, _ = self.make(completion, path)
        self.assertEqual(self.labels(figure), ["fastest 8 or deadline 2 s",
                                               "fastest 12 or deadline 2 s", "all"])

    def test_exact_recovery_is_on_the_floor(self):
        def spoil(rows):
            rows["mse"][rows["point"] == 0] = 0

        figure, notes = self.make(tradeoff, self.file(changes=spoil))
        self.assertEqual(len(self.floor(figure.axes[0])), 1)
        self.assertEqual(notes, ["BACC, fastest: exact recovery (RMSE = 0), on the floor "
                                 "($N$ = 16, $S$ = 0)"])

    def test_exact_to_single_precision_is_on_the_floor(self):
        def law(point, generator):
            exact = point["kind"] == "uncoded" and point["parameters"]["/wait"].get("count") == 12
            return {**self.law(point, generator), **({"mse": 1e-15} if exact else {})}

        figure, notes = self.make(tradeoff, self.file(schemes=("uncoded", "bacc"), law=law))
        self.assertEqual(notes, ["uncoded, fastest: exact to rounding (RMSE from 3e-08), on the "
                                 "floor ($N$ = 16, $S$ = 0; $N$ = 16, $S$ = 2)"])
        self.assertEqual([len(self.floor(axes)) for axes in figure.axes], [1, 1])
        self.assertGreater(figure.axes[0].get_ylim()[0], 0.01)

    def test_accuracy_may_be_zero(self):
        def law(point, generator):
            return {"accuracy": 0.0, "mse": 1.0, "completion_seconds": generator.uniform(1, 20)}

        figure, _ = self.make(tradeoff, self.file(law=law), "--metric", "accuracy")
        self.assertEqual(figure.axes[0].get_xscale(), "log")

    def test_quantiles(self):
        rows = tradeoff.quantiles(np.linspace(0, 1, 101))
        np.testing.assert_allclose(rows, [0.05, 0.5, 0.95])
        for times in ([], [np.nan], [1, 2, np.inf]):
            self.assertTrue(np.isnan(tradeoff.quantiles(np.array(times))).all())

    def test_trials_that_never_ended_are_said(self):
        def spoil(rows):
            here = rows["point"] == 0
            rows["completion_seconds"][here & (rows["trial"] < 3)] = np.inf

        whole, _ = self.make(tradeoff, self.file())
        figure, notes = self.make(tradeoff, self.file(changes=spoil))
        self.assertEqual(notes, ["BACC, fastest: no median completion time at 1 point, 3 of 20 "
                                 "trials without a finite completion time ($N$ = 16, $S$ = 0)"])
        drawn = [next(line for line in f.axes[0].get_lines() if line.get_gid() == "BACC, fastest")
                 for f in (whole, figure)]
        self.assertEqual([len(line.get_xdata()) for line in drawn], [2, 1])

    def test_no_times(self):
        with self.assertRaisesRegex(LaggardError, "no completion times"):
            self.make(tradeoff, self.write())
        zero = self.write(law=lambda *_: {"mse": 1.0, "completion_seconds": 0.0})
        with self.assertRaisesRegex(LaggardError, "all completion times .* are 0"):
            self.make(tradeoff, zero)


class Completion(Figures):
    WAITS = [{"kind": "fastest", "count": 8}, {"kind": "deadline", "seconds": 2.0}, {"kind": "all"}]

    @staticmethod
    def law(point, generator):
        """Seconds 1 to 3 by the policy; LeTCC takes one more."""
        kind = point["parameters"]["/wait"]["kind"]
        seconds = {"fastest": 1.0, "deadline": 2.0, "all": 3.0}[kind] + generator.uniform(0, 0.5)
        return {"mse": 1.0, "completion_seconds": seconds + (point["kind"] == "letcc")}

    def file(self, **options):
        return self.write(**{"workers": (16,), "stragglers": (0,), "law": self.law,
                             "schemes": ("bacc", "nercc", "letcc"), "extra": {"/wait": self.WAITS},
                             **options})

    def test_shares(self):
        times, share = completion.shares(np.array([3.0, np.inf, 1.0, np.nan]))
        self.assertEqual((times.tolist(), share.tolist()), ([1, 3], [0.25, 0.5]))
        self.assertEqual(completion.shares(np.array([]))[0].tolist(), [])

    def test_schemes_of_the_same_times_share_a_panel(self):
        path = self.file()
        figure, notes = self.make(completion, path)
        self.assertEqual([a.get_title() for a in figure.axes], ["BACC, NeRCC", "LeTCC"])
        self.assertEqual(self.labels(figure), ["fastest 8", "deadline 2 s", "all"])
        line = self.line(figure.axes[0], "fastest 8")
        point = open_results(path).points[0]
        np.testing.assert_allclose(line.get_xdata()[1:],
                                   np.sort(point.column("completion_seconds")))
        np.testing.assert_allclose(line.get_ydata(), np.linspace(0, 1, 21))
        late = [m for m in figure.axes[0].get_lines() if m.get_gid() == "late"]
        self.assertEqual([float(m.get_ydata()[0]) for m in late], [0.95] * 3)
        self.assertEqual(notes, [])
        self.no_overlap(figure)

    def test_table(self):
        def law(point, generator):
            return {**self.law(point, generator), "mse": 0.25, "accuracy": 0.5}

        def last_two_never_end(rows):
            rows["completion_seconds"] = rows["point"] + rows["trial"] / 100
            rows["completion_seconds"][rows["trial"] >= 18] = np.inf

        table = self.table(self.file(schemes=("bacc", "letcc"), law=law, changes=last_two_never_end))
        self.assertEqual(table.splitlines()[0], "| wait | BACC | LeTCC |")
        self.assertEqual(table.splitlines()[2], "| fastest 8 | 0.095 s, inf s: 0.5, 50.0% | "
                                                "1.095 s, inf s: 0.5, 50.0% |")
        self.assertEqual(len(table.splitlines()), 5)

    @staticmethod
    def table(path):
        return completion.make_table(open_results(path), completion.parser().parse_args([str(path)]))

    def test_the_table_has_a_row_for_every_setting(self):
        def law(point, generator):
            more = point["parameters"].get("/data_points", point["parameters"].get(
                "/stragglers/probability"))
            return {**self.law(point, generator), "mse": more**2}

        def rows(write, **options):
            lines = self.table(write(schemes=("bacc",), law=law, **options)).splitlines()[2:]
            return [(line.split(" | ")[0], line.split(": ")[1]) for line in lines]

        policies = ("fastest 8", "deadline 2 s", "all")
        self.assertEqual(rows(self.file, stragglers=None, probability=(0.09, 0.11)), [
            (f"| {policy}, N = 16, p = {p}", f"{p} |") for p in (0.09, 0.11) for policy in policies])
        self.assertEqual(rows(self.sizes, extra={"/wait": self.WAITS}), [
            (f"| {policy}, N = 16, S = 0, K = {k}", f"{k} |") for k in (6, 8) for policy in policies])

    def test_what_is_swept_of_the_losses_makes_lines(self):
        table = self.table(self.file(schemes=("bacc",), extra={
            "/wait": self.WAITS, "/stragglers/persistent": [False, True]}))
        self.assertEqual(table.splitlines()[0], "| wait | BACC, stragglers persistent = false | "
                                                "BACC, stragglers persistent = true |")
        self.assertEqual(len(table.splitlines()), 5)

    def test_policies_of_one_name_are_refused(self):
        def law(point, generator):
            return {"mse": 1.0, "completion_seconds": 1.0}

        waits = [{"kind": "relaunch", "factor": 2, "then": {"kind": kind}} for kind in ("all", "none")]
        with self.assertRaisesRegex(LaggardError, "several wait policies of BACC have one name.*relaunch 2"):
            self.table(self.file(extra={"/wait": waits}, law=law))

    def test_titles_tell_sizes_apart(self):
        path = self.sizes(schemes=("bacc",), extra={"/wait": self.WAITS})
        for module, head in ((completion, "BACC\n"), (tradeoff, "")):
            figure, _ = self.make(module, path)
            self.assertEqual([a.get_title() for a in figure.axes],
                             [f"{head}$N$ = 16, $S$ = 0, $K$ = {k}" for k in (6, 8)])

    def sizes(self, **options):
        """A file in which half of the points have K = 6, and the others K = 8."""
        extra = {**options.pop("extra"), "/data_points": [6, 8]}
        path = self.file(extra=extra, **options)
        with h5py.File(path, "a") as file:
            rows = file["points"][()]
            rows["data_points"] = [json.loads(row["parameters"])["/data_points"] for row in rows]
            file["points"][...] = rows
        return path

    def test_a_panel_for_every_size(self):
        figure, _ = self.make(completion, self.file(stragglers=(0, 2), schemes=("bacc",)))
        self.assertEqual([a.get_title() for a in figure.axes],
                         ["BACC\n$N$ = 16, $S$ = 0", "BACC\n$N$ = 16, $S$ = 2"])

    def test_trials_that_never_ended_are_said(self):
        def spoil(rows):
            here = rows["point"] == 0
            rows["completion_seconds"][here & (rows["trial"] < 3)] = np.inf

        figure, notes = self.make(completion, self.file(schemes=("bacc",), changes=spoil))
        self.assertEqual(notes, ["BACC: fastest 8: 3 of 20 trials without a finite completion "
                                 "time"])
        self.assertAlmostEqual(self.line(figure.axes[0], "fastest 8").get_ydata()[-1], 0.85)

    def test_no_times(self):
        with self.assertRaisesRegex(LaggardError, "no completion times"):
            self.make(completion, self.write())


if __name__ == "__main__":
    unittest.main()
