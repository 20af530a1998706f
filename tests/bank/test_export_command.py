"""`python -m quizzes export`: what is chosen, what is written, what is said."""

from pathlib import Path

import pytest

from quizzes import items_json, load_bank, read_items_json
from quizzes.__main__ import main
from tests.bank.sample_items import item_of, text_of


def test_items_topics_generators_and_files_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "first.yaml").write_text(text_of("numeric"), encoding="utf-8")
    more = tmp_path / "more.json"
    more.write_text(items_json([item_of("order")]), encoding="utf-8")
    out = tmp_path / "out.json"
    what = ["tails", "tails/what-p-counts", "one-sided-p", str(tmp_path / "own"), str(more)]
    assert main(["export", "json", *what, "--seed", "4", "-o", str(out)]) == 0
    items = read_items_json(out.read_text(encoding="utf-8"))
    tails = [item.id for item in load_bank().values() if item.topic == "tails"]
    assert [item.id for item in items] == [*tails, "one-sided-p", "first", "sample/order"]
    assert items[len(tails)].seed == 4
    assert f"{len(items)} of {len(items)} items are in" in capsys.readouterr().err


def test_what_is_left_out_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.xlsx"
    assert main(["export", "kahoot", "simulation/find-the-loner", "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Left out:\n  simulation/find-the-loner: It is about a picture" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gift", "tail"], "There is no item, topic, generator or file 'tail'."),
        (["kahoot", "tails", "--seconds", "7"], "Kahoot has no time limit of 7 seconds."),
        (["json", "one-sided-p", "--seed", "-1"], "The seed is -1."),
    ],
)
def test_mistakes_are_said(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", *arguments, "-o", str(out)]) == 1
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "out.json"
    assert main(["export", "json", "tails", "-o", str(out)]) == 1
    assert "No such file or directory" in capsys.readouterr().err
