"""Phrases that ask why a goal is where it is, and what can be done about it (pure)."""

import re

_BE = r"(?:is|are|'?s|'?re|was|were|isn't|aren't|has|have|do|does|did)"
#: What may follow the goal that is asked about.
_HOW = (
    r"(?:\s+(?:so\s+(?:far\s+|much\s+)?|still\s+|not\s+|doing\s+|going\s+|falling\s+)*"
    r"(?:off[\s-]*track|on[\s-]*track|at[\s-]*risk|behind(?:\s+(?:the\s+|its\s+)?plan)?"
    r"|below(?:\s+(?:the\s+|its\s+)?plan)?|under(?:\s+(?:the\s+|its\s+)?plan)?"
    r"|ahead(?:\s+of(?:\s+the|\s+its)?\s+plan)?|late|low|down|up|bad|badly|poorly|slow|slipping"
    r"|failing|missing|dropping|where\s+it\s+is|there|like\s+this|short))?"
)
WHY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^why\s+{_BE}\s+(?:we\s+)?(?:off[\s-]*track|behind|late|at[\s-]*risk|below)\s+"
        r"(?:on|with|for|in)\s+(?P<about>.+)$",
        rf"^(?:why|how\s+come)(?:\s+{_BE})?\s+(?P<about>.+?)(?:\s+{_BE}(?=\s))?{_HOW}$",
        r"^what(?:'?s|\s+is|\s+are|\s+has\s+been)?\s+(?:driving|causing|behind|explains|slowing"
        r"|holding(?:\s+back)?|pulling\s+down|wrong\s+with)\s+(?P<about>.+?)(?:\s+back|\s+down)?$",
        r"^(?:(?:what(?:'?s|\s+is|\s+are)|give(?:\s+me)?|show(?:\s+me)?)\s+)?(?:the\s+)?"
        r"(?:reasons?|drivers?|causes?|explanation|break\s*down|decomposition)\s+"
        r"(?:of|for|behind)\s+(?:the\s+gap\s+(?:of|in)\s+)?(?P<about>.+)$",
        r"^(?:explain|break\s*down|decompose)\s+(?:the\s+gap\s+(?:of|in)\s+)?(?P<about>.+)$",
    )
)
REMEDIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^what\s+(?:can|could|should|shall|do|must)\s+(?:we|i|you|they)\s+"
        r"(?:do|try|change)\s+(?:about|for|with|to\s+(?:fix|improve|save|help))\s+(?P<about>.+)$",
        r"^how\s+(?:can|could|should|do|to)\s+(?:(?:we|i)\s+)?"
        r"(?:fix|improve|save|help|raise|rescue|turn\s+around|recover)\s+(?P<about>.+?)"
        r"(?:\s+around)?$",
        r"^how\s+(?:can|could|should|do|to)\s+(?:(?:we|i)\s+)?(?:get|bring)\s+(?P<about>.+?)\s+"
        r"(?:back\s+)?on[\s-]*track$",
        r"^what\s+(?:to\s+(?:do|try)|helps|would\s+help|is\s+there\s+to\s+(?:do|try))\s+"
        r"(?:about\s+|for\s+|with\s+)?(?P<about>.+)$",
        r"^(?:(?:what\s+are|show(?:\s+me)?|give(?:\s+me)?)\s+)?(?:the\s+|some\s+)?"
        r"(?:remedies|remedy|suggestions?|fix(?:es)?|ideas?|actions?)\s+(?:for|of|about)\s+"
        r"(?P<about>.+)$",
    )
)


def meant(asked: str) -> tuple[str, list[str]] | None:
    """Return the intent that a phrase has, and what it may be about, likeliest first."""
    for intent, patterns in (("why", WHY), ("remedies", REMEDIES)):
        found = [one.match(asked) for one in patterns]
        about = [one.group("about") for one in found if one is not None]
        if about:
            return intent, about
    return None
