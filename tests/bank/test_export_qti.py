"""QTI 2.1: the package holds together, and its items mark answers as the app does."""

import re
import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import permutations
from zipfile import ZipFile

import pytest

from quizzes import grade
from quizzes.exports import EXPORTS, Exported
from quizzes.exports.format import in_order, name_of
from tests.bank.export_samples import PNG, draw, everything

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
# Elements an item may have, in the order of the specification.
PARTS = (
    *("responseDeclaration", "outcomeDeclaration", "templateDeclaration", "templateProcessing"),
    *("stylesheet", "itemBody", "responseProcessing", "modalFeedback"),
)
# HTML that the specification has taken over, and the interactions used here.
BODY = {
    *("p", "div", "span", "em", "strong", "code", "pre", "br", "hr", "ul", "ol", "li", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "blockquote", "h1", "h2", "h3", "h4", "h5"),
    *("choiceInteraction", "orderInteraction", "simpleChoice", "textEntryInteraction"),
    *("extendedTextInteraction", "h6", "sub", "sup"),
}
ATTRIBUTES = {"class", "src", "alt", "id", "display", "xmlns"}


@pytest.fixture(scope="module")
def package() -> Exported:
    return EXPORTS["qti"].write(everything(), draw)


@pytest.fixture(scope="module")
def archive(package: Exported) -> ZipFile:
    return ZipFile(BytesIO(package.data))


@pytest.fixture(scope="module")
def found(archive: ZipFile) -> dict[str, ET.Element]:
    files = [name for name in archive.namelist() if name.startswith("items/")]
    roots = [ET.fromstring(archive.read(name)) for name in files]
    return {root.get("title", ""): root for root in roots}


def test_the_manifest_names_every_file_once(archive: ZipFile, package: Exported) -> None:
    manifest = ET.fromstring(archive.read("imsmanifest.xml"))
    assert manifest.tag == f"{CP}manifest"
    assert [child.tag.removeprefix(CP) for child in manifest] == [
        *("metadata", "organizations", "resources")
    ]
    resources = manifest.findall(f"{CP}resources/{CP}resource")
    files = [file.get("href") for r in resources for file in r.findall(f"{CP}file")]
    assert sorted(["imsmanifest.xml", *map(str, files)]) == sorted(archive.namelist())
    assert len(set(archive.namelist())) == len(archive.namelist())
    ids = [r.get("identifier") for r in resources]
    assert len(set(ids)) == len(ids) == len(package.written) + 1
    depends = [d.get("identifierref") for d in resources[0].findall(f"{CP}dependency")]
    assert depends == ids[1:]
    for resource in resources[1:]:
        assert resource.get("type") == "imsqti_item_xmlv2p1"
        assert resource.get("href") in [f.get("href") for f in resource.findall(f"{CP}file")]
        root = ET.fromstring(archive.read(resource.get("href", "")))
        assert root.get("identifier") == resource.get("identifier")
    test = ET.fromstring(archive.read("test.xml"))
    references = list(test.iter(f"{QTI}assessmentItemRef"))
    assert [r.get("href") for r in references] == [r.get("href") for r in resources[1:]]


def test_items_have_what_the_specification_asks(
    found: dict[str, ET.Element], archive: ZipFile
) -> None:
    for name, root in found.items():
        assert root.tag == f"{QTI}assessmentItem"
        assert {"identifier", "title", "adaptive", "timeDependent"} <= set(root.attrib)
        tags = [child.tag.removeprefix(QTI) for child in root]
        assert tags == sorted(tags, key=PARTS.index), name
        declared = root.findall(f"{QTI}responseDeclaration")
        assert [d.get("identifier") for d in declared] == ["RESPONSE"]
        body = root.find(f"{QTI}itemBody")
        assert body is not None
        for element in body.iter():
            if element.tag.startswith(QTI) and element is not body:
                tag = element.tag.removeprefix(QTI)
                assert tag in BODY, (name, tag)
                if "nteraction" not in tag and tag != "simpleChoice":
                    assert set(element.attrib) <= ATTRIBUTES, (name, element.attrib)
            if element.tag == f"{QTI}img":
                path = element.get("src", "").removeprefix("../")
                assert archive.read(path) == PNG and element.get("alt")
        told = {f.get("identifier") for f in root.findall(f"{QTI}modalFeedback")}
        for feedback in root.findall(f"{QTI}modalFeedback"):
            assert feedback.get("outcomeIdentifier") == "FEEDBACK"
            assert feedback.get("showHide") == "show"
            assert re.fullmatch(r"[A-Z_]+\d*", feedback.get("identifier", ""))
        assert "EXPLANATION" in told
        for element in root.iter():
            assert element.tag.startswith((QTI, MATH)), element.tag


class Processing:
    """What a player of QTI does with an answer, as far as these items go."""

    def __init__(self, root: ET.Element, response: object) -> None:
        self.root, self.response = root, response
        self.outcomes: dict[str, object] = {"SCORE": 0.0, "FEEDBACK": []}
        processing = root.find(f"{QTI}responseProcessing")
        for rule in processing if processing is not None else ():
            self._rule(rule)

    @property
    def score(self) -> float:
        assert isinstance(self.outcomes["SCORE"], float)
        return self.outcomes["SCORE"]

    @property
    def feedback(self) -> list[str]:
        shown = self.outcomes["FEEDBACK"]
        assert isinstance(shown, list)
        return shown

    def _rule(self, rule: ET.Element) -> None:
        if rule.tag == f"{QTI}setOutcomeValue":
            self.outcomes[rule.get("identifier", "")] = self._value(rule[0])
            return
        assert rule.tag == f"{QTI}responseCondition"
        for branch in rule:
            is_else = branch.tag == f"{QTI}responseElse"
            if is_else or self._value(branch[0]):
                for step in branch if is_else else branch[1:]:
                    self._rule(step)
                return

    def _correct(self) -> object:
        values = [v.text for v in self.root.iterfind(f".//{QTI}correctResponse/{QTI}value")]
        declared = self.root.find(f"{QTI}responseDeclaration")
        assert declared is not None
        match declared.get("cardinality"):
            case "single":
                return values[0]
            case "multiple":
                return set(values)
        return values

    def _value(self, node: ET.Element) -> object:
        parts = [] if node.tag == f"{QTI}equal" else [self._value(child) for child in node]
        match node.tag.removeprefix(QTI):
            case "baseValue":
                text = node.text or ""
                return float(text) if node.get("baseType") == "float" else text
            case "variable":
                name = node.get("identifier", "")
                return self.response if name == "RESPONSE" else self.outcomes[name]
            case "correct":
                return self._correct()
            case "match":
                return parts[0] == parts[1]
            case "member":
                return parts[0] in parts[1]  # type: ignore[operator]
            case "not":
                return not parts[0]
            case "ordered":
                return parts
            case "multiple":
                return [x for p in parts for x in (p if isinstance(p, list) else [p])]
            case "sum":
                return sum(parts)  # type: ignore[arg-type]
            case "max":
                return max(parts)  # type: ignore[type-var]
            case "mapResponse":
                entries = self.root.iterfind(f".//{QTI}mapEntry")
                points = {e.get("mapKey"): float(e.get("mappedValue", "")) for e in entries}
                return sum(points.get(r, 0.0) for r in self.response)  # type: ignore[attr-defined]
            case "equal":
                left, right = (self._value(child) for child in node)
                assert isinstance(left, float) and isinstance(right, float)
                spread = [float(x) for x in node.get("tolerance", "0 0").split()]
                return right - spread[0] - 1e-9 <= left <= right + spread[1] + 1e-9
        raise AssertionError(node.tag)


def text(root: ET.Element, identifier: str) -> str:
    node = root.find(f"{QTI}modalFeedback[@identifier='{identifier}']")
    assert node is not None
    return " ".join("".join(node.itertext()).split())


def test_choices_are_marked_as_in_the_app(found: dict[str, ET.Element]) -> None:
    for item in in_order(everything()):
        root = found.get(name_of(item))
        if root is None or item.kind not in ("single_choice", "multiple_choice"):
            continue
        n = len(item.body.choices)
        ids = [c.get("identifier") for c in root.iter(f"{QTI}simpleChoice")]
        interaction = next(root.iter(f"{QTI}choiceInteraction"))
        assert interaction.get("shuffle") == str(not item.body.keep_order).lower()
        if item.kind == "single_choice":
            for i, choice in enumerate(item.body.choices):
                done = Processing(root, ids[i])
                assert (done.score == 1) == choice.right
                assert done.feedback == [ids[i], "EXPLANATION"]
        else:
            for mask in range(1, 2**n):
                chosen = [i for i in range(n) if mask >> i & 1]
                done = Processing(root, {ids[i] for i in chosen})
                mark = grade(item, chosen)
                assert done.score == pytest.approx(mark.score, abs=1e-9), item.id
                missed = [i for i in range(n) if item.body.choices[i].right != (i in chosen)]
                assert done.feedback == [*(ids[i] for i in missed), "EXPLANATION"]


def test_typed_answers_and_orders_are_marked_as_in_the_app(found: dict[str, ET.Element]) -> None:
    seen = set()
    for item in in_order(everything()):
        root = found.get(name_of(item))
        if root is None or item.kind not in ("numeric", "formula", "order"):
            continue
        seen.add(item.kind)
        if item.kind == "order":
            n = len(item.body.entries)
            tries: list[tuple[object, object]] = [
                (list(p), [f"CHOICE_{i + 1}" for i in p]) for p in permutations(range(min(n, 4)))
            ]
            tries = (
                tries
                if n <= 4
                else [(list(item.body.key), [f"CHOICE_{i + 1}" for i in item.body.key])]
            )
        elif item.kind == "numeric":
            near = [n.answer for n in item.body.near]
            tries = [(v, float(v)) for v in (item.body.key, *near, item.body.key + 1e6)]
        else:
            near = [n.answer for n in item.body.near]
            tries = [(v, v) for v in (item.body.key, *near)]
        for response, answer in tries:
            done = Processing(root, answer)
            assert (done.score == 1) == grade(item, response).is_right, (item.id, response)
            assert len(done.feedback) == 2 and done.feedback[1] == "EXPLANATION"


def test_hostile_words_stay_words(found: dict[str, ET.Element]) -> None:
    root = found["sample/hostile-0"]
    body = root.find(f"{QTI}itemBody")
    assert body is not None
    assert "<script>alert(1)</script>" in "".join(body.itertext())
    assert "alert(1)" in text(root, "EXPLANATION")
