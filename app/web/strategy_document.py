"""The strategy as one document: shown, sent as a file, and taken in from one."""

from importlib.util import find_spec

from flask import Response, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.web import access, frame, security, texts
from app.web.forms.strategy import TakeInForm
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.errors import Refusal
from goals.words import Message
from strategy.document import build, formats, glyphs, intake, terms
from strategy.document.model import Document
from strategy.worksheets import approval

#: A request that takes longer keeps others waiting, and the server ends it after half a minute.
MOST_SECONDS = 10


def document() -> str:
    """Show the document as it will be printed and sent."""
    made = _document()
    return render_template(
        "strategy/document.html",
        document=made,
        terms=terms,
        chart=Markup,
        version=_version(),
        boxes=_boxes(made),
        formats=[one for one in formats.FORMATS.values() if _can(one.ending)],
        versions=[one.number for one in approval.versions(frame.session())],
    )


def send(ending: str) -> AnyResponse:
    """Send the document as a file."""
    if ending not in formats.FORMATS:
        abort(404)
    made = _document()
    needed = formats.seconds(made, ending)
    if needed > MOST_SECONDS:
        flash(
            _(
                "This strategy is too long for %(format)s on this page: it would take about"
                " %(seconds)s seconds. Print the page, or choose another format.",
                format=_(formats.FORMATS[ending].name),
                seconds=needed,
            )
        )
        return redirect(url_for("strategy.document", version=_version()), 303)
    try:
        content = formats.write(made, ending)
    except Refusal as error:
        if error.code != "no_pdf":
            raise
        flash(_("PDF cannot be made on this machine. Print the page, and choose PDF there."))
        return redirect(url_for("strategy.document", version=_version()), 303)
    response = Response(content, content_type=formats.FORMATS[ending].media_type)
    name = formats.file_name(made, ending)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@access.needs("editor")
def take_in_page() -> str:
    """Show the form that takes a file."""
    return render_template("strategy/take_in.html", form=TakeInForm())


@access.needs("editor")
@security.takes_files
def take_in() -> AnyResponse | tuple[str, int]:
    """Make the answers those of a file."""
    form = TakeInForm()
    if form.validate():
        try:
            taken = intake.take_in(
                frame.session(),
                form.file.data.stream.read(intake.MOST_BYTES + 1),
                by=frame.me().id,
                now=frame.now(),
                who=frame.eyes(),
            )
        except Refusal as error:
            form.refuse(error)
        else:
            _tell(taken)
            return redirect(url_for("strategy.versions"), 303)
    return render_template("strategy/take_in.html", form=form), 422


def _tell(taken: intake.Taken) -> None:
    if taken.changed:
        flash(ngettext("%(num)d answer changed.", "%(num)d answers changed.", taken.changed))
    else:
        flash(_("The answers were the same already."))
    if taken.unknown:
        named = texts.listed(taken.unknown[:5])
        flash(_("Not asked here, and left out: %(names)s", names=named))


def _document() -> Document:
    return build.build(
        frame.session(),
        frame.reader(),
        now=frame.now(),
        who=frame.eyes(),
        version=_version(),
    )


def _version() -> int | None:
    """Return the version that the address asks for: a number, "draft", or none."""
    given = request.args.get("version", "")
    if given == "draft":
        return build.DRAFT
    return int(given) if given.isdecimal() and 0 < len(given) < 7 and int(given) else None


def _boxes(made: Document) -> Message | None:
    """Return what to tell about characters that the PDF cannot show, None for nothing."""
    if not _can("pdf") or formats.seconds(made, "pdf") > MOST_SECONDS:
        return None
    try:
        return glyphs.said(glyphs.characters(made))
    except Refusal:
        # Where no PDF can be made that is said once somebody asks for it.
        return None


def _can(ending: str) -> bool:
    return ending != "pdf" or find_spec("weasyprint") is not None
