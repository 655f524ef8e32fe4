"""The points accounting: accounts, entries, lots, and what each movement did to them.

The ledger knows holders only by id, and nothing of rules, members or money. Every key starts with
the account, every write locks its accounts first, and entries are never changed.
"""
