"""A made-up municipal-engineering company: people, customers, contracts and two years of events.

Everything follows from a seed and a day, so that a demonstration, a screenshot and a test see the
same figures. Nothing here touches the database; names, places, codes and numbers are invented.
"""
