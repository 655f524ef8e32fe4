"""Tables out of files: CSV as a stream, workbooks through calamine, both recognised by content."""
