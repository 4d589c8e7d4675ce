"""What readers get beyond answers: follow-ups, inline mode, browsing, links, votes, and privacy."""
