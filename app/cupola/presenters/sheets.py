"""The four docks' models as lines."""

from __future__ import annotations

from cupola.domain.figures import Figure
from cupola.domain.models import AgentsModel, DecisionsModel, PanelModel, TestsModel, TokensModel
from cupola.domain.text import plain
from cupola.presenters.agents_sheet import agents_lines
from cupola.presenters.decisions_sheet import decisions_lines
from cupola.presenters.known import has_data
from cupola.presenters.lines import Line, unique
from cupola.presenters.tests_sheet import tests_lines
from cupola.presenters.tokens_sheet import tokens_lines


def sheet(model: PanelModel) -> tuple[Line, ...]:
    """The lines of a dock; none where there is nothing to show."""
    if not has_data(model):
        return ()
    match model:
        case TokensModel():
            return unique(tokens_lines(model))
        case TestsModel():
            return unique(tests_lines(model))
        case AgentsModel():
            return unique(agents_lines(model))
        case DecisionsModel():
            return unique(decisions_lines(model))


def reason(model: PanelModel) -> str:
    """Why a figure is missing, as a sentence of its source; "" where nothing is said."""
    note = plain(_missing(model).note)
    if not note:
        return ""
    names_a_file = "." in note.split(" ", 1)[0]
    return f"{note if names_a_file else note[:1].upper() + note[1:]}."


def _missing(model: PanelModel) -> Figure:
    match model:
        case TokensModel():
            return model.used
        case TestsModel():
            return model.pass_rate
        case DecisionsModel():
            return model.count
        case AgentsModel():
            return Figure.none()
