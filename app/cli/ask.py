"""Answer a question as the bot would: ask QUESTION [--as EMAIL] [--channel C0..]."""

from argparse import ArgumentParser, Namespace

from sqlmodel import Session

from app.accounts import people
from app.cli import common
from app.cli.context import opened
from goals import words
from goals.alerts import audiences
from goals.questions import ask
from goals.tracking import visibility
from goals.tracking.visibility import Audience
from integrations.slack import links


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument(
        "--as", dest="email", metavar="EMAIL", help="whose view, the owner's without"
    )
    parser.add_argument("--channel", metavar="C0..", help="as it would be said in this channel")
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Answer; not being able to is an answer too."""
    with opened(args) as context, context.session() as session:
        who = _who(args, session)
        answer = ask.ask(
            session, args.question, who, now=context.now(), on=args.today, place=args.channel
        )
        base = context.wiring.settings.base_url.rstrip("/")
        document = answer.to_json(context.reader, base)
        lines = [document["text"]]
        lines += [f"  {words.render(one.text, context.reader)}" for one in answer.points]
        lines += [f"  {one['label']}" for one in document["choices"]]
        if answer.silence is not None:
            lines.append(words.render(answer.silence, context.reader))
        if answer.receipt is not None:
            lines.append(words.render(answer.receipt.text, context.reader))
    common.show(args, document, "\n".join(lines))
    return 0


def _who(args: Namespace, session: Session) -> Audience:
    if args.channel:
        return audiences.of_channel(session, args.channel, links.linked(session))
    if args.email:
        return visibility.audience([people.viewer(people.with_email(session, args.email))])
    return visibility.OWNER
