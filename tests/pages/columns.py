#!/usr/bin/env python3
"""Compares the tables of results/README.md with the tables of real files: columns and units.

    tests/pages/columns.py build/release/laggard
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import h5py
except ImportError:
    debian = "/usr/bin/python3"
    if os.path.exists(debian) and os.path.realpath(sys.executable) != os.path.realpath(debian):
        os.execv(debian, [debian, *sys.argv])
    print("skipped: no Python with h5py")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "results/README.md"
WITHOUT_COLUMNS = {"/predictions"}  # arrays, not a table


def tables_of_page():
    """{table: {column: unit}}"""
    tables, names = {}, []
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            names = re.findall(r"/\w+", line)
            for name in names:
                tables[name] = {}
        row = re.match(r"\| `(\w+)` \|\s*(\w*)\s*\| \S", line)
        if row:
            for name in names:
                tables[name][row.group(1)] = row.group(2)
    return {name: columns for name, columns in tables.items() if name not in WITHOUT_COLUMNS}


def tables_of_files(program, folder):
    config = str(ROOT / "configs/convergence.json")
    small = ["--set", "/trials=2", "--set", '/sweep={"/workers": [16, 32]}', "--quiet"]
    run, tuning = folder / "run.h5", folder / "tuning.h5"
    subprocess.run([program, "run", config, *small, "--set", "/output/workers=true",
                    "--set", "/output/anytime=true", "--output", run], check=True)
    subprocess.run([program, "tune", config, *small, "--scheme", "letcc", "--grid", "3", "--rounds", "1",
                    "--trials", "2", "--output", tuning], check=True)
    training = folder / "training.h5"
    subprocess.run([program, "run", str(ROOT / "configs/distributed-training.json"), "--set", "/training/steps=2",
                    "--set", "/trials=1", "--quiet", "--output", training], check=True)
    server = folder / "server.h5"
    subprocess.run([program, "run", str(ROOT / "configs/serving.json"), "--set", "/trials=1", "--set",
                    "/output/queries=true", "--quiet", "--output", server], check=True)
    tables = {}
    for path in server, run, tuning, training:  # /summary differs by the kind of experiment
        with h5py.File(path) as file:
            for name, table in file.items():
                if path == training and name == "summary":
                    continue  # means of what /runs has
                if isinstance(table, h5py.Dataset) and table.dtype.names:
                    units = json.loads(table.attrs["units"])
                    tables["/" + name] = {column: units.get(column, "") for column in table.dtype.names}
    return tables


def curves():
    """A training needs libtorch and data, so that its columns are read where they are stated."""
    source = (ROOT / "src/trainer/checkpoint.cpp").read_text()
    found = re.findall(r'column<R>\("(\w+)", &R::\w+, "[^"]*"(?:, "(\w+)")?\)', source)
    return {"/curves": dict(found)}


def main():
    page = tables_of_page()
    with tempfile.TemporaryDirectory() as folder:
        files = {**tables_of_files(sys.argv[1], Path(folder)), **curves()}
    wrong = []
    for name in sorted(page.keys() | files.keys()):
        told, stored = page.get(name, {}), files.get(name, {})
        for column in sorted(told.keys() | stored.keys()):
            if column not in stored:
                wrong.append(f"{name} has no column {column}")
            elif column not in told:
                wrong.append(f"{name} has the column {column}, of which the page says nothing")
            elif told[column] != stored[column]:
                wrong.append(f"{column} of {name} has the unit '{stored[column]}', not '{told[column]}'")
    for line in wrong:
        print(f"{PAGE.relative_to(ROOT)}: {line}")
    print(f"{sum(map(len, page.values()))} columns of {len(page)} tables compared")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
