"""The report as one HTML page that needs no other file and prints well."""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path

from .claims import VERDICTS, counts_text, measured_text, published_text

_PAPERS = "The papers make"
_OTHERS = {  # what is said of sources that are no papers
    "independent implementation": "An independent implementation, which shares no code with this program, makes",
    "closed form": "Formulas make",
    "this project": "The pages of this project themselves make"}
_STYLE = """
body { font: 15px/1.45 Georgia, serif; color: #222; max-width: 72em; margin: 2em auto; padding: 0 1em; }
h1, h2, th { font-family: Helvetica, Arial, sans-serif; } h2 { margin-top: 2.2em; font-size: 1.25em; }
table { border-collapse: collapse; width: 100%; font-size: 0.88em; margin: 0.8em 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3em 0.6em; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } td.number { white-space: nowrap; }
td.claim { width: 36%; } td.source { width: 22%; }
.verdict { font-weight: bold; white-space: nowrap; font-family: Helvetica, Arial, sans-serif; }
.confirmed { color: #1a7a3c; } .direction, .undecided { color: #9a6700; } .contradicted, .error { color: #b3261e; }
.not-run { color: #777; font-weight: normal; }
img { max-width: 100%; } pre { background: #f6f6f4; padding: 0.7em; overflow-x: auto; font-size: 0.8em; }
.note { color: #666; font-size: 0.88em; } a { color: #1d4f91; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } h2 { break-after: avoid; }
  tr, img { break-inside: avoid; } pre { white-space: pre-wrap; } }
@media screen and (max-width: 50em) { table { display: block; overflow-x: auto; } }
"""


def _prose(text: str) -> str:
    """A paragraph of a page of ours: code, emphasis, and links, of which the words stay."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", html.escape(text))
    parts = re.split(r"(`[^`]+`)", text)  # in code, an asterisk is one
    return "".join(f"<code>{part[1:-1]}</code>" if part.startswith("`") else
                   re.sub(r"\*\*?([^*\s][^*]*)\*\*?", r"<em>\1</em>", part) for part in parts)


def _cell(text: str, kind: str = "") -> str:
    return f'<td class="{kind}">{text}</td>' if kind else f"<td>{text}</td>"


def _claim_rows(section, with_name: bool) -> list:
    rows = []
    for claim, outcome in zip(section.claims.claims, section.outcomes):
        name = html.escape(section.claims.name)
        kind = outcome.verdict.replace(" ", "-")
        ours = html.escape(measured_text(claim, outcome.measured))
        if outcome.why:
            ours = f'<span class="note">{html.escape(outcome.why)}</span>'
        source = html.escape(", ".join(filter(None, (claim["paper"], claim.get("place", "")))))
        rows.append("<tr>" + "".join([
            _cell(f'<a href="#{name}">{name}</a>') if with_name else "",
            _cell(source, "source"), _cell(_prose(claim["what"]), "claim"),
            _cell(html.escape(published_text(claim)), "number"),
            _cell(ours, "" if outcome.why else "number"),
            _cell(f'<span class="verdict {kind}">{outcome.verdict}</span>')]) + "</tr>")
    return rows


def _table(rows: list, with_name: bool) -> list:
    heads = ["experiment"] * with_name + ["source", "claim", "published", "ours [95 % interval]",
                                          "verdict"]
    return (["<table>", "<thead><tr>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr></thead>",
             "<tbody>"] + rows + ["</tbody></table>"])


def _image(path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'<p><img alt="{html.escape(path.stem)}" src="data:image/png;base64,{data}"></p>'


def _section(section) -> list:
    name = html.escape(section.claims.name)
    lines = [f'<h2 id="{name}">{html.escape(section.title)}</h2>',
             f'<p>{_prose(section.question)} <span class="note">(experiments/{name})</span></p>']
    if section.claims.claims:
        lines += _table(_claim_rows(section, False), False)
    lines += [_image(path) for path in section.images]
    lines += [f'<p class="note">{_prose(note)}</p>' for note in section.notes]
    if section.commands:
        lines.append("<pre>" + html.escape("\n".join(section.commands)) + "</pre>")
    return lines


def _summaries(sections) -> list:
    """A table for each kind of source, in the order of the verdicts."""
    found = {opening: [] for opening in (_PAPERS, *_OTHERS.values())}
    for section in sections:
        for claim, outcome, row in zip(section.claims.claims, section.outcomes,
                                       _claim_rows(section, True)):
            found[_OTHERS.get(claim["paper"], _PAPERS)].append((outcome, row))
    lines = []
    for opening, entries in found.items():
        if entries:
            counts = counts_text([outcome for outcome, _ in entries])
            rows = [row for verdict in VERDICTS for o, row in entries if o.verdict == verdict]
            lines += [f"<p>{opening} {html.escape(counts)}.</p>", *_table(rows, True)]
    return lines


def page_of(sections, head: str, quick: bool) -> str:
    """The page. `sections`: report.Section; `head`: what made the results."""
    lines = ["<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
             '<meta name="viewport" content="width=device-width, initial-scale=1">',
             "<title>laggard: published numbers and ours</title>", f"<style>{_STYLE}</style></head>",
             "<body><h1>Published numbers and ours</h1>",
             f'<p class="note">{html.escape(head)}</p>']
    if quick:
        lines.append('<p class="note">This is a quick run with cut sizes. It shows that everything '
                     "works; its numbers are not results.</p>")
    lines.append('<p class="note">' + " ".join([
        "A claim is <em>confirmed</em> where the published number is within the tolerance of the "
        "experiment, or inside the 95 % interval of ours.", "<em>Direction</em> means that who is ahead "
        "is as published, and by how much is not.", "<em>Undecided</em> is a bound inside our interval, or "
        "a number that is not known.", "<em>Contradicted</em> means none of these.", "<em>Error</em> is "
        "a claim that cannot be read from the file that is there.",
        "<em>Not run</em> says why there is no number.", "A finding of ours that no paper has is checked "
        "in the same way, against what our page says of it."]) + "</p>")
    lines += _summaries(sections)
    for section in sections:
        lines += _section(section)
    return "\n".join(lines + ["</body></html>"]) + "\n"
