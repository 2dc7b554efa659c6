"""The print vendor's file: the paper copies of a day's bills (RULES 32, docs/print-vendor.md)."""
