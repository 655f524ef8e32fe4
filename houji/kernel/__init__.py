"""What every package agrees on: ids, points, money, rounding, time, refusals, canonical JSON.

The kernel knows nothing of programmes, members or rules, and imports nothing of Houji.
"""
