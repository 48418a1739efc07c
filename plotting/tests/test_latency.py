"""Latencies of servers, and the tail of their distribution."""

import json
import unittest

import h5py
import numpy as np
from laggard import open_results
from laggard.figures import auto, frontier, latency, table, tail, winners
from laggard.files import LaggardError
from support import Figures
from synthetic import POINT

LATENCY = np.dtype([("point", "u4"), ("trial", "u4")]
                   + [(name, "f8") for name in ("median", "mean", "p99", "p995", "p999",
                                                "approximated", "accuracy", "utilisation")]
                   + [("unstable", "u1")])
QUERY = np.dtype([("point", "u4"), ("trial", "u4"), ("query", "u4"), ("arrival_seconds", "f8"),
                  ("latency_seconds", "f8"), ("reconstructed", "u1")])
POLICIES, RATES = ("equal_resources", "parm"), (100, 200, 300)


def sweep(path, settings):
    """Gives the points of each rate other settings."""
    with h5py.File(path, "a") as file:
        rows = file["points"][()]
        for row in rows:
            rate = json.loads(row["parameters"])["/serving/rate"]
            row["parameters"] = json.dumps(settings[RATES.index(rate)])
        del file["points"]
        file["points"] = rows
    return path


def write(path, queries=0):
    """p99.9 is 10 ms per 100 queries/s, half of it with ParM, which cannot serve the largest rate."""
    points, rows, seen = [], [], []
    for combination, rate in enumerate(RATES):
        for policy in POLICIES:
            number, share = len(points), 1.0 if policy == "equal_resources" else 0.5
            points.append((number, policy, 18, 2, 0, 0.0, json.dumps({"/serving/rate": rate}), "",
                           0.0, combination, 18))
            lost = policy == "parm" and rate == 300
            for trial in range(5):
                p999 = np.nan if lost else 1e-4 * rate * share * (1 + 0.01 * (trial - 2))
                rows.append((number, trial, p999 / 4, p999 / 3, p999 / 2, p999 / 1.5, p999, 0.25,
                             0.9, 0.5, lost))
                # Evenly spread over [0, rate * share] ms.
                for i in range(0 if lost else queries):
                    seen.append((number, trial, i, i, 1e-3 * rate * share * (i + 0.5) / queries, 0))
    config = {"experiment": "serving", "policies": [{"kind": p} for p in POLICIES],
              "serving": {"rate": 270, "k": 2}, "sweep": {"/serving/rate": list(RATES)}}
    with h5py.File(path, "w") as file:
        file.attrs.update(format="laggard", format_version=2, config=json.dumps(config),
                          finished="2026-01-01")
        file["points"] = np.array(points, POINT)
        file["latency"] = np.array(rows, LATENCY)
        if queries:
            file["queries"] = np.array(seen, QUERY)
    return path


class Latency(Figures):
    def test_auto_draws_what_a_server_has(self):
        for queries, more in ((0, []), (10, ["tail"])):
            results = open_results(write(self.folder / f"{queries}.h5", queries))
            self.assertEqual(auto.supported(results), ["frontier", "latency", *more])

    def test_a_table_needs_to_be_told_what_to_show(self):
        path = write(self.folder / "a.h5")
        with h5py.File(path, "a") as file:
            file["latency"][:] = [(*row[:8], np.nan, *row[9:]) for row in file["latency"][()].tolist()]
        results = open_results(path)
        with self.assertRaisesRegex(LaggardError, "result of a server.*--value p999"):
            table.make_table(results, table.parser().parse_args([str(results.path)]))

    def test_means_in_milliseconds_and_rates_without_latency(self):
        figure, notes = self.make(latency, write(self.folder / "a.h5"))
        axes = figure.axes[0]
        np.testing.assert_allclose(self.line(axes, "equal").get_ydata(), [10, 20, 30])
        np.testing.assert_allclose(self.line(axes, "ParM").get_ydata(), [5, 10])
        self.assertIn("ParM: queues without bound at serving rate = 300", notes)
        self.assertEqual(axes.get_ylabel(), "p99.9 (ms)")
        self.no_overlap(figure)

    def test_a_bandwidth_of_0_is_no_limit(self):
        path = sweep(write(self.folder / "a.h5"), [{"/time/master_bandwidth": (rate - 100) * 1e6}
                                                   for rate in RATES])
        with h5py.File(path, "a") as file:
            config = json.loads(file.attrs["config"])
            config["sweep"] = {"/time/master_bandwidth": [0, 1e8, 2e8]}
            file.attrs["config"] = json.dumps(config)
        figure, _ = self.make(latency, path)
        axes = figure.axes[0]
        np.testing.assert_allclose(self.line(axes, "equal").get_ydata(), [20, 30, 10])
        self.assertEqual([t.get_text() for t in axes.get_xticklabels()], ["1e8", "2e8", "no limit"])
        self.assertTrue((np.diff(self.line(axes, "equal").get_xdata()) > 0).all())

    def test_gap_and_shares(self):
        path = write(self.folder / "a.h5")
        axes = self.make(latency, path, "--metric", "gap")[0].axes[0]
        np.testing.assert_allclose(self.line(axes, "equal").get_ydata(), [7.5, 15, 22.5])
        axes = self.make(latency, path, "--metric", "approximated")[0].axes[0]
        np.testing.assert_allclose(self.line(axes, "ParM").get_ydata(), [0.25] * 3)

    def test_measured_values_of_the_same_setting(self):
        table = self.folder / "rows.csv"
        table.write_text("# from a paper\npolicy,/serving/rate,/serving/k,median_ms,p999_ms\n"
                         "parm,100,2,1,5.5\nparm,200,3,1,77\nparm,200,,2,\nequal_resources,300,2,,31\n")
        path = write(self.folder / "a.h5")
        axes = self.make(latency, path, "--published", str(table))[0].axes[0]
        hollow = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()
                  if line.get_markerfacecolor() == "none"]
        self.assertIn(([100], [5.5]), hollow)  # neither k = 3 nor an empty cell
        self.assertIn(([300], [31]), hollow)
        table.write_text("policy,p999_ms\nparm,fast\n")
        with self.assertRaisesRegex(LaggardError, "cannot read"):
            self.make(latency, path, "--published", str(table))

    def test_winner_of_a_latency(self):
        path = write(self.folder / "a.h5")
        options = winners.parser().parse_args([str(path), "--x", "rate=/serving/rate", "--y", "K",
                                               "--metric", "p999"])
        figure, notes = winners.make_figure([open_results(path)], options)
        texts = [t.get_text() for t in figure.axes[0].texts]
        self.assertEqual(texts, ["2.00", "2.00", ""])  # the last one has no rival
        self.assertRegex(notes[0], "number: p99.9 of the second best, over the least p99.9")

    def test_frontier(self):
        path = write(self.folder / "a.h5")
        with h5py.File(path, "r+") as file:
            rows = file["latency"][()]
            rows["accuracy"] -= 0.1 * (rows["point"] % 2)  # ParM's points are the odd ones
            file["latency"][...] = rows
        figure, notes = self.make(frontier, path)
        axes = figure.axes[0]
        equal, parm = self.line(axes, "equal"), self.line(axes, "ParM")
        np.testing.assert_allclose(equal.get_xdata(), [10, 20, 30])
        np.testing.assert_allclose(parm.get_xdata(), [5, 10])  # the last point has no latency
        np.testing.assert_allclose(parm.get_ydata(), [0.8, 0.8])
        self.assertEqual([t.get_text() for t in axes.texts], ["100", "300", "100", "200"])
        self.assertIn("serving rate at its ends", notes[0])
        with h5py.File(path, "r+") as file:
            rows["accuracy"] = np.nan
            file["latency"][...] = rows
        with self.assertRaisesRegex(LaggardError, "no accuracies"):
            self.make(frontier, path)

    def test_frontier_of_a_swept_list(self):
        groups = [{"kind": "groups", "factors": [1, f]} for f in (5, 9)]
        path = sweep(write(self.folder / "a.h5"), [
            {"/serving/rate": 100, "/speeds": groups[0]}, {"/serving/rate": 200, "/speeds": groups[0]},
            {"/serving/rate": 300, "/speeds": groups[1]}])
        figure, _ = self.make(frontier, path)
        self.assertEqual([a.get_title().replace("\n", " ") for a in figure.axes],
                         [f"speeds kind = groups, speeds factors = [1, {f}]" for f in (5, 9)])
        np.testing.assert_allclose(self.line(figure.axes[0], "equal").get_xdata(), [10, 20])
        np.testing.assert_allclose(self.line(figure.axes[1], "equal").get_xdata(), [30])

    def test_panels_of_a_frontier_are_in_the_order_of_their_numbers(self):
        path = sweep(write(self.folder / "a.h5"), [{"/serving/rate": rate, "/serving/hold": hold}
                                                   for hold, rate in enumerate((1000, 1, 560))])
        figure, _ = self.make(frontier, path, "--along", "hold")
        self.assertEqual([a.get_title() for a in figure.axes],
                         [f"serving rate = {rate}" for rate in (1, 560, 1000)])

    def test_a_number_that_some_points_lack(self):
        arrivals = [{"kind": "poisson"}, {"kind": "mmpp", "factor": 3}, {"kind": "mmpp", "factor": 4}]
        path = sweep(write(self.folder / "a.h5"), [{"/serving/arrivals": a, "/serving/hold": hold}
                                                   for hold, a in enumerate(arrivals)])
        for figure, option in ((latency, "--x"), (frontier, "--along")):
            with self.assertRaisesRegex(LaggardError, "2 of 6 points .* no number at '/serving/arrivals/"
                                        f"factor' .*kind = poisson.*; choose .* with {option}"):
                self.make(figure, path, option, "factor")
        # Of its own choice, a figure takes a number that all points have.
        axes, = self.make(latency, path)[0].axes
        self.assertEqual(axes.get_xlabel(), "serving hold")

    def test_tail(self):
        figure, notes = self.make(tail, write(self.folder / "a.h5", queries=2000))
        self.assertEqual(len(figure.axes), 3)
        self.assertEqual(notes, ["ParM: queues without bound"])
        line = self.line(figure.axes[0], "equal")
        times, shares = line.get_xdata(), line.get_ydata()
        np.testing.assert_allclose(shares, 1 - times / 100, atol=2e-4)
        self.assertLess(shares.min(), 2e-4)
        with self.assertRaisesRegex(LaggardError, "no queries"):
            self.make(tail, write(self.folder / "b.h5"))


if __name__ == "__main__":
    unittest.main()
