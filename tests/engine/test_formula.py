"""Reading formulas: what they mean, and the sentence for each thing that cannot be read."""

# One sentence a line, however long: that is how a user sees it.
# ruff: noqa: E501

import pytest

from sim.errors import FormulaError, LimitError
from sim.lmm.formula import parse_formula

CANONICAL = [
    ("reaction ~ days", "reaction ~ 1 + days"),
    ("reaction ~ 1+days+(1+days|subject)", "reaction ~ 1 + days + (1 + days | subject)"),
    ("y ~ (x|g)", "y ~ 1 + (1 + x | g)"),
    ("y ~ (0+x|g)", "y ~ 1 + (0 + x | g)"),
    ("y ~ (x - 1 | g)", "y ~ 1 + (0 + x | g)"),
    ("y ~ (x||g)", "y ~ 1 + (1 | g) + (0 + x | g)"),
    ("y ~ (x*z||g)", "y ~ 1 + (1 | g) + (0 + x | g) + (0 + z | g) + (0 + x:z | g)"),
    ("y ~ (0+x+z||g)", "y ~ 1 + (0 + x | g) + (0 + z | g)"),
    ("y ~ (1|a/b)", "y ~ 1 + (1 | b:a) + (1 | a)"),
    ("y ~ (1|a/b/c)", "y ~ 1 + (1 | c:(b:a)) + (1 | b:a) + (1 | a)"),
    ("y ~ (x||a/b)", "y ~ 1 + (1 | b:a) + (1 | a) + (0 + x | b:a) + (0 + x | a)"),
    ("y ~ (1|a:b)", "y ~ 1 + (1 | a:b)"),
    ("y ~ (1|(g))", "y ~ 1 + (1 | g)"),
    ("y ~ x + ((1|g) + (1|h))", "y ~ 1 + x + (1 | g) + (1 | h)"),
    ("y ~ x - 1 + (1|g)", "y ~ 0 + x + (1 | g)"),
    ("y ~ a*b*c - a:b:c", "y ~ 1 + a + b + c + a:b + a:c + b:c"),
    ("y ~ b:a + a", "y ~ 1 - b - a + a + b:a"),
    ("y ~ `a b` + `x` + (1|`1x`)", "y ~ 1 + `a b` + x + (1 | `1x`)"),
    ("y ~ `if`*`😀`", "y ~ 1 + `if` + `😀` + `if`:`😀`"),
    ("größe ~ été.2 + .x_", "größe ~ 1 + été.2 + .x_"),
    ("log(rt) ~ poly(x,2) + I(x^2 - 1)", "log(rt) ~ 1 + poly(x, 2) + I(x^2 - 1)"),
    ("rt/1000 ~ scale(x):f", "rt/1000 ~ 1 + scale(x):f"),
    ("y ~ log(sqrt(exp(center(x))))", "y ~ 1 + log(sqrt(exp(center(x))))"),
    ("  y~x\t+ z \n", "y ~ 1 + x + z"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_canonical_text(text: str, canonical: str) -> None:
    formula = parse_formula(text)
    assert str(formula) == canonical
    assert parse_formula(canonical) == formula
    assert hash(parse_formula(canonical)) == hash(formula)


def test_spacing_and_grouping_do_not_matter_but_meaning_does() -> None:
    assert parse_formula("y~x+(1|g)") == parse_formula("y ~ 1 + (x) + ((1 | g))")
    assert parse_formula("y ~ x + (1 + x | g)") != parse_formula("y ~ x + (1 + x || g)")
    assert parse_formula("y ~ a + b") != parse_formula("y ~ b + a")


def test_groups_are_named_as_lme4_names_them() -> None:
    nested = parse_formula("y ~ 1 + (1 + x | school/`class 1`)")
    assert [b.group for b in nested.brackets] == [("class 1", "school"), ("school",)]
    assert [b.group_name for b in nested.brackets] == ["`class 1`:school", "school"]
    assert tuple(bracket.text for bracket in nested.brackets) == (
        "(1 + x | `class 1`:school)",
        "(1 + x | school)",
    )
    assert parse_formula("y ~ (1|`1x`)").brackets[0].group_name == "1x"


def test_variables_are_listed_once_in_order() -> None:
    formula = parse_formula("log(rt) ~ x*z + I(x^2) + (0 + w | g:h)")
    assert formula.variables == ("rt", "x", "z", "w", "g", "h")
    assert formula.fixed.variables == ("x", "z")
    assert formula.response_text == "log(rt)"


# formula, position, length, whole sentence
REFUSED = [
    ("", 0, 1, "The formula is empty (character 1 of the formula). Write, for example, y ~ 1 + x + (1 | g)."),
    ("~ x", 0, 1, "There is no response in front of '~' (character 1 of the formula). Write, for example, y ~ 1 + x + (1 | g)."),
    ("y x", 2, 1, "There is no operator in front of 'x' (character 3 of the formula). Write + in front of it; a name with a space goes in back quotes: `a b`."),
    ("y + x", 5, 1, "There is no '~' in the formula (character 6 of the formula). Write the response, then ~, then the predictors."),
    ("y ~", 3, 1, "There is nothing after '~' (character 4 of the formula). Write at least 1, the intercept: y ~ 1."),
    ("y ~ x ~ z", 6, 1, "There is a second '~' (character 7 of the formula). Keep only the one after the response."),
    ("y ~ x + ", 8, 1, "Something is missing after '+' (character 9 of the formula). Write a column or 1, or take it away."),
    ("y ~ x * / z", 8, 1, "Something is missing after '*', in front of '/' (character 9 of the formula). Write a column there, or take one of the two away."),
    ("y ~ (x + z", 4, 1, "This '(' is never closed (character 5 of the formula). Write a ')' where it should end."),
    ("y ~ x)", 5, 1, "This ')' closes nothing (character 6 of the formula). Take it away, or add a '(' before it."),
    ("y ~ x (z)", 4, 1, "'x' is not a function of the formula language (character 5 of the formula). There are log, exp, sqrt, scale, center, factor, poly, I. To multiply, write x * ( ... )."),
    ("y ~ 1 | g", 6, 1, "'|' stands outside brackets (character 7 of the formula). Put brackets around the random effects: (1 | g)."),
    ("y ~ x + (1 | )", 13, 1, "There is no grouping factor after '|' (character 14 of the formula). Write the column that names the groups, e.g. (1 | participant)."),
    ("y ~ x + ( | g)", 10, 1, "There is nothing in front of '|' (character 11 of the formula). Write what varies between groups: (1 | g) for the intercept."),
    ("y ~ (1 | a | b)", 11, 1, "There is a second '|' in one bracket (character 12 of the formula). Give each grouping factor its own bracket: (1 | a) + (1 | b)."),
    ("y ~ ((1 | a) | b)", 6, 5, "A bracket stands inside a bracket (character 7 of the formula). Write brackets beside each other, joined by +."),
    ("y ~ (0 | g)", 5, 5, "The bracket (0 | g) has no random effects (character 6 of the formula). Write 1 for a random intercept: (1 | g)."),
    ("y ~ (-1 | g)", 5, 6, "The bracket (-1 | g) has no random effects (character 6 of the formula). Write 1 for a random intercept: (1 | g)."),
    ("y ~ (1 | a + b)", 9, 5, "'a + b' cannot be a grouping factor (character 10 of the formula). Write one bracket for each: (1 | a) + (1 | b)."),
    ("y ~ (1 | a * b)", 9, 5, "'*' cannot stand after '|' (character 10 of the formula). Write (1 | a) + (1 | b) + (1 | a:b) for both and their combinations."),
    ("y ~ (1 | factor(g))", 9, 9, "'factor(g)' cannot be a grouping factor (character 10 of the formula). Write the column's name alone: a grouping column is always a factor."),
    ("y ~ (1 | 3)", 9, 1, "'3' cannot be a grouping factor (character 10 of the formula). Write a column that names the groups: (1 | participant)."),
    ("y ~ (1 | a:b/c)", 9, 3, "lme4 cannot read what stands before '/' (character 10 of the formula). Write a bracket for each: (1 | a:b) + (1 | c:a:b)."),
    ("y ~ (1 | g:g)", 11, 1, "The grouping column 'g' is combined with itself (character 12 of the formula). Name each column once."),
    ("y ~ (1 | g) + (1 | g)", 15, 5, "The random effects (1 | g) stand in the formula twice (character 16 of the formula). Keep one of the two."),
    ("y ~ x - (1 | g)", 9, 5, "Random effects cannot be taken away (character 10 of the formula). Write + or nothing."),
    ("y ~ x * (1 | g)", 9, 5, "Random effects can only be added (character 10 of the formula). Write + in front of it."),
    ("y ~ x + y", 8, 1, "The response 'y' is also a predictor (character 9 of the formula). Take it away from the right of '~'."),
    ("5 ~ x", 0, 1, "The response names no column (character 1 of the formula). Write the column you want to explain in front of '~'."),
    ("y ~ 2 + x", 4, 1, "The number 2 cannot be a term (character 5 of the formula). Write 1 for the intercept, 0 for none; arithmetic goes inside I()."),
    ("y ~ 2 * x", 4, 1, "The number 2 cannot be multiplied with terms (character 5 of the formula). 1 and 0 can only be added; arithmetic goes inside I(): I(2 * x)."),
    ("y ~ x^z", 6, 1, "The power z is not a whole number from 2 upwards (character 7 of the formula). Write (a + b)^2 for interactions, I(x^2) for a square."),
    ("y ~ x:-z", 6, 1, "Something is missing after ':', in front of '-' (character 7 of the formula). Write a column there, or take one of the two away."),
    ("y ~ x*-z", 6, 2, "A sign cannot stand inside a product of terms (character 7 of the formula). Write + or - between terms; arithmetic goes inside I()."),
    ("y ~ log10(x)", 4, 5, "'log10' is not a function of the formula language (character 5 of the formula). There are log, exp, sqrt, scale, center, factor, poly, I. Did you mean 'log'?"),
    ("y ~ log()", 8, 1, "Something is missing after '(' (character 9 of the formula). Write a column or 1 before ')'."),
    ("y ~ log(x, 2)", 4, 9, "log() takes 1 argument, not 2 (character 5 of the formula). Write log(x)."),
    ("y ~ poly(x)", 4, 7, "poly() takes 2 arguments, not 1 (character 5 of the formula). Write poly(x, 2)."),
    ("y ~ poly(x, 1.5)", 12, 3, "The degree of poly() must be a whole number from 1 to 20, not 1.5 (character 13 of the formula). Write, for example, poly(x, 2)."),
    ("y ~ I(poly(x, 2))", 6, 10, "poly() cannot stand inside another function (character 7 of the formula). Write poly(x, 2) as a term of its own."),
    ("y ~ log(2)", 4, 6, "log(2) contains no column (character 5 of the formula). Put a column of the data in it."),
    ("y ~ log(a:b)", 9, 1, "':' has no meaning here (character 10 of the formula). Between numbers, write *."),
    ("y ~ log(x | g)", 10, 1, "'|' has no meaning here (character 11 of the formula). Random effects stand after '~', outside functions: y ~ 1 + (1 | g)."),
    ("y ~ a, b", 5, 1, "',' can stand only inside poly(x, 2) (character 6 of the formula). Join terms by +."),
    ("y ~ .", 4, 1, "'.' (every other column, in R) is not used here (character 5 of the formula). Write the columns one by one, joined by +."),
    ("y ~ 1x", 4, 2, "'1x' starts with a digit but is not a number (character 5 of the formula). If it is a column, put it in back quotes: `1x`."),
    ("y ~ if", 4, 2, "'if' is a word that R keeps for itself (character 5 of the formula). If it is a column, put it in back quotes: `if`."),
    ("y ~ ..1", 4, 3, "'..1' is not a name R takes (character 5 of the formula). If it is a column, put it in back quotes: `..1`."),
    ("y ~ `a b", 4, 1, "This back quote is never closed (character 5 of the formula). Write another ` after the name."),
    ("y ~ ``", 4, 2, "There is no name between the back quotes (character 5 of the formula). Write one."),
    ("y ~ 1e999 + x", 4, 5, "The number 1e999 is too large (character 5 of the formula). Write a smaller one."),
    ("y ~ x²", 5, 1, "'²' is not a plain digit (character 6 of the formula). Write a power as I(x^2)."),
    ("y ~ x − z", 6, 1, "'−' (U+2212) only looks like '-' (character 7 of the formula). Type - on the keyboard."),
    ("y ∼ x", 2, 1, "'∼' (U+223C) only looks like '~' (character 3 of the formula). Type ~ on the keyboard."),
    ("y ~ x ＋ z", 6, 1, "'＋' (U+FF0B) only looks like '+' (character 7 of the formula). Type + on the keyboard."),
    ("y ~ (1 ｜ g)", 7, 1, "'｜' (U+FF5C) only looks like '|' (character 8 of the formula). Type | on the keyboard."),
    ("y ~ “x”", 4, 1, "'“' is a quotation mark (character 5 of the formula). Write a column's name without quotes."),
    ("y ~ 'x'", 4, 1, "Text in quotes has no place in a formula (character 5 of the formula). Write a column's name without quotes."),
    ("y ~ x\u00a0+ z", 5, 1, "There is an unusual space here (U+00A0) (character 6 of the formula). Type an ordinary space."),
    ("y ~ x\u200b", 5, 1, "There is an invisible character here (U+200B) (character 6 of the formula). Delete it."),
    ("y ~ x\n+ z", 5, 1, "The formula goes on after a line break (character 6 of the formula). Write it on one line."),
    ("y ~ 😀", 4, 1, "'😀' (U+1F600) cannot stand in a formula (character 5 of the formula). If it is part of a column's name, put the whole name in back quotes."),
    ("y = x", 2, 1, "'=' has no place in a formula (character 3 of the formula). Write ~ between the response and the predictors."),
    ("m <- y ~ x", 2, 2, "'<-' stores a value in R (character 3 of the formula). Leave it out: write only response ~ predictors."),
    ("y ~ x == 1", 6, 2, "A formula cannot compare values with '==' (character 7 of the formula). Make a new column in the data."),
    ("y ~ x**2", 5, 2, "'**' is not used here (character 6 of the formula). Write ^ for a power."),
    ("y ~ b %in% a", 6, 4, "'%in%' has no place in a formula (character 7 of the formula). Write a:b for a within b."),
    ("__import__('os').system('id')", 0, 1, "A name cannot start with '_' (character 1 of the formula). Put the name in back quotes: `_name`."),
    ("y ~ os.system(id)", 4, 9, "'os.system' is not a function of the formula language (character 5 of the formula). There are log, exp, sqrt, scale, center, factor, poly, I. To multiply, write os.system * ( ... )."),
    ("y ~ data$x", 8, 1, "'$' is not needed (character 9 of the formula). Write the column's name alone."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "length", "sentence"), REFUSED)
def test_refusals_name_the_character(text: str, position: int, length: int, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    error = caught.value
    assert (str(error), error.position, error.length) == (sentence, position, length)
    assert error.formula == text


LIMITED = [
    ("y ~ " + "x + " * 3000 + "x", "The formula has 12,005 characters; this server takes up to 1,000. Write a shorter one."),
    ("y ~ " + "(" * 80 + "x" + ")" * 80, "The formula nests more than 25 brackets or signs. Write it with fewer."),
    ("y ~ " + "log(" * 80 + "x" + ")" * 80, "The formula nests more than 25 brackets or signs. Write it with fewer."),
    ("y ~ " + "-" * 400 + "x", "The formula nests more than 25 brackets or signs. Write it with fewer."),
    ("y ~ I(x" + "^2" * 100 + ")", "The formula nests more than 25 brackets or signs. Write it with fewer."),
    ("y ~ (a + b)^999999999", "The formula has a power of 999999999; this server takes powers up to 4. Write a smaller one."),
    ("y ~ a*b*c*d*e", "The formula has the interaction a:b:c:d:e of 5 variables; this server takes up to 4. Write + where you do not need an interaction."),
    ("y ~ (1 | g) + (a*b*c*d*e | g)", "The bracket has the interaction a:b:c:d:e of 5 variables; this server takes up to 4. Write + where you do not need an interaction."),
    ("y ~ (" + " + ".join(f"v{i}" for i in range(21)) + ")^2", "The formula stands for more than 200 terms. Write + where you do not need an interaction."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), LIMITED)
def test_limits(text: str, sentence: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse_formula(text)
    assert str(caught.value) == sentence


def test_a_long_sum_is_no_deep_tree() -> None:
    text = "y ~ I(" + "+".join(["x"] * 240) + ")"
    formula = parse_formula(text)
    assert parse_formula(text.replace("+", "+ ")) == formula
    assert formula.variables == ("y", "x")
