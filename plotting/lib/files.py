"""Opens the HDF5 files of laggard; the only module here that knows h5py.

A file of a run in progress can be read at any time: the program flushes it after every few trials,
and what is flushed is complete. A read that falls into a flush can fail; it is tried again. The run
holds HDF5's lock on its file, which a reader does not need.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from pathlib import Path

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # HDF5 looks at it when it is loaded

import h5py  # noqa: E402
import numpy as np  # noqa: E402

UNWRITTEN = 0xFFFFFFFF  # fill value of the u32 columns: a row that was allocated and never written
FORMAT_VERSION = 3      # the newest that these programs read; src/output/provenance.hpp writes it

_TRIES, _PAUSE_S = 10, 0.2  # of reading a file that a run is writing
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class LaggardError(Exception):
    """A problem of the user's: one line in the shape `problem (why); what to do`."""

    def __init__(self, problem: str, why: str, remedy: str):
        super().__init__(printable(f"{problem} ({why}); {remedy}"))


class Damaged(LaggardError):
    """What a file has cannot be right, unless it is being written just now."""


def cannot(do: str, error: OSError) -> LaggardError:
    """What is raised where a place cannot be written. `do`: "write 'x'"."""
    remedy = "make room" if error.errno in _NO_ROOM else "make it writable"
    return LaggardError(f"cannot {do}", error.strerror or str(error), f"{remedy}, or choose another place")


def make_folder(path: Path) -> None:
    """Makes a folder with those above it, where they are not there. Raises LaggardError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot(f"make the folder '{path}'", error) from None


def printable(text: str) -> str:
    """The text on one line and safe for a terminal: control characters as \\n or \\x1b."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
                   for c in text)


def text_of(value) -> str:
    """Text of an attribute or of a table's cell."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def object_of(text: str) -> dict:
    """A JSON object whose texts are printable; empty where the text is none."""
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return _printable_texts(value) if isinstance(value, dict) else {}


def _printable_texts(value):
    if isinstance(value, dict):
        return {printable(key): _printable_texts(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_printable_texts(member) for member in value]
    return printable(value) if isinstance(value, str) else value


def format_of(file: h5py.File) -> str:
    """What kind of file it is."""
    return text_of(file.attrs.get("format", ""))


def table_of(file: h5py.File, name: str, needed=()) -> np.ndarray | None:
    """A compound dataset without its unwritten rows; None if the file has none."""
    dataset = dataset_of(file, name)
    if dataset is None:
        return None
    missing = [c for c in needed if c not in (dataset.dtype.names or ())]
    if missing:
        raise LaggardError(f"cannot read /{name} of '{file.filename}'",
                           f"it has no column {', '.join(missing)}",
                           "give a file that laggard wrote")
    rows = dataset[()]
    if "point" in (rows.dtype.names or ()):
        rows = rows[rows["point"] != UNWRITTEN]
    return rows


def arrays_of(group) -> dict:
    """The arrays in a group, by name."""
    return {name: np.asarray(item[()]) for name, item in group.items()
            if isinstance(item, h5py.Dataset)}


def dataset_of(file: h5py.File, name: str):
    """A dataset that is read in pieces; None if the file has none."""
    dataset = file.get(name)
    return dataset if isinstance(dataset, h5py.Dataset) else None


def names_of(column) -> dict:
    """Number -> name of a column of named numbers; empty where the file does not name them."""
    return {number: name for name, number in (h5py.check_enum_dtype(column) or {}).items()}


def _check_version(path, file: h5py.File) -> None:
    version = file.attrs.get("format_version")
    # Files of `laggard matrices` had none at first.
    if version is None and format_of(file) != "laggard":
        return
    if not any(np.array_equal(version, known) for known in range(1, FORMAT_VERSION + 1)):
        raise LaggardError(
            f"cannot read '{path}'", "its format version is "
            + ("missing" if version is None else f"{version}, the plots know 1 to {FORMAT_VERSION}"),
            "use the plots of the laggard that wrote it")


def _stamp(path: Path) -> tuple:
    """What changes when a file is written."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns


def _locked(path: Path) -> bool:
    """Whether a run holds the lock of a file. One that was killed holds none, whatever it has left."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _read_once(path: Path, read):
    with h5py.File(path, "r") as file:
        if format_of(file).startswith("laggard"):
            _check_version(path, file)
        return read(path, file)


def opened(path, read, command: str = "run"):
    """read(path, file) of a file that `laggard <command>` wrote; LaggardError if that fails. While a
    run writes the file, HDF5 can show a part of what is being written: then it is read again."""
    path, remedy = Path(path), f"give a file that `laggard {command}` wrote"
    if not path.is_file():
        raise LaggardError(f"cannot open '{path}'", "it is not a regular file" if path.exists()
                           else "there is no such file", remedy)
    if not h5py.is_hdf5(path):
        raise LaggardError(f"cannot read '{path}'", "it is not an HDF5 file", remedy)
    before, lock = _stamp(path), Path(f"{path.resolve()}.lock")
    for _ in range(_TRIES):
        try:
            return _read_once(path, read)
        except (OSError, RuntimeError, KeyError, ValueError, Damaged) as error:
            failure = error
        time.sleep(_PAUSE_S)
        changed = _stamp(path) != before
        if not changed and not lock.exists():
            break
    if changed or _locked(lock) or _locked(path):
        raise LaggardError(f"cannot read '{path}'", "a run is writing it just now",
                           "try again, or wait until the run has ended")
    if isinstance(failure, LaggardError):
        raise failure
    raise LaggardError(f"cannot read '{path}'", " ".join(str(failure).split()),
                       "the file is damaged: take a copy of it, or run it anew (the program keeps "
                       "the old file under another name)")
