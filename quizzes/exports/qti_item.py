"""One item as an `assessmentItem` of QTI 2.1: what is asked, what is right, what is said to it."""

import re
from xml.etree.ElementTree import Element, SubElement, fromstring

from quizzes.exports.format import name_of
from quizzes.exports.shapes import (
    Choices,
    Foreseen,
    Number,
    Opinion,
    Simple,
    Sorting,
    Text,
    letter_by_letter,
)
from quizzes.markdown import clean, line, paragraphs

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
# HTML that QTI does not know, and what stands for it.
_RENAMED = {"s": "span"}
_NOT_IN_QTI = ("start",)
RIGHT, WRONG, ALWAYS = "RIGHT", "WRONG", "EXPLANATION"


def item_element(simple: Simple, identifier: str, picture: str) -> tuple[Element, tuple[str, ...]]:
    """Return an item, and what is different in it from the app.

    Parameters
    ----------
    picture : where its picture stands, seen from the item's file; "" if it has none.
    """
    item = simple.item
    root = Element(
        "assessmentItem",
        {
            "xmlns": QTI,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{QTI} {SCHEMA}",
            "identifier": identifier,
            "title": clean(name_of(item)),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    body = Element("itemBody")
    if picture:
        alt = item.picture.alt if item.picture is not None else "The picture of the question"
        SubElement(SubElement(body, "p"), "img", src=picture, alt=clean(alt))
    body.extend(_blocks(simple.stem))
    writer = _Writer(root, body)
    more = writer.fill(simple.shape)
    if item.explanation:
        writer.say(ALWAYS, item.explanation)
        writer.after.append(_tell(ALWAYS))
    writer.finish()
    return root, more


class _Writer:
    """Parts of an item that stand at different places but belong together.

    Parameters
    ----------
    root : gets the declarations first, then the body, processing and feedback.
    """

    def __init__(self, root: Element, body: Element) -> None:
        self.root, self.body = root, body
        self.after: list[Element] = []
        self._feedback: dict[str, str] = {}

    def say(self, identifier: str, markdown: str) -> None:
        """Keep a feedback for the end of the item."""
        if markdown:
            self._feedback[identifier] = markdown

    def finish(self) -> None:
        """Put outcomes, body, processing and feedback in the order of the schema."""
        score = SubElement(
            self.root,
            "outcomeDeclaration",
            identifier="SCORE",
            cardinality="single",
            baseType="float",
        )
        _value(SubElement(score, "defaultValue"), "0")
        SubElement(
            self.root,
            "outcomeDeclaration",
            identifier="FEEDBACK",
            cardinality="multiple",
            baseType="identifier",
        )
        self.root.append(self.body)
        if self.after:
            SubElement(self.root, "responseProcessing").extend(self.after)
        for identifier, markdown in self._feedback.items():
            made = SubElement(
                self.root,
                "modalFeedback",
                outcomeIdentifier="FEEDBACK",
                identifier=identifier,
                showHide="show",
            )
            made.extend(_blocks(markdown))

    def fill(self, shape: object) -> tuple[str, ...]:
        """Write declarations, interaction and processing of a shape."""
        match shape:
            case Choices():
                return self._choices(shape)
            case Number():
                return self._number(shape)
            case Text():
                return self._typed(shape)
            case Sorting():
                return self._sorting(shape)
            case Opinion():
                return self._opinion(shape)
        raise AssertionError(shape)

    def _response(self, cardinality: str, base: str, right: tuple[str, ...]) -> Element:
        declared = SubElement(
            self.root,
            "responseDeclaration",
            identifier="RESPONSE",
            cardinality=cardinality,
            baseType=base,
        )
        if right:
            correct = SubElement(declared, "correctResponse")
            for value in right:
                _value(correct, value)
        return declared

    def _listed(self, tag: str, texts: tuple[str, ...], shuffle: bool, **more: str) -> None:
        settings = {"responseIdentifier": "RESPONSE", "shuffle": str(shuffle).lower()}
        made = SubElement(self.body, tag, settings | more)
        for place, text in enumerate(texts):
            choice = SubElement(made, "simpleChoice", identifier=choice_id(place))
            _fill_inline(choice, text)

    def _choices(self, shape: Choices) -> tuple[str, ...]:
        right = tuple(choice_id(i) for i, option in enumerate(shape.options) if option.right)
        declared = self._response("multiple" if shape.several else "single", "identifier", right)
        most = "0" if shape.several else "1"
        texts = tuple(option.text for option in shape.options)
        self._listed("choiceInteraction", texts, shape.shuffle, maxChoices=most)
        for i, option in enumerate(shape.options):
            self.say(choice_id(i), option.feedback)
        if not shape.several:
            self.after.append(_if(_is_right(), _score("1")))
            self.after.append(_told(Element("variable", identifier="RESPONSE")))
            return ()
        if shape.share:
            self.after.append(_shared(declared, shape))
        else:
            self.after.append(_if(_is_right(), _score("1")))
        for i, option in enumerate(shape.options):
            chosen = _has(choice_id(i))
            if option.right:
                outer = Element("not")
                outer.append(chosen)
                chosen = outer
            self.after.append(_if(chosen, _tell(choice_id(i))))
        return ()

    def _near(
        self, shape: Number | Text | Sorting, test: dict[str, Element], right: Element
    ) -> None:
        """If right, else if as foreseen, else: score and feedback."""
        condition = _if(right, _score("1"), _tell(RIGHT))
        self.say(RIGHT, shape.right)
        for near, (identifier, found) in zip(shape.near, test.items(), strict=True):
            branch = SubElement(condition, "responseElseIf")
            branch.extend((found, _tell(identifier)))
            self.say(identifier, near.feedback)
        SubElement(condition, "responseElse").append(_tell(WRONG))
        self.say(WRONG, shape.wrong)
        self.after.append(condition)

    def _number(self, shape: Number) -> tuple[str, ...]:
        self._response("single", "float", (repr(shape.key),))
        self._field("12")
        tests = {_near_id(i): _equal(near, shape.tolerance) for i, near in enumerate(shape.near)}
        self._near(shape, tests, _equal(Foreseen(shape.key, ""), shape.tolerance))
        return ()

    def _typed(self, shape: Text) -> tuple[str, ...]:
        self._response("single", "string", (clean(shape.spellings[0]),))
        self._field("60")
        tests = {_near_id(i): _among(near.answer) for i, near in enumerate(shape.near)}
        self._near(shape, tests, _among(shape.spellings))
        return (letter_by_letter(shape),)

    def _field(self, length: str) -> None:
        SubElement(
            SubElement(self.body, "p"),
            "textEntryInteraction",
            responseIdentifier="RESPONSE",
            expectedLength=length,
        )

    def _sorting(self, shape: Sorting) -> tuple[str, ...]:
        self._response("ordered", "identifier", tuple(choice_id(i) for i in shape.key))
        self._listed("orderInteraction", shape.entries, True)
        tests = {_near_id(i): _in_order(near.answer) for i, near in enumerate(shape.near)}
        self._near(shape, tests, _is_right())
        return ("All or nothing: QTI has no points for pairs in the right order.",) * shape.share

    def _opinion(self, shape: Opinion) -> tuple[str, ...]:
        if shape.options:
            self._response("single", "identifier", ())
            self._listed("choiceInteraction", shape.options, False, maxChoices="1")
        else:
            self._response("single", "string", ())
            SubElement(self.body, "extendedTextInteraction", responseIdentifier="RESPONSE")
        self.say(RIGHT, shape.thanks)
        self.after.append(_tell(RIGHT))
        return ("It has no key, so it earns no points.",)


def choice_id(place: int) -> str:
    """Return the identifier of a choice, from its place among all."""
    return f"CHOICE_{place + 1}"


def _near_id(place: int) -> str:
    return f"NEAR_{place + 1}"


def _blocks(markdown: str) -> list[Element]:
    return list(_html(f"<div>{paragraphs(markdown)}</div>"))


def _fill_inline(parent: Element, markdown: str) -> None:
    made = _html(f"<div>{line(markdown)}</div>")
    parent.text = made.text
    parent.extend(made)


def _html(text: str) -> Element:
    """Our own HTML as elements that QTI knows."""
    root = fromstring(re.sub(r"&(?!amp;|lt;|gt;|quot;|#)", "&amp;", text))
    for element in root.iter():
        element.tag = _RENAMED.get(element.tag, element.tag)
        if element.tag.startswith(MATHML):
            # With a prefix, so that QTI's own elements need none.
            element.tag = f"m:{element.tag.removeprefix(MATHML)}"
            if element.tag == "m:math":
                element.set("xmlns:m", MATHML.strip("{}"))
        for name in _NOT_IN_QTI:
            element.attrib.pop(name, None)
    return root


def _value(parent: Element, text: str) -> None:
    SubElement(parent, "value").text = text


def _base(kind: str, text: str) -> Element:
    made = Element("baseValue", baseType=kind)
    made.text = text
    return made


def _is_right() -> Element:
    made = Element("match")
    SubElement(made, "variable", identifier="RESPONSE")
    SubElement(made, "correct", identifier="RESPONSE")
    return made


def _has(identifier: str) -> Element:
    made = Element("member")
    made.append(_base("identifier", identifier))
    SubElement(made, "variable", identifier="RESPONSE")
    return made


def _among(texts: tuple[str, ...]) -> Element:
    made = Element("member")
    SubElement(made, "variable", identifier="RESPONSE")
    several = SubElement(made, "multiple")
    several.extend(_base("string", clean(text)) for text in texts)
    return made


def _equal(near: Foreseen, tolerance: float) -> Element:
    spread = repr(float(tolerance))
    mode = {"toleranceMode": "exact"}
    if tolerance:
        mode = {"toleranceMode": "absolute", "tolerance": f"{spread} {spread}"}
    made = Element("equal", mode)
    SubElement(made, "variable", identifier="RESPONSE")
    made.append(_base("float", repr(near.answer)))
    return made


def _in_order(places: tuple[int, ...]) -> Element:
    made = Element("match")
    SubElement(made, "variable", identifier="RESPONSE")
    order = SubElement(made, "ordered")
    order.extend(_base("identifier", choice_id(place)) for place in places)
    return made


def _if(test: Element, *then: Element) -> Element:
    condition = Element("responseCondition")
    SubElement(condition, "responseIf").extend((test, *then))
    return condition


def _score(text: str) -> Element:
    made = Element("setOutcomeValue", identifier="SCORE")
    made.append(_base("float", text))
    return made


def _tell(identifier: str) -> Element:
    return _told(_base("identifier", identifier))


def _told(what: Element) -> Element:
    """Add to the feedback that is shown."""
    made = Element("setOutcomeValue", identifier="FEEDBACK")
    several = SubElement(made, "multiple")
    SubElement(several, "variable", identifier="FEEDBACK")
    several.append(what)
    return made


def _shared(declared: Element, shape: Choices) -> Element:
    """Points for each choice decided rightly, above what ticking nothing or all earns."""
    n_right = sum(option.right for option in shape.options)
    fewer = min(n_right, len(shape.options) - n_right)
    mapping = SubElement(declared, "mapping", defaultValue="0")
    for i, option in enumerate(shape.options):
        value = repr((1 if option.right else -1) / fewer)
        SubElement(mapping, "mapEntry", mapKey=choice_id(i), mappedValue=value)
    made = Element("setOutcomeValue", identifier="SCORE")
    highest = SubElement(made, "max")
    highest.append(_base("float", "0"))
    total = SubElement(highest, "sum")
    total.append(_base("float", repr(1 - n_right / fewer)))
    SubElement(total, "mapResponse", identifier="RESPONSE")
    return made
