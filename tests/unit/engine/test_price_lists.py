"""Another price list is in force at once; one that cannot be used is said, and the usual one counts."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cupola.domain.models import TokensModel
from cupola.store.settings import Settings
from support.engine_host import EngineHost
from support.project_files import phase, put_phase
from support.sessions import Session


def own_list(path: Path, dollars: float, source: str = "mine", **changed: Any) -> str:
    entry = {"name": "all", "pattern": ".*", "window": None} | changed
    entry.setdefault("tariffs", [{"since": 0, "rates": [dollars] * 5}])
    document = {"date": "2026-01-01", "source": source, "models": [entry]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a session that made a million tokens."""
    project = tmp_path / "root" / "shop"
    put_phase(project, phase(phases_completed=["Scout", "Architect"]), time.time() - 30)
    Session(tmp_path / "claude", project).reply(1_000_000, input=0)
    return project


def tokens(host: EngineHost, project: str = "shop") -> TokensModel:
    return host.snapshots()[project].tokens


def until_it_costs(host: EngineHost, dollars: float) -> None:
    host.wait_for(lambda: tokens(host).cost.value == pytest.approx(dollars), f"it costs {dollars} $")


def said(host: EngineHost) -> list[str]:
    return [one.message for one in host.health.problems if one.path == "prices"]


def test_what_is_spent_is_priced_anew_by_another_list_and_by_the_usual_one_again(
    shop: Path, tmp_path: Path
) -> None:
    settings = Settings(roots=(str(shop.parent),))
    with EngineHost(tmp_path, shop.parent, settings=settings) as host:
        host.ready()
        usual = tokens(host)
        assert usual.cost.value == pytest.approx(25)
        mine = replace(settings, prices_file=own_list(tmp_path / "Preise für mich.json", 2.0))
        host.engine.configure(mine)
        until_it_costs(host, 2)
        assert tokens(host).prices == "mine of 2026-01-01"
        host.engine.configure(replace(settings, prices_file="~/mine.json"))
        until_it_costs(host, 25)
        host.wait_for(lambda: said(host) or None, "it is said that it is not there")
        assert "No such file" in said(host)[0]
        own_list(tmp_path / "mine.json", 3.0)
        host.engine.configure(mine)
        until_it_costs(host, 2)
        host.wait_for(lambda: not said(host), "it is taken back")
        host.engine.configure(replace(settings, prices_file="~/mine.json"))
        until_it_costs(host, 3)
        host.engine.configure(settings)
        until_it_costs(host, 25)
        assert tokens(host) == usual


def test_a_list_in_the_settings_folder_counts_where_none_was_chosen(shop: Path, tmp_path: Path) -> None:
    own_list(tmp_path / "config" / "prices.json", 7.0)
    settings = Settings(roots=(str(shop.parent),), prices_file=own_list(tmp_path / "mine.json", 2.0))
    with EngineHost(tmp_path, shop.parent, settings=settings) as host:
        host.ready()
        until_it_costs(host, 2)
        host.engine.configure(replace(settings, prices_file=""))
        until_it_costs(host, 7)


@pytest.mark.parametrize(
    "changed",
    [
        {"pattern": "("},
        {"pattern": 5},
        {"pattern": "a{99999999999999}"},
        {"name": None},
        {"window": "large"},
        {"tariffs": []},
        {"tariffs": [{"since": 0, "rates": [float("nan")] * 5}]},
        {"tariffs": [{"since": "early", "rates": [1] * 5}]},
        {"tariffs": [{"since": 0, "rates": [1, 2]}]},
        {"tariffs": [5]},
        {"tariffs": [{"since": 0, "rates": [10**400] * 5}]},
        {"tariffs": [{"since": 0, "rates": [1] * 5, "threshold": "x"}]},
    ],
)
def test_a_list_that_cannot_be_used_is_said_and_the_usual_one_counts(
    shop: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    path = own_list(tmp_path / "mine.json", 2.0, **changed)
    with EngineHost(tmp_path, shop.parent, settings=Settings(roots=("~/root",), prices_file=path)) as host:
        host.ready()
        until_it_costs(host, 25)
        host.wait_for(lambda: said(host) or None, "it is said")
        assert said(host)[0].startswith(f"the usual price list is used: {path}: no usable price list")


def test_without_any_usable_list_nothing_is_priced(shop: Path, tmp_path: Path) -> None:
    own_list(tmp_path / "config" / "prices.json", 1.0, pattern="(")
    with EngineHost(tmp_path, shop.parent, settings=Settings(roots=("~/root",))) as host:
        host.ready()
        host.wait_for(lambda: said(host) or None, "it is said")
        assert said(host)[0].startswith("nothing is priced")
        assert tokens(host).cost.value is None
        host.engine.configure(Settings(prices_file=own_list(tmp_path / "mine.json", 2.0), roots=("~/root",)))
        until_it_costs(host, 2)


def test_a_build_at_rest_is_priced_anew_when_somebody_looks_at_it(shop: Path, tmp_path: Path) -> None:
    settings = Settings(roots=(str(shop.parent),))
    with EngineHost(tmp_path, shop.parent, settings=settings) as host:
        build = host.ready().build("shop")
        assert build is not None
        host.engine.show(build.id, visible=True)
        (shop / ".context-foundry" / "COMPLETE").write_text("")
        put_phase(shop, phase(current_phase="GitHub Integration", status="completed"))
        host.until("shop", state="completed")
        host.engine.configure(
            replace(settings, prices_file=own_list(tmp_path / "mine.json", 2.0)), was=settings
        )
        until_it_costs(host, 2)
