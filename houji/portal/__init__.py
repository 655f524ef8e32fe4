"""The customer contact's pages, for a phone first: parse, authorise, render."""
