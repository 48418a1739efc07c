"""Tables as DataFrames, and time lines for other viewers."""

import contextlib
import io
import json
import re
import unittest

import h5py
import numpy as np
from support import SCRIPTS, Folder

import laggard
from laggard.cli import run_figure
from laggard.timeline import trace_events
import synthetic

try:
    import pandas
except ImportError:
    pandas = None


@unittest.skipIf(pandas is None, "there is no pandas")
class Frames(Folder):
    def test_points_have_a_column_for_each_swept_leaf(self):
        frame = laggard.points(self.write(trials=1, workers=(16, 32), stragglers=(0, 4)))
        self.assertEqual(list(frame["/stragglers/count"]), [0, 0, 4, 4, 0, 0, 4, 4])
        self.assertEqual(list(frame["scheme"]), ["bacc", "letcc"] * 4)

    def test_swept_lists_and_objects_can_be_grouped_by(self):
        path = self.write(trials=1, workers=(16,), stragglers=(0,), extra={
            "/stragglers/workers": [[0], [0, 1]], "/groups": [[[1], [2]], [[3], [4]]],
            "/noise/sigma": [0.5]})
        frame = laggard.points(path)
        self.assertEqual(dict(frame.groupby("/stragglers/workers").size()), {(0,): 4, (0, 1): 4})
        self.assertEqual(frame["/groups"][0], ((1,), (2,)))
        self.assertEqual(frame["/noise/sigma"].dtype, float)
        with h5py.File(path, "a") as file:
            rows = file["points"][()]
            rows["parameters"] = json.dumps({"/groups": [[{"b": [1], "a": 2}]]})
            file["points"][...] = rows
        self.assertEqual(set(laggard.trials(path)["/groups"]), {(('{"a": 2, "b": [1]}',),)})

    def test_trials_know_their_point_and_lack_unwritten_rows(self):
        path = self.write(trials=3, workers=(16, 32), stragglers=(0,), fill=5)
        frame = laggard.trials(path)
        self.assertEqual(len(frame), 2 * 2 * 3)
        means = frame.groupby(["scheme", "workers"])["mse"].mean()
        for point in laggard.open_results(path).points:
            self.assertAlmostEqual(means[point.scheme, point.workers], point.column("mse").mean(), 14)

    def test_units_are_kept(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(16,), stragglers=(0,)))
        with h5py.File(path, "a") as file:
            file["workers"].attrs["units"] = '{"delay_seconds": "s", "gone": "m"}'
        self.assertEqual(laggard.workers(path).attrs["units"], {"delay_seconds": "s"})

    def test_numbers_with_names_are_categories(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(16,), stragglers=(0,)), failed=2)
        counts = laggard.workers(path)["status"].value_counts()
        self.assertEqual((counts["lost"], counts["failed"]), (2, 4))  # of two schemes

    def test_curves_and_tables_of_other_kinds(self):
        curves = laggard.training(synthetic.write_curves(self.folder / "t.h5", epochs=4))
        self.assertEqual(list(curves["epoch"]), [1, 2, 3, 4])
        path = self.write(trials=1, workers=(16,), stragglers=(0,))
        with h5py.File(path, "a") as file:
            file["queries"] = np.array([(1, 0.5)], [("point", "u4"), ("latency_seconds", "f8")])
        frame = laggard.queries(path)
        self.assertEqual((frame["scheme"][0], frame["latency_seconds"][0]), ("letcc", 0.5))

    def test_a_table_that_is_missing_is_one_line(self):
        with self.assertRaisesRegex(laggard.LaggardError, r"has no table /workers \(the run did not"):
            laggard.workers(self.write(trials=1))


@unittest.skipIf(pandas is None, "there is no pandas")
class Timelines(Folder):
    def print_of(self, path, *options):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(run_figure("timeline", [str(path), *options]), 0)
        return out.getvalue()

    def test_bars_are_delay_and_computing(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16,), stragglers=(0,)), compute=0.5,
                                     trials=2)
        events = json.loads(self.print_of(path, "--trial", "1"))["traceEvents"]
        with h5py.File(path) as file:
            rows = file["workers"][()]
        rows = rows[(rows["point"] == 0) & (rows["trial"] == 1) & np.isfinite(rows["arrival_seconds"])]
        for row in rows:
            delay, compute = (next(e for e in events if e["name"] == name and e["tid"] == row["worker"])
                              for name in ("delay", "compute"))
            self.assertAlmostEqual(delay["dur"] * 1e-6, row["delay_seconds"])
            self.assertAlmostEqual((compute["ts"] + compute["dur"]) * 1e-6, row["arrival_seconds"])
            self.assertEqual((compute["ts"], compute["pid"]), (delay["dur"], 1))

    def bars(self, later, compute):
        """Lengths of the bars of worker 0, whose delay takes 2 s and whose answer comes `later` s after it."""
        path = synthetic.add_workers(self.write(trials=1, workers=(16,), stragglers=(0,)))
        with h5py.File(path, "a") as file:
            rows = file["workers"][()]
            rows["delay_seconds"][0], rows["compute_seconds"][0] = 2, compute
            rows["arrival_seconds"][0] = 2 + later
            file["workers"][...] = rows
        events = trace_events(laggard.timeline(path, point=0))
        found = [(e["name"], e["ts"] * 1e-6, e["dur"] * 1e-6) for e in events
                 if e["ph"] == "X" and e["tid"] == 0]
        return [(name, round(begin, 9), round(length, 9)) for name, begin, length in found]

    def test_messages_are_no_delay(self):
        # On the virtual clock, links, computing and the tasks before take time that is no delay.
        self.assertEqual(self.bars(1.5, np.nan), [("delay", 0, 2), ("messages and computing", 2, 1.5)])
        self.assertEqual(self.bars(0.0, np.nan), [("delay", 0, 2)])
        # A copy of the task may be back before the delay of the first one is over.
        self.assertEqual(self.bars(-0.5, np.nan), [("delay", 0, 1.5)])
        # On the wall clock computing is measured.
        self.assertEqual(self.bars(1.5, 0.5), [("delay", 0, 2), ("messages and waiting", 2, 1),
                                               ("compute", 3, 0.5)])

    def test_who_never_answered_has_no_bar(self):
        path = synthetic.add_workers(self.write(trials=1, workers=(16,), stragglers=(0,)), failed=1)
        events = trace_events(laggard.timeline(path))
        silent = [e["name"] for e in events if e["ph"] == "i"]
        self.assertEqual(sorted(silent), ["failed", "lost"])
        self.assertEqual(sum(e["ph"] == "X" for e in events), 14)

    def test_csv_has_a_row_for_each_worker(self):
        path = synthetic.add_workers(self.write(trials=2, workers=(16,), stragglers=(0,)), trials=2)
        lines = self.print_of(path, "--csv").splitlines()
        self.assertIn("begin_seconds,end_seconds", lines[0])
        self.assertEqual(len(lines), 1 + 2 * 16)


class Package(unittest.TestCase):
    def test_its_version_is_that_of_the_program(self):
        program = (SCRIPTS.parent / "CMakeLists.txt").read_text()
        version = re.search(r"project\(laggard VERSION (\S+)", program).group(1)
        self.assertIn(f'version = "{version}"', (SCRIPTS / "pyproject.toml").read_text())
        self.assertIn(f"version: {version}\n", (SCRIPTS.parent / "CITATION.cff").read_text())
        self.assertIn(f"## {version}\n", (SCRIPTS.parent / "CHANGELOG.md").read_text())
