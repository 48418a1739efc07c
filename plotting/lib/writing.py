"""Writes files as a whole."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .files import cannot


def write_whole(path, content: bytes) -> None:
    """Under another name until it is whole: a full disk leaves no half of a file, and an old one as it was.

    The file that a link names is replaced, not the link. What is no file, as a terminal or a pipe, is written to.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            Path(path).write_bytes(content)
            return
        place = Path(os.path.realpath(path))
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace(place, content)
    except OSError as error:
        raise cannot(f"write '{path}'", error) from None


def _replace(place: Path, content: bytes) -> None:
    draft = place.with_name(place.name + ".part")
    try:
        draft.write_bytes(content)
        draft.replace(place)
    finally:  # also where it is interrupted; there is none if all went well
        with contextlib.suppress(OSError):
            draft.unlink()
