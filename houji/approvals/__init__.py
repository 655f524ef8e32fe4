"""Maker and checker: requests that one person raises and another decides."""
