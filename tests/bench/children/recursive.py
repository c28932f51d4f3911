"""The reference of arming: a recursive observer of watchdog's own on the same tree; prints `{"armed_s"}`.

It is given the event filter without which it does not come to rest in large trees.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from watchdog.events import FileModifiedEvent, FileMovedEvent, FileSystemEventHandler
from watchdog.observers import Observer


def main(root: str) -> None:
    """Arm, and leave."""
    logging.disable()
    began = time.perf_counter()
    observer = Observer()
    observer.schedule(
        FileSystemEventHandler(), root, recursive=True, event_filter=[FileModifiedEvent, FileMovedEvent]
    )
    observer.start()
    armed_s = time.perf_counter() - began
    json.dump({"armed_s": armed_s}, sys.stdout)
    sys.stdout.flush()
    observer.stop()
    observer.join()


if __name__ == "__main__":
    main(sys.argv[1])
