"""Training curves."""

import contextlib
import io
import unittest

import numpy as np
from support import Figures, said

from laggard import LaggardError, open_curves
from laggard.cli import run_figure
from laggard.figures import curves
import synthetic


class Curves(Figures):
    def draw(self, *arguments):
        options = curves.parser().parse_args([str(a) for a in arguments])
        return curves.make_figure(options.files, options)

    def file(self, name, **options):
        return synthetic.write_curves(self.folder / name, **options)

    def test_three_panels_and_the_best_epoch(self):
        path = self.file("train-a.h5")
        figure, notes = self.draw(path)
        self.assertEqual([a.get_ylabel() for a in figure.axes],
                         ["loss (nat)", "accuracy", "learning rate"])
        self.assertEqual(notes, ["a: best of 10 epochs is 6, validation accuracy 90.00 %, "
                                 "loss 0.3; 15 s in all"])
        line = self.line(figure.axes[1], "a")
        np.testing.assert_allclose(line.get_ydata(), open_curves(path)["validation_accuracy"])
        self.assertEqual(self.labels(figure), ["a", "training", "validation"])
        self.no_overlap(figure)

    def test_several_files(self):
        paths = [self.file("train-a.h5"), self.file("train-b.h5", epochs=7, rate=0.1)]
        figure, notes = self.draw(*paths, "--x", "seconds")
        self.assertEqual(self.labels(figure), ["a", "b", "training", "validation"])
        self.assertEqual(self.line(figure.axes[0], "b").get_xdata()[-1], 10.5)
        self.assertEqual(len(notes), 2)
        figure, _ = self.draw(*paths, "--labels", "slow,fast")
        self.assertEqual(self.labels(figure)[:2], ["slow", "fast"])
        with self.assertRaisesRegex(LaggardError, "--labels has 1 names .there are 2 files"):
            self.draw(*paths, "--labels", "slow")

    def test_parts_of_codes_say_what_is_measured(self):
        parity = self.file("train-p.h5", task={"kind": "parity", "loss": "mse-base"})
        figure, notes = self.draw(parity)
        self.assertEqual([a.get_ylabel() for a in figure.axes[:2]],
                         ["squared error of logits", "reconstruction accuracy"])
        self.assertIn("validation reconstruction accuracy 90.00 %", notes[0])
        code = self.file("train-c.h5", task={"kind": "code", "loss": "kl-base"})
        figure, _ = self.draw(parity, code)
        self.assertEqual([a.get_ylabel() for a in figure.axes[:2]],
                         ["loss", "reconstruction accuracy"])
        figure, notes = self.draw(code, self.file("train-n.h5", task={"kind": "classifier"}))
        self.assertEqual([a.get_ylabel() for a in figure.axes[:2]], ["loss", "accuracy"])
        self.no_overlap(figure)

    def test_without_validation(self):
        figure, notes = self.draw(self.file("a.h5", validation=False, kind="laggard-checkpoint"))
        self.assertIn("no validation", notes[0])
        self.no_overlap(figure)

    def test_one_epoch(self):
        figure, _ = self.draw(self.file("a.h5", epochs=1), "--columns", "1")
        self.no_overlap(figure)

    def test_errors_are_one_line(self):
        for path, text in ((self.write(trials=1), "has no training curves .*format is 'laggard'"),
                           (self.folder / "none.h5", "give a file that `laggard train` wrote")):
            with contextlib.redirect_stderr(io.StringIO()) as err:
                self.assertEqual(run_figure("curves", [str(path)]), 3)
            self.assertRegex(said(err.getvalue()), rf"^laggard-plot: [^\n]*{text}[^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
