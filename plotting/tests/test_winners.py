"""Which scheme has the least error over two settings."""

import contextlib
import io
import unittest

from support import Figures, said

from laggard import open_results
from laggard.cli import run_figure
from laggard.figures import winners
import synthetic

SCHEMES = ("replication", "bacc", "letcc")


def law(point, generator):
    """LeTCC wins by 4 in one dimension; in three it ties with BACC, and replication is exact."""
    hard = 1 + 0.2 * generator.uniform()
    if point["parameters"]["/dataset/dimension"] == 1:
        return {"mse": hard * {"replication": 1.0, "bacc": 0.64, "letcc": 0.04}[point["kind"]]}
    if point["N"] == 16:
        return {"mse": 0.0 if point["kind"] == "replication" else hard}
    own = {"replication": 2.0, "bacc": 1.0, "letcc": 1.0}[point["kind"]]
    # The seed is the scheme's neighbour's: who is ahead changes from trial to trial.
    return {"mse": own * hard + (0.3 if point["kind"] == "letcc" else 0) * generator.standard_normal()}


class Winners(Figures):
    def draw(self, *arguments, **options):
        path = synthetic.write(self.folder / "a.h5", schemes=SCHEMES, workers=[16, 32],
                               stragglers=[4], law=law, extra={"/dataset/dimension": [1, 3]},
                               **options)
        chosen = winners.parser().parse_args([str(path), *arguments])
        return winners.make_figure([open_results(path)], chosen)

    @staticmethod
    def cells(axes):
        """(column, row) -> (colour, hatched), and their texts in the same order."""
        found = {(round(p.get_x() + 0.5), round(p.get_y() + 0.5)): (p.get_facecolor()[:3],
                                                                   bool(p.get_hatch()))
                 for p in axes.patches}
        return found, {t.get_position(): t.get_text() for t in axes.texts}

    def test_colour_factor_and_hatching(self):
        figure, notes = self.draw("--x", "d=/dataset/dimension", "--y", "N/K",
                                  "--rivals", "bacc,replication")
        axes = figure.axes[0]
        cells, texts = self.cells(axes)
        self.assertEqual([t.get_text() for t in axes.get_xticklabels()], ["1", "3"])
        self.assertEqual([t.get_text() for t in axes.get_yticklabels()], ["2", "4"])
        self.assertEqual(texts, {(0, 0): "4.00", (0, 1): "4.00", (1, 0): "exact",
                                 (1, 1): texts[1, 1]})
        self.assertEqual({at: hatched for at, (_, hatched) in cells.items()},
                         {(0, 0): False, (0, 1): False, (1, 0): False, (1, 1): True})
        self.assertNotEqual(cells[0, 0][0], cells[1, 0][0])
        self.assertEqual(cells[0, 0][0], cells[0, 1][0])
        self.assertIn("LeTCC", self.labels(figure))
        self.assertEqual(len(notes), 2)
        self.assertRegex(notes[0], "RMSE of the best of BACC, replication, over the least")
        self.assertRegex(notes[1], "beyond chance: .*replication 1, 1")
        self.no_overlap(figure)

    def test_without_rivals_the_factor_is_to_the_second_best(self):
        figure, _ = self.draw("--x", "/dataset/dimension", "--y", "S", "--panels", "N")
        self.assertEqual([a.get_title() for a in figure.axes], ["N = 16", "N = 32"])
        self.assertEqual(self.cells(figure.axes[0])[1][0, 0], "4.00")

    def test_a_trial_that_is_not_finite_takes_its_scheme_out(self):
        def spoil(table):
            table["mse"][(table["point"] == 2) & (table["trial"] == 3)] = float("inf")

        figure, notes = self.draw("--x", "/dataset/dimension", "--y", "N", changes=spoil)
        self.assertEqual(self.cells(figure.axes[0])[1][0, 0], "1.25")  # BACC over replication
        self.assertIn("LeTCC: no mean in 1 cell", notes)

    def test_wrong_arguments_are_one_line(self):
        path = str(self.write(schemes=SCHEMES, law=law, stragglers=[0, 4],
                              extra={"/dataset/dimension": [1, 3]}))
        for arguments, why in (
                (["--x", "N", "--y", "S", "--rivals", "lcc"], "there is no scheme 'lcc' for --rivals"),
                (["--x", "N", "--y", "/dataset/kind"], "two points of 'replication' fall into one"),
                (["--x", "N", "--y", "unknown"], "there is no 'unknown'")):
            err = io.StringIO()
            with contextlib.redirect_stderr(err):
                self.assertEqual(run_figure("winners", [path, *arguments]), 3)
            self.assertRegex(said(err.getvalue()), f"^laggard-plot: [^\n]*{why}[^\n]*\n$")
        err = io.StringIO()
        with contextlib.redirect_stderr(err), self.assertRaises(SystemExit):
            run_figure("winners", [path, "--x", "N", "--y", "1 +"])
        self.assertIn("is no formula", err.getvalue())


if __name__ == "__main__":
    unittest.main()
