"""What a student's formula has too little or too much, in words."""

from collections.abc import Iterable
from itertools import combinations

from quizzes.words import code
from sim import Formula
from sim.lmm.brackets import Bracket
from sim.lmm.expressions import Expression, term_text
from sim.lmm.terms import Terms

_Piece = frozenset[Expression]  # factors of a term; none for the intercept
_Group = frozenset[str]


def differences(answer: Formula, key: Formula) -> list[str]:
    """Return sentences about the answer, those about what is missing first.

    Parameters
    ----------
    answer : "yours".
    key : what it is held against; not named in the sentences.

    Returns
    -------
    Markdown; empty if the two only differ in how random effects are split into brackets.
    """
    if answer.response != key.response:
        asked = code(key.response_text)
        return [f"Yours predicts {code(answer.response_text)}, but {asked} is to be predicted."]
    found = _fixed(answer.fixed, key.fixed)
    mine, wanted = _by_group(answer), _by_group(key)
    for group in dict.fromkeys((*wanted, *mine)):
        found += _random(mine.get(group, []), wanted.get(group, []))
    return sorted(found, key=lambda sentence: not sentence.startswith("Yours has no "))


def _fixed(mine: Terms, wanted: Terms) -> list[str]:
    found = []
    ours, theirs = _named(mine), _named(wanted)
    for piece in theirs:
        if piece not in ours:
            what = f"fixed effect of {code(theirs[piece])}" if piece else "fixed intercept"
            found.append(f"Yours has no {what}.")
    for piece in ours:
        if piece not in theirs:
            what = f"fixed effect of {code(ours[piece])}" if piece else "fixed intercept"
            found.append(f"Yours has a {what} too many.")
    return found


def _named(terms: Terms) -> dict[_Piece, str]:
    found: dict[_Piece, str] = {frozenset(): ""} if terms.intercept else {}
    return found | {frozenset(term): term_text(term) for term in terms.terms}


def _by_group(formula: Formula) -> dict[_Group, list[Bracket]]:
    found: dict[_Group, list[Bracket]] = {}
    for bracket in formula.brackets:
        found.setdefault(frozenset(bracket.group), []).append(bracket)
    return found


def _random(mine: list[Bracket], wanted: list[Bracket]) -> list[str]:
    group = code((mine or wanted)[0].group_name)
    ours, theirs = _pieces(mine), _pieces(wanted)
    if not mine:
        return [f"Yours has no random effects by {group}."]
    if not wanted:
        return [f"Yours has random effects by {group}, which are not wanted here."]
    found = [f"Yours has no {_what(p, theirs)} by {group}." for p in theirs if p not in ours]
    found += [f"Yours has a {_what(p, ours)} by {group} too many." for p in ours if p not in theirs]
    if found:
        return found
    more, less = _linked(mine) - _linked(wanted), _linked(wanted) - _linked(mine)
    if less:
        return [f"Yours takes {_pair(less, ours)} by {group} as unrelated; they may be correlated."]
    if more:
        return [f"Yours lets {_pair(more, ours)} by {group} be correlated; they are not to be."]
    return []


def _pieces(brackets: Iterable[Bracket]) -> dict[_Piece, str]:
    return {piece: text for bracket in brackets for piece, text in _named(bracket.terms).items()}


def _what(piece: _Piece, names: dict[_Piece, str]) -> str:
    return f"random slope for {code(names[piece])}" if piece else "random intercept"


def _linked(brackets: list[Bracket]) -> set[frozenset[_Piece]]:
    """Pairs of random effects that stand in one bracket."""
    return {
        frozenset(pair) for bracket in brackets for pair in combinations(_named(bracket.terms), 2)
    }


def _pair(pairs: set[frozenset[_Piece]], names: dict[_Piece, str]) -> str:
    first = min(sorted(_what(piece, names) for piece in pair) for pair in pairs)
    return " and ".join(f"the {what}" for what in first)
