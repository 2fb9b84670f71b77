"""Goals and their history: plan, pace, forecast, status and what drives the gap."""
