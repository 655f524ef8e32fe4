"""The public ranking page: render what members agreed to show."""
