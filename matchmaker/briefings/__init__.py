"""The briefing for the joint meeting 联席会议简报: a period's figures, and the text around them."""
