"""The corridor from CRM records to readings, goals, alerts and answers."""
