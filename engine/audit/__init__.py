"""For auditors: reads only, and trusts nothing but the event log."""
