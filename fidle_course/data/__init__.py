"""The data sets' cards and their downloads."""
