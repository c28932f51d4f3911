"""The patterns of sources as a tree: matched component by component."""

from __future__ import annotations

import pytest

from cupola.sources.base import Anchor, Blob, Interest, Reading, Source
from cupola.watch.patterns import Patterns


def nothing(blob: Blob, previous: Reading | None) -> Reading:
    return Reading(())


def source(name: str, *patterns: str, anchor: Anchor = Anchor.PROJECT) -> Source:
    return Source(name, tuple(Interest(anchor, pattern) for pattern in patterns), nothing)


def of(*sources: Source, anchors: frozenset[Anchor] = frozenset({Anchor.PROJECT})) -> Patterns:
    return Patterns.of(sources, anchors)


def served(patterns: Patterns, path: str) -> set[str]:
    found = patterns.at(path)
    return {item.source.id for item in found.served} if found else set()


TREE = of(
    source("phase", ".cf/phase.json"),
    source("tests", ".cf/test-*.md", ".cf/logs/?.log"),
    source("all", ".cf/*.json"),
    source("root", "x/y", anchor=Anchor.ROOT),
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".cf/phase.json", {"phase", "all"}),
        (".cf/other.json", {"all"}),
        (".cf/test-1.md", {"tests"}),
        (".cf/test-1.txt", set()),
        (".cf/logs/a.log", {"tests"}),
        (".cf/logs/ab.log", set()),
        (".cf/deep/phase.json", set()),
        ("phase.json", set()),
        (".cf", set()),
        (".CF/phase.json", set()),
        ("x/y", set()),
    ],
)
def test_a_path_is_served_by_every_source_that_names_it(path: str, expected: set[str]) -> None:
    assert served(TREE, path) == expected


def test_a_star_does_not_reach_over_folders() -> None:
    assert served(TREE, ".cf/sub/a.json") == set()


def test_only_the_interests_of_the_asked_anchors_count() -> None:
    both = of(
        source("a", "one"),
        source("b", "two", anchor=Anchor.ROOT),
        anchors=frozenset({Anchor.PROJECT, Anchor.ROOT}),
    )
    assert served(both, "one") == {"a"}
    assert served(both, "two") == {"b"}
    assert not of(source("b", "two", anchor=Anchor.ROOT)).has_below


def test_a_source_with_one_pattern_below_two_anchors_is_served_once() -> None:
    interests = (Interest(Anchor.PROJECT, "one"), Interest(Anchor.ROOT, "one"))
    both = of(Source("a", interests, nothing), anchors=frozenset({Anchor.PROJECT, Anchor.ROOT}))
    found = both.at("one")
    assert found is not None
    assert len(found.served) == 1


def test_a_folder_says_what_has_to_be_looked_for_in_it() -> None:
    folder = TREE.child(".cf")
    assert folder is not None
    assert TREE.literals == {".cf"}
    assert (TREE.needs_listing, TREE.serves_files, TREE.has_below) == (False, False, True)
    assert folder.literals == {"phase.json", "logs"}
    assert (folder.needs_listing, folder.serves_files, folder.has_below) == (True, True, True)
    leaf = folder.child("phase.json")
    assert leaf is not None
    assert (leaf.needs_listing, leaf.serves_files, leaf.has_below) == (False, False, False)


def test_a_folder_wants_exactly_the_names_that_lead_somewhere() -> None:
    folder = TREE.child(".cf")
    assert folder is not None
    names = ["phase.json", "logs", "test-1.md", "a.json", "a.md", "test-1.md.new"]
    assert [name for name in names if folder.wants(name)] == ["phase.json", "logs", "test-1.md", "a.json"]


def test_the_test_of_a_folder_is_the_same_each_time_so_that_watches_do_not_add_up() -> None:
    first, again = TREE.child(".cf"), TREE.child(".cf")
    assert first is not None
    assert again is not None
    assert first.wants == again.wants


def test_ever_new_names_are_not_kept() -> None:
    folder = TREE.child(".cf")
    assert folder is not None
    for number in range(1000):
        assert folder.child(f"{number}.json") is not None
        assert folder.child(f"{number}.tmp") is None
    assert len(folder._cache) <= len(folder.literals)
