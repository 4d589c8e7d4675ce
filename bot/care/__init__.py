"""Care: rebuilding, going back, canaries, long jobs, the collection in numbers and its health, from a chat."""
