"""How good forecast and status are, measured: backtest [--series FILE.csv|builtin] [--seed N]."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import Any

from app.cli import common
from app.cli.common import CommandError
from goals.tracking.forecast.proof import report, series

BUILTIN = "builtin"


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--series",
        default=BUILTIN,
        metavar="FILE.csv|builtin",
        help="a file with the columns series, date and value, or the public series",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        default=series.SPLIT,
        metavar="N",
        help="of the split and the quarters",
    )
    common.add_any_workspace(parser)
    common.add_today(parser)
    common.add_json(parser)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def run(args: Namespace) -> int:
    """Measure on series that the forecast was not made on, and print the figures."""
    document = report.of(_series(args), args.seed)
    common.show(args, document, _text(document))
    return 0


def _series(args: Namespace) -> list[series.Series]:
    if args.series == BUILTIN:
        return series.public(args.seed)
    try:
        text = Path(args.series).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            "unreadable_file",
            f"{args.series} cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}.",
            "Name a CSV file in UTF-8 with the columns series, date and value.",
            field="series",
            exit_code=2,
        ) from error
    return series.of_file(text.splitlines())


def _text(document: dict[str, Any]) -> str:
    lines = [
        f"{document['n']} goals on months that the forecast had not seen.",
        "",
        "history  series  in 80% range  sum in range  Brier   base    linear  ECE",
    ]
    for one in document["by_history"]:
        lines.append(
            f"{one['months']:>4} mo  {one['series']:>6}  {one['coverage80']:>12.1%}"
            f"  {one['coverage80_sum']:>12.1%}  {one['brier']:.4f}  {one['brier_base_rate']:.4f}"
            f"  {one['brier_linear']:.4f}  {one['ece']:.3f}"
        )
    lines += ["", "said     happened       n"]
    for one in document["reliability"]:
        lines.append(f"{one['said']:>5.1%}  {one['happened']:>9.1%}  {one['n']:>6}")
    for on in dict.fromkeys(one["on"] for one in document["status"]):
        lines += ["", *_rules([one for one in document["status"] if one["on"] == on], on)]
    return "\n".join(lines)


def _rules(rows: list[dict[str, Any]], on: str) -> list[str]:
    """Return the table of rules: false alarms and misses at each point, in all, and turns."""
    what = "made-up quarters" if on == "generated" else "years of the series"
    points = [one["at"] for one in rows if one["rule"] == rows[0]["rule"]]
    head = "".join(f"{point:>12.0%}" for point in points)
    lines = [f"{rows[0]['n']} {what}: false alarms/misses", f"{'rule':<14}{head}   total  turns"]
    for rule in dict.fromkeys(one["rule"] for one in rows):
        mine = [one for one in rows if one["rule"] == rule]
        cells = "".join(f"{one['false_alarms']:>7}/{one['misses']:<4}" for one in mine)
        total = sum(one["false_alarms"] + one["misses"] for one in mine)
        lines.append(f"{rule:<14}{cells}{total:>8}  {mine[0]['flips']:.2f}")
    return lines
