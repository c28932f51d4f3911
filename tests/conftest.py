"""What every test gets without asking: no window, a home of its own, and a failure for what it leaves behind.

- Qt draws offscreen, unless `--onscreen`.
- HOME and the XDG folders lie in a fresh folder; variables that steer Cupola are gone.
- A WARNING in Python's log fails the test, unless it was announced through `expected_warnings`.
- Threads, log handlers, and in tests with `qapp` running QThreads, active QTimers and top-level widgets that
  outlive a test fail it.
- `--no-qt` (with `-p no:pytest-qt`) makes Qt unimportable: what passes then needs none.
- With CUPOLA_CI a skip whose reason starts with "permission:" fails the run: CI must be able to run it.
"""

from __future__ import annotations

import itertools
import logging
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from support.leaks import (
    ExpectedWarnings,
    QtGuard,
    handlers_now,
    leaked_handlers,
    leaked_threads,
    threads_now,
)

QT = frozenset({"PySide6", "shiboken6", "qasync"})
QT_FIXTURES = frozenset({"qapp", "qtbot"})
# pytest-qt's settings in pyproject.toml: without the plug-in, --strict-config would call them unknown.
QT_SETTINGS = ("qt_api", "qt_log_level_fail", "qt_log_ignore")
NEEDED_PERMISSION = "permission:"
NOT_SKIPPED_IN_CI = pytest.StashKey[list[str]]()


class QtBlocker(MetaPathFinder):
    """Answers every import of Qt with an ImportError."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None leaves the import to the next finder."""
        if fullname.partition(".")[0] in QT:
            raise ImportError(f"{fullname} is blocked by --no-qt", name=fullname)
        return None


def block_qt(config: pytest.Config) -> None:
    """Block Qt from here on; an error where that comes too late."""
    if config.pluginmanager.hasplugin("pytest-qt") or QT.intersection(sys.modules):
        raise pytest.UsageError("--no-qt needs -p no:pytest-qt")
    sys.meta_path.insert(0, QtBlocker())


# --- the run ------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Our options, and a stand-in for pytest-qt's settings where it is switched off."""
    group = parser.getgroup("cupola")
    group.addoption("--onscreen", action="store_true", help="show windows on the real display")
    group.addoption("--no-qt", action="store_true", help="make Qt unimportable; needs -p no:pytest-qt")
    if pluginmanager.is_blocked("pytest-qt"):
        for name in QT_SETTINGS:
            parser.addini(name, "of pytest-qt, which is off")


def pytest_configure(config: pytest.Config) -> None:
    """Settle what Qt draws on, or that there is none, before anything imports it."""
    config.stash[NOT_SKIPPED_IN_CI] = []
    if config.getoption("no_qt"):
        block_qt(config)
    if not config.getoption("onscreen"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        del os.environ["QT_QPA_PLATFORM"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use and where they lie."""
    for item in items:
        if QT_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("gui")
        if "e2e" in item.path.parts:
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the skips that CI may not have."""
    report = yield
    if report.skipped and os.environ.get("CUPOLA_CI") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith(NEEDED_PERMISSION):
            item.config.stash[NOT_SKIPPED_IN_CI].append(f"{item.nodeid}: {reason}")
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run over a skip that CI may not have."""
    if session.config.stash[NOT_SKIPPED_IN_CI] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which skips failed the run."""
    for skipped in config.stash[NOT_SKIPPED_IN_CI]:
        terminalreporter.write_line(f"ERROR skipped, which CI may not: {skipped}", red=True)


# --- each test ----------------------------------------------------------------------------------------------

STEERING = ("CUPOLA_", "CONTEXT_FOUNDRY", "NO_COLOR", "FORCE_COLOR")
KEPT = frozenset({"CUPOLA_CI", "CUPOLA_CORPUS"})
FOLDERS = {
    "HOME": ".",
    "USERPROFILE": ".",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_STATE_HOME": ".local/state",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": ".run",
}


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Numbered places for homes."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def isolated_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that nothing has touched; `Path.home()` and all XDG folders lie in it."""
    home = next(_homes)
    for name, folder in FOLDERS.items():
        (home / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(home / folder))
    (home / FOLDERS["XDG_RUNTIME_DIR"]).chmod(0o700)
    for name in [name for name in os.environ if name.startswith(STEERING) and name not in KEPT]:
        monkeypatch.delenv(name)
    return home


@pytest.fixture(autouse=True)
def expected_warnings() -> Iterator[ExpectedWarnings]:
    """Announce what will be logged at WARNING or above: `expected_warnings.add("regular expression")`."""
    expected = ExpectedWarnings()
    logging.getLogger().addHandler(expected)
    yield expected
    logging.getLogger().removeHandler(expected)
    complaint = expected.complaint()
    if complaint:
        pytest.fail(complaint, pytrace=False)


@pytest.fixture(autouse=True)
def _no_leaked_threads(expected_warnings: ExpectedWarnings) -> Iterator[None]:
    """Every thread and log handler that a test starts ends with it, at the latest a second later."""
    threads, handlers = threads_now(), handlers_now()
    yield
    leaked = leaked_threads(threads) + leaked_handlers(handlers)
    if leaked:
        pytest.fail("outlived the test: " + "; ".join(leaked), pytrace=False)


@pytest.fixture(autouse=True)
def _no_leaked_qt(request: pytest.FixtureRequest, _no_leaked_threads: None) -> Iterator[None]:
    """Running QThreads, active QTimers and top-level widgets end with the test that made them."""
    if not QT_FIXTURES.intersection(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    guard = QtGuard()
    yield
    leaked = guard.leaked()
    if leaked:
        pytest.fail("outlived the test: " + "; ".join(leaked), pytrace=False)
