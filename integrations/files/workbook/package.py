"""The parts of a workbook: unpacked with limits, parsed without anything that points elsewhere."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any, BinaryIO
from xml.parsers import expat

from goals.words import N_, Message
from integrations.files.result import NotImported

#: How a zip archive and Microsoft's older container of documents begin.
ARCHIVE, CONTAINER = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ARCHIVE = b"PK\x05\x06"
#: Unpacked bytes of one part of a workbook: half a million rows of ten cells stay below it.
MOST_BYTES = 1 << 28
_CHUNK = 1 << 16
#: What a damaged archive makes the standard library raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Attributes = Mapping[str, str]


def is_workbook(head: bytes) -> bool:
    """Tell whether a file that begins so is to be read as a workbook, or refused as one."""
    return head.startswith((ARCHIVE, _EMPTY_ARCHIVE, CONTAINER))


class Package:
    """A workbook's archive, opened; raises NotImported for what is none."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        if file.read(len(CONTAINER)) == CONTAINER:
            raise _container(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise damaged() from error
        self._names = {one.filename.casefold(): one for one in self._zip.infolist()}
        if "encryptedpackage" in self._names or any(
            one.flag_bits & 1 for one in self._names.values()
        ):
            raise _locked()
        self.book = self._find_book()

    def _find_book(self) -> str:
        """Return the name of the part that lists the sheets."""
        found = [
            target
            for type_, target in self.relations("").values()
            if type_.endswith("/officeDocument")
        ]
        name = found[0] if found else ""
        if name.casefold().endswith(".bin"):
            raise NotImported(
                "not_text",
                N_("This is a binary workbook (.xlsb), which cannot be read."),
                fix=Message(N_("Save it as an Excel workbook (.xlsx) and import that file.")),
            )
        folder = name.casefold().partition("/")[0]
        if not self.has(name) or folder in ("word", "ppt", "visio"):
            raise NotImported(
                "not_text",
                N_("This is an archive or another document, not a workbook."),
                fix=Message(
                    N_("Import one file of it, saved as an Excel workbook (.xlsx) or as CSV.")
                ),
            )
        return name

    def has(self, name: str) -> bool:
        """Tell whether the workbook has a part."""
        return name.casefold() in self._names

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to, by id: the type and the part; what is elsewhere is not."""
        folder, _, base = name.rpartition("/")
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, told: Attributes) -> None:
            if tag == "Relationship" and told.get("TargetMode") != "External":
                target = told.get("Target", "")
                part = target[1:] if target.startswith("/") else join(dirname(name), target)
                found[told.get("Id", "")] = (told.get("Type", ""), normpath(part))

        part = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if self.has(part):
            self.parse(part, begin)
        return found

    def parse(
        self,
        name: str,
        begin: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Go through a part to its end."""
        for _ in self.steps(name, begin, end, text):
            pass

    def steps(
        self,
        name: str,
        begin: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Go through a part piece by piece; the handlers get names without their prefixes.

        Raises NotImported for a part that is damaged, too large, or defines entities.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.StartElementHandler = lambda tag, told: begin(tag.rpartition(" ")[2], told)
        if end is not None:
            parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, *_DAMAGE) as error:
            raise damaged() from error
        yield

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._names.get(name.casefold())
        if info is None:
            raise damaged()
        # The size that the archive tells is also the most that is unpacked of it.
        if info.file_size > MOST_BYTES:
            raise too_large()
        with self._zip.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def relation(told: Attributes) -> str:
    """Return the id of the relation that an element names."""
    strict = (value for name, value in told.items() if name.endswith("/relationships id"))
    return told.get(f"{_RELATIONS} id") or next(strict, "")


def damaged() -> NotImported:
    """Return the refusal of a workbook that cannot be read to its end."""
    return NotImported(
        "not_text",
        N_("This workbook is damaged."),
        fix=Message(N_("Open it in Excel or LibreOffice, save it again, and import that file.")),
    )


def too_large() -> NotImported:
    """Return the refusal of a workbook that would take too much memory or time."""
    return NotImported(
        "too_large",
        N_("This workbook unpacks to more than %(mb)s MB."),
        {"mb": MOST_BYTES >> 20},
        fix=Message(N_("Split it into smaller files, or save the sheet as CSV.")),
    )


def _refuse_entities(*_told: Any) -> None:
    # No program that writes workbooks defines entities; they are used to blow a file up.
    raise damaged()


def _locked() -> NotImported:
    return NotImported(
        "protected_file",
        N_("This workbook is protected with a password."),
        fix=Message(N_("Open it, take the password off, save it, and import that file.")),
    )


def _container(file: BinaryIO) -> NotImported:
    """Return why a document in the older container cannot be read: locked, or of the old kind."""
    name, before = "EncryptedPackage".encode("utf-16-le"), b""
    while chunk := file.read(_CHUNK):
        if name in before + chunk:
            return _locked()
        before = chunk[-len(name) :]
    return NotImported(
        "not_text",
        N_("This is a workbook of the old kind (.xls), which cannot be read."),
        fix=Message(N_("Save it as an Excel workbook (.xlsx) or as CSV, and import that file.")),
    )
