"""Modules that the window does without."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cupola.desktop.doing_without import doing_without
from support.processes import environment

_SEEN = "sorted({'ssl', '_ssl', 'asyncio', 'qasync'} & {name for name in sys.modules if sys.modules[name]})"
PROGRAM = f"""
import json, sys
from cupola.desktop.doing_without import doing_without
with doing_without("ssl"):
    import cupola.desktop.window, cupola.desktop.serve
print(json.dumps({_SEEN}))
import ssl
print(json.dumps({_SEEN}))
"""


def test_the_window_has_asyncio_without_ssl_and_whoever_wants_it_later_gets_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment(), capture_output=True, text=True, check=True
    )
    before, after = map(json.loads, done.stdout.splitlines())
    assert before == ["asyncio", "qasync"]
    assert after == ["_ssl", "asyncio", "qasync", "ssl"]


def test_a_module_that_is_there_already_stays() -> None:
    with doing_without("json"):
        import json as again
    assert again is json


def test_a_module_that_is_not_there_yet_is_missing_only_in_the_block() -> None:
    with doing_without("xmlrpc.server"), pytest.raises(ImportError):
        import xmlrpc.server  # noqa: F401 - what is tried here
    assert "xmlrpc.server" not in sys.modules
