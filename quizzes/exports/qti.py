"""QTI 2.1: a zip of one file an item, a test of them all, and a manifest.

Source
------
IMS Question & Test Interoperability 2.1, Assessment Test, Section and Item Information Model, and
its Integration Guide for the package.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from quizzes.exports.format import Exported, Format, Pictures, name_of
from quizzes.exports.gathering import gather
from quizzes.exports.qti_item import QTI, item_element
from quizzes.exports.shapes import Simple
from quizzes.item import Item

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
# Of every file in the zip, so that the same items make the same bytes.
DATE = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _File:
    """An item's file: where it stands in the zip, and its picture."""

    identifier: str
    path: str
    data: bytes
    picture: tuple[str, bytes] | None


def write(items: Sequence[Item], pictures: Pictures | None = None) -> Exported:
    """Write items as one QTI 2.1 package.

    Raises
    ------
    ItemError : there are no items.
    """
    gathered = gather(items, pictures, "png", _file)
    files = [file for _, file in gathered.parts]
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        _add(archive, "imsmanifest.xml", _manifest(files))
        _add(archive, "test.xml", _test(files))
        for file in files:
            _add(archive, file.path, file.data)
            if file.picture is not None:
                _add(archive, *file.picture)
    return gathered.exported(data.getvalue())


def _add(archive: ZipFile, path: str, data: bytes) -> None:
    archive.writestr(ZipInfo(path, DATE), data, ZIP_DEFLATED)


def _file(simple: Simple, picture: bytes | None) -> tuple[_File, tuple[str, ...]]:
    identifier = "item-" + re.sub(r"[^A-Za-z0-9-]+", "_", name_of(simple.item))
    drawn = None if picture is None else (f"pictures/{identifier}.png", picture)
    root, more = item_element(simple, identifier, "" if drawn is None else f"../{drawn[0]}")
    return _File(identifier, f"items/{identifier}.xml", _xml(root), drawn), more


def _xml(root: Element) -> bytes:
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _test(files: Sequence[_File]) -> bytes:
    test = Element(
        "assessmentTest",
        {
            "xmlns": QTI,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{QTI} {SCHEMA}",
            "identifier": "test",
            "title": "Mixed models",
        },
    )
    part = SubElement(
        test, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual"
    )
    section = SubElement(
        part, "assessmentSection", identifier="section", title="Mixed models", visible="true"
    )
    for file in files:
        SubElement(section, "assessmentItemRef", identifier=file.identifier, href=file.path)
    indent(test)
    return _xml(test)


def _manifest(files: Sequence[_File]) -> bytes:
    manifest = Element(
        "manifest",
        {
            "xmlns": CP,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{CP} http://www.imsglobal.org/xsd/qti/qtiv2p1/"
            "qtiv2p1_imscpv1p2_v1p0.xsd",
            "identifier": "package",
        },
    )
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    test = SubElement(
        resources, "resource", identifier="test", type="imsqti_test_xmlv2p1", href="test.xml"
    )
    SubElement(test, "file", href="test.xml")
    for file in files:
        SubElement(test, "dependency", identifierref=file.identifier)
        resource = SubElement(
            resources,
            "resource",
            identifier=file.identifier,
            type="imsqti_item_xmlv2p1",
            href=file.path,
        )
        SubElement(resource, "file", href=file.path)
        if file.picture is not None:
            SubElement(resource, "file", href=file.picture[0])
    indent(manifest)
    return _xml(manifest)


FORMAT = Format(
    "qti",
    "QTI 2.1",
    ".zip",
    "application/zip",
    "A package for Canvas, ILIAS, OLAT, TAO and others, with pictures and feedback.",
    write,
)
