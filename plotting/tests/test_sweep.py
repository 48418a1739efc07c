"""The error against a swept number."""

import unittest

import numpy as np
from laggard import LaggardError
from laggard.cli import load
from laggard.figures import sweep
from support import Figures


POINTER = "/schemes/1/lambda_decode"
LAMBDAS = [0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5]


def bowl(point, generator):
    """RMSE 3 % and 12 % above its least at 1e-7 for a factor of 10 and 100; BACC stays."""
    if point["kind"] == "bacc":
        return {"mse": 0.04 * generator.uniform(0.99, 1.01)}
    value = point["parameters"].get(POINTER, 0)
    away = 5.0 if value == 0 else np.log10(value) + 7 if not isinstance(value, str) else 3.0
    rmse = 0.1 * (1 + 0.02 * point["S"]) * (1 + 0.03 * away**2)
    return {"mse": rmse**2 * generator.uniform(0.9, 1.1)}


class Sweep(Figures):
    def file(self, values=LAMBDAS, **options):
        return self.write(**{"workers": (100,), "stragglers": (0, 10), "law": bowl,
                             "extra": {POINTER: values}, **options})

    def stars(self, figure):
        return [line.get_xdata()[0] for line in figure.axes[0].get_lines()
                if line.get_gid() == "least"]

    def test_least_and_growth(self):
        figure, notes = self.make(load("lambda"), self.file())
        np.testing.assert_allclose(self.stars(figure), [-7, -7])
        for note, level in zip(notes, (0, 10)):
            self.assertRegex(note, rf"^LeTCC, \$S\$ = {level}: least RMSE 0\.1\d+ at 1e-07; "
                                   r"×10: \+3\.0 % \[\+3\.0, \+3\.0\], ÷10: \+3\.0 %")
        self.assertIn("RMSE grows by 3.0 % at ×10, mean over 2 lines", notes)
        self.assertEqual(figure.axes[0].get_xlabel(), r"$\lambda_d$")
        self.assertEqual(figure.axes[0].get_xticklabels()[0].get_text(), "0")
        self.no_overlap(figure)

    def test_what_the_number_does_not_concern_is_a_horizontal_line(self):
        figure, notes = self.make(sweep, self.file(LAMBDAS + ["gcv"]))
        self.assertEqual(self.labels(figure),
                         ["LeTCC, $S$ = 0", "LeTCC, $S$ = 10", "BACC", "LeTCC, gcv"])
        colour = self.line(figure.axes[0], "LeTCC, $S$ = 10").get_color()
        levels = [line for line in figure.axes[0].get_lines() if len(set(line.get_ydata())) == 1
                  and len(line.get_ydata()) == 2]
        self.assertEqual(len(levels), 4)
        self.assertEqual([line.get_color() for line in levels].count(colour), 2)
        self.assertRegex(notes[2], r"^BACC, RMSE at S = 0: 0\.2\d*, S = 10: 0\.2")

    def test_kinds_without_the_number_have_names(self):
        def law(point, generator):
            wait = point["parameters"]["/wait"]
            used = {"fastest": wait.get("count"), "deadline": 24, "all": 32}[wait["kind"]]
            return {"mse": (0.1 + 1 / used) ** 2 * (1 + point["S"]) * generator.uniform(0.99, 1.01)}

        waits = [{"kind": "fastest", "count": 8}, {"kind": "fastest", "count": 16},
                 {"kind": "deadline", "seconds": 2}, {"kind": "all"}]
        path = self.write(workers=(32,), stragglers=(0, 4), law=law, schemes=("letcc",),
                          extra={"/wait": waits})
        figure, notes = self.make(sweep, path, "--x", "/wait/count")
        axes = figure.axes[0]
        self.assertEqual(self.labels(figure), ["LeTCC, $S$ = 0", "LeTCC, $S$ = 4",
                                               "LeTCC, deadline 2 s", "LeTCC, all"])
        levels = [line for line in axes.get_lines() if len(line.get_ydata()) == 2
                  and len(set(line.get_ydata())) == 1]
        self.assertEqual(len(levels), 4)
        for s in (0, 4):  # each in the colour of its S
            colour = self.line(axes, f"LeTCC, $S$ = {s}").get_color()
            self.assertEqual([line.get_color() for line in levels].count(colour), 2)
        self.assertRegex(notes[2], r"^LeTCC, deadline 2 s, RMSE at S = 0: 0\.1\d*, S = 4: 0\.3")
        self.assertRegex(notes[3], r"^LeTCC, all, RMSE at S = 0: 0\.1\d*, S = 4: 0\.2")
        self.no_overlap(figure)

    def test_settings_of_a_scheme_without_the_number_are_told_apart(self):
        path = self.file(LAMBDAS + ["gcv"], stragglers=(0,), extra={
            POINTER: LAMBDAS + ["gcv"], "/schemes/1/ordering": ["path", "none"]})
        figure, _ = self.make(sweep, path)
        self.assertIn("LeTCC, ordering = path, gcv", self.labels(figure))
        self.assertIn("LeTCC, ordering = none, gcv", self.labels(figure))

    def test_between_and_outside(self):
        _, notes = self.make(sweep, self.file([1e-9, 3e-7, 1.1e-5], stragglers=(0,)))
        self.assertRegex(notes[0], r"at 3e-07; ×10: .* \(interpolated\), ÷10: .* \(interpolated\)")
        _, notes = self.make(sweep, self.file([1e-7, 1e-6, 1e-5], stragglers=(0,)))
        self.assertRegex(notes[0], r"÷10: outside the sweep")

    def test_any_number(self):
        path = self.write(workers=(16, 64), stragglers=(0, 2, 4), extra={"/noise/sigma": [1, 2]})
        figure, _ = self.make(sweep, path, "--x", "/noise/sigma")
        self.assertEqual([a.get_title() for a in figure.axes],
                         ["$N$ = 16, $K$ = 8", "$N$ = 64, $K$ = 8"])
        self.assertEqual(self.line(figure.axes[0], "BACC, $S$ = 2").get_xdata().tolist(), [1, 2])
        figure, _ = self.make(sweep, path, "--x", "count")
        self.assertEqual(len(figure.axes), 2)

    def test_the_same_key_of_two_schemes(self):
        def law(point, generator):
            return {"mse": generator.uniform(1, 2) * 1e-2}

        path = self.write(schemes=("nercc", "letcc"), workers=(16,), stragglers=(0,), law=law,
                          extra={"/schemes/0/lambda_decode": [1e-4, 1e-2],
                                 POINTER: [1e-4, 1e-3, 1e-2]})
        figure, _ = self.make(sweep, path, "--x", "lambda_decode")
        self.assertEqual(len(self.line(figure.axes[0], "NeRCC").get_xdata()), 2)
        self.assertEqual(len(self.line(figure.axes[0], "LeTCC").get_xdata()), 3)

    def test_nothing_swept(self):
        with self.assertRaisesRegex(LaggardError, "no sweep to draw .it sweeps no number"):
            self.make(sweep, self.write(workers=(16,), stragglers=(0,)))
        with self.assertRaisesRegex(LaggardError, "sweeps no lambda .it sweeps .*use `plot sweep`"):
            self.make(load("lambda"), self.write())
        with self.assertRaisesRegex(LaggardError, "no numbers at 'x' .it sweeps /stragglers"):
            self.make(sweep, self.write(), "--x", "x")


if __name__ == "__main__":
    unittest.main()
