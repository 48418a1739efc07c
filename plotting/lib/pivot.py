"""Tables of formulas: rows, columns and separate tables by settings of the points."""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
from dataclasses import dataclass

from . import series
from .files import LaggardError
from .formulas import Formula, Template, fact, short_names, shown

_TITLE = re.compile(r"^([^={}()]*[^={}()<>!])=(?!=)(.+)$", re.DOTALL)
_MOST_LISTED, _LONGEST_VALUE = 4, 40  # settings, and values of one, in a line; letters of a value
_ALSO = {"/workers": "N", "/data_points": "K", "/stragglers/count": "S"}  # keys that say the same


@dataclass(frozen=True)
class Entry:
    """One point with the file that it comes from."""

    file: str
    name: str
    point: object

    def fact(self, key: str):
        """A setting, or where the point comes from."""
        return getattr(self, key) if key in ("file", "name") else fact(self.point, key)


def entries(files, options) -> list:
    """The points of all files that pass the filters."""
    keys = options.tables + options.rows + options.columns
    found = []
    for results in files:
        points = series.select(results, options.schemes, options.workers, options.stragglers,
                               pool=series.POSITIONS not in keys)
        found += [Entry(results.path.stem, str(results.config.get("name", "")), p) for p in points]
    if options.where is not None:
        options.where.require([e.point for e in found])
        found = [e for e in found if options.where.of([e.point])[0]]
    if not found:
        raise LaggardError("no point is left for the table", f"none has {options.where.text}",
                           "choose another --where")
    return found


def formula(text: str) -> Formula:
    """An argument that is a formula."""
    try:
        return Formula(text)
    except LaggardError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def template(text: str) -> str:
    """An argument that is a template."""
    try:
        Template(text, "")
    except LaggardError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def titled(text: str) -> tuple:
    """An argument `TITLE=TEMPLATE`: (title, template). The title of a bare template is its text."""
    found = _TITLE.match(text)
    title, rest = (found[1].strip(), found[2].strip()) if found else (text, text)
    return title, template(rest)


class Pivot:
    """The cells of the tables, as texts."""

    def __init__(self, found, options):
        self.options = options
        self._form = options.format if options.format is not None else ("" if options.csv else ".4g")
        self._names = {key: short_names([e.fact(key) for e in found])
                       for key in options.tables + options.rows + options.columns}
        self._values, self._of_rows = ([(title, Template(text, self._form)) for title, text in given]
                                       for given in (options.value, options.row_value))
        for _, shown_there in (*self._values, *self._of_rows):
            shown_there.require([e.point for e in found])
        self.cells = {}  # table -> row -> column -> entries
        for e in found:
            table, row, column = (self._key(e, keys) for keys in (
                options.tables, options.rows, options.columns))
            self.cells.setdefault(table, {}).setdefault(row, {}).setdefault(column, []).append(e)
        for rows in self.cells.values():
            for columns in rows.values():
                for members in columns.values():
                    self._check_alike(members)
        self.columns = _ordered({c for rows in self.cells.values() for r in rows.values()
                                 for c in r}, [self._key(e, options.columns) for e in found])

    def _key(self, entry, keys) -> tuple:
        return tuple(_plain(entry.fact(key)) for key in keys)

    def _check_alike(self, members) -> None:
        """Raises where points that are not the same share a cell: their mean would mean nothing."""
        if len(members) < 2:
            return
        settings = [_settings(e) for e in members]
        differing = [key for key in {key: None for s in settings for key in s}
                     if any(s.get(key) != settings[0].get(key) for s in settings[1:])]
        differing = [key for key in differing if _ALSO.get(key) not in differing]
        raise LaggardError(
            f"{len(members)} points fall into one cell",
            f"they differ in {_differences(differing, settings)}" if differing else "they are the same",
            "name what tells them apart in --rows, --columns or --tables, or choose points with --where")

    def shown(self, key: str, value) -> str:
        """A setting for print: paths by what tells them apart."""
        text = self._names[key].get(value, value) if isinstance(value, str) else value
        return "" if value is None else shown(text, ".6g" if isinstance(text, float) else "")

    def heads(self) -> list:
        """Titles of the columns of values."""
        if not self.options.columns:
            return [title for title, _ in self._values]
        found = []
        for title, _ in self._values:
            for column in self.columns:
                name = ", ".join(self._named(key, value)
                                 for key, value in zip(self.options.columns, column))
                found.append(f"{title}, {name}" if len(self._values) > 1 else name)
        return found

    def _named(self, key: str, value) -> str:
        text = self.shown(key, value)
        return text if isinstance(value, str) else f"{key.rsplit('/', 1)[-1]} = {text}"

    def row_heads(self) -> list:
        """Titles of the columns before the values."""
        return [*(key.rsplit("/", 1)[-1] if key.startswith("/") else key
                  for key in self.options.rows), *(title for title, _ in self._of_rows)]

    def line(self, table, row) -> list:
        """The texts of one row of one table: what it is, then its values."""
        cells = self.cells[table][row]
        texts = [self.shown(key, value) for key, value in zip(self.options.rows, row)]
        texts += [self._of_row(template, cells) for _, template in self._of_rows]
        columns = self.columns if self.options.columns else [()]
        return texts + [template.of([e.point for e in cells[c]])[0] if c in cells else ""
                        for _, template in self._values for c in columns]

    def _of_row(self, template, cells) -> str:
        """Over all trials of the row; where trials have no part in it, the value of each column."""
        each = [template.of([e.point for e in cells[c]]) for c in self.columns if c in cells]
        if any(counted for _, counted in each):
            return template.of([e.point for members in cells.values() for e in members])[0]
        return ", ".join(text for text, _ in each)

    def title(self, table) -> str:
        """What stands above a table."""
        if self.options.title:
            members = [e.point for columns in self.cells[table].values()
                       for found in columns.values() for e in found]
            heading = Template(self.options.title, self._form)
            heading.require(members)
            return heading.of(members)[0]
        return ", ".join(self._named(key, value) for key, value in zip(self.options.tables, table))


def _plain(value):
    """A setting as a key."""
    return str(value) if isinstance(value, (list, dict)) else value


def _settings(entry) -> dict:
    point = entry.point
    own = f"/schemes/{point.position}/"
    leaves = {**point.config, **point.parameters}
    return {"scheme": point.scheme, "N": point.workers, "K": point.data_points, "S": point.stragglers,
            **{p: v for p, v in leaves.items() if p.startswith(own)
               or not p.startswith(("/schemes/", "/sweep", "/output/", "/name"))},
            "file": entry.file}


def _differences(keys, settings) -> str:
    """The settings that differ, each with its values: "S (0 and 4) and k (2 and none)"."""
    told = [f"{key} ({_listed([_value_text(s.get(key)) for s in settings])})" for key in keys]
    return _listed(told)


def _listed(texts) -> str:
    """Texts without repeats; of many, the first ones."""
    texts = list(dict.fromkeys(texts))
    if len(texts) > _MOST_LISTED:
        texts[_MOST_LISTED - 1:] = [f"{len(texts) - _MOST_LISTED + 1} more"]
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _value_text(value) -> str:
    text = "none" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _ordered(keys, appearance) -> list:
    """Numbers by their size, anything else as it appears."""
    if all(isinstance(v, (int, float)) for key in keys for v in key):
        return sorted(keys)
    return list(dict.fromkeys(appearance))


def markdown(pivot: Pivot) -> str:
    """Tables with their titles; what a row shares with the one above is not repeated."""
    lines = []
    for table, rows in pivot.cells.items():
        title = pivot.title(table)
        lines += [f"**{series.plain(title)}**", ""] if title else []
        heads = pivot.row_heads() + pivot.heads()
        lines += [table_row(map(series.plain, heads)),
                  table_row(["---"] * len(pivot.row_heads()) + ["---:"] * len(pivot.heads()))]
        before = ()
        for row in rows:
            texts = pivot.line(table, row)
            for i in range(len(row) - 1):
                if row[:i + 1] == before[:i + 1]:
                    texts[i] = ""
            before = row
            lines.append(table_row(map(series.plain, texts)))
        lines.append("")
    return "\n".join(lines)


def table_row(cells) -> str:
    """A line of a Markdown table; a bar in a cell starts no other cell."""
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def comma_separated(pivot: Pivot) -> str:
    """One table for all; what tells the tables apart stands in columns of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*pivot.options.tables, *pivot.row_heads(), *pivot.heads()])
    for table, rows in pivot.cells.items():
        for row in rows:
            writer.writerow([*(pivot.shown(k, v) for k, v in zip(pivot.options.tables, table)),
                             *pivot.line(table, row)])
    return text.getvalue()
