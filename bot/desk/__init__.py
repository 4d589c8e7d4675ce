"""The desk: what admins do with articles from their chat, from a link to an article and back out."""
