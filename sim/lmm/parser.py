"""From tokens to a tree, one short method for each rule of the grammar.

formula     : sum "~" sum
sum         : sign* product (("+" | "-") sign* product)*
product     : signed (("*" | "/") signed)*
signed      : sign* interaction
interaction : power (":" power)*
power       : atom ("^" sign* power)?
atom        : number | name | name "(" arguments ")" | "(" sum [("|" | "||") sum] ")"
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import NoReturn

from sim.errors import LimitError
from sim.limits import MAX_FORMULA_DEPTH
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
    Span,
    deparse,
    names_in,
    number_text,
)
from sim.lmm.tokens import Token, character_error, scan

FUNCTIONS = ("log", "exp", "sqrt", "scale", "center", "factor", "poly", "I")
_EXAMPLE = "Write, for example, y ~ 1 + x + (1 | g)."
_MAX_DEGREE = 20


def parse_tree(text: str) -> tuple[Node, Node]:
    """Read a formula into the trees of its two sides.

    Raises
    ------
    FormulaError : with the place of the first thing that cannot be read.
    LimitError : brackets or signs nested too deeply.
    """
    return _Parser(text).formula()


class _Parser:
    """Reads tokens from left to right; `arithmetic` is true where no terms may stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def advance(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def at(self, *operators: str) -> bool:
        return self.token.kind == "operator" and self.token.text in operators

    def fail(self, problem: str, hint: str, span: Span | None = None) -> NoReturn:
        position, length = span or Span(self.token.position, self.token.length)
        raise character_error(problem, hint, self.text, position, length)

    def span_from(self, position: int) -> Span:
        last = self.tokens[self.index - 1]
        return Span(position, last.position + last.length - position)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_FORMULA_DEPTH:
            raise LimitError(
                f"The formula nests more than {MAX_FORMULA_DEPTH} brackets or signs.",
                "Write it with fewer.",
            )

    def formula(self) -> tuple[Node, Node]:
        if self.token.kind == "end":
            self.fail("The formula is empty", _EXAMPLE)
        if self.at("~"):
            self.fail("There is no response in front of '~'", _EXAMPLE)
        response = self.sum(arithmetic=True)
        if self.at("|", "||"):
            self.fail(f"'{self.token.text}' stands in front of '~'", _EXAMPLE)
        if not self.at("~"):
            self.expect_end("There is no '~' in the formula")
        self.advance()
        if self.token.kind == "end":
            self.fail("There is nothing after '~'", "Write at least 1, the intercept: y ~ 1.")
        predictors = self.sum(arithmetic=False)
        if self.token.kind != "end":
            self.unexpected()
        return response, predictors

    def expect_end(self, problem: str) -> None:
        if self.token.kind == "end":
            self.fail(problem, "Write the response, then ~, then the predictors.")
        self.unexpected()

    def unexpected(self) -> NoReturn:
        token = self.token
        if self.at("|", "||"):
            self.fail(
                f"'{token.text}' stands outside brackets",
                f"Put brackets around the random effects: (1 {token.text} g).",
            )
        if self.at(")"):
            self.fail("This ')' closes nothing", "Take it away, or add a '(' before it.")
        if self.at("~"):
            self.fail("There is a second '~'", "Keep only the one after the response.")
        if self.at(","):
            self.fail("',' can stand only inside poly(x, 2)", "Join terms by +.")
        if self.at("("):
            self.fail("There is no operator in front of '('", "Write + or * in front of it.")
        if self.at(":"):
            self.fail("':' has no meaning here", "Between numbers, write *.")
        self.fail(
            f"There is no operator in front of '{token.text}'",
            "Write + in front of it; a name with a space goes in back quotes: `a b`.",
        )

    def chain(self, operators: str, operand: Callable[[], Node]) -> Node:
        """Read operands joined by any of `operators`."""
        position = self.token.position
        first = operand()
        rest = []
        while self.token.kind == "operator" and self.token.text in operators:
            rest.append((self.advance().text, operand()))
        return Chain(first, tuple(rest), self.span_from(position)) if rest else first

    def signs(self, operand: Callable[[], Node]) -> Node:
        """Read signs, then an operand."""
        if not self.at("+", "-"):
            return operand()
        self.deeper()
        token = self.advance()
        inner = self.signs(operand)
        self.depth -= 1
        return Signed(token.text, inner, self.span_from(token.position))

    def sum(self, arithmetic: bool) -> Node:
        return self.chain("+-", lambda: self.signs(lambda: self.product(arithmetic)))

    def product(self, arithmetic: bool) -> Node:
        return self.chain("*/", lambda: self.signs(lambda: self.interaction(arithmetic)))

    def interaction(self, arithmetic: bool) -> Node:
        if arithmetic:
            return self.power(arithmetic)
        return self.chain(":", lambda: self.power(arithmetic))

    def power(self, arithmetic: bool) -> Node:
        position = self.token.position
        base = self.atom(arithmetic)
        if not self.at("^"):
            return base
        self.deeper()
        self.advance()
        exponent = self.signs(lambda: self.power(arithmetic))
        self.depth -= 1
        return Power(base, exponent, self.span_from(position))

    def atom(self, arithmetic: bool) -> Node:
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "name":
            self.advance()
            if self.at("(") and self.text[token.position] != "`":
                return self.call(token)
            return Name(token.text, Span(token.position, token.length))
        if self.at("("):
            return self.brackets(arithmetic)
        self.missing()

    def missing(self) -> NoReturn:
        """Say what should have stood where an operand was wanted."""
        token, last = self.token, self.tokens[self.index - 1] if self.index else None
        behind = f"after '{last.text}'" if last else "at the start"
        if token.kind == "end":
            self.fail(f"Something is missing {behind}", "Write a column or 1, or take it away.")
        if self.at(")") and last and last.text in ("|", "||"):
            self.fail(
                f"There is no grouping factor after '{last.text}'",
                "Write the column that names the groups, e.g. (1 | participant).",
            )
        if self.at("|", "||"):
            self.fail(
                f"There is nothing in front of '{token.text}'",
                f"Write what varies between groups: (1 {token.text} g) for the intercept.",
            )
        if self.at(")"):
            self.fail(f"Something is missing {behind}", "Write a column or 1 before ')'.")
        self.fail(
            f"Something is missing {behind}, in front of '{token.text}'",
            "Write a column there, or take one of the two away.",
        )

    def number(self) -> Node:
        token = self.advance()
        span = Span(token.position, token.length)
        value = float(token.text)
        if value == float("inf"):
            self.fail(f"The number {token.text} is too large", "Write a smaller one.", span)
        return Number(float(number_text(value)), span)

    def brackets(self, arithmetic: bool) -> Node:
        opening = self.advance()
        self.deeper()
        inner = self.sum(arithmetic)
        if self.at("|", "||"):
            inner = self.bar(inner, arithmetic)
        self.close(opening)
        self.depth -= 1
        return Parenthesised(inner, self.span_from(opening.position))

    def bar(self, left: Node, arithmetic: bool) -> Node:
        bar = self.token
        if arithmetic:
            self.fail(
                f"'{bar.text}' has no meaning here",
                "Random effects stand after '~', outside functions: y ~ 1 + (1 | g).",
            )
        self.advance()
        group = self.sum(arithmetic)
        if self.at("|", "||"):
            self.fail(
                f"There is a second '{self.token.text}' in one bracket",
                "Give each grouping factor its own bracket: (1 | a) + (1 | b).",
            )
        span = Span(left.span.position, self.span_from(left.span.position).length)
        return Bar(bar.text == "||", left, group, span)

    def close(self, opening: Token) -> None:
        if self.at(")"):
            self.advance()
        elif self.token.kind == "end":
            span = Span(opening.position, 1)
            self.fail("This '(' is never closed", "Write a ')' where it should end.", span)
        else:
            self.unexpected()

    def call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            self.unknown_function(name)
        opening = self.advance()
        self.deeper()
        arguments = [self.sum(arithmetic=True)]
        while self.at(",", "|", "||"):
            if not self.at(","):
                self.bar(arguments[0], arithmetic=True)
            self.advance()
            arguments.append(self.sum(arithmetic=True))
        self.close(opening)
        self.depth -= 1
        call = Call(name.text, tuple(arguments), self.span_from(name.position))
        self.check_call(call)
        return call

    def unknown_function(self, name: Token) -> NoReturn:
        span = Span(name.position, name.length)
        problem = f"'{name.text}' is not a function of the formula language"
        close = get_close_matches(name.text, FUNCTIONS, n=1)
        hint = f"There are {', '.join(FUNCTIONS)}."
        if close:
            hint += f" Did you mean '{close[0]}'?"
        elif len(name.text) < 30:
            hint += f" To multiply, write {name.text} * ( ... )."
        self.fail(problem, hint, span)

    def check_call(self, call: Call) -> None:
        """Refuse a wrong number of arguments, or functions where they cannot stand."""
        wanted = 2 if call.function == "poly" else 1
        if len(call.arguments) != wanted:
            example = "poly(x, 2)" if call.function == "poly" else f"{call.function}(x)"
            self.fail(
                f"{call.function}() takes {wanted} argument{'s' * (wanted > 1)}, "
                f"not {len(call.arguments)}", f"Write {example}.", call.span,
            )  # fmt: skip
        if next(names_in(call.arguments[0]), None) is None:
            self.fail(
                f"{deparse(call)} contains no column", "Put a column of the data in it.", call.span
            )
        if call.function == "poly":
            self.check_degree(call.arguments[1])
        for argument in call.arguments:
            self.check_nested(argument)

    def check_degree(self, degree: Node) -> None:
        valid = isinstance(degree, Number) and 1 <= degree.value <= _MAX_DEGREE
        if not (valid and isinstance(degree, Number) and degree.value.is_integer()):
            self.fail(
                f"The degree of poly() must be a whole number from 1 to {_MAX_DEGREE}, "
                f"not {deparse(degree)}", "Write, for example, poly(x, 2).", degree.span,
            )  # fmt: skip

    def check_nested(self, node: Node) -> None:
        """Refuse poly() and factor() inside other functions: they give several columns."""
        pending = [node]
        while pending:
            part = pending.pop()
            match part:
                case Call("poly" | "factor"):
                    self.fail(
                        f"{part.function}() cannot stand inside another function",
                        f"Write {deparse(part)} as a term of its own.", part.span,
                    )  # fmt: skip
                case Chain(first, rest):
                    pending += [first, *(operand for _, operand in rest)]
                case Power(base, exponent):
                    pending += [base, exponent]
                case Signed(_, inner) | Parenthesised(inner):
                    pending.append(inner)
