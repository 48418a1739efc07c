#!/usr/bin/env python3
"""Every link of a page leads to a file, and to a heading of it. The first page stays short, and it names every
experiment, as that of the experiments does."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 8000  # bytes of the README in the root


def anchors(page):
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def wrong_links(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"there is no {link}"
        elif anchor and anchor not in anchors(target):
            yield f"{name} has no heading #{anchor}"


def unnamed_experiments(page):
    folders = {readme.parent for readme in ROOT.glob("experiments/*/README.md")}
    linked = {(page.parent / link).resolve().parent for link in re.findall(r"\]\(([^)#\s]+)", page.read_text())}
    return [f"there is no link to experiments/{folder.name}" for folder in sorted(folders - linked)]


def main():
    pages = [page for pattern in ("README.md", "*/README.md", "*/*/README.md") for page in sorted(ROOT.glob(pattern))
             if page.relative_to(ROOT).parts[0] != "build"]
    wrong = [f"{page.relative_to(ROOT)}: {problem}" for page in pages for problem in wrong_links(page)]
    for page in (ROOT / "README.md", ROOT / "experiments/README.md"):
        wrong += [f"{page.relative_to(ROOT)}: {problem}" for problem in unnamed_experiments(page)]
    size = (ROOT / "README.md").stat().st_size
    if size > LONGEST:
        wrong.append(f"README.md has {size} bytes, more than {LONGEST}")
    print("\n".join([*wrong, f"{len(pages)} pages"]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
