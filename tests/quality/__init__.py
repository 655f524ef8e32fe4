"""Promises about the repository itself: vendored files, icons, translations."""
