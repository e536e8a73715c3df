"""What one teammate is told, by their own preferences: who, over what, when, and that nobody is told twice."""
