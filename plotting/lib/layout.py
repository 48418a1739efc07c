"""Where things stand: panels, legends, notes, and names of any length, so that nothing is cut off."""

from __future__ import annotations

import re

from matplotlib import pyplot as plt
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import ScaledTranslation

from .style import GREY, WIDTHS

_HANDLE = 0.45      # inches of a legend beside its text
_DECORATION = 0.7   # of a panel beside its axes: ticks and labels
_NOTE_SIZE = 5.5
# What is not torn apart: a word, a formula, an equation.
_TOKEN = re.compile(r"(?: = |\\\$|\$(?:\\.|[^$])*\$|[^ \n$])+")


def inches_of(text: str, size: float) -> float:
    """Width of a line of text in a font of so many points."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        text.replace("\\$", "$") if "$" not in text.replace("\\$", "") else text,
        FontProperties(family="DejaVu Sans", size=size), ismath=text.count("$") > text.count("\\$"))
    return width / 72


def _pieces(token: str, inches: float, size: float) -> list:
    """A word, torn apart where it is longer than a line; a formula stays whole."""
    if "$" in token or inches_of(token, size) <= inches:
        return [token]
    pieces = [""]
    for letter in token:
        if pieces[-1] and inches_of(pieces[-1] + letter, size) > inches:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def wrapped(text: str, inches: float, size: float, lines: int | None = None) -> str:
    """The text in lines of at most so many inches; what is beyond `lines` of them is left out."""
    found = []
    for paragraph in text.split("\n"):
        line = ""
        for token in _TOKEN.findall(paragraph):
            for piece in _pieces(token, inches, size):
                if line and inches_of(f"{line} {piece}", size) > inches:
                    found.append(line)
                    line = ""
                line = f"{line} {piece}" if line else piece
        found.append(line)
    if lines is not None and len(found) > lines:
        found = found[:lines - 1] + [found[lines - 1] + "\u2026"]
    return "\n".join(found)


def panel_grid(count: int, columns: int | None, across: int | None = None, share_y=True,
               panel_height: float = 2.15):
    """Figure with `count` panels, `across` of them (or what fits) in a row.

    `columns` is the journal column count; None takes one for a single panel, two otherwise.
    """
    width = WIDTHS[columns or (1 if count == 1 else 2)]
    across = 1 if width < 5 else min(count, across or (2 if count in (2, 4) else 3))
    down = -(-count // across)
    figure, axes = plt.subplots(down, across, figsize=(width, panel_height * down), squeeze=False,
                                sharey=share_y)
    for spare in axes.ravel()[count:]:
        spare.set_visible(False)
    return figure, list(axes.ravel()[:count])


def _slot(axes) -> float:
    """Inches across that belong to a panel, without those of its colour bar."""
    spec = axes.get_subplotspec()
    if spec is None:
        return axes.figure.get_figwidth()
    across = spec.get_topmost_subplotspec().get_gridspec().ncols
    # A colour bar takes a part of the panel's place.
    return axes.figure.get_figwidth() / across - (
        0.0 if spec == spec.get_topmost_subplotspec() else _DECORATION)


def panel_legend(axes) -> None:
    """A panel's own legend below it, clear of the data whatever they are."""
    below = axes.transAxes + ScaledTranslation(0, -0.34, axes.figure.dpi_scale_trans)
    handles, labels = axes.get_legend_handles_labels()
    size = plt.rcParams["legend.fontsize"]
    axes.legend(handles, [wrapped(text, _slot(axes) - _HANDLE, size) for text in labels],
                loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=below,
                borderaxespad=0, labelspacing=0.25)


def _common_legend(figure, handles, labels):
    size, width = plt.rcParams["legend.fontsize"], figure.get_figwidth()
    labels = [wrapped(text, width - _HANDLE, size) for text in labels]
    widest = max(inches_of(line, size) for text in labels for line in text.split("\n"))
    across = max(1, min(len(labels), int(width / (_HANDLE + widest))))
    return figure.legend(handles, labels, loc="lower center", ncol=across, borderaxespad=0,
                         bbox_to_anchor=(0.5, 0), columnspacing=1.4, labelspacing=0.3)


def _height(figure, artist) -> float:
    return artist.get_window_extent(figure.canvas.get_renderer()).height / figure.dpi


def _grow(figure, rows: int) -> None:
    """Makes room for the tallest panel legend and the tallest title of each row."""
    tallest = max((_height(figure, a.get_legend()) for a in figure.axes if a.get_legend()),
                  default=0.0)
    titles = max(_height(figure, a.title) if a.get_title() else 0.0 for a in figure.axes)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + rows * (tallest + max(0.0, titles - 0.15)))


def finish(figure, notes=(), legend=None, show_notes: bool = True, tight: bool = True):
    """Common legend and notes under the panels, and a layout in which nothing overlaps."""
    for axes in figure.axes if tight else ():
        axes.title.set_text(wrapped(axes.get_title(), _slot(axes) - _DECORATION,
                                    plt.rcParams["axes.titlesize"]))
    _grow(figure, figure.axes[0].get_subplotspec().get_gridspec().nrows if tight else 1)
    width, height = figure.get_size_inches()
    bottom = 0.02
    below = []
    if notes and show_notes:
        text = "\n".join(wrapped(note, width - 0.1, _NOTE_SIZE) for note in notes)
        below.append(figure.text(0.01, 0, text, fontsize=_NOTE_SIZE, color=GREY, va="bottom"))
    if legend and legend[0]:
        below.append(_common_legend(figure, *legend))
    sizes = [_height(figure, artist) + 0.05 for artist in below]
    height += sum(sizes)
    figure.set_size_inches(width, height)
    for artist, size in zip(below, sizes):
        if hasattr(artist, "set_bbox_to_anchor"):
            artist.set_bbox_to_anchor((0.5, bottom / height))
        else:
            artist.set_position((0.01, bottom / height))
        bottom += size
    if tight:
        for _ in range(2):  # the ticks, and so the room they need, depend on the panels' size
            figure.tight_layout(rect=(0, bottom / height, 1, 1), pad=0.3, h_pad=0.8, w_pad=0.8)
    return figure


def place_above(figure, notes, legend, show_notes: bool = True):
    """finish() for panels that were placed by hand: they are moved up by what comes below."""
    total = figure.get_figheight()
    finish(figure, notes, legend, show_notes, tight=False)
    height = figure.get_figheight()
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position([box.x0, (box.y0 * total + height - total) / height, box.width,
                           box.height * total / height])
    return figure


def shared_legend(panels) -> tuple:
    """(handles, labels) over all panels, each label once."""
    found = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels()):
            found.setdefault(label, handle)
    return list(found.values()), list(found)
