"""A small Slack of the sample company: what the bot says to it and what people do in it."""
