"""Files are written as a whole."""

import os
import resource
import signal
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from laggard.files import LaggardError
from laggard.writing import write_whole


class Writing(unittest.TestCase):
    def setUp(self):
        held = TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)

    def names(self):
        return sorted(entry.name for entry in self.folder.iterdir())

    def test_a_full_disk_leaves_the_old_file(self):
        page = self.folder / "page.html"
        write_whole(page, b"old")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with self.assertRaisesRegex(LaggardError, "cannot write .*page.html"):
                write_whole(page, bytes(2000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        self.assertEqual(page.read_bytes(), b"old")
        self.assertEqual(self.names(), ["page.html"])

    def test_folders_are_made_and_links_stay(self):
        link = self.folder / "link"
        link.symlink_to("deep/page.html")
        write_whole(link, b"new")
        self.assertTrue(link.is_symlink())
        self.assertEqual((self.folder / "deep/page.html").read_bytes(), b"new")

    def test_a_pipe_is_written_to(self):
        out, into = os.pipe()
        write_whole(f"/dev/fd/{into}", b"table")
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            self.assertEqual(pipe.read(), b"table")
        self.assertEqual(self.names(), [])
