"""Who asks: Telegram handlers, formatting, settings and the command line."""
