"""The chat: what comes in from Telegram, how it is answered, and what the bot remembers of it."""
