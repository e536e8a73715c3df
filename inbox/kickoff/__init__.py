"""The weekly kickoff: what a week brought, on a page of the desk and, on Monday morning, to Slack and by mail."""
