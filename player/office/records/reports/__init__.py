"""Reports of the records: the day of a panel, air time, items; each as a table, CSV, XLSX and PDF."""
