"""A small reader of GIFT that works as Moodle's does, written apart from the writer."""

import re
from dataclasses import dataclass, field

PLACES = {
    "\\\\": "\ue000",
    "\\:": "\ue001",
    "\\#": "\ue002",
    "\\=": "\ue003",
    "\\{": "\ue004",
    "\\}": "\ue005",
    "\\~": "\ue006",
    "\\n": "\ue007",
}
BACK = {"\ue000": "\\", "\ue007": "\n"} | {
    mark: text[1] for text, mark in PLACES.items() if text not in ("\\\\", "\\n")
}


@dataclass
class Answer:
    fraction: float
    text: str
    feedback: str
    match: str = ""


@dataclass
class Question:
    name: str
    text: str
    kind: str
    category: str
    answers: list[Answer] = field(default_factory=list)
    wrong: str = ""
    general: str = ""


def _hide(text: str) -> str:
    for escape, mark in PLACES.items():
        text = text.replace(escape, mark)
    return text


def _show(text: str) -> str:
    return "".join(BACK.get(letter, letter) for letter in text).strip()


def read_gift(text: str) -> list[Question]:
    found, category = [], ""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.split("\n") if not line.startswith("//")]
        block = _hide("\n".join(lines))
        if block.startswith("$CATEGORY:"):
            category = _show(block.removeprefix("$CATEGORY:"))
            continue
        found.append(_question(block, category))
    return found


def _question(block: str, category: str) -> Question:
    assert block.count("{") == 1 and block.count("}") == 1, block
    head, inner = block.rstrip().removesuffix("}").split("{")
    match = re.fullmatch(r"::(.*?)::\[html\](.*)", head, re.DOTALL)
    assert match, head
    inner, _, general = inner.partition("####")
    inner = inner.strip()
    question = Question(_show(match[1]), _show(match[2]), "", category, general=_show(general))
    if not inner:
        question.kind = "essay"
    elif inner.startswith("#"):
        question.kind = "numerical"
        inner, _, wrong = inner[1:].partition("~#")
        question.wrong = _show(wrong)
    elif "~" in inner:
        question.kind = "multichoice"
    elif "->" in inner:
        question.kind = "match"
    else:
        question.kind = "shortanswer"
    for sign, part in re.findall(r"([=~])([^=~]*)", inner):
        question.answers.append(_answer(sign, part.strip(), question.kind))
    return question


def _answer(sign: str, part: str, kind: str) -> Answer:
    fraction = 100.0 if sign == "=" else 0.0
    if weight := re.match(r"%(-?\d{1,3}\.?\d*)%", part):
        fraction, part = float(weight[1]), part[weight.end() :]
    text, _, feedback = part.partition("#")
    assert "#" not in feedback
    text, _, match = text.partition("->") if kind == "match" else (text, "", "")
    return Answer(fraction, _show(text), _show(feedback), _show(match))
