"""What Slack shows: messages made of blocks, from facts and answers alone."""
