"""Says on stderr what a slow script is doing; a fast one says nothing."""

from __future__ import annotations

import sys
import threading
import time

PATIENCE_S = 2.0


class Progress:
    """`step("reading x")` names what comes next; it is printed once PATIENCE_S have passed."""

    def __init__(self, patience_s: float = PATIENCE_S, stream=None, clock=time.monotonic,
                 timer=threading.Timer):
        self._lock = threading.Lock()
        self._stream = stream or sys.stderr
        self._text = ""
        self._clock, self._started = clock, clock()
        self._patience_s = patience_s
        self._timer = timer(patience_s, self._late)
        self._timer.daemon = True

    def __enter__(self) -> "Progress":
        self._timer.start()
        return self

    def __exit__(self, *_) -> None:
        self._timer.cancel()

    def step(self, text: str) -> None:
        """What is done from now on."""
        with self._lock:
            self._text = text
            if self._clock() - self._started >= self._patience_s:
                self._say()

    def _late(self) -> None:
        with self._lock:
            self._say()

    def _say(self) -> None:
        text, self._text = self._text, ""
        if text:
            print(f"laggard-plot: {text} ...", file=self._stream, flush=True)
