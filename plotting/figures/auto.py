"""Every figure that the file supports, and the table.

Draws PREFIX-convergence.png and .pdf and so on, and prints the table.
"""

from __future__ import annotations

from pathlib import Path

from ..cli import draw, figure_parser, listed, load, read
from ..files import LaggardError, format_of, opened

# Files of other commands than `laggard run`, and the figure for them.
_OTHERS = {"laggard-fit": "fit", "laggard-training": "curves", "laggard-checkpoint": "curves"}


def parser():
    """Arguments of this figure."""
    return figure_parser(__name__, __doc__)


def supported(results) -> list:
    """Names of the figures that say that a file has the data for them."""
    return [name for name in listed() if getattr(load(name), "supports", lambda _: False)(results)]


def _options(figure, options, prefix: str):
    """The options of one figure, with the common ones taken over."""
    its = figure.parser().parse_args(options.files)
    for common in ("schemes", "workers", "stragglers", "columns", "dpi", "notes"):
        if hasattr(its, common):
            setattr(its, common, getattr(options, common))
    its.output = f"{prefix}-{its.figure}"
    return its


def run(options, progress) -> None:
    """Draws what there is; one figure that fails does not keep the others."""
    path = options.files[0]
    prefix = options.output or str(Path(path).with_suffix(""))
    other = _OTHERS.get(opened(path, lambda _, file: format_of(file)))
    if other:
        load(other).run(_options(load(other), options, prefix), progress)
        return
    results = read(path, progress)
    names = supported(results)
    failed = []
    for name in names:
        figure = load(name)
        try:
            its = _options(figure, options, prefix)
            if hasattr(figure, "run"):  # it takes several files, or has other output as well
                figure.run(its, progress)
            else:
                draw(figure.make_figure, results, its, progress)
        except LaggardError as error:
            failed.append(error)
            print(f"note: no {name}: {error}")
    if results.drawn:
        table = load("table")
        try:
            print("\n" + table.make_table(results, _options(table, options, prefix)), end="")
        except LaggardError as error:
            print(f"note: no table: {error}")
    if len(failed) == len(names):
        raise failed[0] if failed else LaggardError(
            f"'{path}' has nothing to plot", "it has no finished trial and no tuning surface",
            "run it, or resume it with `laggard run --resume`")
