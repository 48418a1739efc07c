#!/usr/bin/env python3
"""Which share of the lines of src was executed, by folder, from the counters that gcc's --coverage writes."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

SOURCES = pathlib.Path(__file__).resolve().parents[1] / "src"


def executions(notes):
    """How often the lines of our sources were executed within one object: {(file, line): count}."""
    # Without counters beside the notes, the object never ran, and all counts are 0.
    said = subprocess.run(["gcov", "--json-format", "--stdout", notes], capture_output=True, check=True)
    counts = collections.Counter()
    for text in said.stdout.splitlines():
        document = json.loads(text)
        for source in document["files"]:
            path = pathlib.Path(os.path.normpath(os.path.join(document["current_working_directory"], source["file"])))
            if not path.is_relative_to(SOURCES):
                continue
            for line in source["lines"]:  # once for each function or template that has the line
                counts[str(path.relative_to(SOURCES)), line["line_number"]] += line["count"]
    return counts


def lines_of(build):
    """The same over all objects of a build."""
    total = collections.Counter()
    objects = sorted(build.rglob("*.gcno"))
    if not objects:
        sys.exit(f"coverage.py: '{build}' has no counters (it was not built with --coverage); use the preset coverage")
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for counts in pool.map(executions, objects):
            total.update(counts)
    return total


def table(lines, group):
    """[(name, lines, lines that were executed)] with the lines grouped by a function of their file."""
    found = collections.defaultdict(lambda: [0, 0])
    for (file, _), count in lines.items():
        found[group(file)][0] += 1
        found[group(file)][1] += count > 0
    return [(name, *counts) for name, counts in sorted(found.items())]


def percent(lines, executed):
    return 100 * executed / lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--files", action="store_true", help="also the files, those with most untested lines first")
    parser.add_argument("--missing", metavar="FILE", help="the untested lines of one file below src")
    parser.add_argument("--least", type=float, default=0.0, metavar="PERCENT", help="fail below this share")
    arguments = parser.parse_args()
    lines = lines_of(arguments.build)
    if arguments.missing:
        text = (SOURCES / arguments.missing).read_text().splitlines()
        for (file, number), count in sorted(lines.items()):
            if file == arguments.missing and count == 0:
                print(f"{number:5}  {text[number - 1]}")
        return
    print(f"{'folder':40} {'lines':>6} {'executed':>9}")
    for name, all_lines, executed in table(lines, lambda file: file.rpartition("/")[0] or "."):
        print(f"{name:40} {all_lines:6} {percent(all_lines, executed):8.1f}%")
    ((_, all_lines, executed),) = table(lines, lambda file: "total")
    print(f"{'total':40} {all_lines:6} {percent(all_lines, executed):8.1f}%")
    if arguments.files:
        print()
        for name, count, done in sorted(table(lines, lambda file: file), key=lambda row: row[2] - row[1]):
            if done < count:
                print(f"{name:40} {count - done:6} of {count} lines have no test")
    if percent(all_lines, executed) < arguments.least:
        sys.exit(f"coverage.py: less than {arguments.least:g} % of the lines were executed")


if __name__ == "__main__":
    main()
