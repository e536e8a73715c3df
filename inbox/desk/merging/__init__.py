"""Where a human decides who is whom."""
