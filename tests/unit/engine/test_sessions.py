"""Transcripts are joined to the builds they were written for, row by row, while both go on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cupola.domain.models import OUTSIDE, AgentKind, BuildSnapshot, Meaning, TokensModel, WorkState
from cupola.domain.words import Bound, Provenance
from cupola.engine.claude import LINGER_S
from cupola.engine.session_book import MOST_AGENTS
from cupola.engine.transcripts import bring_up
from cupola.store.ledger import Ledger
from support.engine_host import EngineHost, SteeredClock
from support.project_files import phase, put_phase
from support.sessions import Session

SUM = ("input", "output", "cache_read", "cache_write")


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    """The folder of Claude's that the engine of `EngineHost` looks at."""
    return tmp_path / "claude"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose Builder is at work for half a minute."""
    project = tmp_path / "root" / "shop"
    put_phase(project, phase(phases_completed=["Scout", "Architect"]), time.time() - 30)
    return project


def tokens(host: EngineHost, project: str = "shop") -> TokensModel:
    return host.snapshots()[project].tokens


def outputs(host: EngineHost, count: int, project: str = "shop") -> BuildSnapshot:
    """The build once its sessions have made so many tokens of output."""
    what = f"{project} has made {count:,} tokens of output"
    return host.wait_for(
        lambda: one if (one := host.snapshots().get(project)) and one.tokens.output.value == count else None,
        what,
    )


def long_after(host: EngineHost, clock: SteeredClock, condition: Callable[[], bool], what: str) -> None:
    """Let the time pass for which a build that came to rest is attended, until something holds."""

    def later() -> bool:
        clock.ahead_s += LINGER_S
        host.engine.refresh()
        return condition()

    host.wait_for(later, what)


def test_a_reply_is_counted_as_soon_as_it_is_written(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.prompt()
        session.reply(100, input=7, cache_read=30, cache_1h=5)
        build = outputs(host, 100)
        figures = [getattr(build.tokens, name).value for name in SUM]
        assert figures == [7, 100, 30, 5]
        assert build.tokens.output.provenance is Provenance.MEASURED
        assert build.tokens.spent.value == 142
        assert build.tokens.cost.provenance is Provenance.ESTIMATED
        session.reply(20)
        assert [row.phase for row in outputs(host, 120).tokens.by_phase] == ["Builder"]


def test_the_context_in_use_is_that_of_the_fullest_session(shop: Path, claude: Path, tmp_path: Path) -> None:
    low, high = Session(claude, shop, "1" * 8), Session(claude, shop, "2" * 8)
    low.reply(1, input=10)
    high.reply(1, input=10, cache_read=100_000, cache_5m=90)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        model = tokens(host)
        assert (model.meaning, model.used.value, model.session) == (Meaning.CONTEXT, 100_100, "2" * 8)


def test_transcripts_that_come_late_are_found_without_anybody_looking(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert not claude.exists()
        session = Session(claude, shop)
        session.reply(5)
        outputs(host, 5)
        session.prompt(agent="a1")
        session.reply(6, agent="a1")
        outputs(host, 11)
        deep = session.folder / session.name / "subagents" / "workflows" / "w1" / "agent-b2.jsonl"
        deep.parent.mkdir(parents=True)
        row = session.row("assistant", agent="b2", requestId="r", message=_message(7))
        deep.write_text(json.dumps(row) + "\n")
        outputs(host, 18)


def _message(output: int) -> dict[str, object]:
    usage = {"input_tokens": 0, "output_tokens": output}
    return {
        "id": "m",
        "role": "assistant",
        "model": "claude-opus-4-6",
        "stop_reason": "end_turn",
        "usage": usage,
    }


def test_subagents_stand_below_their_session_with_their_type(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    session = Session(claude, shop)
    session.reply(5)
    session.reply(6, agent="a1", final=False)
    session.agent_file("a1").with_suffix(".meta.json").write_text('{"agentType": "reviewer"}')
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        rows = [row for row in host.snapshots()["shop"].agents.rows if row.kind is not AgentKind.PHASE]
        assert [(row.kind, row.name, row.tokens.value) for row in rows] == [
            (AgentKind.SESSION, "11111111", 8),
            (AgentKind.AGENT, "reviewer a1", 9),
        ]
        assert rows[1].parent == rows[0].key
        assert rows[1].tokens.bound is tokens(host).spent.bound is Bound.LOWER


def test_the_deepest_project_has_the_reply(shop: Path, claude: Path, tmp_path: Path) -> None:
    inner = shop / "packages" / "inner"
    put_phase(inner, phase())
    Session(claude, shop / "packages", "1" * 8).reply(1)
    Session(claude, inner / "src", "2" * 8).reply(2)
    Session(claude, shop.with_name("shop-2"), "3" * 8).reply(4)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert (tokens(host).output.value, tokens(host, "inner").output.value) == (1, 2)


def test_a_row_counts_where_it_says_that_it_was_written_and_not_where_it_lies(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    session = Session(claude, shop)
    session.reply(1)
    session.cwd = tmp_path / "elsewhere"
    session.reply(2)
    session.cwd = shop / "src"
    session.reply(4)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert tokens(host).output.value == 5


@pytest.mark.parametrize(
    ("began_s", "entrypoint", "reason"),
    [
        (-3600, "sdk-cli", "began before the run"),
        (-300, None, "began before the run"),
        (-1, "cli", "interactive"),
        (-1, "claude-vscode", "interactive"),
    ],
)
def test_a_session_that_is_none_of_the_run_s_is_listed_apart(
    shop: Path, claude: Path, tmp_path: Path, began_s: float, entrypoint: str | None, reason: str
) -> None:
    Session(claude, shop, "1" * 8).reply(1)
    other = Session(claude, shop, "2" * 8, entrypoint=entrypoint)
    other.prompt(at=time.time() + began_s)
    other.reply(70)
    other.reply(7, agent="x")
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        model = tokens(host)
        assert model.output.value == 1
        assert [(one.name, one.reason, one.used.value) for one in model.others] == [("2" * 8, reason, 83)]
        assert sum(row.used.value or 0 for row in model.by_phase) == model.spent.value == 4


def test_what_is_said_in_the_run_but_in_no_phase_is_shown_as_such(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    session = Session(claude, shop)
    session.reply(3, at=time.time() - 90)
    session.reply(4)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        phases = {row.phase: row.spending.output.value for row in tokens(host).by_phase}
        assert phases == {"Builder": 4, OUTSIDE: 3}


def test_the_next_phase_has_what_is_said_from_then_on(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.reply(3)
        outputs(host, 3)
        put_phase(shop, phase("Test", "testing", phases_completed=["Scout", "Architect", "Builder"]))
        host.until("shop", phase="Test")
        session.reply(
            5, at=time.time() + 0.001
        )  # rows tell whole milliseconds, and the phase is shown in less
        phases = {row.phase: row.spending.output.value for row in outputs(host, 8).tokens.by_phase}
        assert phases == {"Builder": 3, "Test": 5}


def test_half_a_line_is_counted_when_it_is_whole(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.reply(1)
        outputs(host, 1)
        line = json.dumps(session.row("assistant", requestId="r", message=_message(7))).encode()
        session.write_bytes(line[:200])
        session.reply(2, agent="a1")
        outputs(host, 3)
        session.write_bytes(line[200:] + b"\n")
        outputs(host, 10)
        assert host.health.problems == ()


def test_what_was_counted_stays_when_its_transcript_goes(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.reply(1)
        outputs(host, 1)
        session.file.unlink()
        session.reply(2, agent="a1")
        outputs(host, 3)
        session.reply(4)
        outputs(host, 7)


def test_a_transcript_that_was_made_anew_adds_what_is_new(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        first = session.reply(1)
        session.reply(2)
        outputs(host, 3)
        session.file.write_bytes(b"")
        session.reply(1, ids=first)
        session.reply(800)
        outputs(host, 803)
        put_phase(shop, phase("Feedback", "completed"))
        host.until("shop", phase="Feedback")
        assert tokens(host).output.value == 803


def test_a_resumed_session_counts_its_history_once(shop: Path, claude: Path, tmp_path: Path) -> None:
    first, second = Session(claude, shop, "1" * 8), Session(claude, shop, "2" * 8)
    ids = first.reply(5)
    second.reply(5, ids=ids)
    second.reply(6)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert tokens(host).output.value == 11


def test_what_is_no_json_is_named_and_the_rest_counts(shop: Path, claude: Path, tmp_path: Path) -> None:
    session = Session(claude, shop)
    session.reply(1)
    session.write_bytes(b'{"type": "assistant", "usage": \n\0\0\0\n[1]\n')
    session.reply(2)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert tokens(host).output.value == 3
        (problem,) = host.health.problems
        assert problem.path == str(session.file)


def test_a_model_that_no_list_prices_is_named(shop: Path, claude: Path, tmp_path: Path) -> None:
    session = Session(claude, shop)
    session.reply(1_000_000)
    session.reply(5, model="nobody-knows-1")
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        model = tokens(host)
        assert model.unpriced == ("nobody-knows-1",)
        assert model.cost.bound is Bound.LOWER
        assert [row.spending.cost.value is None for row in model.by_model] == [False, True]


def test_nothing_of_claude_is_watched_for_builds_that_rest(shop: Path, claude: Path, tmp_path: Path) -> None:
    ended = {"status": "completed", "phases_completed": ["Scout", "Architect", "Builder", "Test"]}
    Session(claude, shop).reply(1)
    clock = SteeredClock()
    with EngineHost(tmp_path, shop.parent, clock=clock) as host:
        host.ready()
        at_work = host.health.watches
        put_phase(shop, phase("Feedback", **ended))  # type: ignore[arg-type]  # all of it is JSON
        host.until("shop", phase="Feedback")
        gone = "transcripts are watched no more"
        long_after(host, clock, lambda: host.health.watches < at_work - 1, gone)
        assert tokens(host).output.value == 1


def test_an_ended_build_is_measured_while_it_is_shown(shop: Path, claude: Path, tmp_path: Path) -> None:
    put_phase(shop, phase("Feedback", "completed"))
    Session(claude, shop).reply(9)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert tokens(host).output.value is None
        host.engine.show(host.snapshots()["shop"].build.id, visible=True)
        outputs(host, 9)
        assert host.snapshots()["shop"].build.work.state is WorkState.ENDED


def test_old_transcripts_are_not_even_opened(shop: Path, claude: Path, tmp_path: Path) -> None:
    old, new = Session(claude, shop, "1" * 8), Session(claude, shop, "2" * 8)
    old.write_bytes(b"no JSON at all\n")
    os.utime(old.file, (1e9, 1e9))
    new.reply(2)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        assert tokens(host).output.value == 2
        assert host.health.problems == ()


def test_the_header_says_what_the_sessions_do(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.reply(1, tool="Bash")
        host.wait_for(
            lambda: host.snapshots()["shop"].build.work.reason == "in Bash" or None, "it works in Bash"
        )
        limit = {
            "content": [{"type": "text", "text": f"Claude AI usage limit reached|{int(time.time()) + 600}"}]
        }
        session.write(session.row("assistant", isApiErrorMessage=True, message=limit))
        work = host.wait_for(
            lambda: one if (one := host.snapshots()["shop"].build.work).state is WorkState.LIMITED else None,
            "it is limited",
        )
        assert work.reason.startswith("usage limit until ")


def test_a_worktree_of_the_project_counts_for_it(shop: Path, claude: Path, tmp_path: Path) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")
    aside = tmp_path / "trees" / "shop-fix"
    subprocess.run((*git, "init", "-q", str(shop)), check=True)
    subprocess.run((*git, "-C", str(shop), "commit", "-q", "--allow-empty", "-m", "a"), check=True)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        subprocess.run((*git, "-C", str(shop), "worktree", "add", "-q", str(aside)), check=True)
        session = Session(claude, aside)
        session.reply(4)
        outputs(host, 4)
        session.reply(5)
        outputs(host, 9)


def test_what_a_deleted_transcript_told_is_remembered(shop: Path, claude: Path, tmp_path: Path) -> None:
    session = Session(claude, shop)
    session.reply(3, cache_read=50)
    session.reply(4, agent="a1")
    clock = SteeredClock()
    with EngineHost(tmp_path, shop.parent, clock=clock) as host:
        host.ready()
        outputs(host, 7)
        put_phase(shop, phase("Feedback", "completed"))
        host.until("shop", phase="Feedback")
        ledger = tmp_path / "state" / "ledger.db"
        long_after(host, clock, lambda: _replies(ledger) == 2, "the ledger has both replies")
    shutil.rmtree(claude)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        host.engine.show(host.snapshots()["shop"].build.id, visible=True)
        build = outputs(host, 7)
        assert build.tokens.spent.value == 63
        rows = [row for row in build.agents.rows if row.work is not None]
        assert [(row.kind, row.tokens.value) for row in rows] == [
            (AgentKind.SESSION, 56),
            (AgentKind.AGENT, 7),
        ]


def test_what_is_remembered_and_there_counts_once(shop: Path, claude: Path, tmp_path: Path) -> None:
    session = Session(claude, shop)
    session.reply(3)
    with closing(Ledger(tmp_path / "state" / "ledger.db")) as ledger:
        bring_up(ledger, [str(claude)])
    session.reply(4)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        outputs(host, 7)
        session.reply(5)
        outputs(host, 12)


def _replies(path: Path) -> int:
    if not path.exists():
        return 0
    with closing(Ledger(path)) as ledger:
        return len(list(ledger.replies()))


def test_of_very_many_sessions_the_latest_are_told_one_by_one_and_all_are_counted(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    for number in range(MOST_AGENTS + 50):
        Session(claude, shop, f"{number:08x}").reply(number)
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        build = host.snapshots()["shop"]
        rows = [row for row in build.agents.rows if row.work is not None]
        assert len(rows) == MOST_AGENTS + 1
        assert sum(int(row.tokens.value or 0) for row in rows) == build.tokens.spent.value
        assert "50 earlier sessions and agents" in {row.name for row in rows}


def test_the_last_words_after_a_build_s_end_are_heard(shop: Path, claude: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path, shop.parent) as host:
        host.ready()
        session = Session(claude, shop)
        session.reply(1)
        outputs(host, 1)
        put_phase(shop, phase("Feedback", "completed"))
        host.until("shop", phase="Feedback")
        session.reply(2)
        outputs(host, 3)


def test_a_build_that_was_left_and_is_shown_again_is_counted_anew(
    shop: Path, claude: Path, tmp_path: Path
) -> None:
    clock = SteeredClock()
    session = Session(claude, shop)
    session.reply(1)
    with EngineHost(tmp_path, shop.parent, clock=clock) as host:
        host.ready()
        put_phase(shop, phase("Feedback", "completed"))
        build = host.until("shop", phase="Feedback")
        at_work = host.health.watches
        gone = "transcripts are watched no more"
        long_after(host, clock, lambda: host.health.watches < at_work - 1, gone)
        session.reply(2)
        host.engine.show(build.id, visible=True)
        outputs(host, 3)
