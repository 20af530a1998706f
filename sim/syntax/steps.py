"""What a formula stands for, one operator at a time: || / * ^ : and the hidden intercept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sim.lmm.brackets import expand_bar, without_double_bars
from sim.lmm.expressions import (
    Bar,
    Call,
    Chain,
    Name,
    Node,
    Number,
    Parenthesised,
    Power,
    Signed,
    Term,
    deparse,
    without_parentheses,
)
from sim.lmm.formula import Formula
from sim.lmm.parser import parse_tree
from sim.lmm.terms import Expansion

_Items = list[tuple[str, Node]]
_Found = tuple[str, list[Node], str] | None  # operator, what it stands for, why
_Rule = Callable[[Node, str], _Found]


@dataclass(frozen=True, slots=True)
class Step:
    """One operator replaced by what it stands for.

    Attributes
    ----------
    operator : "||", "/", "*", "^", ":", "-" or "1" (an intercept nobody wrote).
    before, after : the part of the formula that changes; equal where ":" is only explained.
    words : why.
    formula : the whole formula afterwards.
    """

    operator: str
    before: str
    after: str
    words: str
    formula: str


def expand(formula: Formula) -> tuple[Step, ...]:
    """Write a formula out in full, step by step; no steps if it is written so already."""
    text = formula.text or str(formula)
    left, right = parse_tree(text)
    work = _Work(text, deparse(left), _items(right))
    work.each(_separate)
    work.each(_unnest)
    work.each(_multiply)
    work.each(_explain_colon)
    work.take_away()
    work.each(_show_intercept)
    work.show_intercept()
    return tuple(work.steps)


@dataclass(slots=True)
class _Work:
    """A formula on its way: what is added on its right side, and the steps so far."""

    text: str
    left: str
    items: _Items
    steps: list[Step] = field(default_factory=list)

    def each(self, rule: _Rule) -> None:
        """Apply a rule to every item until it finds nothing more."""
        done: _Items = []
        waiting = list(self.items)
        while waiting:
            sign, node = waiting.pop(0)
            found = rule(node, self.text)
            if found is None:
                done.append((sign, node))
                continue
            operator, after, words = found
            new = [(sign, item) for item in after]
            self.items = [*done, *new, *waiting]
            written = _sum([("+", item) for item in after])
            self._note(operator, _shown(node), written, words)
            # What only explains leaves the item as it is.
            if written == _shown(node):
                done += new
            else:
                waiting = [*new, *waiting]

    def take_away(self) -> None:
        """Carry out what a minus sign takes away, and let the last of 0 and 1 count."""
        gone = [deparse(node) for sign, node in self.items if sign == "-"]
        if not gone and not _contradicts(self.items):
            return
        before = _sum([item for item in self.items if not isinstance(item[1], Bar)])
        expansion = Expansion(self.text)
        terms = expansion.terms_of(_chain(self.items))
        kept: _Items = []
        if not terms.intercept or any(isinstance(_bare(node), Number) for _, node in self.items):
            kept.append(("+", Number(float(terms.intercept))))
        kept += [("+", _product(term)) for term in terms.terms]
        bars: _Items = [item for item in self.items if isinstance(item[1], Bar)]
        self.items = [*kept, *bars] if kept else [("+", Number(1.0)), *bars]
        terms_gone = [name for name in gone if name != "1"]
        words = _LAST if not gone else "- takes away what stood there"
        if terms_gone:
            words = f"- {' - '.join(terms_gone)} takes {' and '.join(terms_gone)} away again"
        if "1" in gone:
            words = f"{words}; - 1 is" if terms_gone else "- 1 is"
            words += " another way to write 0 +: no intercept"
        after = _sum(self.items[: len(self.items) - len(bars)])
        self._note("-" if gone else "1", before, after, f"{words}.")

    def show_intercept(self) -> None:
        """Write the fixed intercept, which is there unless 0 takes it away."""
        fixed = [node for _, node in self.items if not isinstance(node, Bar)]
        if any(isinstance(_bare(node), Number) for node in fixed):
            return
        before = " + ".join(_shown(node) for node in fixed) or _sum(self.items)
        self.items = [("+", Number(1.0)), *self.items]
        after = f"1 + {before}"
        self._note("1", before, after, "An intercept is there unless 0 + takes it away.")

    def _note(self, operator: str, before: str, after: str, words: str) -> None:
        whole = f"{self.left} ~ {_sum(self.items)}"
        step = Step(operator, before, after, words, whole)
        if step not in self.steps:
            self.steps.append(step)


def _bare(node: Node) -> Node:
    return without_parentheses(node)


def _items(node: Node, sign: str = "+") -> _Items:
    """Cut a sum into what is added and taken away."""
    node = _bare(node)
    if isinstance(node, Signed):
        return _items(node.operand, sign if node.sign == "+" else _other(sign))
    if isinstance(node, Chain) and node.rest[0][0] in "+-":
        found = _items(node.first, sign)
        for inner, part in node.rest:
            found += _items(part, sign if inner == "+" else _other(sign))
        return found
    return [(sign, node)]


def _contradicts(items: _Items) -> bool:
    """Whether 0 or 1 is written more than once."""
    return sum(isinstance(_bare(node), Number) for _, node in items) > 1


def _other(sign: str) -> str:
    return "-" if sign == "+" else "+"


def _shown(node: Node) -> str:
    return f"({deparse(node)})" if isinstance(node, Bar) else deparse(node)


def _sum(items: _Items) -> str:
    first, *rest = items
    start = ("- " if first[0] == "-" else "") + _shown(first[1])
    return start + "".join(f" {sign} {_shown(node)}" for sign, node in rest)


def _chain(items: _Items) -> Node:
    nodes = [(sign, Parenthesised(n) if isinstance(n, Bar) else n) for sign, n in items]
    return Chain(Number(1.0), tuple(nodes))


def _product(term: Term) -> Node:
    return Chain(term[0], tuple((":", f) for f in term[1:])) if len(term) > 1 else term[0]


def _separate(node: Node, text: str) -> _Found:
    """Replace || by a bracket for each random effect."""
    if not (isinstance(node, Bar) and node.double):
        return None
    bars = [bar for _, bar in _items(without_double_bars(node, text))]
    words = "|| gives every random effect a bracket of its own, so that they are not correlated."
    return "||", bars, words


def _unnest(node: Node, text: str) -> _Found:
    """Replace a/b behind the bar by a and b:a."""
    if not isinstance(node, Bar):
        return None
    group = _bare(node.group)
    if not (isinstance(group, Chain) and group.rest[0][0] == "/"):
        return None
    brackets = expand_bar(node, text)
    # `expand_bar` puts the innermost groups first; a reader starts with the outermost.
    groups = [_product(bracket.group_names) for bracket in reversed(brackets)]
    *others, last = [deparse(g) for g in groups]
    words = (
        f"{deparse(group)} nests from left to right: a bracket for {', '.join(others)} and one for "
        f"{last}. There every combination is a group of its own, so that a label may be used again."
    )
    return "/", [replace(node, group=g) for g in groups], words


def _multiply(node: Node, text: str) -> _Found:
    """Multiply out * / ^ among fixed effects, or left of a bar."""
    inside = node.left if isinstance(node, Bar) else node
    if isinstance(node, Bar):
        parts = _items(inside)
        plain = all(sign == "+" and _multiplied(part, text) is None for sign, part in parts)
        if plain and not _contradicts(parts):
            return None
        terms = Expansion(text).terms_of(inside)
        items: _Items = [] if terms.intercept else [("+", Number(0.0))]
        items += [("+", _product(term)) for term in terms.terms]
        if terms.intercept and (not items or any(isinstance(p, Number) for _, p in parts)):
            items.insert(0, ("+", Number(1.0)))
        operator = next((op for _, p in parts if (op := _operator(p))), "1" if plain else "-")
        words = _MEANING[operator]
        new: Node = items[0][1]
        if len(items) > 1:
            new = Chain(new, tuple(items[1:]))
        return operator, [replace(node, left=new)], words
    terms_found = _multiplied(node, text)
    if terms_found is None:
        return None
    operator = _operator(node)
    return operator, terms_found, _MEANING[operator]


_LAST = "Of 0 and 1 the last one counts"
_MEANING = {
    "*": "* stands for the effects themselves and their interaction.",
    "/": "/ stands for the first, and the second within each value of the first.",
    "^": "^ stands for all effects and their interactions up to this order.",
    ":": ": is multiplied out like a product.",
    "-": "What - takes away is not there; - 1 is another way to write 0 +.",
    "1": f"{_LAST}.",
}


def _operator(node: Node) -> str:
    """Name the operator that a product of terms is known by; empty for a plain variable."""
    node = _bare(node)
    match node:
        case Power():
            return "^"
        case Chain(first, rest):
            inner = [_operator(first), *(_operator(part) for _, part in rest)]
            signs = [rest[0][0] if rest[0][0] in "*/:" else ""]
            return next((sign for sign in (*signs, *inner) if sign in ("*", "/", "^")), ":")
    return ""


def _multiplied(node: Node, text: str) -> list[Node] | None:
    """Terms that a product stands for; None if it is a single term already."""
    if isinstance(_bare(node), Name | Call | Number | Bar):
        return None
    terms = [_product(term) for term in Expansion(text).terms_of(node).terms]
    if len(terms) == 1 and deparse(terms[0]) == deparse(node):
        return None
    return terms


def _explain_colon(node: Node, text: str) -> _Found:
    """Say what a colon means; nothing changes."""
    if isinstance(node, Bar):
        group = _bare(node.group)
        if not isinstance(group, Chain) or deparse(group) not in _squeezed(text):
            return None
        name = deparse(group)
        words = f"{name} is every combination that occurs: each is a group of its own."
        return ":", [node], words
    if isinstance(node, Chain) and deparse(node) in _squeezed(text):
        name = deparse(node)
        words = f"{name} is the interaction alone, not the effects that take part in it."
        return ":", [node], words
    return None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _show_intercept(node: Node, text: str) -> _Found:
    """Write the random intercept, which is there unless 0 takes it away."""
    if not isinstance(node, Bar):
        return None
    parts = _items(node.left)
    if any(isinstance(_bare(part), Number) for _, part in parts):
        return None
    new = replace(node, left=Chain(Number(1.0), tuple(parts)))
    return "1", [new], "A random intercept is there unless 0 + takes it away."
