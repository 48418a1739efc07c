"""Accuracy and error against redundancy."""

import contextlib
import io
import json
import unittest

import h5py
import numpy as np
from support import Figures, said

from laggard import LaggardError, open_results
from laggard.cli import run_figure
from laggard.figures import redundancy
import synthetic


class Redundancy(Figures):
    def draw(self, *arguments):
        options = redundancy.parser().parse_args([str(a) for a in arguments])
        files = [open_results(path) for path in options.files]
        return redundancy.make_figure(files, options), files

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

    def test_exact_recovery_is_on_the_floor(self):
        def law(point, generator):
            exact = point["N"] == 16 and point["kind"] == "letcc"
            return {"mse": 0.0 if exact else 0.1, "accuracy": 0.5, "base_accuracy": 0.5}

        files = [synthetic.write(self.folder / f"{n}.h5", workers=[n], probability=[0.1], law=law)
                 for n in (12, 16)]
        (figure, notes), _ = self.draw(*files)
        self.assertEqual(self.floor(figure.axes[1]), [[2.0]])
        self.assertIn("p = 0.1, LeTCC: exact recovery (RMSE = 0), on the floor at N / K = 2", notes)

    def configured(self, name, workers, **members):
        """A file whose configuration has these members too."""
        path = self.file(name, workers)
        with h5py.File(path, "a") as file:
            file.attrs["config"] = json.dumps({**json.loads(file.attrs["config"]), **members})
        return path

    def test_other_data_or_models_are_not_joined(self):
        first = self.configured("a.h5", 16, dataset={"kind": "idx", "limit": 0},
                                model={"kind": "lenet5", "output": "logits", "device": "cpu"})
        for workers in (12, 16):  # joined; lost behind the first one's
            for members, why in (
                    ({"model": {"kind": "lenet5", "output": "softmax"}},
                     '/model/output is "logits" and "softmax"'),
                    ({"dataset": {"kind": "uniform"}}, '/dataset/kind is "idx" and "uniform"')):
                with self.assertRaises(LaggardError) as caught:
                    self.draw(first, self.configured("b.h5", workers, **members))
                self.assertRegex(str(caught.exception),
                                 r"^cannot join '[^']*a.h5' and '[^']*b.h5' in one curve of 'bacc' "
                                 r"\(" + why + r"\); .+$")
        # Curves of their own, and what is no other model.
        other = synthetic.write(self.folder / "c.h5", workers=[12], probability=[0.1],
                                schemes=({"kind": "bacc", "label": "other"},))
        with h5py.File(other, "a") as file:
            file.attrs["config"] = json.dumps({**json.loads(file.attrs["config"]),
                                               "dataset": {"kind": "uniform"}})
        same = self.configured("b.h5", 12, dataset={"kind": "idx"},
                               model={"kind": "lenet5", "output": "logits", "device": "cuda"})
        (figure, _), _ = self.draw(first, same, other)
        self.assertEqual(len(self.line(figure.axes[0], "BACC").get_xdata()), 2)

    def test_a_setting_that_repeats_is_said(self):
        files = [self.configured("a.h5", 16, seed=1), self.file("b.h5", 12),
                 self.configured("c.h5", 16, seed=2)]
        with contextlib.redirect_stderr(io.StringIO()) as err:
            (figure, notes), _ = self.draw(*files[:2])
        self.assertEqual(said(err.getvalue()), "")
        with contextlib.redirect_stderr(io.StringIO()) as err:
            (again, _), _ = self.draw(*files)
        self.assertRegex(said(err.getvalue()),
                         r"^laggard-plot: 4 of 4 points of '[^']*c.h5' are not drawn "
                         r"\('[^']*a.h5' has [^\n]+\); leave out [^\n]+\n$")
        for before, after in zip(figure.axes, again.axes):
            np.testing.assert_array_equal(self.line(after, "BACC").get_xydata(),
                                          self.line(before, "BACC").get_xydata())
        self.assertEqual(notes, [])

    def test_errors_are_one_line(self):
        one = self.file("a.h5", 16)
        with contextlib.redirect_stderr(io.StringIO()) as err:
            self.assertEqual(run_figure("redundancy", [str(one)]), 3)
        self.assertRegex(said(err.getvalue()), r"^laggard-plot: [^\n]* has one redundancy .every point has "
                                         r"N / K = 2[^\n]*\n$")
        with contextlib.redirect_stderr(io.StringIO()) as err, self.assertRaises(SystemExit) as left:
            run_figure("redundancy", [str(one), str(self.file("b.h5", 12)), "--metric", "mse"])
        self.assertEqual(left.exception.code, 2)
        self.assertRegex(said(err.getvalue()), r"^laggard-plot: [^\n]*'mse' is not a list of accuracy, [^\n]*\n$")

    def test_the_file_is_drawn(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = run_figure("redundancy", [str(self.file("a.h5", 16)), str(self.file("b.h5", 12)),
                                         "-o", str(self.folder / "out.png")])
        self.assertEqual(code, 0)
        self.assertIn("wrote", out.getvalue())
        self.assertTrue((self.folder / "out.png").is_file())


if __name__ == "__main__":
    unittest.main()
