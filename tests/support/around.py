"""A row of every kind of record around deals, with all of its fields, as a file writes it."""

ROWS = {
    "campaign": {
        "name": "Spring",
        "started_on": "2026-01-10",
        "ended_on": "2026-03-31",
        "budget": "5000",
        "currency": "EUR",
    },
    "campaign_member": {"campaign": "Spring", "lead": "L1", "responded_on": "2026-02-03"},
    "activity": {
        "kind": "call",
        "at": "2026-02-03 23:30",
        "deal": "D1",
        "lead": "L1",
        "contact": "Ann",
        "owner": "Bo",
        "outcome": "reached",
        "direction": "Outgoing",
    },
    "ticket": {
        "opened_at": "2026-02-03 10:00",
        "first_reply_at": "2026-02-03 11:15",
        "solved_at": "2026-02-05T18:00:00Z",
        "reopened_at": "2026-02-07",
        "waiting_hours": "2.5",
        "owner": "Bo",
        "account": "Acme",
        "topic": "Invoices",
        "priority": "high",
        "status": "solved",
    },
    "purchase": {
        "customer": "Acme",
        "on": "2026-02-03",
        "amount": "1,250.75",
        "currency": "eur",
        "quantity": "2.5",
        "product": "Pump",
        "campaign": "Spring",
        "refund": "yes",
    },
    "subscription": {
        "customer": "Acme",
        "started_on": "2026-02-03",
        "mrr": "99.90",
        "currency": "EUR",
        "ended_on": "2026-08-03",
        "due_on": "2026-08-01",
        "renewed_on": "2026-07-30",
        "plan": "Basic",
        "seats": "12",
    },
    "spend": {
        "on": "2026-02-03",
        "amount": "300",
        "currency": "EUR",
        "campaign": "Spring",
        "category": "Marketing",
    },
    "survey_answer": {
        "at": "2026-02-03 09:00",
        "score": "4.5",
        "scale": "1 - 5",
        "kind": "CSAT",
        "customer": "Acme",
        "comment": "Quick help",
    },
    "quota": {
        "owner": "Bo",
        "from": "2026-01-01",
        "to": "2026-03-31",
        "amount": "90000",
        "currency": "EUR",
    },
    "email_event": {
        "at": "2026-02-03 09:00",
        "kind": "Opened",
        "message": "Newsletter",
        "recipient": "ann@acme.example",
    },
    "web_visit": {"on": "2026-02-03", "visitors": "40", "visits": "55", "source": "Search"},
    "expense": {
        "on": "2026-02-03",
        "amount": "1200",
        "currency": "EUR",
        "category": "Rent",
    },
    "holiday": {"on": "2026-04-13", "country": "TH", "name": "Songkran"},
}


def file_of(*rows):
    """Return rows as the text of a file; a field that a row lacks is blank."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
