"""Suggested merges: who is looked for, what is suggested, and what a human decided. Nothing here merges by itself."""
