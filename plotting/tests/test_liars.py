"""Figures of liars: who was caught, and the residuals of one trial."""

import json
import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError, open_results
from laggard.figures import auto, detection, liars


class Detection(Figures):
    COLUMNS = ("liars", "flagged", "caught")

    def write_caught(self, pointer, values, law, workers=(20,), stragglers=(0,)):
        """law(value) -> (liars, flagged, caught) of each trial."""
        path = self.write(workers=workers, stragglers=stragglers, schemes=("bacc", "letcc"), trials=4,
                          extra={pointer: list(values)}, fill=0)
        with h5py.File(path, "a") as file:
            rows, points = file["trials"][()], file["points"][()]
            more = np.dtype(rows.dtype.descr + [(name, "u4") for name in self.COLUMNS])
            table = np.zeros(len(rows), more)
            for name in rows.dtype.names:
                table[name] = rows[name]
            for row in table:
                point = points[row["point"]]
                value = json.loads(point["parameters"])[pointer]
                if point["scheme"] == b"letcc":
                    row["liars"], row["flagged"], row["caught"] = law(value)
                else:
                    row["liars"] = 4
            del file["trials"]
            file["trials"] = table
        return path

    def test_recall_and_false_alarms_against_a_swept_number(self):
        path = self.write_caught("/adversaries/amplitude", (0.1, 0.2, 0.4),
                                 lambda c: (4, 4, int(10 * c)))
        figure, _ = self.make(detection, path)
        lines = figure.axes[0].get_lines()
        self.assertEqual(len(lines), 2)  # bacc rejects nobody
        np.testing.assert_allclose(lines[0].get_ydata(), [0.25, 0.5, 1.0])
        np.testing.assert_allclose(lines[1].get_ydata(), [3 / 16, 2 / 16, 0])
        self.no_overlap(figure)

    def test_a_panel_for_each_n_and_a_line_for_each_s(self):
        path = self.write_caught("/adversaries/amplitude", (0.1, 0.2, 0.4), lambda c: (4, 4, int(10 * c)),
                                 workers=(20, 40), stragglers=(0, 4))
        figure, _ = self.make(detection, path)
        self.assertEqual([a.get_title() for a in figure.axes], ["$N$ = 20, $K$ = 8", "$N$ = 40, $K$ = 8"])
        self.assertEqual(self.labels(figure), ["LeTCC, $S$ = 0", "LeTCC, $S$ = 4"])
        for axes in figure.axes:
            self.assertEqual([len(line.get_xdata()) for line in axes.get_lines()], [3] * 4)
        # Of 20 workers without the 4 stragglers, 12 are honest; 3 of them are rejected.
        np.testing.assert_allclose(figure.axes[0].get_lines()[3].get_ydata(), [3 / 12, 2 / 12, 0])
        self.no_overlap(figure)

    def test_a_number_on_the_axis_makes_no_panels(self):
        path = self.write_caught("/adversaries/amplitude", (0.1, 0.2), lambda c: (4, 4, int(10 * c)),
                                 workers=(20, 40))
        axes, = self.make(detection, path, "--x", "/workers")[0].axes
        self.assertEqual(axes.get_title(), "$K$ = 8")
        self.assertEqual([len(line.get_xdata()) for line in axes.get_lines()], [2] * 4)

    def test_a_swept_bound_gives_the_operating_characteristic(self):
        path = self.write_caught("/schemes/1/robust/adversaries", (1, 4, 8),
                                 lambda b: (4, b, min(b, 4)))
        figure, _ = self.make(detection, path)
        line, = figure.axes[0].get_lines()
        np.testing.assert_allclose(line.get_xdata(), [0, 0, 4 / 16])
        np.testing.assert_allclose(line.get_ydata(), [0.25, 1, 1])

    def test_auto_draws_who_is_caught_and_what_is_swept(self):
        path = self.write_caught("/adversaries/amplitude", (0.1, 0.4), lambda c: (4, 4, int(10 * c)))
        self.assertEqual(auto.supported(open_results(path)), ["detection", "stragglers", "sweep"])
        # Nobody is caught.
        path = self.write_caught("/adversaries/amplitude", (0.1, 0.4), lambda c: (4, 0, 0))
        self.assertEqual(auto.supported(open_results(path)), ["stragglers", "sweep"])

    def test_a_file_without_liars_is_refused(self):
        with self.assertRaisesRegex(LaggardError, "nobody to catch"):
            self.make(detection, self.write())


class Residuals(Figures):
    def test_neighbours_that_were_rejected_do_not_predict(self):
        workers = np.array([0, 1, 2, 4, 5])
        answers = np.array([[0.0], [1.0], [50.0], [4.0], [7.0]])
        rejected = np.array([False, False, True, False, False])
        np.testing.assert_allclose(liars.residuals(workers, answers, rejected),
                                   [1.0, 0.0, 48.0, 1.5, 3.0])

    def test_only_one_kept_answer_predicts_the_others(self):
        found = liars.residuals(np.arange(3), np.array([[1.0], [2.0], [4.0]]),
                                np.array([True, False, True]))
        np.testing.assert_allclose(found, [1.0, np.nan, 2.0])

    def write_trial(self):
        path = self.write(workers=(6,), stragglers=(0,), schemes=("letcc",), trials=1)
        rows = np.zeros(6, [("point", "u4"), ("trial", "u4"), ("worker", "u4"), ("rank", "u4"),
                            ("status", "u1"), ("lied", "u1"), ("rejected", "u1")])
        rows["worker"] = np.arange(6)
        rows["lied"][[1, 3]] = 1
        rows["rejected"][[1, 4]] = 1
        with h5py.File(path, "a") as file:
            file["workers"] = rows
            group = file.create_group("predictions/0/0")
            group["used"] = np.array([0, 1, 3, 4, 5])
            group["answers"] = np.array([[0.0, 0], [5, 5], [3, 0], [4, 0], [5, 0]])
        return path

    def test_liars_and_rejected_answers_are_marked(self):
        figure, notes = self.make(liars, self.write_trial())
        self.assertEqual(self.labels(figure), ["honest (3)", "liar (2)", "rejected (2)"])
        self.assertEqual(list(self.line(figure.axes[0], "liar").get_xdata()), [1, 3])
        self.assertEqual(list(self.line(figure.axes[0], "rejected").get_xdata()), [1, 4])
        self.assertIn("1 of 2 liars rejected, 1 honest answers too", notes[0])
        self.no_overlap(figure)

    def test_auto_draws_a_trial_with_liars(self):
        path = self.write_trial()
        self.assertEqual(auto.supported(open_results(path)), ["gantt", "liars", "stragglers"])
        with h5py.File(path, "a") as file:
            rows = file["workers"][()]
            rows["lied"] = 0
            file["workers"][...] = rows
        self.assertEqual(auto.supported(open_results(path)), ["gantt", "stragglers"])

    def test_a_file_without_answers_is_refused(self):
        with self.assertRaisesRegex(LaggardError, "no answers to draw"):
            self.make(liars, self.write())


if __name__ == "__main__":
    unittest.main()
