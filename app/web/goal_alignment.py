"""How the goals hang together, on one page: a tree with statuses and what is out of place."""

from flask import render_template

from app.web import frame
from goals.tracking import alignment


def page() -> str:
    """Show the goals under their objectives, each with its parts."""
    branches = alignment.tree(frame.session(), frame.eyes())
    nodes = [node for branch in branches for node in branch.nodes]
    return render_template(
        "goals/alignment.html",
        branches=branches,
        total=sum(node.size for node in nodes),
        flagged=sum(node.flagged for node in nodes),
    )
