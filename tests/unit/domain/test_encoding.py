"""The canonical encoding: equal for equal values, whatever they hold."""

import json
import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.encoding import canonical, digest, keep_texts
from cupola.domain.models import ActivityEntry, ActivityModel
from cupola.domain.words import BuildState, Facet

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@dataclass(frozen=True)
class Pair:
    zebra: object
    apple: object


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        (Pair(BuildState.QUIET, (1.0, 0.1 + 0.2)), b'{"apple":[1,0.3],"zebra":"quiet"}'),
        ({Facet.TESTS: 1}, b'{"tests":1}'),
        (math.nan, b"null"),
        (-math.inf, b"null"),
        (-0.0, b"0"),
        (1e300, b"1e+300"),
        ("caf\udce9 ✅", b'"caf\\udce9 \\u2705"'),
        (frozenset({3, 1}), b"[1,3]"),
    ],
)
def test_values_have_one_form(value: object, encoded: bytes) -> None:
    assert canonical(value) == encoded


@dataclass(frozen=True)
class Kept(Pair):
    """The same, but its texts are kept."""


keep_texts(Kept, 2)


@given(st.lists(st.tuples(st.floats(0, 3), st.none() | st.text(max_size=1)), max_size=9))
def test_a_text_that_is_kept_is_the_one_that_would_be_written(values: list[tuple[float, str | None]]) -> None:
    for each in values:
        assert canonical(Kept(*each)) == canonical(Pair(*each))


@given(JSON)
def test_everything_that_json_can_hold_is_encodable_and_readable_again(value: object) -> None:
    json.loads(canonical(value))


def test_equal_values_have_equal_digests_and_order_of_keys_does_not_count() -> None:
    assert digest({"a": 1, "b": 2.0}) == digest({"b": 2, "a": 1.0})
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest(None)) == 64


def test_an_activity_entry_is_encoded_like_any_other_dataclass() -> None:
    entry = ActivityEntry(12.5, "phase", "Scout → Architect")
    assert json.loads(canonical(ActivityModel((entry,)))) == {
        "entries": [{"at": 12.5, "kind": "phase", "text": "Scout → Architect"}]
    }


def test_what_has_no_form_is_a_defect() -> None:
    with pytest.raises(TypeError):
        canonical(object())
