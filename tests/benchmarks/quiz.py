"""How long a student waits between two questions: every item and generator asked and answered.

`python tests/benchmarks/quiz.py` prints the times. They are of whole runs of the quiz page
without a browser, its store on disk included.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from pages.practice._sitting import SITTING, TURN, Sitting, entries
from quizzes import find_item
from quizzes.kinds import KINDS
from quizzes.review import Pick
from quizzes.store import new_secret
from tests.app.answering import fill_in

ROOT = Path(__file__).resolve().parents[2]
GOAL = 0.3  # seconds


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait.

    Parameters
    ----------
    id : of the item.
    step : "asked" or "answered".
    seconds : from the press of a button to the end of the page's run.
    """

    id: str
    step: str
    seconds: float


def quiz_waits() -> list[Wait]:
    """Ask and answer everything there is once, in one sitting."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/quizzes.sqlite3"
        return list(_sitting())


def _sitting() -> Iterator[Wait]:
    app = AppTest.from_file(str(ROOT / "pages" / "_ui" / "router.py"), default_timeout=60)
    app.switch_page(str(ROOT / "pages" / "practice" / "quiz.py"))
    app.session_state["visitor.secret"] = new_secret()
    app.run()
    picks = tuple(Pick(e.id, e.topic, e.levels[-1], "new") for e in entries())
    app.session_state[SITTING] = Sitting(picks)
    for _ in picks:
        yield _timed(app, "asked")
        turn = app.session_state[TURN]
        item = find_item(turn.item_id, turn.seed)
        fill_in(app, item, turn.id, KINDS[item.kind].examples(item.body).wrong[0].response)
        app.button(key=f"{turn.id}-sure").click()
        yield _timed(app, "answered")
        app.button(key="quiz.next").click()


def _timed(app: AppTest, step: str) -> Wait:
    started = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - started
    if app.exception:
        raise RuntimeError(f"The quiz failed: {app.exception[0].message}")
    return Wait(app.session_state[TURN].item_id, step, seconds)


def main() -> None:
    """Print medians, tails and the slowest."""
    waits = quiz_waits()
    for step in ("asked", "answered"):
        seconds = np.array([wait.seconds for wait in waits if wait.step == step])
        middle, high = np.quantile(seconds, [0.5, 0.95])
        print(
            f"{step:10}{len(seconds):5} times   median {middle:.3f} s   95% below {high:.3f} s   "
            f"slowest {seconds.max():.3f} s   above {GOAL} s: {(seconds > GOAL).sum()}"
        )
    for wait in sorted(waits, key=lambda wait: -wait.seconds)[:8]:
        print(f"  {wait.seconds:.3f} s  {wait.step:9} {wait.id}")


if __name__ == "__main__":
    main()
