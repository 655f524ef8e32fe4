"""How other systems' data gets in and out: file imports with preview, error files, Excel export."""
