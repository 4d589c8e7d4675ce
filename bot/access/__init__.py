"""Who may do what, and who did: the owner, admins and readers, the gate before all handlers, the audit log."""
