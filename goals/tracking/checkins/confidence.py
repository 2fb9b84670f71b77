"""A person's confidence in words, and whether the numbers say something else (pure)."""

from decimal import Decimal

from goals.words import N_, Chance, Message, status

#: Percent -> the word for it.
WORDS = {
    "90": N_("Sure"),
    "70": N_("Likely"),
    "50": N_("Even"),
    "30": N_("Unlikely"),
    "10": N_("Lost"),
}
HOPEFUL, DOUBTFUL = frozenset(("90", "70")), frozenset(("30", "10"))
#: What the numbers say when they speak of the goal itself.
BAD, GOOD = frozenset(("off_track", "at_risk", "missed")), frozenset(("on_track", "ahead"))


def said(confidence: str) -> Message:
    """Return a confidence as it is written everywhere: the word with its percent."""
    word = Message(WORDS[confidence])
    return Message(N_("%(word)s (%(percent)s)"), {"word": word, "percent": f"{confidence}%"})


#: A chance that speaks against a person who is sure, and its mirror.
FAINT, BRIGHT = 0.25, 0.75


def contradiction(confidence: str, chance: float | None) -> Message | None:
    """Return the sentence for a last word that today's chance speaks against, None where none does.

    It is about the goal as it runs: what was said fitted when it was said, or did not.
    """
    if chance is None:
        return None
    is_hopeful = confidence in HOPEFUL and chance < FAINT
    if not is_hopeful and not (confidence in DOUBTFUL and chance > BRIGHT):
        return None
    return Message(
        N_("Last said: %(confidence)s. The chance today: %(chance)s. Time for another look."),
        {"confidence": said(confidence), "chance": Chance(Decimal(str(chance)))},
    )


def disagreement(confidence: str, computed: str | None) -> Message | None:
    """Return the sentence for a person and numbers that disagree, None where they do not.

    `computed` is the status that the numbers had that day. An even chance disagrees with
    nothing, and numbers that cannot judge disagree with nobody.
    """
    differs = (confidence in HOPEFUL and computed in BAD) or (
        confidence in DOUBTFUL and computed in GOOD
    )
    if not differs or computed is None:
        return None
    return Message(
        N_("The person says %(confidence)s, the numbers say %(status)s. Both are kept."),
        {"confidence": said(confidence), "status": status(computed)},
    )
