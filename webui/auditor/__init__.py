"""Pages of auditors: search, replay, checks, exports."""
