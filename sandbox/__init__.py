"""A local Telegram: a strict Bot API server for tests and for trying the bot."""
