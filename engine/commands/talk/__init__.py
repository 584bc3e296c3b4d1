"""What people add to a case beside its tasks: comments, mentions, copies, attachments."""
