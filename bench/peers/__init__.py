"""What people use today, for comparison: the same mails to the same sink."""
