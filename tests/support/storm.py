"""A storm of changes over many builds. A program of its own: standard library only.

`python storm.py ROOT BUILDS CHANGES FIRST` goes round the projects `ROOT/b00`, `ROOT/b01`, ... and takes each
through its phases, one step at a time from the FIRST on, by plain and by atomic writes in turn. It prints a
JSON line `{"changes": n}` after every hundredth change and `{"done": true}` at the end; then it waits until
its standard input is closed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

PHASES = ("Scout", "Architect", "Builder", "Test", "Documentation", "Deploy")
STEPS_PER_PHASE = 20


def content(name: str, step: int) -> str:
    """The phase file after so many steps; the last phase goes on for ever."""
    phase = min(step // STEPS_PER_PHASE, len(PHASES) - 1)
    return json.dumps(
        {
            "session_id": name,
            "current_phase": PHASES[phase],
            "phase_number": f"{phase + 1}/7",
            "status": "at work",
            "progress_detail": f"step {step}",
            "test_iteration": 0,
            "phases_completed": PHASES[:phase],
        }
    )


def main() -> None:
    """Write."""
    root = Path(sys.argv[1])
    builds, changes, first = map(int, sys.argv[2:5])
    files = [root / f"b{number:02}" / ".context-foundry" / "current-phase.json" for number in range(builds)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    for change in range(changes):
        file, step = files[change % builds], first + change // builds
        text = content(file.parents[1].name, step)
        if step % 2:
            file.write_text(text)
        else:
            file.with_name("temporary").write_text(text)
            file.with_name("temporary").replace(file)
        if change % 100 == 99:
            print(json.dumps({"changes": change + 1}), flush=True)
    print('{"done": true}', flush=True)
    os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
