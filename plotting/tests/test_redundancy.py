"""Accuracy and error against redundancy."""

import contextlib
import io
import unittest

import numpy as np
from support import Figures  # first: it makes the scripts importable

import plot_redundancy
import synthetic
from laggard_results import LaggardError, open_results


class Redundancy(Figures):
    def draw(self, *arguments):
        options = plot_redundancy.parser().parse_args([str(a) for a in arguments])
        files = [open_results(path) for path in (options.file, *options.others)]
        return plot_redundancy.make_figure(files, options), files

    def file(self, name, workers, **options):
        return synthetic.write(self.folder / name, workers=[workers], probability=[0.1, 0.2],
                               law=synthetic.classifier, **options)

    def test_files_of_several_runs_make_one_line(self):
        (figure, notes), files = self.draw(self.file("a.h5", 16), self.file("b.h5", 12),
                                           self.file("c.h5", 10, schemes=("letcc",)))
        self.assertEqual([a.get_title() for a in figure.axes], ["$p$ = 0.1", "$p$ = 0.2"] * 2)
        self.assertEqual([a.get_ylabel() for a in figure.axes],
                         ["accuracy", "accuracy", "RMSE", "RMSE"])
        line = self.line(figure.axes[0], "LeTCC")
        np.testing.assert_allclose(line.get_xdata(), [1.25, 1.5, 2.0])
        point = next(p for p in files[1].points if p.scheme == "letcc"
                     and p.setting("/stragglers/probability") == 0.1)
        self.assertAlmostEqual(line.get_ydata()[1], point.column("accuracy").mean())
        np.testing.assert_allclose(self.line(figure.axes[0], "BACC").get_xdata(), [1.5, 2.0])
        rmse = self.line(figure.axes[2], "LeTCC").get_ydata()[1]
        self.assertAlmostEqual(rmse, np.sqrt(point.column("mse").mean()))
        self.assertEqual(notes, [])
        self.no_overlap(figure)

    def test_errors_are_one_line(self):
        one = self.file("a.h5", 16)
        for arguments, text in (((one,), "has one redundancy .every point has N / K = 2"),
                                ((one, self.file("b.h5", 12), "--metric", "mse"),
                                 "there is no metric 'mse'")):
            with self.assertRaisesRegex(LaggardError, text):
                self.draw(*arguments)
            with contextlib.redirect_stderr(io.StringIO()) as err:
                self.assertEqual(plot_redundancy.main([str(a) for a in arguments]), 3)
            self.assertRegex(err.getvalue(), r"^laggard-plot: [^\n]*\n$")

    def test_the_file_is_drawn(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = plot_redundancy.main([str(self.file("a.h5", 16)), str(self.file("b.h5", 12)),
                                         "-o", str(self.folder / "out.png")])
        self.assertEqual(code, 0)
        self.assertIn("wrote", out.getvalue())
        self.assertTrue((self.folder / "out.png").is_file())


if __name__ == "__main__":
    unittest.main()
