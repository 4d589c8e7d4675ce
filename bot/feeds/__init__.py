"""Feeds from a chat: followed, paused, polled, and what they bring told to admins."""
