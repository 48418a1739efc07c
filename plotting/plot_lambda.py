"""Error against a swept lambda: `plot sweep` under the name that the papers' figure has."""

from __future__ import annotations

import functools
import sys

import plot_sweep
from laggard_cli import figure_main

make_figure = plot_sweep.make_figure
parser = functools.partial(plot_sweep.parser, "lambda")

if __name__ == "__main__":
    sys.exit(figure_main("lambda", parser, make_figure, None))
