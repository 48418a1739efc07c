#!/usr/bin/env python3
"""Runs experiments/reproduce.sh --quick with the program itself, in a folder of its own.

    reproduce.py PROGRAM NAME [NAME ...]

Every run of these experiments has to end right, every claim that can have a number has to get one, and every
figure has to be drawn. Verdicts are those of cut sizes and not looked at. Without matplotlib the exit code is 77.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def problems(root, names):
    """What the report lacks."""
    report = root / "results/report-quick"
    found = json.loads((report / "claims.json").read_text())
    figures = 0
    for name in names:
        asked = json.loads((root / "experiments" / name / "claims.json").read_text())
        figures += len(asked.get("figures", []))
        if len(found[name]) != len(asked["claims"]) or not found[name]:
            yield f"{name} has {len(found[name])} of {len(asked['claims'])} claims"
        for claim in found[name]:
            if claim["measured"] is None and "unreachable" not in claim:
                yield f"{name}: no number for '{claim['what']}': {claim['why']}"
    drawn = (report / "index.html").read_text().count("data:image/png;base64,")
    if drawn != figures:
        yield f"{drawn} of {figures} figures are drawn"


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="laggard-reproduce-") as place:
        root = Path(place)
        (root / "experiments").symlink_to(ROOT / "experiments")
        done = subprocess.run(["bash", ROOT / "experiments/reproduce.sh", "--quick", "--root", root, *names],
                              capture_output=True, text=True, errors="replace", check=False,
                              env={**os.environ, "LAGGARD": program})
        if "no Python with numpy" in done.stderr:
            print(done.stderr, end="")
            sys.exit(77)
        wrong = [f"exit code {done.returncode}"] if done.returncode else []
        wrong += [line for line in done.stdout.splitlines() if ": left out: " in line]
        if (root / "results/report-quick/claims.json").exists():
            wrong += problems(root, names)
        if wrong:
            sys.exit("\n".join([done.stdout + done.stderr, *wrong]))
        print(f"{done.stdout.count('== [') // 2} runs of {', '.join(names)}")


if __name__ == "__main__":
    main()
