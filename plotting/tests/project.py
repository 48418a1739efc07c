"""A project of a test's own: experiments, and what stands for the program."""

import contextlib
import io
import json
import os
import stat
import unittest.mock

from support import Folder, said

from laggard.figures import report
from laggard.reproduce import main as reproduce
import synthetic
from test_claims import RATIO, law


# Stands for the program: writes the file that a test has prepared, and knows what is missing.
PROGRAM = """#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$@" >>calls
case $1:$2 in
  check:*absent*) echo "laggard: cannot read 'x' (there is no such file); fetch it" >&2; exit 3 ;;
  check:*wrong*) echo "laggard: /trials is wrong (why); mend it" >&2; exit 2 ;;
  run:*) cp prepared.h5 "$4" ;;
  launch:*) cp prepared.h5 "$7" ;;
esac
"""


class Project(Folder):
    """A folder with an experiment `one`, and the program."""

    def setUp(self):
        super().setUp()
        synthetic.write(self.folder / "prepared.h5", workers=[16, 32, 64], law=law)
        self.program = self.folder / "laggard"
        self.program.write_text(PROGRAM)
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)
        self.experiment("one", {
            "runs": [{"config": "a.json", "quick": {"/trials": 2}}],
            "figures": [["convergence", "results/a.h5"]],
            "claims": [RATIO, {**RATIO, "published": "< 0.2", "what": "too good"}]})

    def experiment(self, name, claims):
        folder = self.folder / "experiments" / name
        folder.mkdir(parents=True)
        (folder / "claims.json").write_text(json.dumps(claims))
        for run in claims["runs"]:
            (folder / run["config"]).write_text('{\n  "name": "%s"\n}\n' % run["config"][:-5])
        (folder / "README.md").write_text(
            f"# A <title>\n\nIs it `so < x`? *Or* `a*b*c`, as [there](../two/README.md)?\n\n{report._BEGIN}\nold\n{report._END}\n\nRemarks.\n")
        return folder

    def call(self, function, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = function(*arguments)
        return code, out.getvalue(), said(err.getvalue())

    def reproduce(self, *arguments):
        with unittest.mock.patch.dict(os.environ, {"LAGGARD": str(self.program)}):
            return self.call(reproduce, ["--root", str(self.folder), *arguments])

    def calls(self):
        return (self.folder / "calls").read_text().splitlines()
