"""People in front of Slack who do all that it lets them do, among goals that carry marks."""
