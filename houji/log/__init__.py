"""The queue of committed facts: rows written in the transaction that makes them true.

A sequencer will give each its place; until then the queue only keeps them, in no promised order.
"""
