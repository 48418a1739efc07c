"""Puts the scripts on the path, so that any way to run the tests works; the tests' base class."""

import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))

import synthetic  # noqa: E402


class Folder(unittest.TestCase):
    """A temporary folder per test."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def write(self, **options):
        return synthetic.write(self.folder / "a.h5", **options)
