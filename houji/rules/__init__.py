"""The rule language: rules are data, and this package reads, checks, decides, explains and says them.

Everything here is pure: no database, no clock, no reading of files, and no language but the one
asked for. The same evaluator serves live events, previews, replays and explanations, so that
what is explained is what was decided.
"""
