"""What the tests share: a temporary folder, and figures that are looked at through matplotlib."""

import tempfile
import unittest
from pathlib import Path

import synthetic
from laggard import open_results, style
from matplotlib import pyplot

SCRIPTS = Path(__file__).resolve().parent.parent


def said(stderr: str) -> str:
    """Without what a command says about its progress, if the machine is slow."""
    return "".join(line for line in stderr.splitlines(True) if not line.endswith(" ...\n"))


class Folder(unittest.TestCase):
    """A temporary folder per test."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def write(self, **options):
        return synthetic.write(self.folder / "a.h5", **options)


class Figures(Folder):
    """Makes figures in the style of the scripts."""

    def setUp(self):
        super().setUp()
        context = pyplot.rc_context(style.STYLE)
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.addCleanup(pyplot.close, "all")

    def make(self, module, path, *arguments):
        return module.make_figure(open_results(path),
                                  module.parser().parse_args([str(path), *arguments]))

    @staticmethod
    def labels(figure):
        boxes = [a.get_legend() for a in figure.axes if a.get_legend()] + figure.legends
        return [text.get_text() for box in boxes for text in box.get_texts()]

    @staticmethod
    def line(axes, name):
        return next(line for line in axes.get_lines() if line.get_label().startswith(name))

    @staticmethod
    def floor(axes):
        """Places of the markers on the floor, line by line."""
        return [list(line.get_xdata()) for line in axes.get_lines() if line.get_gid() == "floor"]

    def no_overlap(self, figure):
        """Panels (with their legends), common legend and notes lie apart and on the page."""
        renderer = figure.canvas.get_renderer()
        boxes = [a.get_tightbbox(renderer) for a in figure.axes if a.get_visible()]
        boxes += [a.get_window_extent(renderer) for a in (*figure.legends, *figure.texts)]
        for i, box in enumerate(boxes):
            self.assertGreater(box.y0, -1)
            self.assertLess(box.y1, figure.bbox.height + 1)
            self.assertLess(box.x1, figure.bbox.width + 1)
            self.assertGreater(box.x0, -1)
            for other in boxes[:i]:
                width = min(box.x1, other.x1) - max(box.x0, other.x0)
                height = min(box.y1, other.y1) - max(box.y0, other.y0)
                self.assertFalse(width > 2 and height > 2, (box, other))
