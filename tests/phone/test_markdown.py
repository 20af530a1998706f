"""Text of items as HTML for phones: everything of the bank converts, nothing of it is markup."""

import re
from html.parser import HTMLParser

import pytest

from quizzes import load_bank
from quizzes.generators import GENERATORS, generate_item
from quizzes.item import Item
from quizzes.markdown import line, mathml, paragraphs

HARMLESS = {
    *("p", "em", "strong", "code", "pre", "ul", "ol", "li", "br", "hr", "s", "blockquote"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "span"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "msup", "msub", "msubsup"),
    *("msqrt", "mroot", "mfrac", "mover", "munder", "munderover", "mtable", "mtr", "mtd"),
}
ATTRIBUTES = re.compile(r"on\w+|style|href|src|id|srcset|action|formaction|xlink:href")


class Reader(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def assert_harmless(html: str) -> None:
    found = read(html)
    assert found.tags <= HARMLESS, html
    assert not [name for name in found.attributes if ATTRIBUTES.fullmatch(name)], html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<div\nonclick=alert(1)>",
        "<!-- <script> -->",
        "[a](javascript:alert(1))",
        "![a](https://example.org/a.png)",
        "<https://example.org>",
        "[a]: https://example.org\n\n[a]",
        "`</code><script>alert(1)</script>`",
        "```\n</pre><script>alert(1)</script>\n```",
        '```" onclick=alert(1)\nx\n```',
        "| a | b |\n| - | - |\n| <b onclick=x> | ![x](y) |",
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\class{x}{y}$",
        r"$\style{color:red}{y}$",
        r"$\cssId{x}{y}$",
        r"$\color{red\" onload=\"alert(1)}{y}$",
        r"$\mathrm{<svg onload=alert(1)>}$",
        r"$\operatorname{<script>}$",
        r"$\begin{array}{<script>} a \end{array}$",
        r"$$\text{<style>*{display:none}</style>}$$",
        "$<script>alert(1)</script>$",
        "$\\" + "frac{" * 300 + "$",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "\x00<script>\x00",
        "\ud800<b>",
    ],
)
def test_hostile_text_is_text(text: str) -> None:
    assert_harmless(paragraphs(text))
    assert_harmless(line(text))


def test_tables_scroll_and_emphasis_stays() -> None:
    html = paragraphs("| a | b |\n| :- | -: |\n| *1* | `2` |")
    assert '<div class="wide"><table>' in html
    assert "<em>1</em>" in html and "<code>2</code>" in html
    assert 'class="r"' in html and "style" not in html


def test_mathematics_is_mathml() -> None:
    assert mathml(r"\chi^2 = \frac{1}{20}").startswith("<math")
    assert "<code>" not in mathml(r"\chi^2 = \frac{1}{20}")


def all_items() -> list[Item]:
    drawn = [generate_item(name, seed) for name in GENERATORS for seed in (1, 2)]
    return [*load_bank().values(), *drawn]


def test_every_text_of_the_bank_converts() -> None:
    formulas = 0
    for item in all_items():
        for text in (item.stem, item.explanation):
            html = paragraphs(text)
            assert_harmless(html)
            for latex in re.findall(
                r"(?<![\\$])\$([^$`\n]+)\$(?!\d)", re.sub(r"`[^`]*`", "", text)
            ):
                formulas += 1
                assert "<code>" not in mathml(latex), f"{item.id}: {latex}"
    assert formulas > 20


def test_no_line_breaks_between_mathematics_and_its_punctuation() -> None:
    for made in (paragraphs("Is it $t = -2.5$? Or ($F$)."), line("Is it $t = -2.5$? Or ($F$).")):
        assert "</math>?</span>" in made and "</math>).</span>" in made
    assert "</math></span> and" in paragraphs("$t$ and")


@pytest.mark.parametrize(
    ("latex", "signs"),
    [("t = -2.5", 1), ("(-2.5)^2", 1), ("2 \\cdot -3, -1", 2), ("a - b", 0), ("(a) - b", 0)],
)
def test_a_sign_stands_close_to_its_number(latex: str, signs: int) -> None:
    assert mathml(latex).count('<mo form="prefix">&#x02212;</mo>') == signs
    assert_harmless(mathml(latex))
