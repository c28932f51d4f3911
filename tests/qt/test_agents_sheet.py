"""The columns of the Agent Performance dock."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from cupola.domain.models import AgentsModel
from cupola.presenters.agents_sheet import agents_lines
from cupola.presenters.lines import compact


@pytest.mark.parametrize("used", [8_888, 88_888, 888_888, 3_840_000, 88_800_000])
def test_tokens_of_a_row_have_room_in_their_column_also_as_a_lower_bound(
    qapp: QApplication, used: int
) -> None:
    metrics = QFontMetrics(qapp.font())
    head = next(agents_lines(AgentsModel()))
    (usual,) = [cell.usual for cell in head.cells if cell.text == "Tokens"]
    assert metrics.horizontalAdvance(f"≥ {compact(used)}") <= metrics.horizontalAdvance(usual)
