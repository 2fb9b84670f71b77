"""What sources call the things that are done with people (pure).

An activity keeps its source's own word. These are the words that are understood: small letters,
without hyphens and underscores. Any other word is an activity like the rest, but none of these.
"""

WORDS: dict[str, tuple[str, ...]] = {
    "call": (
        "call", "calls", "phone", "phone call", "telephone", "telephone call", "cold call",
        "sales call", "inbound call", "incoming call", "call in", "outbound call",
        "outgoing call", "call out", "phone conversation", "had a phone conversation",
    ),
    "email": (
        "email", "emails", "e mail", "e mails", "mail", "email sent", "e mail sent",
        "outbound email", "outgoing email", "forwarded email", "inbound email",
        "incoming email", "email received", "e mail received", "email reply", "email replied",
    ),
    "message": (
        "sms", "sms sent", "text message", "message", "whatsapp", "whatsapp message", "line",
        "linkedin message", "chat", "live chat", "olark chat conversation",
    ),
    "meeting": (
        "meeting", "meetings", "appointment", "appointments", "event", "events", "lunch",
        "visit", "site visit", "on site visit", "online meeting", "video meeting",
        "video call", "video conference",
    ),
    "demo": (
        "demo", "demos", "demonstration", "demonstrations", "product demo",
        "product demonstration", "live demo", "presentation",
    ),
    "task": ("task", "tasks", "to do", "todo", "deadline", "reminder", "follow up"),
    "note": ("note", "notes", "comment"),
    "signal": (
        "page visited on website", "page visited", "page view", "website visit", "web visit",
        "form submitted on website", "form submitted", "form submission", "form filled",
        "email opened", "email open", "email link clicked", "email clicked", "email click",
        "view in browser link clicked", "visited booth in tradeshow", "webinar",
        "webinar attended", "event attended", "event attendance", "social engagement",
    ),
}  # fmt: skip
#: Words that tell the direction, where the source does not say it apart.
INBOUND = (
    "inbound call", "incoming call", "call in", "inbound email", "incoming email",
    "email received", "e mail received", "email reply", "email replied", "chat", "live chat",
    "olark chat conversation",
)  # fmt: skip
OUTBOUND = (
    "outbound call", "outgoing call", "call out", "cold call", "sales call", "email sent",
    "e mail sent", "outbound email", "outgoing email", "sms sent",
)  # fmt: skip
#: Outcomes of what was agreed on and did not happen.
NOT_HELD = (
    "no show", "cancelled", "canceled", "declined", "rescheduled", "missed", "not held",
)  # fmt: skip
#: What is done with a customer; notes and tasks are done alone.
TOUCHES = ("call", "email", "message", "meeting", "demo")


def plain(text: str) -> str:
    """Return a source's word as it stands in these lists."""
    return text.strip().lower().replace("_", " ").replace("-", " ")
