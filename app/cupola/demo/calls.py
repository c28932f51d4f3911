"""The tools that sessions of the demo call in each phase, and what these answer."""

from __future__ import annotations

from collections.abc import Sequence

from cupola.demo.turns import Call

_TESTS_FAIL = "Exit code 1\n\n Test Files  2 failed | 9 passed\n      Tests  3 failed | 44 passed"
_BUILD_FAILS = (
    "Exit code 2\nsrc/units.ts(14,7): error TS2322: Type 'string' is not assignable to type 'Unit'."
)


def calls_of(phase: str, files: Sequence[str]) -> tuple[Call, ...]:
    """What a session does in a phase, over and over; `files` are those it works on."""
    match phase:
        case "Scout":
            return (
                _bash("ls -la", "I look at what is there.", "total 8\nREADME.md"),
                _read("README.md", "# Read me"),
                _bash("npm view vite version", "Is it still maintained?", "7.1.2"),
                _write("scout-report.md", "# Scout report"),
            )
        case "Architect":
            return (
                _read("scout-report.md", "# Scout report"),
                _bash("npx tsc --version", "Which compiler is there?", "Version 5.9.2"),
                _write("architecture.md", "# Architecture"),
                _edit("architecture.md"),
            )
        case "Builder":
            return tuple(call for file in files for call in _building(file))
        case "Test":
            return (
                _bash("npm test", "I run all tests.", _TESTS_FAIL, failed=True),
                _read(files[0], "export async function load() {"),
                _edit(files[0]),
                _bash("npm test", "Once more.", " Test Files  11 passed\n      Tests  47 passed"),
            )
        case "Documentation":
            return (_read(files[0], "export async function load() {"), _read("README.md"), _edit("README.md"))
        case _:
            return (
                _bash("git status --short", "What has changed?", " M README.md\n M src"),
                _bash("git log --oneline -5", "How are messages written here?", "4c1f0de Add tests"),
                _read("README.md", "# Read me"),
            )


def _building(file: str) -> tuple[Call, ...]:
    return (
        _read(file),
        _edit(file),
        _bash("npx tsc --noEmit", "Does it compile?", _BUILD_FAILS, failed=True),
        _edit(file),
        _bash("npx tsc --noEmit", "And now?", ""),
    )


def _bash(command: str, why: str, answer: str, *, failed: bool = False) -> Call:
    return Call("Bash", {"command": command, "description": why}, why, answer, failed)


def _read(file: str, answer: str = "1\timport { load } from './load'") -> Call:
    return Call("Read", {"file_path": f"{{directory}}/{file}"}, f"I read {file}.", answer)


def _edit(file: str) -> Call:
    given = {
        "file_path": f"{{directory}}/{file}",
        "old_string": "return data",
        "new_string": "return data ?? []",
    }
    return Call("Edit", given, f"I change {file}.", f"The file {file} has been updated.")


def _write(file: str, text: str) -> Call:
    given = {"file_path": f"{{directory}}/.context-foundry/{file}", "content": text}
    return Call("Write", given, f"I write {file}.", f"File created: {file}")
