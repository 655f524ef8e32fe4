"""The rules a programme plays by: published versions, and the templates they start from."""
