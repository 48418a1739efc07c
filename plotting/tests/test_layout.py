"""Names of any length, and where they stand."""

import unittest

import h5py
import numpy as np
import synthetic
from laggard import labels, layout, open_results, style
from laggard.cli import load
from matplotlib import pyplot
from support import Figures

LONG = ("LeTCC with lambda from generalised cross-validation on shuffled data, path ordering, and "
        "seminorm_of_the_third_derivative_that_nobody_can_break at $5 a worker")
LAMBDA = "/schemes/1/lambda_decode"


class Wrapped(unittest.TestCase):
    def test_no_line_is_too_long_and_nothing_is_lost(self):
        text = layout.wrapped(LONG.replace("$", r"\$"), 1.2, 6.5)
        self.assertGreater(text.count("\n"), 5)
        for line in text.split("\n"):
            self.assertLessEqual(layout.inches_of(line, 6.5), 1.2)
        self.assertEqual(text.replace("\n", "").replace(" ", ""),
                         LONG.replace("$", r"\$").replace(" ", ""))

    def test_formulas_and_equations_stay_whole(self):
        text = layout.wrapped(r"LeTCC theorem, $O(S^{8/5} N^{-3/5})$ at $N$ = 16, S = 4", 0.6, 6.5)
        self.assertIn(r"$O(S^{8/5} N^{-3/5})$", text.split("\n"))
        self.assertIn("at $N$ = 16,", text.split("\n"))

    def test_short_text_and_own_lines_stay(self):
        self.assertEqual(layout.wrapped("BACC\nsecond", 2, 6.5), "BACC\nsecond")

    def test_a_number_of_lines(self):
        text = layout.wrapped(LONG, 1, 6.5, lines=3)
        self.assertEqual((text.count("\n"), text[-1]), (2, "\u2026"))

    def test_the_width_is_that_of_the_figure(self):
        figure = pyplot.figure(dpi=600)
        for text in ("lambda 1e-4, slope", r"LeTCC theorem, $O(S^{8/5} N^{-3/5})$", r"a \$ of"):
            drawn = figure.text(0, 0, text, fontsize=6.5, family="DejaVu Sans").get_window_extent()
            self.assertAlmostEqual(layout.inches_of(text, 6.5), drawn.width / 600, delta=0.02)
        pyplot.close(figure)


class Spread(unittest.TestCase):
    def test_moved_as_little_as_it_takes(self):
        np.testing.assert_allclose(labels.spread([0.0, 5.0, 9.0], 1, -9, 9), [0, 5, 9])
        np.testing.assert_allclose(labels.spread([4.0, 4.0, 4.0], 1, 0, 9), [3, 4, 5])
        np.testing.assert_allclose(labels.spread([4.0, 4.5, 8.0], 1, 0, 9), [3.75, 4.75, 8])
        np.testing.assert_allclose(labels.spread([9.0, 9.0], 1, 0, 9), [8, 9])


class LongLabels(Figures):
    """Every figure with names that are longer than it is wide."""

    SCHEMES = ({"kind": "bacc", "label": LONG}, {"kind": "letcc", "label": LONG + " twice"})

    @staticmethod
    def law(point, generator):
        return {**synthetic.classifier(point, generator), "completion_seconds": generator.random()}

    def long(self, **options):
        return self.write(**{"schemes": self.SCHEMES, "workers": (16, 32), "trials": 3,
                             "law": self.law, **options})

    def fits(self, name, path, *arguments):
        for columns in ("1", "2"):
            figure, _ = self.make(load(name), path, "--columns", columns, *arguments)
            self.no_overlap(figure)
            pyplot.close(figure)

    def test_over_n_and_s(self):
        path = self.long()
        for name in ("convergence", "stragglers", "accuracy"):
            self.fits(name, path)

    def test_over_a_number(self):
        path = self.long(extra={LAMBDA: [0, 1e-6, 1e-4]})
        for name in ("lambda", "sweep"):
            self.fits(name, path)

    def test_over_time(self):
        path = self.long(workers=(16,), extra={"/wait": [{"kind": "fastest", "count": 8},
                                                         {"kind": "all"}]})
        for name in ("tradeoff", "completion"):
            self.fits(name, path)
        self.fits("gantt", synthetic.add_workers(self.long(workers=(16,))))

    def test_images(self):
        path = synthetic.add_predictions(self.long(workers=(16,), stragglers=(0,)))
        for name in ("samples", "coded"):
            self.fits(name, path)

    def test_surface(self):
        path = synthetic.write_surface(self.folder / "s.h5")
        with h5py.File(path, "a") as file:
            file["points"] = np.array([(0, LONG, 32, 8, 4, 0.1, "{}", "", 4, 0, 32)],
                                      synthetic.POINT)
        self.fits("surface", path)

    def test_several_files(self):
        files = [open_results(synthetic.write(
            self.folder / f"{n}.h5", workers=[n], probability=[0.1], law=self.law, trials=3,
            schemes=self.SCHEMES)) for n in (12, 16)]
        figure, _ = load("redundancy").make_figure(files, load("redundancy").parser().parse_args(
            [str(f.path) for f in files]))
        self.no_overlap(figure)
        path = synthetic.write_curves(self.folder / "train-a.h5")
        figure, _ = load("curves").make_figure([path, path], load("curves").parser().parse_args(
            [str(path), str(path), "--labels", f"{LONG.replace(',', ' ')},b"]))
        self.no_overlap(figure)

    def test_bars_of_trials_that_are_alike(self):
        """Rounding puts the interval of equal trials beside their mean, on some machines."""
        beside = np.nextafter(0.1, 1)
        self.assertEqual(style.bars([0.1, 0.1, 2.0, 3.0], [beside, 0.1, 1.5, np.nan],
                                    [beside, 0.1 - 1e-17, 4.0, np.nan]).tolist(),
                         [[0, 0, 0.5, 0], [beside - 0.1, 0, 2.0, 0]])

    def test_at_any_resolution(self):
        for dpi in (50, 300):
            with pyplot.rc_context({**style.STYLE, "figure.dpi": dpi}):
                figure, _ = self.make(load("convergence"), self.long())
                self.no_overlap(figure)


if __name__ == "__main__":
    unittest.main()
