"""How a vote went, on the host's screen and among the results."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages._ui.frame import show
from pages._ui.items import PLOT_WORDS
from pages._ui.line_ups import panel_pictures, show_panels
from pages._ui.words import count
from pages.classroom._room.pictures import Bar, bars, slopes
from quizzes import Item, Question
from quizzes.classroom.results import Choice, LineUpResult, Move, Result
from quizzes.kinds import KINDS
from quizzes.kinds.line_up import draw_panels
from quizzes.kinds.order import ARROW
from quizzes.markdown import spoken
from quizzes.topics import MISCONCEPTIONS
from quizzes.words import LETTERS

# The style sheet for what is seen from the back of a lecture hall.
PROJECTOR = Path(__file__).with_name("projector.css")
MOST_BARS = 8
MOST_LETTERS = 90
MOST_MOVES = 12
_LETTER = re.compile(r"(?:^|; )([A-Z])(?=: )")
ROUNDS = ("First", "Second", "Third", "Fourth", "Fifth")


def vote_name(round: int) -> str:
    """ "Second vote" for round 2."""
    return f"{ROUNDS[round - 1]} vote"


def short_name(item: Item | None, answer: str) -> str:
    """An answer for a label: letters of choices and entries, the first words of anything else."""
    if item is not None and item.kind in ("single_choice", "multiple_choice"):
        return ", ".join(_LETTER.findall(answer)) or answer[:MOST_LETTERS]
    if item is not None and item.kind == "order":
        letters = dict(zip(item.body.entries, LETTERS, strict=False))
        return ARROW.join(letters.get(entry, "?") for entry in answer.split(ARROW))
    answer = spoken(answer)
    if item is not None and item.kind == "formula":
        # What all begin with tells nothing apart.
        answer = f"~ {answer.partition('~')[2].strip()}"
    return answer if len(answer) <= MOST_LETTERS else f"{answer[: MOST_LETTERS - 1]}…"


def vote_bars(item: Item | None, result: Result, round: int, *, key: bool) -> list[Bar]:
    """Bars of one vote: all choices in their order, or the most frequent answers.

    Parameters
    ----------
    key : mark what is right.
    """
    rows = [
        Bar(short_name(item, choice.answer), _n(choice, round), choice.is_right if key else None)
        for choice in result.choices
    ]
    if item is not None and (item.kind == "single_choice" or getattr(item.body, "options", ())):
        return rows
    # In the order of all votes together, so that two votes can be compared.
    rows = [row for row in rows if row.n]
    if key and item is not None and not any(row.is_right for row in rows):
        words = right_answer(item)
        if words is not None and item.kind != "line_up":
            rows.insert(0, Bar(short_name(item, words), 0, True))
    shown, rest = rows[:MOST_BARS], rows[MOST_BARS:]
    if rest:
        shown.append(Bar("all others", sum(row.n for row in rest), False if key else None))
    return shown


def right_answer(item: Item) -> str | None:
    """A right answer as the bars and the results write it; None where nothing is right or wrong."""
    kind = KINDS[item.kind]
    answer = kind.parse(item.body, kind.examples(item.body).right[0])
    return kind.shown(item.body, answer) if kind.grade(item.body, answer).is_right else None


def _n(choice: Choice, round: int) -> int:
    return choice.counts[round - 1] if round <= len(choice.counts) else 0


def show_votes(item: Item | None, result: Result, round: int, *, key: bool) -> None:
    """One vote as bars."""
    rows = vote_bars(item, result, round, key=key)
    if not any(row.n for row in rows):
        st.markdown("Nobody has voted.")
        return
    show(bars(rows, vote_name(round)))


def show_choices(item: Item, *, key: bool) -> None:
    """The choices of a question as text; with the key, what is right is marked.

    Parameters
    ----------
    key : after the reveal only.
    """
    for letter, choice in zip(LETTERS, item.body.choices, strict=False):
        if not key:
            st.markdown(f"**{letter}**  {choice.text}")
        elif choice.right:
            st.markdown(f":green[:material/check_circle: **{letter}**]  **{choice.text}**")
        else:
            st.markdown(f":gray[:material/close: **{letter}**  {choice.text}]")


def show_options(question: Question) -> None:
    """What a question lets people choose from besides choices: entries to order, a poll's options.

    The letters are those of the votes' bars.
    """
    for letter, text in zip(
        LETTERS, question.ask.get("entries") or question.ask.get("options") or (), strict=False
    ):
        st.markdown(f"**{letter}**  {text}")


def show_panels_with_votes(item: Item, counts: Sequence[int] | None, *, key: bool) -> None:
    """A line-up's panels by number, with the votes of each where they are to be seen.

    Parameters
    ----------
    key : colour the actual panel and name it.
    """
    found = draw_panels(item.body)
    panels = panel_pictures(found, PLOT_WORDS[found.plot], revealed=key)
    names = []
    for panel in panels:
        words = [str(panel.number)]
        if key and panel.number == found.actual:
            words[0] += " ✓ actual"
        if counts is not None and counts[panel.number - 1]:
            words.append(count(counts[panel.number - 1], "vote"))
        names.append(" · ".join(words))
    show_panels(panels, names)


def line_up_words(result: LineUpResult) -> str:
    """What finding the actual panel is worth."""
    panels = len(result.counts)
    if result.actual is None:
        return (
            "There was nothing to find: all panels are simulated. This is what chance looks like."
        )
    where = f"The actual data are in panel {result.actual}"
    if result.p_value is None:
        return f"{where}. Nobody has voted."
    if not result.hits:
        return f"{where}. In the first vote nobody found them: they look like the others."
    p = "p < .001" if result.p_value < 0.001 else f"p = {result.p_value:.3f}".replace("0.", ".")
    people = f"{result.hits} or more of {result.n} people who look"
    if result.n == 1:
        people = "somebody who looks"
    return (
        f"{where}: {result.hits} of {result.n} found it in the first vote. If it looked like the "
        f"others, {people} at the same {panels} panels would choose it with {p}."
    )


def show_moves(item: Item | None, moves: Sequence[Move], before: int, after: int) -> None:
    """Who went where between two votes, in words and as lines."""
    if not moves:
        st.markdown("Nobody has voted both times.")
        return
    st.markdown(moves_words(moves))
    answers = sorted({a for move in moves for a in (move.before, move.after)})
    frequent = sorted(answers, key=lambda a: -sum(m.n for m in moves if a in (m.before, m.after)))
    kept = [answer for answer in answers if answer in frequent[:MOST_BARS]]
    drawn = [m for m in moves if m.before in kept and m.after in kept][:MOST_MOVES]
    names = {answer: short_name(item, answer) for answer in kept}
    show(slopes(drawn, names, (vote_name(before), vote_name(after))))


def moves_words(moves: Sequence[Move]) -> str:
    """How many stayed, went to the right answer, and left it."""
    n = sum(move.n for move in moves)
    stayed = sum(move.n for move in moves if move.before == move.after)
    if all(move.is_right is None for move in moves):
        return f"{count(n, 'player')} voted both times; {stayed} stayed with their answer."
    found = sum(move.n for move in moves if move.is_right and not move.was_right)
    lost = sum(move.n for move in moves if move.was_right and not move.is_right)
    return (
        f"{count(n, 'player')} voted both times: **{found} moved to the right answer**, "
        f"{lost} away from it, {stayed} stayed."
    )


def show_misconceptions(result: Result, most: int = 2, least: int = 2) -> None:
    """What wrong answers of the first vote may come from, and what is so instead."""
    for tag, n in result.misconceptions[:most]:
        if n >= least and tag in MISCONCEPTIONS:
            belief = MISCONCEPTIONS[tag]
            st.markdown(f"{count(n, 'answer')}: “{belief.belief}”  \n{belief.instead}")
