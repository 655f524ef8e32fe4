"""The staff's pages: parse, authorise, render; no rules of their own."""
