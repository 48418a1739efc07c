"""Error against a swept lambda: `plot sweep` under the name that the papers' figure has."""

from __future__ import annotations

import functools
import sys

import plot_sweep
from laggard_cli import figure_main
from laggard_results import LaggardError

parser = functools.partial(plot_sweep.parser, "lambda")


def swept(points) -> bool:
    """Whether the sweep gives any lambda two numbers."""
    return any(pointer.rsplit("/", 1)[1].startswith("lambda")
               for pointer in plot_sweep.candidates(points))


def make_figure(results, options):
    """(figure, notes)."""
    if options.x is None and results.drawn and not swept(results.drawn):
        raise LaggardError(
            f"'{results.path}' sweeps no lambda",
            "it sweeps " + (", ".join(sorted(plot_sweep.candidates(results.drawn))) or "no number"),
            'sweep one, e.g. {"/schemes/0/lambda_decode": [1e-8, 1e-6]}, or use `plot sweep`')
    return plot_sweep.make_figure(results, options)


if __name__ == "__main__":
    sys.exit(figure_main("lambda", parser, make_figure, None))
