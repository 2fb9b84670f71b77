"""Alert rules, who is told what and when, and the outbox of messages."""
