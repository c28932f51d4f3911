"""The gallery: pictures are taken, compared, and shown on a page that believes no name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from gallery.cases import events
from gallery.cli import main
from gallery.comparing import Mark, compare
from gallery.dialogs import is_dialog
from gallery.page import page, summary
from gallery.pictures import NAMES, PICTURES, SIZES, Picture, case_of
from gallery.taking import take

HOSTILE = "<b>x<b>-dark-usual-100.png"


def painted(file: Path, *, dots: int = 0, width: int = 20) -> None:
    """Write a grey picture of which the first pixels are red."""
    image = QImage(width, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    for at in range(dots):
        image.setPixelColor(at % width, at // width, QColor("#ff0000"))
    assert image.save(str(file))


def pretend(picture: Picture, folder: Path) -> str:
    """Stands for `take`."""
    painted(folder / picture.name)
    return ""


@pytest.fixture
def two_sets(tmp_path: Path) -> tuple[Path, Path]:
    """A newer and an older folder."""
    newer, older = tmp_path / "newer", tmp_path / "older # 50%"
    newer.mkdir()
    older.mkdir()
    return newer, older


def test_that_every_picture_has_a_name_of_its_own_that_says_its_case() -> None:
    assert len({picture.name for picture in PICTURES}) == len(PICTURES)
    assert {case_of(picture.name) for picture in PICTURES} == set(NAMES)


def test_that_every_case_is_seen_dark_and_light_at_100_and_200_percent() -> None:
    for case in NAMES:
        of_case = [picture for picture in PICTURES if picture.case == case]
        assert {picture.scheme for picture in of_case} == {"dark", "light"}
        assert {picture.percent for picture in of_case} == {100, 200}
    assert {picture.size for picture in PICTURES} == set(SIZES)


@pytest.mark.parametrize("case", [case for case in NAMES if not is_dialog(case)])
def test_that_every_case_tells_the_window_something(case: str) -> None:
    assert events(case)


def test_that_a_child_takes_a_picture_of_the_size_and_scale_that_its_name_says(tmp_path: Path) -> None:
    picture = Picture("builds-1", "light", "narrow", 200)
    assert take(picture, tmp_path) == ""
    image = QImage(str(tmp_path / picture.name))
    assert (image.width(), image.height()) == (2000, 1400)
    assert image.pixelColor(2, 700).lightness() > 200


def test_that_a_picture_that_cannot_be_taken_says_why_and_leaves_no_old_one(tmp_path: Path) -> None:
    picture = Picture("no-such-case", "dark", "usual", 100)
    painted(tmp_path / picture.name)
    assert "no-such-case" in take(picture, tmp_path)
    assert not (tmp_path / picture.name).exists()


def test_that_pictures_are_same_differ_are_new_or_gone(two_sets: tuple[Path, Path]) -> None:
    newer, older = two_sets
    for name, dots in {"same": 3, "differs": 5, "wider": 0, "new": 0}.items():
        painted(newer / f"{name}.png", dots=dots)
    painted(older / "same.png", dots=3)
    painted(older / "differs.png", dots=3)
    painted(older / "wider.png", width=21)
    painted(older / "gone.png")
    painted(newer / "broken.png")
    (older / "broken.png").write_bytes(b"no picture")
    names = ["same.png", "differs.png", "wider.png", "broken.png", "new.png", "gone.png"]
    shown = compare(names, newer, older)
    assert [each.mark for each in shown] == [Mark.SAME, *[Mark.DIFFERS] * 3, Mark.NEW, Mark.GONE]
    assert shown[1].share == pytest.approx(2 / 200)
    assert shown[1].note == "2 pixels, 1.00 %"
    assert shown[2].note == "21 × 10 before"
    assert summary(shown) == "5 pictures, 1 same, 3 differ, 1 new, 1 gone"


def test_that_only_decoded_pixels_count_and_not_how_they_are_written(two_sets: tuple[Path, Path]) -> None:
    newer, older = two_sets
    painted(newer / "a.png", dots=7)
    QImage(str(newer / "a.png")).save(str(older / "a.png"), quality=1)
    assert (newer / "a.png").read_bytes() != (older / "a.png").read_bytes()
    assert [each.mark for each in compare(["a.png"], newer, older)] == [Mark.SAME]


def test_that_the_page_escapes_names_and_paths_and_needs_no_network(two_sets: tuple[Path, Path]) -> None:
    newer, older = two_sets
    painted(newer / HOSTILE, dots=1)
    painted(older / HOSTILE)
    html = page(compare([HOSTILE], newer, older), NAMES, newer)
    assert "<b>x" not in html
    assert "&lt;b&gt;x" in html
    assert 'src="../older%20%23%2050%25/%3Cb%3Ex%3Cb%3E-dark-usual-100.png"' in html
    assert "<script" not in html
    assert "http" not in html


def test_that_the_page_shows_each_side_with_its_size(two_sets: tuple[Path, Path]) -> None:
    newer, older = two_sets
    painted(newer / "log-full-dark-usual-100.png", dots=1)
    painted(older / "log-full-dark-usual-100.png")
    html = page(compare(["log-full-dark-usual-100.png"], newer, older), NAMES, newer)
    assert "now, 20 × 10" in html
    assert "before, 20 × 10" in html
    assert '<h2 id="log-full">Log tab</h2>' in html
    assert "<b>differs</b>" in html


def test_that_the_command_compares_what_it_took_with_the_older_set(
    two_sets: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, older = two_sets
    monkeypatch.setattr("gallery.cli.take", pretend)
    painted(older / "builds-1-dark-usual-100.png", dots=1)
    painted(older / "builds-1-dark-round-100.png")
    painted(older / "log-full-dark-round-100.png")
    assert main([str(newer), "builds-1", "--against", str(older)]) == 0
    assert "4 pictures, 0 same, 1 differs, 3 new, 1 gone" in capsys.readouterr().out
    assert "builds-1-dark-round-100.png" in (newer / "index.html").read_text("utf-8")


@pytest.mark.parametrize("wrong", [["no-such-case"], ["--against", "nowhere"], ["--against", "."]])
def test_that_wrong_use_takes_nothing(
    wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([".", *wrong])
    assert ended.value.code == 2
    assert list(tmp_path.iterdir()) == []
    assert "error" in capsys.readouterr().err
