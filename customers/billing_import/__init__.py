"""Members and accounts from a billing system's file: upsert by account, safe to run again."""

from common.row_problems import Problem
from customers.billing_import.report import Report
from customers.billing_import.run import import_customers

__all__ = ["Problem", "Report", "import_customers"]
