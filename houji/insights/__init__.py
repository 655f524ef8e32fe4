"""What the books say to people: rankings, monthly statements, the figures of the dashboard."""
