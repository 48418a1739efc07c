"""Error against a swept lambda, and its growth around the least one.

This is `plot sweep` under the name that the papers' figure has: `plot sweep --help` says what is drawn.
"""

from __future__ import annotations

import functools

from . import sweep
from ..files import LaggardError

parser = functools.partial(sweep.parser, __name__, __doc__)


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return swept(results.drawn)


def swept(points) -> bool:
    """Whether the sweep gives any lambda two numbers."""
    return any(pointer.rsplit("/", 1)[1].startswith("lambda")
               for pointer in sweep.candidates(points))


def make_figure(results, options):
    """(figure, notes)."""
    if options.x is None and results.drawn and not swept(results.drawn):
        raise LaggardError(
            f"'{results.path}' sweeps no lambda",
            "it sweeps " + (", ".join(sorted(sweep.candidates(results.drawn))) or "no number"),
            'sweep one, e.g. {"/schemes/0/lambda_decode": [1e-8, 1e-6]}, or use `plot sweep`')
    return sweep.make_figure(results, options)
